"""Several PDFs in one file: each is read, and each says its own."""

import zlib

import pytest

from crawler_filter.files.joined_pdfs import MOST, pieces
from crawler_filter.preference import Preference
from crawler_filter.signals.embedded import media
from tests.costs import SECOND, cost
from tests.crawler_filter.checks.test_content import OTHER, PIXELS, opened, pictured
from tests.crawler_filter.files.sample_archives import pdf_of, picture, stream

pytest.importorskip("pypdfium2", reason="the pdf extra is not installed")
DRAWING = b"q 40 0 0 60 0 0 cm /I Do Q"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 40 60]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>"
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:tdm="http://www.w3.org/ns/tdmrep/"><tdm:reservation>%b</tdm:reservation>'
    b"</rdf:Description></rdf:RDF></x:xmpmeta>"
)


def pdf(pixels, *more):
    catalog, pages = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    return pdf_of([catalog, pages, PAGE, stream(DRAWING), picture(pixels), *more])


def metadata(reservation):
    return stream(XMP % reservation, b"/Type/Metadata/Subtype/XML")


MINE, OTHERS = pdf(PIXELS), pdf(OTHER)


@pytest.mark.parametrize("between", [b"", b"\n", b"\r\n\r\n", b"\0" * 500])
@pytest.mark.parametrize("order", [1, -1])
def test_a_registered_picture_is_found_in_each_of_several_pdfs(between, order):
    content = between.join([MINE, OTHERS][::order])
    decision = opened(pictured()).check(content=content)
    assert not decision.keep
    assert "PDF" in decision.findings[0].evidence.member


def test_free_pdfs_that_were_joined_are_kept():
    assert opened(pictured()).check(content=OTHERS + OTHERS).keep


def test_a_pdf_that_was_changed_is_one():
    assert list(pieces(MINE)) == [MINE]
    assert len(list(pieces(MINE + b"\n6 0 obj\n<<>>\nendobj\n%%EOF\n"))) == 1


def test_what_the_first_of_several_pdfs_forbids_counts_though_the_last_has_an_object_of_the_same_number():
    content = pdf(OTHER, metadata(b"1")) + pdf(OTHER, metadata(b"0"))
    said = [preference for signal in media.read(content) for preference in signal.preferences.values()]
    assert Preference.DISALLOWED in said
    assert Preference.ALLOWED not in said


def test_what_an_attached_file_forbids_counts():
    attached = stream(zlib.compress(XMP % b"1"), b"/Type/EmbeddedFile/Filter/FlateDecode")
    said = [
        preference for signal in media.read(pdf(OTHER, attached)) for preference in signal.preferences.values()
    ]
    assert said == [Preference.DISALLOWED]


@pytest.mark.parametrize("piece", [b"%%EOF%PDF-1", b"%%EOF", b"%%EOF" + b" " * 1000])
def test_a_hostile_file_is_cut_in_linear_time(piece):
    content = b"%PDF-1.7" + piece * (4_000_000 // len(piece))
    assert cost(lambda: list(pieces(content)), limit=SECOND) <= SECOND
    assert len(list(pieces(content))) <= MOST + 1


def test_a_registered_picture_behind_more_pdfs_than_are_read_is_not_kept_unsaid():
    decision = opened(pictured()).check(content=OTHERS * MOST + MINE)
    assert not decision.keep
    assert any(f"only the first {MOST}" in missing.reason for missing in decision.unavailable)
