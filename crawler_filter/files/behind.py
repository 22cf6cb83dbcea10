"""Files that stand behind another's own end: the clip of a live photo, a second picture, an archive, a text.

Phones put the film of a moment behind its photograph, and whoever hides a file does the same. No reader of the
first file shows them, and the next program does.
"""

import re
import struct
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from crawler_filter.files import archive
from crawler_filter.files.budget import Budget, Member, Skipped
from crawler_filter.files.containers import Block, boxes, gif_blocks, jpeg_segments, png_chunks
from crawler_filter.files.media_type import HEAD, TEXTS, looked_up_as, media_type

MOST: Final = 64
"""Files behind one file that are looked at."""

_LEAST: Final = 256
"""Bytes of a file that may show anything."""

_FILE: Final = re.compile(
    rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff[\xc0-\xfe]|GIF8[79]a|RIFF....WEBP|%PDF-1|\x1aE\xdf\xa3\x01|....ftyp"
    rb"|(?P<whole>Rar!\x1a\x07|7z\xbc\xaf\x27\x1c)",
    re.DOTALL,
)
"""What files begin with, wherever they stand; an archive has all that follows."""

_AT_ONCE: Final = frozenset(
    {"application/gzip", "application/rtf", "application/zstd", "application/x-xz", "image/bmp", "image/tiff"}
    | {"image/vnd.adobe.photoshop"}
    | TEXTS
)
"""Kinds whose marks are too short to be looked for: such a file begins where the other one ends."""

_OF_HEIF: Final = frozenset(
    {b"ftyp", b"meta", b"mdat", b"moov", b"free", b"skip", b"uuid", b"jumb", b"idat", b"udta", b"pitm"}
)
_OF_FILM: Final = _OF_HEIF | frozenset(
    {b"moof", b"mfra", b"sidx", b"ssix", b"styp", b"prft", b"emsg", b"wide", b"pnot", b"pdin", b"PICT"}
)
_BITMAP: Final = struct.Struct("<2xI4xI4xii2xHI")
_OF_ZIP: Final = b"PK\3\4"
_CRC: Final = 4


def files_behind(content: bytes, kind: str) -> bool:
    """Tell whether a file stands behind the end of another."""
    return next(_starts(content, kind), None) is not None


def behind(content: bytes, kind: str, budget: Budget, *, but: str = "") -> Iterator[Member | Skipped]:
    """Yield the files behind another, each to the beginning of the next: their readers know where they end.

    Those of the media type `but` are somebody else's affair.
    """
    for number, (start, stop) in enumerate(pairwise([*_starts(content, kind), len(content)]), 1):
        budget.parts -= 1
        if number > MOST or budget.parts < 0:
            yield Skipped(f"behind it {number}", "this file and those after it are more than are looked at")
            return
        piece = content[start:stop]
        found = looked_up_as(piece)
        if len(piece) >= _LEAST and found != but:
            yield Member(f"behind it {number}", found, piece)


def _starts(content: bytes, kind: str) -> Iterator[int]:
    """Yield where the files behind another begin; of a ZIP that stands there, somebody else tells."""
    end = _end(content, kind)
    if end is None:
        return
    stop = content.find(_OF_ZIP, end) if archive.ends_as_zip(content) else -1
    stop = (stop if stop >= 0 else len(content)) - _LEAST
    first = end + len(content[end : end + HEAD]) - len(content[end : end + HEAD].lstrip(b"\0 \r\n"))
    if first <= stop and media_type(content[first : first + HEAD]) in _AT_ONCE:
        yield first
        end = first + 1
    for found in _FILE.finditer(content, end, max(stop, 0)):
        yield found.start()
        if found["whole"]:
            return


def _end(content: bytes, kind: str) -> int | None:
    """Return where a file ends, None where that is at the end of all bytes or cannot be told."""
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
    for block in gif_blocks(content):
        if isinstance(block, Block) and block.type == b";":
            return block.end
    return None


def _of_bitmap(content: bytes) -> int | None:
    """Return where a bitmap says that it ends, where its rows of pixels end before that."""
    if len(content) < _BITMAP.size:
        return None
    said, place, width, height, bits, packed = _BITMAP.unpack_from(content)
    rows = 0 if packed else -(-width * bits // 32) * 4 * abs(height)
    return said if said >= place + rows else None


def _of_pdf(content: bytes) -> int | None:
    end = content.rfind(b"%%EOF")
    return end + 5 if end >= 0 else None


def _of_boxes(known: frozenset[bytes]) -> Callable[[bytes], int | None]:
    """Return what tells where the first box begins that is no part of a file: the clip's, or a second file's."""

    def end(content: bytes) -> int | None:
        has_begun = False
        for box in boxes(content, 0, len(content)):
            if not isinstance(box, Block):
                continue
            if box.type not in known or (has_begun and box.type == b"ftyp"):
                return box.start - 8
            has_begun = True
        return None

    return end


_ENDS: Final = {
    "image/jpeg": _of_jpeg,
    "image/png": _of_png,
    "image/webp": _of_webp,
    "image/gif": _of_gif,
    "image/bmp": _of_bitmap,
    "image/heif": _of_boxes(_OF_HEIF),
    "image/avif": _of_boxes(_OF_HEIF),
    "video/mp4": _of_boxes(_OF_FILM),
    "video/quicktime": _of_boxes(_OF_FILM),
    "audio/mp4": _of_boxes(_OF_FILM),
    "application/pdf": _of_pdf,
}
