"""What a page shows that is no one picture comes out as it is drawn: strips, masks, patterns and stamps."""

import numpy as np
import pytest

from crawler_filter.files.budget import Budget, Member, Skipped
from crawler_filter.fingerprints.pdq import distance, pdq
from tests.crawler_filter.files.sample_archives import pdf_of, picture, stream
from tests.crawler_filter.fingerprints.generated import pixels

pytest.importorskip("pypdfium2", reason="the pdf extra is not installed")
pdf_pages = pytest.importorskip("crawler_filter.files.pdf", reason="the pdf extra is not installed")
drawing = pytest.importorskip("crawler_filter.files.pdf_drawing", reason="the pdf extra is not installed")

SHOWN = pixels(200, 280, 12, 3)
"""Five by seven, as it is placed."""

PLACED = b"q 500 0 0 700 50 50 cm /P Do Q\n"


def page_of(content, resources, *objects, annotations=b""):
    """A PDF of one page; the objects are numbered from 5 on."""
    return pdf_of(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 850] /Contents 4 0 R /Resources << %s >> %s >>"
            % (resources, annotations),
            stream(content),
            *objects,
        ]
    )


def in_strips(rows):
    """The picture in strips of so many rows, in a page's order."""
    strips = [SHOWN[top : top + rows] for top in range(0, len(SHOWN), rows)]
    height = 700 / len(strips)
    placed = b"".join(
        b"q 500 0 0 %f 50 %f cm /S%d Do Q\n" % (height, 750 - (number + 1) * height, number)
        for number in range(len(strips))
    )
    named = b" ".join(b"/S%d %d 0 R" % (number, 5 + number) for number in range(len(strips)))
    return page_of(placed, b"/XObject << %s >>" % named, *map(picture, strips))


def masked():
    """A black picture that is seen through a mask."""
    light = SHOWN[:, :, 0]
    size = b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8" % SHOWN.shape[1::-1]
    black = stream(bytes(light.size), size + b" /ColorSpace /DeviceGray /SMask 6 0 R")
    mask = stream((255 - light).tobytes(), size + b" /ColorSpace /DeviceGray")
    return page_of(PLACED, b"/XObject << /P 5 0 R >>", black, mask)


def patterned():
    """A square that is filled with a pattern, which is the picture."""
    pattern = stream(
        b"q 500 0 0 700 0 0 cm /P Do Q",
        b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 500 700] /XStep 500 /YStep 700 "
        b"/Matrix [1 0 0 1 50 50] /Resources << /XObject << /P 6 0 R >> >>",
    )
    content = b"/Pattern cs /T scn 50 50 500 700 re f\n"
    return page_of(content, b"/Pattern << /T 5 0 R >>", pattern, picture(SHOWN))


def stamped():
    """A stamp on the page, whose appearance is the picture."""
    appearance = stream(
        b"q 500 0 0 700 0 0 cm /P Do Q",
        b"/Type /XObject /Subtype /Form /BBox [0 0 500 700] /Resources << /XObject << /P 6 0 R >> >>",
    )
    stamp = b"<< /Type /Annot /Subtype /Stamp /Rect [50 50 550 750] /F 4 /AP << /N 5 0 R >> >>"
    return page_of(b"", b"", appearance, picture(SHOWN), stamp, annotations=b"/Annots [7 0 R]")


def stamped_behind_links():
    """A stamp behind more links than parts of a page are drawn."""
    links = b"[" + b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]>> " * (drawing.MOST_PARTS + 1)
    return stamped().replace(b"/Annots [", b"/Annots " + links)


def read(content, **limits):
    budget = Budget.of_file(len(content), characters=1 << 20, pictures=True)
    for name, value in limits.items():
        setattr(budget, name, value)
    return list(pdf_pages.parts(content, budget, limits.pop("clock", lambda: 0.0)))


def seen_in(content):
    return [each.content for each in read(content) if isinstance(each, Member) and each.kind != "text/plain"]


KINDS = {
    "strips": lambda: in_strips(20),
    "two halves": lambda: in_strips(140),
    "a mask": masked,
    "a pattern": patterned,
    "a stamp": stamped,
    "a stamp behind many links": stamped_behind_links,
}


@pytest.mark.parametrize("made", KINDS.values(), ids=KINDS)
def test_the_picture_is_seen_that_is_shown_by(made):
    wanted = np.repeat(SHOWN[:, :, :1], 3, axis=2) if made is masked else SHOWN
    assert min(distance(pdq(seen).hash, pdq(wanted).hash) for seen in seen_in(made())) <= 16


def test_one_picture_alone_is_not_drawn_again():
    content = page_of(PLACED, b"/XObject << /P 5 0 R >>", picture(SHOWN))
    assert [each.shape for each in seen_in(content)] == [SHOWN.shape]


def test_a_page_of_very_many_parts_is_drawn_once_and_cut_as_often_as_it_may_be(monkeypatch):
    monkeypatch.setattr(drawing, "MOST_PARTS", 3)
    drawn = []
    draw = drawing.Shown._draw
    monkeypatch.setattr(drawing.Shown, "_draw", lambda self, *args: drawn.append(1) or draw(self, *args))
    squares = b"".join(b"50 %d 100 60 re f\n" % (90 * place) for place in range(9))
    content = page_of(b"/Pattern cs /T scn\n" + squares, b"/Pattern << /T 5 0 R >>", *objects_of_pattern())
    (skipped,) = [each for each in read(content) if isinstance(each, Skipped)]
    assert "3 were looked at" in skipped.reason
    assert len(drawn) == 1


def objects_of_pattern():
    pattern = stream(
        b"q 50 0 0 70 0 0 cm /P Do Q",
        b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 50 70] /XStep 50 /YStep 70 "
        b"/Resources << /XObject << /P 6 0 R >> >>",
    )
    return pattern, picture(SHOWN)


def test_drawing_ends_when_its_time_is_over():
    ticks = iter(range(1, 1_000_000))
    content = in_strips(20)
    budget = Budget.of_file(len(content), characters=1 << 20, pictures=True)
    budget.seconds = 55.0
    parts = list(pdf_pages.parts(content, budget, lambda: float(next(ticks))))
    assert budget.seconds <= 0
    assert isinstance(parts[-1], Skipped)


@pytest.mark.parametrize(
    ("content", "masks", "patterns"),
    [
        (b"<< /SMask 4 0 R >>", True, False),
        (b"<< /S#4dask 4 0 R >>", True, False),
        (b"<< /ImageMask true >>", False, False),
        (b"<< /PatternType 1 >>", False, True),
        (bytes(range(256)) * 999, False, False),
    ],
)
def test_a_file_is_drawn_only_where_it_may_hide_pictures(content, masks, patterns):
    assert drawing.Habits.of(content) == drawing.Habits(masks, patterns)
