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
