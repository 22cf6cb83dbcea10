"""Pictures and files in a PDF that no page leads to are found too."""

import zlib

import numpy as np
import pytest

from crawler_filter.files.budget import Budget, Member, Skipped
from crawler_filter.files.pdf_unshown import files, pictures, with_page_of
from tests.costs import SECOND, cost
from tests.crawler_filter.files.sample_archives import pdf_of, picture, stream
from tests.crawler_filter.fingerprints.generated import pixels

pytest.importorskip("pypdfium2", reason="the pdf extra is not installed")
pdf_pages = pytest.importorskip("crawler_filter.files.pdf", reason="the pdf extra is not installed")

PICTURE = pixels(60, 40, 12, 1)
DRAWING = b"q 40 0 0 60 0 0 cm /I Do Q"
FORM = stream(DRAWING, b"/Type/XObject/Subtype/Form/BBox[0 0 40 60]/Resources<</XObject<</I 6 0 R>>>>")
GLYPHS = b"<</Type/Font/Subtype/Type3/FontBBox[0 0 40 60]/FontMatrix[1 0 0 1 0 0]/CharProcs<</a 7 0 R>>/Widths[40]"
MASK = b"/ExtGState<</G<</SMask<</S/Luminosity/G 5 0 R>>>>>>"
WIDGET = b"<</Type/Annot/Subtype/Widget/FT/Btn/T(b)/Rect[0 0 40 60]"


def page_of(content=b"", resources=b"", entries=b"", fifth=b"<<>>", seventh=b"<<>>", kept=None, **more):
    """A PDF of one page, whose sixth object is a picture."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 40 60]/Contents 4 0 R/Resources<<%b>>%b>>" % (
        resources,
        entries,
    )
    kids = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    kept = kept or picture(PICTURE)
    return pdf_of([b"<</Type/Catalog/Pages 2 0 R>>", kids, page, stream(content), fifth, kept, seventh], **more)


def read(content, pictures=True):
    return list(
        pdf_pages.parts(content, Budget.of_file(len(content), characters=1, pictures=pictures), lambda: 0.0)
    )


def seen(content):
    return [each.content for each in read(content) if isinstance(each, Member) and each.kind == "image/x-pixels"]


def packed_index(content):
    """The same file with a cross-reference stream in place of its table."""
    body = content[: content.rindex(b"xref\n0 8")]
    places = [body.index(b"%d 0 obj" % number) for number in range(1, 8)]
    rows = b"\0\0\0\0\0\xff\xff" + b"".join(b"\1" + place.to_bytes(4) + b"\0\0" for place in [*places, len(body)])
    entries = b"/Type/XRef/W[1 4 2]/Size 9/Root 1 0 R/Filter/FlateDecode"
    index = stream(zlib.compress(rows), entries)
    return body + b"8 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (index, len(body))


UNSHOWN = {
    "of no page": page_of(),
    "of no page, in a file of PDF 1.5": packed_index(page_of()),
    "in a glyph": page_of(b"BT /T 1 Tf (a) Tj ET", b"/Font<</T 5 0 R>>", fifth=GLYPHS + b">>", seventh=FORM),
    "in a soft mask": page_of(b"/G gs 0 0 40 60 re f", MASK, fifth=FORM),
    "in a field": page_of(entries=b"/Annots[5 0 R]", fifth=WIDGET + b"/AP<</N 7 0 R>>>>", seventh=FORM),
    "on a button": page_of(entries=b"/Annots[5 0 R]", fifth=WIDGET + b"/MK<</I 7 0 R>>>>", seventh=FORM),
    "hidden": page_of(entries=b"/Annots[5 0 R]", fifth=WIDGET + b"/F 2/AP<</N 7 0 R>>>>", seventh=FORM),
    "a thumbnail": page_of(entries=b"/Thumb 6 0 R"),
    "an alternative": page_of(DRAWING, b"/XObject<</I 7 0 R>>", seventh=picture(255 - PICTURE)),
}  # fmt: skip


@pytest.mark.parametrize("content", UNSHOWN.values(), ids=UNSHOWN)
def test_a_picture_is_seen_that_is(content):
    assert any(np.array_equal(each, PICTURE) for each in seen(content))


def test_a_picture_that_a_page_shows_is_seen_once():
    content = page_of(DRAWING, b"/XObject<</I 6 0 R>>")
    (shown,) = seen(content)
    assert np.array_equal(shown, PICTURE)
    assert pictures(content) == [(6, 0)]


def test_a_mask_of_a_picture_is_no_picture():
    assert pictures(page_of(seventh=picture(PICTURE).replace(b"<<", b"<</SMask 6 0 R ", 1))) == [(7, 0)]


def test_of_an_encrypted_file_it_is_said_that_there_are_others():
    encrypted = b"/Encrypt <</Filter/Standard/V 1/R 2/O()/U()/P -4>>/ID[<00><00>]"
    read_of = read(page_of() + b"% " + encrypted)
    assert any(isinstance(each, Skipped) and "encrypted" in each.reason for each in read_of)


def test_whoever_looks_for_no_pictures_decodes_none():
    assert [each.kind for each in read(page_of(), pictures=False)] == ["text/plain"]


ATTACHED = b"\x89PNG\r\n\x1a\n" + bytes(100)


@pytest.mark.parametrize(
    "kept",
    [
        stream(zlib.compress(ATTACHED), b"/Type/EmbeddedFile/Filter/FlateDecode"),
        stream(zlib.compress(ATTACHED), b"/Type /EmbeddedFile /Filter [ /FlateDecode ] /Params <</Size 108>>"),
        stream(ATTACHED, b"/Type/EmbeddedFile"),
    ],
)
def test_a_file_that_is_attached_is_one_of_those_in_it(kept):
    (attached,) = [each for each in read(page_of(seventh=kept)) if each.name == "attachment 1"]
    assert attached.kind == "image/png"
    assert attached.content.startswith(b"\x89PNG")


def test_a_file_that_is_kept_in_another_way_is_said():
    kept = stream(b"x", b"/Type/EmbeddedFile/Filter/LZWDecode")
    assert any(isinstance(each, Skipped) and "attachment" in each.name for each in read(page_of(seventh=kept)))


@pytest.mark.parametrize(
    "unit", [b"/Subtype/Image ", b"1 0 obj /Subtype/Image ", b"/Type/EmbeddedFile ", b"/SMask 1 0 R "]
)
def test_hostile_bytes_cost_no_more_than_their_length(unit):
    content = b"%PDF-1.7\n" + unit * (200_000 // len(unit))
    assert cost(lambda: (pictures(content), list(files(content))), limit=SECOND) <= SECOND


def test_a_file_without_an_index_gets_one_that_leads_to_the_page():
    assert b"/XObject<</X0 6 0 R>>" in with_page_of(b"%PDF-1.7\n6 0 obj\n<<>>\nendobj\n", [(6, 0)])


def test_a_picture_is_found_whose_dictionary_is_long_before_its_key():
    kept = picture(PICTURE)
    long = kept.replace(b"<<", b"<</Comment(" + b"long " * 2_000 + b")", 1)
    content = page_of(kept=long)
    assert len(pictures(content)) == 1
    assert any(np.array_equal(each, PICTURE) for each in seen(content))
