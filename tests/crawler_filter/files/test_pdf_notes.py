"""What notes and fields of a PDF say belongs to its page."""

import pytest

from crawler_filter.files.budget import Budget
from tests.crawler_filter.files.sample_archives import pdf_of

pdf = pytest.importorskip("crawler_filter.files.pdf", reason="the pdf extra is not installed")


@pytest.mark.parametrize(
    "note",
    [
        b"<</Type/Annot/Subtype/FreeText/Rect[0 0 9 9]/Contents(the words)>>",
        b"<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/Rect[0 0 9 9]/V<FEFF"
        + "the words".encode("utf-16-be").hex().encode()
        + b">>>",
    ],
)
def test_the_words_are_read(note):
    content = pdf_of(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Annots[4 0 R]>>",
            note,
        ]
    )
    (page,) = pdf.parts(content, Budget.of_file(len(content), characters=99, pictures=False))
    assert page.content == "\nthe words"


BOOKMARKED = [
    b"<</Type/Catalog/Pages 2 0 R/Outlines 4 0 R>>",
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>",
    b"<</Type/Outlines/First 5 0 R/Last 5 0 R/Count 1>>",
    b"<</Title(The first of the chapters)/Parent 4 0 R/Dest[3 0 R/Fit]>>",
]


def test_titles_of_bookmarks_are_read_behind_the_pages():
    content = pdf_of(BOOKMARKED)
    budget = Budget.of_file(len(content), characters=99, pictures=False)
    _, about = pdf.parts(content, budget)
    assert about.content == "The first of the chapters"


def test_of_an_own_file_only_the_pages_count():
    content = pdf_of(BOOKMARKED)
    assert len(list(pdf.parts(content, Budget.of_own_file(len(content))))) == 1
