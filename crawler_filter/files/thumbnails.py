"""The small picture that a camera or a program keeps inside another, of what it was before it was changed.

They lie in Exif blocks (`exif_blocks`) and in Photoshop's own blocks, and are JPEGs.
"""

from collections.abc import Iterator
from typing import Final

from crawler_filter.files.budget import Budget, Member, Skipped
from crawler_filter.files.containers import Damage, jpeg_segments
from crawler_filter.files.exif_blocks import exif_blocks
from crawler_filter.files.photoshop import PHOTOSHOP
from crawler_filter.files.tiff_previews import smaller_jpegs

_START: Final = b"\xff\xd8\xff"
_LEAST: Final = 256
"""Bytes of a picture that may show anything."""

_BOXED: Final = frozenset({"image/heif", "image/avif", "image/jxl"})
"""Kinds of which nothing says where an Exif block ends: its own numbers say where a picture is."""

_PSD_HEADER: Final = 26
_APP13: Final = b"\xed"
_OF_PHOTOSHOP: Final = b"Photoshop 3.0\0"


def has_thumbnail(content: bytes, kind: str) -> bool:
    """Tell whether a picture keeps a smaller one, or something that may be one and cannot be read."""
    return next(_pieces(content, kind), None) is not None


def thumbnails(content: bytes, kind: str, budget: Budget) -> Iterator[Member | Skipped]:
    """Yield the pictures in the metadata of a picture, each to the end of its block."""
    for number, piece in enumerate(_pieces(content, kind), 1):
        if isinstance(piece, Skipped):
            yield piece
            continue
        budget.parts -= 1
        if budget.parts < 0:
            yield Skipped(f"thumbnail {number}", "too many pictures for so small a file")
            return
        yield Member(f"thumbnail {number}", "image/jpeg", piece)


def _pieces(content: bytes, kind: str) -> Iterator[bytes | Skipped]:
    for block in exif_blocks(content, kind):
        if isinstance(block, Skipped):
            yield block
        elif kind in _BOXED:
            yield from smaller_jpegs(block)
        else:
            yield from _within(block)
    for section in photoshop_resources(content, kind):
        yield from _within(section)


def _within(block: bytes) -> Iterator[bytes]:
    start = block.find(_START)
    if start >= 0 and len(block) - start >= _LEAST:
        yield block[start:]


def photoshop_resources(content: bytes, kind: str) -> Iterator[bytes]:
    """Yield the sections of resources that Photoshop keeps in a document or in a JPEG."""
    if kind == PHOTOSHOP:
        place = _PSD_HEADER + 4 + int.from_bytes(content[_PSD_HEADER : _PSD_HEADER + 4])
        yield content[place + 4 : place + 4 + int.from_bytes(content[place : place + 4])]
    elif kind == "image/jpeg":
        for block in jpeg_segments(content):
            if isinstance(block, Damage) or block.type != _APP13:
                continue
            if content.startswith(_OF_PHOTOSHOP, block.start):
                yield content[block.start + len(_OF_PHOTOSHOP) : block.end]
