"""The objects of a page of a PDF that may show a picture, forms inside forms included.

Most of a page is letters and lines, of which nothing is made here but a question for their kind.
"""

from collections.abc import Container, Iterator

from pypdfium2 import PdfiumError, PdfObject, PdfPage
from pypdfium2.raw import (
    FPDF_PAGEOBJ_FORM,
    FPDFFormObj_CountObjects,
    FPDFFormObj_GetObject,
    FPDFPage_CountObjects,
    FPDFPage_GetObject,
    FPDFPageObj_GetType,
)


def objects(
    page: PdfPage, kinds: Container[int], most_depth: int, form: PdfObject | None = None, depth: int = 0
) -> Iterator[PdfObject]:
    """Yield the objects of some `kinds` on a page, each form before what is in it. Raises PdfiumError."""
    parent = page if form is None else form
    count = (FPDFPage_CountObjects if form is None else FPDFFormObj_CountObjects)(parent)
    get = FPDFPage_GetObject if form is None else FPDFFormObj_GetObject
    for number in range(count):
        raw = get(parent, number)
        if not raw:
            raise PdfiumError("an object of a page that cannot be read")
        kind = FPDFPageObj_GetType(raw)
        if kind not in kinds and kind != FPDF_PAGEOBJ_FORM:
            continue
        each = PdfObject(raw, page=page, pdf=page.pdf, container=form, level=depth)
        if kind in kinds:
            yield each
        if kind == FPDF_PAGEOBJ_FORM and depth < most_depth - 1:
            yield from objects(page, kinds, most_depth, each, depth + 1)
