"""The pictures that files of sound carry: covers, booklets and artists, cut out by their tags' own structure.

ID3v2 keeps them in `APIC` and `PIC` frames, FLAC in metadata blocks of type 6 (RFC 9639 section 8.8), MPEG-4 in
`covr` atoms. Ogg keeps them as base64 in a comment, which is found where base64 is looked for.
"""

import re
from collections.abc import Iterator
from typing import Final

from crawler_filter.files.budget import Budget, Member, Skipped
from crawler_filter.files.media_type import media_type

MAX_COVERS: Final = 32
"""Pictures of one file that are looked at."""

_BEGIN: Final = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|GIF8[79]a|RIFF....WEBP|BM", re.DOTALL)
_DESCRIBED: Final = 4096
"""Bytes of a frame before its picture: a media type, a kind, a description."""

_FLAC_PICTURE: Final = 6
_LAST_BLOCK: Final = 0x80


def has_covers(content: bytes, kind: str) -> bool:
    """Tell whether a file of sound carries a picture."""
    return next(_pieces(content, kind), None) is not None


def covers(content: bytes, kind: str, budget: Budget) -> Iterator[Member | Skipped]:
    """Yield the pictures of a file of sound, each as a file of its own, which may go on behind its picture."""
    for number, piece in enumerate(_pieces(content, kind), 1):
        if number > MAX_COVERS or budget.parts <= 0:
            yield Skipped(f"cover {number}", "this and the pictures after it are more than are looked at")
            return
        budget.parts -= 1
        yield Member(f"cover {number}", media_type(piece) or "", piece)


def _pieces(content: bytes, kind: str) -> Iterator[bytes]:
    if kind == "audio/mpeg" and content.startswith(b"ID3"):
        yield from _in_id3(content)
    elif kind == "audio/flac":
        yield from _in_flac(content)
    elif kind == "audio/mp4":
        yield from _in_atoms(content)


def _in_id3(content: bytes) -> Iterator[bytes]:
    size = sum((byte & 0x7F) << shift for byte, shift in zip(content[6:10], (21, 14, 7, 0), strict=False))
    tag = content[10 : 10 + size]
    if content[5:6] >= b"\x80":
        tag = tag.replace(b"\xff\x00", b"\xff")  # unsynchronisation (ID3v2.3 section 5)
    for frame in re.finditer(rb"APIC|PIC(?=....[A-Z]{3})", tag, re.DOTALL):
        yield from _after(tag, frame.end())


def _in_flac(content: bytes) -> Iterator[bytes]:
    position = 4
    while position + 4 <= len(content):
        header, length = content[position], int.from_bytes(content[position + 1 : position + 4])
        if header & ~_LAST_BLOCK == _FLAC_PICTURE:
            yield from _after(content[position + 4 : position + 4 + length], 0)
        if header & _LAST_BLOCK:
            return
        position += 4 + length


def _in_atoms(content: bytes) -> Iterator[bytes]:
    for atom in re.finditer(rb"covr....data", content, re.DOTALL):
        length = int.from_bytes(content[atom.start() + 4 : atom.start() + 8])
        yield from _after(content[atom.end() : atom.start() + 4 + length], 0)


def _after(within: bytes, position: int) -> Iterator[bytes]:
    if begin := _BEGIN.search(within, position, position + _DESCRIBED):
        yield within[begin.start() :]
