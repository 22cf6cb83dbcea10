"""Files that stand behind a picture's own end: the clip of a live photo, a second picture, a book.

Phones put the film of a moment behind its photograph, and whoever hides a file does the same. No reader of the
picture shows them, and the next program does.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from crawler_filter.files.budget import Budget, Member, Skipped
from crawler_filter.files.containers import Block, boxes, jpeg_segments, png_chunks
from crawler_filter.files.media_type import media_type

MOST: Final = 64
"""Files behind one picture that are looked at."""

_LEAST: Final = 256
"""Bytes of a file that may show anything."""

_FILE: Final = re.compile(
    rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff[\xc0-\xfe]|GIF8[79]a|RIFF....WEBP|%PDF-1|\x1aE\xdf\xa3\x01|....ftyp",
    re.DOTALL,
)
_OF_HEIF: Final = frozenset(
    {b"ftyp", b"meta", b"mdat", b"moov", b"free", b"skip", b"uuid", b"jumb", b"idat", b"udta", b"pitm"}
)
_CRC: Final = 4
_COLOURS_OF_GIF: Final = 13
_EXTENDED: Final = b"!"
_PICTURED: Final = b","


def files_behind(content: bytes, kind: str) -> bool:
    """Tell whether a file stands behind the end of a picture."""
    end = _end(content, kind)
    return end is not None and _FILE.search(content, end, len(content) - _LEAST) is not None


def behind(content: bytes, kind: str, budget: Budget, *, but: str = "") -> Iterator[Member | Skipped]:
    """Yield the files behind a picture, each to the beginning of the next: their readers know where they end.

    Those of the media type `but` are somebody else's affair.
    """
    end = _end(content, kind)
    starts = [found.start() for found in _FILE.finditer(content, end)] if end is not None else []
    for number, (start, stop) in enumerate(pairwise([*starts, len(content)]), 1):
        budget.parts -= 1
        if number > MOST or budget.parts < 0:
            yield Skipped(f"behind it {number}", "this file and those after it are more than are looked at")
            return
        piece = content[start:stop]
        found = media_type(piece) or ""
        if len(piece) >= _LEAST and found != but:
            yield Member(f"behind it {number}", found, piece)


def _end(content: bytes, kind: str) -> int | None:
    """Return where a picture ends, None where that is at the end of the file or cannot be told."""
    end = _ENDS[kind](content) if kind in _ENDS else None
    return end if end is not None and 0 < end <= len(content) - _LEAST else None


def _of_jpeg(content: bytes) -> int | None:
    scan = 2
    for segment in jpeg_segments(content):
        if not isinstance(segment, Block):
            return None
        scan = segment.end
    end = content.find(b"\xff\xd9", scan)
    return end + 2 if end >= 0 else None


def _of_png(content: bytes) -> int | None:
    for chunk in png_chunks(content):
        if isinstance(chunk, Block) and chunk.type == b"IEND":
            return chunk.end + _CRC
    return None


def _of_webp(content: bytes) -> int:
    size = int.from_bytes(content[4:8], "little")
    return 8 + size + size % 2


def _of_gif(content: bytes) -> int | None:
    at = _COLOURS_OF_GIF + _table(content, 10)
    while at < len(content):
        mark = content[at : at + 1]
        if mark == _EXTENDED:
            at = _after_blocks(content, at + 2)
        elif mark == _PICTURED:
            at = _after_blocks(content, at + 11 + _table(content, at + 9))
        else:
            return at + 1 if mark == b";" else None
    return None


def _of_boxes(content: bytes) -> int | None:
    """Return where the first box begins that is no part of a HEIF picture: the clip's, or a second file's."""
    has_begun = False
    for box in boxes(content, 0, len(content)):
        if not isinstance(box, Block):
            continue
        if box.type not in _OF_HEIF or (has_begun and box.type == b"ftyp"):
            return box.start - 8
        has_begun = True
    return None


def _table(content: bytes, flags: int) -> int:
    said = content[flags] if flags < len(content) else 0
    return 3 << (said & 7) + 1 if said & 0x80 else 0


def _after_blocks(content: bytes, at: int) -> int:
    while at < len(content) and content[at]:
        at += content[at] + 1
    return at + 1


_ENDS: Final = {
    "image/jpeg": _of_jpeg,
    "image/png": _of_png,
    "image/webp": _of_webp,
    "image/gif": _of_gif,
    "image/heif": _of_boxes,
    "image/avif": _of_boxes,
}
