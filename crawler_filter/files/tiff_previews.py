"""The pictures in a TIFF that are no pages of it: previews of raw photographs, and smaller copies of a page.

A raw photograph of a camera (DNG, NEF, CR2, ARW, PEF) is a TIFF whose first page is a small picture. A JPEG of
full size stands in a directory beside it, or in one of those below (TIFF Technical Note 1, "SubIFDs"). The light
that the camera measured is not read: its JPEG shows it.
"""

from collections.abc import Iterator
from typing import Final

from crawler_filter.files.budget import Budget, Member, Skipped
from crawler_filter.files.containers import (
    Damage,
    TiffField,
    has_more_tiff_numbers,
    tiff_beginning_at,
    tiff_directories,
    tiff_directory_at,
    tiff_numbers,
)

TIFF: Final = "image/tiff"
_JPEG: Final = b"\xff\xd8\xff"
_COMPRESSION: Final = 259
_SEEN_AS: Final = 262
_STRIPS: Final = (273, 279)
_INTERCHANGE: Final = (513, 514)
_BELOW: Final = 330
_JPEGS: Final = frozenset({6, 7})
_TABLES: Final = 347
"""Tables without which the JPEGs of a page are no files of their own (TIFF Technical Note 2)."""
_RAW: Final = frozenset({32803, 34892})
"""Kinds of what a sensor measured: with filters of colour, and linear."""

MOST: Final = 64
"""Pictures beside the pages of one file that are looked at."""


def has_previews(content: bytes, kind: str) -> bool:
    """Tell whether a TIFF keeps pictures that are no pages."""
    return kind == TIFF and next(_found(content), None) is not None


def previews(content: bytes, budget: Budget) -> Iterator[Member | Skipped]:
    """Yield the pictures of a TIFF that are no pages of it."""
    for number, piece in enumerate(_found(content), 1):
        if isinstance(piece, Skipped):
            yield piece
            continue
        budget.parts -= 1
        budget.unpacked -= len(piece)
        if number > MOST or budget.parts < 0 or budget.unpacked < 0:
            yield Skipped(f"preview {number}", "it and what follows are more than is looked at in this file")
            return
        yield Member(f"preview {number}", TIFF if piece[:2] in (b"II", b"MM") else "image/jpeg", piece)


def _found(content: bytes) -> Iterator[bytes | Skipped]:
    for directory in tiff_directories(content):
        if isinstance(directory, Damage):
            yield Skipped("", f"pictures beside its pages were not all looked for: {directory.reason}")
            return
        yield from _jpeg_of(content, directory)
        for below in tiff_numbers(content, directory, _BELOW):
            yield from _below(content, below)
        if has_more_tiff_numbers(directory, _BELOW):
            yield Skipped("", "it has more pictures below a page than are looked at")
            return


def _below(content: bytes, place: int) -> Iterator[bytes | Skipped]:
    directory = tiff_directory_at(content, place)
    if not directory and place < len(content):  # programs that cut a file leave numbers that lead out of it
        yield Skipped("", "pictures below a page cannot be found: their directory is broken")
        return
    jpegs = list(_jpeg_of(content, directory))
    yield from jpegs
    if directory and not jpegs and not _RAW.intersection(tiff_numbers(content, directory, _SEEN_AS)):
        yield tiff_beginning_at(content, place)


def smaller_jpegs(content: bytes) -> Iterator[bytes]:
    """Yield the JPEGs that an Exif block keeps, which is a TIFF without a page (Exif 3.0 section 4.5.6)."""
    for directory in tiff_directories(content):
        if not isinstance(directory, Damage):
            yield from _jpeg_of(content, directory)


def _jpeg_of(content: bytes, directory: list[TiffField]) -> Iterator[bytes]:
    """Yield the JPEG that a directory has as a whole, however it says where that is."""
    is_jpeg = bool(_JPEGS.intersection(tiff_numbers(content, directory, _COMPRESSION)))
    is_whole = is_jpeg and not any(field.tag == _TABLES for field in directory)
    for tags in (_INTERCHANGE, *((_STRIPS,) if is_whole else ())):
        starts, sizes = (tiff_numbers(content, directory, tag) for tag in tags)
        if len(starts) == len(sizes) == 1 and content.startswith(_JPEG, starts[0]):
            yield content[starts[0] : starts[0] + sizes[0]]
