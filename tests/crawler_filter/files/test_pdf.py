"""The text and the pictures of a PDF come out as they are seen, and a hostile one ends."""

import io

import numpy as np
import pytest

from crawler_filter.files.budget import Budget, Member, Skipped
from crawler_filter.fingerprints.pdq import distance, pdq
from crawler_filter.fingerprints.variants import trimmed
from tests.crawler_filter.checks.test_content import encoded
from tests.crawler_filter.files.sample_archives import UPRIGHT, jpeg, pdf, pdf_of, picture, stream
from tests.crawler_filter.fingerprints.generated import pixels

pypdfium2 = pytest.importorskip("pypdfium2", reason="the pdf extra is not installed")
pdf_pages = pytest.importorskip("crawler_filter.files.pdf", reason="the pdf extra is not installed")

PICTURE = pixels(60, 40, 12, 1)
ENGLISH = ["The lighthouse keeper counted every ship that passed be-", "fore dawn."]
JAPANESE = ["吾輩は猫である。名前はまだ無い。", "どこで生れたかとんと見当がつかぬ。"]


def read(content, clock=lambda: 0.0, pictures=True, **limits):
    budget = Budget.of_file(len(content), characters=1 << 20, pictures=pictures)
    for name, value in limits.items():
        setattr(budget, name, value)
    return list(pdf_pages.parts(content, budget, clock))


def shown(content):
    return [each.content for each in read(content) if isinstance(each, Member) and each.kind != "text/plain"]


@pytest.mark.parametrize("lines", [ENGLISH, JAPANESE], ids=["English", "Japanese"])
def test_the_text_of_each_page_is_read(lines):
    first, second = read(pdf([(lines, None, b""), (["2"], None, b"")]))
    assert (first.name, first.kind, second.name) == ("page 1", "text/plain", "page 2")
    assert "".join(filter(str.isalnum, first.content)) == "".join(filter(str.isalnum, "".join(lines)))


def test_a_page_without_text_has_an_empty_one():
    assert [each.content for each in read(pdf([([], None, b"")]))] == [""]


def test_of_too_much_text_one_character_too_many_is_read():
    (page,) = read(pdf([(ENGLISH, None, b"")]), characters=20)
    assert page.content == ENGLISH[0][:21]


PLACED = {
    "upright": (UPRIGHT, 0, PICTURE),
    "on its head": (b"500 0 0 -700 50 750", 0, PICTURE[::-1]),
    "mirrored": (b"-500 0 0 700 550 50", 0, PICTURE[:, ::-1]),
    "turned to the left": (b"0 700 -500 0 550 50", 0, np.rot90(PICTURE)),
    "turned to the right": (b"0 -700 500 0 50 750", 0, np.rot90(PICTURE, -1)),
    "turned and mirrored": (b"0 700 500 0 50 50", 0, PICTURE.swapaxes(0, 1)[::-1, ::-1]),
    "on a page that is turned": (UPRIGHT, 90, np.rot90(PICTURE, -1)),
    "turned on a page that turns it back": (b"0 700 -500 0 550 50", 90, PICTURE),
}


@pytest.mark.parametrize(("placed", "rotate", "expected"), PLACED.values(), ids=PLACED)
def test_a_picture_is_seen_as_the_page_shows_it(placed, rotate, expected):
    content = pdf([([], picture(PICTURE), placed)], rotate=rotate)
    (seen,) = shown(content)
    assert np.array_equal(seen, expected)
    page = pypdfium2.PdfDocument(content)[0]
    printed = trimmed(page.render().to_numpy()[:, :, ::-1])
    assert distance(pdq(printed).hash, pdq(np.kron(seen, np.ones((10, 10, 1), dtype=np.uint8))).hash) <= 31


def test_a_picture_in_grey_is_seen():
    (seen,) = shown(pdf([([], picture(PICTURE[:, :, 0].copy()), UPRIGHT)]))
    assert np.array_equal(seen, np.repeat(PICTURE[:, :, :1], 3, axis=2))


def test_a_stencil_is_painted_black():
    painted = PICTURE[:, :40, 0] > 127
    bits = np.packbits(~painted, axis=1).tobytes()
    mask = stream(bits, b"/Type /XObject /Subtype /Image /Width 40 /Height 40 /ImageMask true /BitsPerComponent 1")
    (seen,) = shown(pdf([([], mask, UPRIGHT)]))
    assert np.array_equal(seen[:, :, 0] == 0, painted)


def test_a_picture_in_a_form_is_seen_as_the_form_is_turned():
    form = stream(
        b"q 1 0 0 1 0 0 cm /P Do Q",
        b"/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources << /XObject << /P 6 0 R >> >>",
    )
    (seen,) = shown(pdf([([], form, b"500 0 0 -700 50 750")], picture(PICTURE)))
    assert np.array_equal(seen, PICTURE[::-1])


def test_a_picture_of_a_palette_is_seen_in_its_colours():
    palette = b"[/Indexed /DeviceRGB 2 <ff0000 00ff00 0000ff>]"
    size = b"/Type /XObject /Subtype /Image /Width 3 /Height 1 /BitsPerComponent 8 /ColorSpace " + palette
    (seen,) = shown(pdf([([], stream(bytes([0, 1, 2]), size), UPRIGHT)]))
    assert seen.tolist() == [[[255, 0, 0], [0, 255, 0], [0, 0, 255]]]


COLOURS = {
    "three channels": (b"/DeviceRGB", False),
    "a palette": (b"[/Indexed /DeviceRGB 2 <ff0000 00ff00 0000ff>]", False),
    "grey": (b"/DeviceGray", True),
    "grey, white being none of it": (b"/DeviceGray /Decode [1 0]", True),
    "grey of a white point": (b"[/CalGray << /WhitePoint [0.95 1 1.09] >>]", True),
}


@pytest.mark.parametrize(("colours", "is_read"), COLOURS.values(), ids=COLOURS)
def test_a_grey_picture_may_be_larger(monkeypatch, colours, is_read):
    monkeypatch.setattr(pdf_pages, "MAX_PIXELS", 100)
    monkeypatch.setattr(pdf_pages, "MAX_GREY_PIXELS", 144)
    entries = b"/Type /XObject /Subtype /Image /Width %d /Height 12 /BitsPerComponent 8 /ColorSpace " + colours
    within, beyond = (pdf([([], stream(bytes(600), entries % width), UPRIGHT)]) for width in (12, 13))
    assert len(shown(within)) == is_read
    assert not shown(beyond)


def test_grey_that_pdfium_gives_as_colours_is_seen():
    content = stream(
        bytes([0, 9, 255]),
        b"/Type /XObject /Subtype /Image /Width 3 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray /Decode [1 0]",
    )
    (seen,) = shown(pdf([([], content, UPRIGHT)]))
    assert seen.tolist() == [[[255] * 3, [246] * 3, [0] * 3]]


def of_inks(kept, entries):
    said = b"/Type /XObject /Subtype /Image /Width 60 /Height 40 /BitsPerComponent 8 /ColorSpace /DeviceCMYK"
    return pdf([([], stream(kept, said + entries), b"500 0 0 -700 50 750")])


def jpeg_of_inks(inks):
    file = io.BytesIO()
    images = pytest.importorskip("PIL.Image")
    images.frombytes("CMYK", (60, 40), inks.tobytes()).save(file, "JPEG", quality=95)
    return file.getvalue()


INKS = np.dstack([255 - PICTURE, np.zeros((40, 60, 1), np.uint8)])
IN_INKS = {
    "plain": lambda: of_inks(INKS.tobytes(), b""),
    "plain, paper being 255": lambda: of_inks((255 - INKS).tobytes(), b" /Decode [1 0 1 0 1 0 1 0]"),
    "a JPEG": lambda: of_inks(jpeg_of_inks(INKS), b" /Filter /DCTDecode /Decode [1 0 1 0 1 0 1 0]"),
    "a JPEG, whose inks are turned over": lambda: of_inks(jpeg_of_inks(255 - INKS), b" /Filter /DCTDecode"),
}


@pytest.mark.parametrize("content", IN_INKS.values(), ids=IN_INKS)
def test_a_picture_in_inks_is_seen_by_plain_arithmetic_too(content):
    pressed, plain = shown(content())
    assert np.abs(plain.astype(int) - PICTURE[::-1]).mean() <= 6
    assert np.abs(pressed.astype(int) - PICTURE[::-1]).mean() > 6


def test_an_owners_picture_in_inks_is_seen_once():
    content = of_inks(INKS.tobytes(), b"")
    budget = Budget.of_own_file(len(content))
    assert len([each for each in pdf_pages.parts(content, budget) if each.kind == "image/x-pixels"]) == 1


def test_a_jpeg_2000_has_the_colours_that_its_file_says():
    drawn = (
        jpeg(encoded(PICTURE, "JPEG2000"), 60, 40).replace(b"DCT", b"JPX").replace(b" /ColorSpace /DeviceRGB", b"")
    )
    (seen,) = shown(pdf([([], drawn, UPRIGHT)]))
    assert np.array_equal(seen, PICTURE)


def test_a_form_that_lies_too_deep_is_said():
    def form(inner):
        names = b"/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources << /XObject << /P %d 0 R >> >>" % inner
        return stream(b"q 1 0 0 1 0 0 cm /P Do Q", names)

    deep = [form(7), form(8), form(9), picture(PICTURE)]
    (page, unread, deepest) = read(pdf([([], form(6), b"500 0 0 700 50 50")], *deep))
    assert (page.name, unread.reason) == ("page 1", "forms that lie 4 deep in others are not looked into")
    assert np.array_equal(deepest.content, PICTURE)  # it is found as one that no page leads to


def test_a_picture_on_every_page_is_seen_once():
    assert len(shown(pdf([([], picture(PICTURE), UPRIGHT)] * 5))) == 1


def test_where_nobody_looks_for_pictures_none_is_decoded():
    assert [each.kind for each in read(pdf([([], picture(PICTURE), UPRIGHT)]), pictures=False)] == ["text/plain"]


ENCRYPTED = b"/Encrypt << /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >> /ID [<00> <00>]" % (
    b"11" * 32,
    b"22" * 32,
)
HUGE = stream(
    b"", b"/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8 /ColorSpace /DeviceRGB"
)
BROKEN = stream(
    b"no picture",
    b"/Type /XObject /Subtype /Image /Width 9 /Height 9 /BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /JPXDecode",
)


def larger_than_said(form, mark, place):
    """A picture whose file says that it has 20,000 pixels a side, in a PDF that says 60 x 40."""
    content = bytearray(encoded(PICTURE, form, **({"progressive": True} if form == "JPEG" else {})))
    at = content.index(mark) + place
    size = 2 if form == "JPEG" else 4
    content[at : at + 2 * size] = (20_000).to_bytes(size) * 2
    return jpeg(bytes(content), 60, 40) if form == "JPEG" else jpeg(bytes(content), 60, 40).replace(b"DCT", b"JPX")


UNREAD = {
    "has a JPEG that is larger than it says": (pdf([([], larger_than_said("JPEG", b"\xff\xc2", 5), UPRIGHT)]), "20000 x 20000"),
    "has a JPEG 2000 that is larger than it says": (pdf([([], larger_than_said("JPEG2000", b"\xff\x4f\xff\x51", 8), UPRIGHT)]), "20000 x 20000"),
    "has a JPEG 2000 of several pictures": (pdf([([], jpeg(b"\xff\x4f\xff\x51" * 2, 9, 9).replace(b"DCT", b"JPX"), UPRIGHT)]), "several pictures"),
    "is nothing but a header": (b"%PDF-1.7\n", "broken PDF"),
    "is encrypted": (pdf([([], None, b"")], trailer=ENCRYPTED), "it is encrypted"),
    "has a page that is none": (pdf_of([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [9 0 R] /Count 1 >>"]), "broken"),
    "has a picture of 3.6 gigapixels": (pdf([([], HUGE, UPRIGHT)]), "60000 x 60000"),
    "has a picture that is broken": (pdf([([], BROKEN, UPRIGHT)]), "broken picture"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "reason"), UNREAD.values(), ids=UNREAD)
def test_it_is_said_where_a_pdf(content, reason):
    (unread,) = (each for each in read(content) if isinstance(each, Skipped))
    assert reason in unread.reason


def test_pages_beyond_the_most_are_named(monkeypatch):
    monkeypatch.setattr(pdf_pages, "MAX_PAGES", 2)
    *pages, rest = read(pdf([(["1"], None, b"")] * 3))
    assert (len(pages), rest.reason) == (2, "only the first 2 of 3 pages were looked at")


def test_a_pdf_that_takes_long_ends_after_a_page():
    seconds = iter(range(1000))
    *pages, rest = read(pdf([(["1"], None, b"")] * 20), clock=lambda: float(next(seconds)))
    assert len(pages) < 5
    assert "too long" in rest.reason


def test_a_reader_that_is_left_early_lets_the_next_one_in():
    content = pdf([(["1"], None, b"")] * 3)
    reader = pdf_pages.parts(content, Budget.of_file(len(content), characters=9, pictures=True))
    next(reader)
    reader.close()
    assert len(read(content)) == 3
