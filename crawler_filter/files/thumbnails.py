"""The small picture that a camera or a program keeps inside another, of what it was before it was changed.

They lie in Exif blocks (JPEG, PNG, WebP, HEIC, AVIF, JPEG XL) and in Photoshop's own blocks, and are JPEGs.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from crawler_filter.files.at_most import at_most
from crawler_filter.files.budget import Budget, Member, Skipped
from crawler_filter.files.containers import Block, Damage, jpeg_segments, png_chunks, riff_chunks
from crawler_filter.files.tiff_previews import smaller_jpegs

_START: Final = b"\xff\xd8\xff"
_LEAST: Final = 256
"""Bytes of a picture that may show anything."""

_BOXED: Final = frozenset({"image/heif", "image/avif", "image/jxl"})
"""Kinds whose boxes keep an Exif block anywhere, but that it begins as a TIFF does."""

_EXIF: Final = re.compile(rb"II\*\0|MM\0\*")
_MOST_HEADS: Final = 16
_PSD_HEADER: Final = 26
_IN_JPEG: Final = {b"\xe1": b"Exif\0\0", b"\xed": b"Photoshop 3.0\0"}


def has_thumbnail(content: bytes, kind: str) -> bool:
    """Tell whether a picture keeps a smaller one."""
    return next(_pieces(content, kind), None) is not None


def thumbnails(content: bytes, kind: str, budget: Budget) -> Iterator[Member | Skipped]:
    """Yield the pictures in the metadata of a picture, each to the end of its block."""
    for number, piece in enumerate(_pieces(content, kind), 1):
        budget.parts -= 1
        if isinstance(piece, Skipped) or budget.parts < 0:
            yield Skipped(f"thumbnail {number}", "too many pictures for so small a file")
            return
        yield Member(f"thumbnail {number}", "image/jpeg", piece)


def _pieces(content: bytes, kind: str) -> Iterator[bytes | Skipped]:
    if kind in _BOXED:
        heads = at_most(_EXIF.finditer(content), _MOST_HEADS, "Exif blocks")
        for head in heads:
            yield from (head,) if isinstance(head, Skipped) else smaller_jpegs(content[head.start() :])
    for block in _BLOCKS[kind](content) if kind in _BLOCKS else ():
        start = content.find(_START, block.start, block.end)
        if start >= 0 and block.end - start >= _LEAST:
            yield content[start : block.end]


def _of_jpeg(content: bytes) -> Iterator[Block]:
    for block in jpeg_segments(content):
        mark = _IN_JPEG.get(block.type) if isinstance(block, Block) else None
        if isinstance(block, Block) and mark and content.startswith(mark, block.start):
            yield block


def _named(walk: Callable[[bytes], Iterator[Block | Damage]], name: bytes) -> Callable[[bytes], Iterator[Block]]:
    return lambda content: (block for block in walk(content) if isinstance(block, Block) and block.type == name)


def _of_photoshop(content: bytes) -> Iterator[Block]:
    """Yield the section of resources of a document, behind that of its colours."""
    place = _PSD_HEADER
    for name in (b"", b"8BIM"):
        end = place + 4 + int.from_bytes(content[place : place + 4])
        if name:
            yield Block(name, place + 4, min(end, len(content)))
        place = end


_BLOCKS: Final[dict[str, Callable[[bytes], Iterator[Block]]]] = {
    "image/jpeg": _of_jpeg,
    "image/png": _named(png_chunks, b"eXIf"),
    "image/vnd.adobe.photoshop": _of_photoshop,
    "image/webp": _named(riff_chunks, b"EXIF"),
}
