"""What people do to pictures before they pass them on: one edit each, named as a row of the table of copies.

Each takes a picture and returns the copy. Nothing here is random: noise and other pictures come from seeds.
"""

import io
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageOps

Edit = Callable[[Image.Image], Image.Image]

_PAPER: Final = "#f4f0e6"
_WORDS: Final = "so this happened today and nobody told us why it keeps on happening "


def drawing(seed: int, width: int, height: int) -> Any:
    """Return a picture with detail at every scale."""
    rng = np.random.default_rng(seed)
    picture = np.full((height, width, 3), 128.0)
    for points, contrast in ((4, 90), (9, 60), (20, 40), (50, 25), (120, 12)):
        grid = rng.normal(0, contrast, (3, points, points)).astype(np.float32)
        scaled = [
            np.asarray(Image.fromarray(channel).resize((width, height), Image.Resampling.BICUBIC))
            for channel in grid
        ]
        picture += np.stack(scaled, axis=-1)
    return picture.clip(0, 255).astype(np.uint8)


def encoded(kind: str, quality: int) -> Edit:
    """Encode a picture with loss."""

    def edit(work: Image.Image) -> Image.Image:
        file = io.BytesIO()
        work.save(file, kind, quality=quality)
        return Image.open(file).convert("RGB")

    return edit


def scaled(across: float, down: float | None = None) -> Edit:
    """Scale a picture by a share of its sides."""
    return lambda work: work.resize(
        (max(int(work.width * across), 1), max(int(work.height * (down or across)), 1)), Image.Resampling.LANCZOS
    )


def cut(left: float, top: float, right: float, bottom: float) -> Edit:
    """Cut shares off the edges."""

    def edit(work: Image.Image) -> Image.Image:
        width, height = work.size
        return work.crop(
            (int(width * left), int(height * top), width - int(width * right), height - int(height * bottom))
        )

    return edit


def cropped(share: float) -> Edit:
    """Cut the same share off each edge."""
    return lambda work: ImageOps.crop(work, (int(work.width * share), int(work.height * share)) * 2)  # type: ignore[arg-type]


def framed(share: float, colour: str) -> Edit:
    """Put a border around a picture."""
    return lambda work: ImageOps.expand(work, int(work.width * share), colour)


def all_of(*edits: Edit) -> Edit:
    """Do several edits, one after the other."""

    def edit(work: Image.Image) -> Image.Image:
        for each in edits:
            work = each(work)
        return work

    return edit


def turned(degrees: float, fill: str = "white") -> Edit:
    """Turn a picture, which grows by its corners."""
    return lambda work: work.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=fill)


def levelled(degrees: float) -> Edit:
    """Turn a picture and cut off the corners that are empty then."""

    def edit(work: Image.Image) -> Image.Image:
        lost = abs(np.tan(np.radians(degrees)))
        across, down = int(work.height * lost / 2) + 1, int(work.width * lost / 2) + 1
        return ImageOps.crop(work.rotate(degrees, Image.Resampling.BICUBIC), (across, down, across, down))

    return edit


def middle(width: int, height: int) -> Edit:
    """Cut the middle out, as large as it can be with sides that are as these."""

    def edit(work: Image.Image) -> Image.Image:
        scale = min(work.width / width, work.height / height)
        return ImageOps.fit(work, (int(width * scale), int(height * scale)))

    return edit


def negative(work: Image.Image) -> Image.Image:
    """Return the complement of each colour."""
    return ImageOps.invert(work)


def hue(work: Image.Image) -> Image.Image:
    """Turn all hues by a third of the circle."""
    hues, *rest = work.convert("HSV").split()
    return Image.merge("HSV", (hues.point(lambda at: (at + 85) % 256), *rest)).convert("RGB")


def noisy(work: Image.Image) -> Image.Image:
    """Add noise to each pixel."""
    noise = np.random.default_rng(0).normal(0, 20, (work.height, work.width, 3))
    return Image.fromarray((np.asarray(work) + noise).clip(0, 255).astype(np.uint8))


def watermarked(work: Image.Image) -> Image.Image:
    """Write half-transparent words all over a picture."""
    layer = Image.new("L", work.size, 0)
    draw = ImageDraw.Draw(layer)
    size = max(work.width // 14, 8)
    for row in range(0, work.height, 3 * size):
        draw.text((row % (4 * size) - 2 * size, row), "SAMPLE  SAMPLE  SAMPLE", fill=110, font_size=size)
    return Image.composite(Image.new("RGB", work.size, "white"), work, layer)


def stickered(work: Image.Image) -> Image.Image:
    """Put an opaque disc over an eighth of a picture."""
    copy = work.copy()
    radius = int((work.width * work.height / 8 / np.pi) ** 0.5)
    x, y = int(work.width * 0.7), int(work.height * 0.72)
    ImageDraw.Draw(copy).ellipse((x - radius, y - radius, x + radius, y + radius), fill="#ffcf3f", outline="black")
    return copy


def signed(work: Image.Image) -> Image.Image:
    """Put somebody's mark into the lower right corner."""
    copy = work.copy()
    draw, size = ImageDraw.Draw(copy), max(work.width // 18, 8)
    draw.rectangle((work.width - 7 * size, work.height - 2 * size, work.width, work.height), fill="black")
    draw.text((work.width - 6.7 * size, work.height - 1.8 * size), "@reposter", fill="white", font_size=size)
    return copy


def meme(work: Image.Image) -> Image.Image:
    """Write large words over the top and the bottom."""
    copy = work.copy()
    draw, size = ImageDraw.Draw(copy), max(work.width // 10, 8)
    for y in (size // 3, work.height - int(1.4 * size)):
        draw.text(
            (work.width // 2, y), "WHEN IT HAPPENS", "white", anchor="ma", font_size=size,
            stroke_width=max(size // 12, 1), stroke_fill="black",
        )  # fmt: skip
    return copy


def captioned(share: float, box: str, ink: str, *, below: bool = False) -> Edit:
    """Put a box with two lines of words above or below a picture."""

    def edit(work: Image.Image) -> Image.Image:
        height = int(work.height * share)
        sheet = Image.new("RGB", (work.width, work.height + height), box)
        sheet.paste(work, (0, 0 if below else height))
        _write(sheet, (0, work.height if below else 0, work.width, height), ink, lines=2)
        return sheet

    return edit


def rounded(work: Image.Image) -> Image.Image:
    """Cut the corners off in a curve, on white."""
    mask = Image.new("L", work.size, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, *work.size), min(work.size) // 8, fill=255)
    return Image.composite(work, Image.new("RGB", work.size, "white"), mask)


def in_phone(back: str, ink: str) -> Edit:
    """Show a picture as a post on a phone: bars above and below, words, the picture at full width."""

    def edit(work: Image.Image) -> Image.Image:
        width = work.width
        shown = work if work.height < 1.6 * width else work.resize((int(width * 0.7), int(work.height * 0.7)))
        height = max(int(width * 2.1), shown.height + int(0.6 * width))
        sheet, unit = Image.new("RGB", (width, height), back), width // 20
        draw = ImageDraw.Draw(sheet)
        draw.text((unit, unit // 2), "12:07", ink, font_size=unit)
        draw.rectangle((width - 2 * unit, unit // 2, width - unit, unit), fill=ink)
        draw.ellipse((unit, 2 * unit, 3 * unit, 4 * unit), fill="#3a7bd5")
        draw.text((4 * unit, int(2.4 * unit)), "somebody_else", ink, font_size=unit)
        top = 5 * unit
        sheet.paste(shown, ((width - shown.width) // 2, top))
        for number in range(3):
            draw.ellipse(
                (unit + 2 * number * unit, top + shown.height + unit, 2 * (number + 1) * unit,
                 top + shown.height + 2 * unit), outline=ink, width=2,
            )  # fmt: skip
        _write(sheet, (0, top + shown.height + 3 * unit, width, 4 * unit), ink, lines=3)
        return sheet

    return edit


def story(work: Image.Image) -> Image.Image:
    """Show a picture on a blurred copy of itself, 9 by 16."""
    width, height = work.width, work.width * 16 // 9
    back = ImageOps.fit(work, (width, height)).filter(ImageFilter.GaussianBlur(width // 20))
    shown = ImageOps.contain(work, (width, int(height * 0.7)))
    back.paste(shown, ((width - shown.width) // 2, (height - shown.height) // 2))
    return back


def on_a_page(work: Image.Image) -> Image.Image:
    """Show a picture in the article of a site: a header, two columns, words."""
    width, height = int(work.width * 1.9), int(work.height * 1.5)
    sheet = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(sheet).rectangle((0, 0, width, height // 14), fill="#22364d")
    left, top = int(work.width * 0.1), height // 8
    sheet.paste(work, (left, top))
    _write(sheet, (left, top + work.height, work.width, height - top - work.height), "#222222", lines=5)
    _write(sheet, (int(work.width * 1.15), top, int(work.width * 0.7), work.height), "#222222", lines=16)
    return sheet


def beside(seed: int, gap: float = 0.0) -> Edit:
    """Put another picture of the same size to the right."""

    def edit(work: Image.Image) -> Image.Image:
        space = int(work.width * gap)
        sheet = Image.new("RGB", (2 * work.width + space, work.height), "white")
        sheet.paste(work, (0, 0))
        sheet.paste(Image.fromarray(drawing(seed, *work.size)), (work.width + space, 0))
        return sheet

    return edit


def one_of_four(gap: float) -> Edit:
    """Put a picture into the lower left of four."""

    def edit(work: Image.Image) -> Image.Image:
        space = int(work.width * gap)
        sheet = Image.new("RGB", (2 * work.width + 3 * space, 2 * work.height + 3 * space), "white")
        across, down = (space, work.width + 2 * space), (space, work.height + 2 * space)
        for seed, place in enumerate(((across[0], down[0]), (across[1], down[0]), (across[1], down[1]))):
            sheet.paste(Image.fromarray(drawing(seed + 70, *work.size)), place)
        sheet.paste(work, (across[0], down[1]))
        return scaled(0.6)(sheet)

    return edit


def in_another(work: Image.Image) -> Image.Image:
    """Show a picture at a third of the width of another one."""
    back = Image.fromarray(drawing(99, *work.size))
    shown = ImageOps.expand(scaled(0.4)(work), 3, "white")
    back.paste(shown, (work.width // 8, work.height // 6))
    return back


def photographed(work: Image.Image) -> Image.Image:
    """Show a picture as it lies on a table: in perspective, shaded, on wood."""
    width, height = work.size
    sheet = Image.new("RGB", (int(width * 1.3), int(height * 1.3)), "#6b4a2e")
    places = [
        (0.12, 0.1),
        (0.1, 1.2),
        (1.2, 1.16),
        (1.14, 0.13),
    ]  # its corners, from the upper left down and round
    source = [(0, 0), (0, height), (width, height), (width, 0)]
    rows = []
    for (across, down), (u, v) in zip(places, source, strict=True):
        x, y = across * width, down * height
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    matrix = np.linalg.solve(np.array(rows), np.array([each for place in source for each in place], dtype=float))
    seen = work.convert("RGBA").transform(
        sheet.size, Image.Transform.PERSPECTIVE, tuple(matrix), Image.Resampling.BICUBIC
    )
    sheet.paste(seen, (0, 0), seen)
    shade = Image.linear_gradient("L").resize(sheet.size).point(lambda at: 150 + at * 2 // 5)
    return ImageChops.multiply(sheet, Image.merge("RGB", (shade,) * 3))


def halftoned(work: Image.Image) -> Image.Image:
    """Return a picture in pure black and white, as a fax."""
    return work.convert("1").convert("RGB")


def outlined(work: Image.Image) -> Image.Image:
    """Return nothing but the lines of a picture."""
    return ImageOps.invert(work.convert("L").filter(ImageFilter.FIND_EDGES)).convert("RGB")


def spread(*, left: bool, gap: float = 0.0) -> Edit:
    """Put a page beside another one."""
    return beside(5, gap) if left else all_of(ImageOps.mirror, beside(5, gap), ImageOps.mirror)


def _write(sheet: Image.Image, box: tuple[int, int, int, int], ink: str, *, lines: int) -> None:
    left, top, width, height = box
    draw, line = ImageDraw.Draw(sheet), height / (lines + 1)
    size = max(int(min(line * 0.7, width / 14)), 6)
    for number in range(lines):
        start = 7 * number % 20
        words = (_WORDS * 3)[start : start + int(width / size * 1.7)]
        draw.text((left + size, top + int((number + 0.5) * line)), words, ink, font_size=size)


DRAWINGS: Final[Mapping[str, Edit]] = {
    "JPEG of quality 30": encoded("JPEG", 30),
    "JPEG of quality 10": encoded("JPEG", 10),
    "WebP of quality 20": encoded("WEBP", 20),
    "a quarter of the size": scaled(0.25),
    "photographed on a table": photographed,
    "grey": lambda work: work.convert("L").convert("RGB"),
    "all hues turned": hue,
    "negative": negative,
    "a corner, a quarter of the area": cut(0.5, 0.5, 0, 0),
    "more contrast": lambda work: ImageEnhance.Contrast(work).enhance(1.6),
    "16 colours": lambda work: work.quantize(16).convert("RGB"),
    "black and white": halftoned,
    "lines only": outlined,
    "blurred": lambda work: work.filter(ImageFilter.GaussianBlur(3)),
    "noise": noisy,
    "watermark": watermarked,
    "a mark in the corner": signed,
    "a disc over an eighth": stickered,
    "words of a meme": meme,
    "2 % cut off each edge": cropped(0.02),
    "5 % cut off each edge": cropped(0.05),
    "10 % cut off each edge": cropped(0.10),
    "15 % cut off each edge": cropped(0.15),
    "25 % cut off each edge": cropped(0.25),
    "10 % cut off the left": cut(0.1, 0, 0, 0),
    "20 % cut off the top": cut(0, 0.2, 0, 0),
    "off-centre, half of the area": cut(0.05, 0.22, 0.25, 0.08),
    "the middle as a square": middle(1, 1),
    "the left half": cut(0, 0, 0.5, 0),
    "border of 5 %": framed(0.05, "black"),
    "border of 12 %, JPEG of 60": all_of(framed(0.12, "white"), encoded("JPEG", 60)),
    "round corners": rounded,
    "caption box above": captioned(0.2, "white", "black"),
    "caption box below, dark": captioned(0.15, "#101018", "#f0f0f0", below=True),
    "screenshot in a phone": all_of(in_phone("white", "black"), encoded("JPEG", 70)),
    "screenshot in a dark phone": all_of(in_phone("#0c0c0e", "#e8e8e8"), encoded("JPEG", 70)),
    "on a blurred copy, 9 by 16": story,
    "in the article of a site": on_a_page,
    "beside another picture": beside(31),
    "one of four": one_of_four(0.03),
    "in another picture": in_another,
    "mirrored": ImageOps.mirror,
    "mirrored, JPEG of 50, 60 %": all_of(ImageOps.mirror, scaled(0.6), encoded("JPEG", 50)),
    "upside down": ImageOps.flip,
    "a quarter turn": turned(90),
    "half a turn": turned(180),
    "turned by a degree": levelled(1),
    "turned by 3 degrees": levelled(3),
    "turned by 10 degrees": levelled(10),
}  # fmt: skip

PAGES: Final[Mapping[str, Edit]] = {
    "JPEG of quality 30": encoded("JPEG", 30),
    "grey, a third of the size": all_of(lambda work: work.convert("L").convert("RGB"), scaled(0.33)),
    "off-centre, half of the area": cut(0.05, 0.22, 0.25, 0.08),
    "negative": negative,
    "2 % cut off each edge": cropped(0.02),
    "6 % cut off each edge": cropped(0.06),
    "margins of 8 %": framed(0.08, _PAPER),
    "mirrored": ImageOps.mirror,
    "a quarter turn": turned(270),
    "turned by a degree": turned(1),
    "one panel": lambda work: work.crop(work.info["panel"]),
    "the upper half": cut(0, 0, 0, 0.5),
    "the lower two thirds": cut(0, 0.33, 0, 0),
    "a spread, left page": spread(left=True),
    "a spread, right page, a gap": spread(left=False, gap=0.02),
    "screenshot in a phone": all_of(in_phone("white", "black"), encoded("JPEG", 70)),
    "caption box above": captioned(0.12, "white", "black"),
    "turned by 3 degrees": turned(3),
    "photographed on a table": photographed,
}  # fmt: skip
