"""The texts in ID3 tags of sound: lyrics, with times and without, comments, and what programs add under names.

Frames of versions 2.2 to 2.4 are read wherever a tag stands, unsynchronised and packed ones too.
"""

import re
import zlib
from collections.abc import Iterator
from typing import Final

from crawler_filter.files.at_most import at_most
from crawler_filter.files.budget import Skipped

_TAG: Final = re.compile(rb"ID3([\2-\4])[\0-\x0a]([\0-\xff])([\0-\x7f]{4})", re.DOTALL)
_FRAME: Final = re.compile(
    rb"(?P<long>USLT|SYLT|COMM|TXXX)|(?P<short>ULT|SLT|COM)(?=...[\0-\3][A-Za-z]{3})|(?P<own>TXX)(?=...[\0-\3])",
    re.DOTALL,
)
MOST_TAGS: Final = 8
_NEWEST: Final = 4
_MOST_TEXT: Final = (4 << 22) + 4
"""Bytes of a text that is packed: one that is cut there is longer than is looked up, which is said there."""
_UNSYNCHRONISED: Final = 0x80
_ENCODINGS: Final = ("cp1252", "utf-16", "utf-16-be", "utf-8")
_END: Final = (b"\0", b"\0\0", b"\0\0", b"\0")
_TIME: Final = 4
_PACKED: Final = {3: 0x80, _NEWEST: 0x08}
_MARKED: Final = 0x02
_SIZED: Final = 0x01


def texts(content: bytes) -> Iterator[str | Skipped]:
    """Yield the texts of all tags in a file of sound."""
    for tag in at_most(_TAG.finditer(content), MOST_TAGS, "ID3 tags"):
        if isinstance(tag, Skipped):
            yield tag
            return
        version, size = tag[1][0], _number(tag[3], 7)
        body = content[tag.end() : tag.end() + size]
        if tag[2][0] & _UNSYNCHRONISED and version < _NEWEST:
            body = body.replace(b"\xff\0", b"\xff")
        for frame in _FRAME.finditer(body):
            yield from _of_frame(body, frame, version)


def _of_frame(body: bytes, frame: re.Match[bytes], version: int) -> Iterator[str]:
    if frame["long"]:
        size, flags, start = _number(body[frame.end() : frame.end() + 4], 7 if version == _NEWEST else 8), 5, 6
        said = _plain(body[frame.end() + start :][:size], body[frame.end() + flags : frame.end() + start], version)
    else:
        said = body[frame.end() + 3 :][: _number(body[frame.end() : frame.end() + 3], 8)]
    if said and said[0] < len(_ENCODINGS):
        yield _said(said, is_timed=frame[0].startswith(b"S"), is_own=frame[0].startswith(b"TXX"))


def _plain(body: bytes, flags: bytes, version: int) -> bytes:
    """Return what a frame holds, once its flags are undone (ID3v2.3 section 3.3.1, ID3v2.4 section 4.1.2)."""
    flag = flags[0] if flags else 0
    if version == _NEWEST and flag & _SIZED:
        body = body[4:]
    if version == _NEWEST and flag & _MARKED:
        body = body.replace(b"\xff\0", b"\xff")
    if flag & _PACKED.get(version, 0):
        body = body if version == _NEWEST else body[4:]
        try:
            return zlib.decompressobj().decompress(body, _MOST_TEXT)
        except zlib.error:
            return b""
    return body


def _said(body: bytes, *, is_timed: bool, is_own: bool) -> str:
    encoding, end = _ENCODINGS[body[0]], _END[body[0]]
    start = 6 if is_timed else 1 if is_own else 4
    _, text = _parted(body[start:], end)  # before it stands what the words are called
    if not is_timed:
        return text.decode(encoding, "replace")
    lines = []
    while text:
        line, text = _parted(text, end)
        lines.append(line.decode(encoding, "replace"))
        text = text[_TIME:]
    return "\n".join(lines)


def _parted(text: bytes, end: bytes) -> tuple[bytes, bytes]:
    """Return what stands before the first end and behind it; ends are as wide as letters."""
    places = (at for at in range(0, len(text), len(end)) if text.startswith(end, at))
    place = next(places, len(text))
    return text[:place], text[place + len(end) :]


def _number(number: bytes, bits: int) -> int:
    total = 0
    for byte in number:
        total = total << bits | byte
    return total
