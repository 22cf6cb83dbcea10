"""The words of a PDF that no page draws: notes, what was put into fields, bookmarks, what it says of itself."""

import ctypes
from collections.abc import Iterator
from itertools import islice
from typing import Final

from pypdfium2 import PdfDocument, PdfPage
from pypdfium2.raw import (
    FPDFAnnot_GetStringValue,
    FPDFPage_CloseAnnot,
    FPDFPage_GetAnnot,
    FPDFPage_GetAnnotCount,
)

MOST: Final = 4_096
"""Annotations of one page that are looked at: notes, fields, stamps, and links, which have many."""

MOST_BOOKMARKS: Final = 4_096
"""Bookmarks of a PDF whose titles are read."""

_KEYS: Final = (b"Contents", b"V")
"""What a note says, and what a field is filled with (ISO 32000-1 sections 12.5.2 and 12.7.3)."""


_OF_PROGRAMS: Final = frozenset({"Producer", "Creator", "CreationDate", "ModDate"})


def said_of(document: PdfDocument) -> tuple[list[str], int]:
    """Return what a PDF says of itself with the titles of its bookmarks, and how many of those there are.

    More than `MOST_BOOKMARKS` are not counted.
    """
    about = document.get_metadata_dict(skip_empty=True)
    titles = [bookmark.get_title() for bookmark in islice(document.get_toc(), MOST_BOOKMARKS + 1)]
    return [*(said for name, said in about.items() if name not in _OF_PROGRAMS), *titles], len(titles)


def annotations(page: PdfPage) -> int:
    """Return how many annotations a page has."""
    return int(FPDFPage_GetAnnotCount(page))


def written_on(page: PdfPage, most: int) -> str:
    """Return what the notes and fields of a page say, a line each, `most` characters and one more."""
    lines, length = [], 0
    for number in range(min(annotations(page), MOST)):
        for said in _said(page, number):
            lines.append(f"\n{said}")
            length += len(said)
        if length > most:
            break
    return "".join(lines)[: max(most, 0) + 1]


def _said(page: PdfPage, number: int) -> Iterator[str]:
    annotation = FPDFPage_GetAnnot(page, number)
    if not annotation:
        return
    try:
        for key in _KEYS:
            size = FPDFAnnot_GetStringValue(annotation, key, None, 0)
            if size > 2:  # the two bytes that end an empty one
                text = ctypes.create_string_buffer(size)
                FPDFAnnot_GetStringValue(annotation, key, ctypes.cast(text, ctypes.POINTER(ctypes.c_ushort)), size)
                yield text.raw[: size - 2].decode("utf-16-le", "replace")
    finally:
        FPDFPage_CloseAnnot(annotation)
