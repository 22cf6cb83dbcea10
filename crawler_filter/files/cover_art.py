"""The pictures that sound and films carry: covers, booklets and artists, cut out by their tags' own structure.

ID3v2 keeps them in `APIC` and `PIC` frames, at the start of a file or in a chunk of WAVE and AIFF; FLAC in
metadata blocks of type 6 (RFC 9639 section 8.8), which Ogg has as base64 in a comment; MPEG-4 in `covr` atoms;
APEv2 in items. Matroska attaches them as files (`matroska`).
"""

import binascii
import re
from collections.abc import Iterator
from typing import Final

from crawler_filter.files.budget import Budget, Member, Skipped
from crawler_filter.files.containers import Block, boxes, flac_blocks
from crawler_filter.files.media_type import media_type

MAX_COVERS: Final = 32
"""Pictures of one file that are looked at."""

_BEGIN: Final = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|GIF8[79]a|RIFF....WEBP|BM", re.DOTALL)
_DESCRIBED: Final = 4096
"""Bytes of a frame before its picture: a media type, a kind, a description."""

_CHUNK: Final = re.compile(rb"(?:id3|ID3) ....(?=ID3[\2-\4])", re.DOTALL)
_COMMENT: Final = re.compile(rb"(?:METADATA_BLOCK_PICTURE|COVERART)=([A-Za-z0-9+/=]{64,})", re.IGNORECASE)
_ITEM: Final = re.compile(rb"Cover Art \([^()\0]{1,40}\)\0", re.IGNORECASE)
_FLAC_PICTURE: Final = b"\6"
_CHUNKED: Final = ("audio/wav", "audio/aiff")
_FIRST_PAGES: Final = 16 << 20
"""Bytes of an Ogg file in which every page may be one of tags."""

_NO_SOUND: Final = (bytes(8), b"\xff" * 8)
"""Positions of pages on which no packet of sound ends."""


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
    if kind == "audio/flac":
        yield from _in_flac(content)
    elif kind in ("audio/mp4", "video/mp4", "video/quicktime"):
        yield from _in_atoms(content)
    elif kind == "audio/ogg":
        yield from _in_comments(content)
    elif kind.startswith("audio/"):
        if content.startswith(b"ID3"):
            yield from _in_id3(content)
        elif kind in _CHUNKED and (chunk := _CHUNK.search(content)):
            yield from _in_id3(content[chunk.end() :])
        yield from _in_items(content)


def _in_id3(content: bytes) -> Iterator[bytes]:
    size = sum((byte & 0x7F) << shift for byte, shift in zip(content[6:10], (21, 14, 7, 0), strict=False))
    tag = content[10 : 10 + size]
    if content[5:6] >= b"\x80":
        tag = tag.replace(b"\xff\x00", b"\xff")  # unsynchronisation (ID3v2.3 section 5)
    for frame in re.finditer(rb"APIC|PIC(?=....[A-Z]{3})", tag, re.DOTALL):
        yield from _after(tag, frame.end())


def _in_flac(content: bytes) -> Iterator[bytes]:
    blocks = list(flac_blocks(content))
    for block in blocks:
        if block.type == _FLAC_PICTURE:
            yield from _after(content[block.start : block.end], 0)
    yield from _in_comments(content[: blocks[-1].end] if blocks else b"")


def _in_atoms(content: bytes) -> Iterator[bytes]:
    for atom in re.finditer(rb"covr(?=....data)", content, re.DOTALL):
        start, end = atom.end(), atom.start() - 4 + int.from_bytes(content[atom.start() - 4 : atom.start()])
        for each in boxes(content, start, min(end, len(content))):
            if isinstance(each, Block) and each.type == b"data":
                yield from _after(content[each.start : each.end], 0)


def without_pages(content: bytes) -> bytes:
    """Return the pages of an Ogg file without their headers (RFC 3533 section 6), other files as they are.

    Behind the first ones only those are returned on which no sound ends, as of the tags of a later stream.
    """
    bodies, at = [], 0
    while content.startswith(b"OggS", at):
        may_be_tags = at < _FIRST_PAGES or content[at + 6 : at + 14] in _NO_SOUND
        segments = content[at + 27 : at + 27 + content[at + 26]] if at + 26 < len(content) else b""
        start = at + 27 + len(segments)
        at = start + sum(segments)
        bodies += [content[start:at]] if may_be_tags else []
    return b"".join(bodies) if bodies else content


def _in_comments(content: bytes) -> Iterator[bytes]:
    for comment in _COMMENT.finditer(without_pages(content)):
        letters = comment[1].rstrip(b"=")
        letters = letters[: len(letters) - (len(letters) % 4 == 1)]
        yield from _after(binascii.a2b_base64(letters + b"=" * (-len(letters) % 4)), 0)


def _in_items(content: bytes) -> Iterator[bytes]:
    header = content.rfind(b"APETAGEX")
    if header < 0:
        return
    size = int.from_bytes(content[header + 12 : header + 16], "little")
    for item in _ITEM.finditer(content, max(header - size, 0)):
        yield from _after(content, item.end())


def _after(within: bytes, position: int) -> Iterator[bytes]:
    if begin := _BEGIN.search(within, position, position + _DESCRIBED):
        yield within[begin.start() :]
