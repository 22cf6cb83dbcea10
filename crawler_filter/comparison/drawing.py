"""Draws two pictures beside each other, with lines between the places that they have in common."""

from typing import TYPE_CHECKING, Final

from crawler_filter.comparison.features import Comparison

if TYPE_CHECKING:
    from PIL.Image import Image

_TALLEST: Final = 700
_GAP: Final = 16
_MOST_LINES: Final = 60
_LINE: Final = (0, 140, 90)


def side_by_side(first: "Image", second: "Image", found: Comparison) -> "Image":
    """Return both pictures in one, at most 700 pixels high, with at most 60 of the places joined."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - the extra `compare`

    scales = [min(1.0, _TALLEST / each.height) for each in (first, second)]
    shown = [
        each.convert("RGB").resize((max(1, round(each.width * scale)), max(1, round(each.height * scale))))
        for each, scale in zip((first, second), scales, strict=True)
    ]
    left = shown[0].width + _GAP
    sheet = Image.new("RGB", (left + shown[1].width, max(each.height for each in shown)), "white")
    sheet.paste(shown[0], (0, 0))
    sheet.paste(shown[1], (left, 0))
    pen = ImageDraw.Draw(sheet)
    for (a, b), (c, d) in found.places[:: max(1, len(found.places) // _MOST_LINES)]:
        start, end = (a * scales[0], b * scales[0]), (left + c * scales[1], d * scales[1])
        pen.line((*start, *end), fill=_LINE, width=1)
        for x, y in (start, end):
            pen.ellipse((x - 3, y - 3, x + 3, y + 3), outline=_LINE, width=2)
    return sheet
