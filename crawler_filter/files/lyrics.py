"""The words that files of sound carry: lyrics in their tags, which are somebody's poems.

ID3v2 keeps them in `USLT` frames and with times in `SYLT`, Vorbis comments and APEv2 under `LYRICS`, MPEG-4 in
`©lyr` atoms, ASF under `WM/Lyrics`, and MIDI in meta events, a syllable each.
"""

import re
from collections.abc import Iterator
from typing import Final

from crawler_filter.files.cover_art import without_pages

MAX_TEXTS: Final = 32
"""Texts of one file that are read."""

_FRAME: Final = re.compile(rb"USLT|SYLT|ULT(?=...[\0-\3][A-Za-z]{3})|SLT(?=...[\0-\3][A-Za-z]{3})", re.DOTALL)
_COMMENT: Final = re.compile(rb"(?:UNSYNCED ?|SYNCED)?LYRICS=", re.IGNORECASE)
_ITEM: Final = re.compile(rb"(?:UNSYNCED ?)?LYRICS\0", re.IGNORECASE)
_ATOM: Final = re.compile(rb"\xa9lyr(....)data.{8}", re.DOTALL)
_DESCRIPTOR: Final = re.compile(re.escape("WM/Lyrics\0".encode("utf-16-le")) + rb"\0\0(..)", re.DOTALL)
_BOXED: Final = ("audio/mp4", "video/mp4", "video/quicktime")
_ASF: Final = "video/x-ms-asf"
_ENCODINGS: Final = ("cp1252", "utf-16", "utf-16-be", "utf-8")
_END: Final = (b"\0", b"\0\0", b"\0\0", b"\0")
_TIME: Final = 4
_SUNG: Final = re.compile(rb"\xff([\1\5])([\x01-\x7f])")
_NEXT_LINE: Final = re.compile(r"[/\\\r]")


def words(content: bytes, kind: str) -> Iterator[str]:
    """Yield the lyrics of a file of sound, or of a film that may be one."""
    if kind.startswith("audio/") or kind in (*_BOXED, _ASF):
        for text, _ in zip(_words(content, kind), range(MAX_TEXTS), strict=False):
            if text.strip():
                yield text


def _words(content: bytes, kind: str) -> Iterator[str]:
    if kind in _BOXED:
        for atom in _ATOM.finditer(content):
            yield content[atom.end() : atom.start() + 4 + int.from_bytes(atom[1])].decode("utf-8", "replace")
    elif kind == _ASF:
        for named in _DESCRIPTOR.finditer(content):
            yield content[named.end() : named.end() + int.from_bytes(named[1], "little")].decode(
                "utf-16-le", "replace"
            )
    elif kind == "audio/midi":
        yield from _in_midi(content)
    elif kind in ("audio/flac", "audio/ogg"):
        content = without_pages(content)
        for comment in _COMMENT.finditer(content):
            name = comment.end() - comment.start()
            size = int.from_bytes(content[comment.start() - 4 : comment.start()], "little")
            yield content[comment.end() : comment.end() + max(size - name, 0)].decode("utf-8", "replace")
    else:
        yield from _in_id3(content)
        for item in _ITEM.finditer(content, max(content.rfind(b"APETAGEX", 0, -32), 0)):
            size = int.from_bytes(content[item.start() - 8 : item.start() - 4], "little")
            yield content[item.end() : item.end() + size].decode("utf-8", "replace")


def _in_midi(content: bytes) -> Iterator[str]:
    """Yield the lyrics (event 5), and the texts (event 1), where karaoke keeps them."""
    said: dict[bytes, list[bytes]] = {b"\5": [], b"\1": []}
    at = 0
    while event := _SUNG.search(content, at):
        at = event.end() + event[2][0]
        said[event[1]].append(content[event.end() : at])
    for syllables in said.values():
        joined = b"".join(syllables)
        try:
            text = joined.decode()
        except UnicodeDecodeError:
            text = joined.decode("cp932", "replace")
        yield _NEXT_LINE.sub("\n", text)


def _in_id3(content: bytes) -> Iterator[str]:
    start = content.find(b"ID3")
    if start < 0:
        return
    version = content[start + 3 : start + 4]
    tag = content[start + 10 : start + 10 + _shifted(content[start + 6 : start + 10], 7)]
    for frame in _FRAME.finditer(tag):
        short = len(frame[0]) == 3
        said, begins = (
            (tag[frame.end() : frame.end() + 3], 3) if short else (tag[frame.end() : frame.end() + 4], 6)
        )
        body = tag[frame.end() + begins :][: _shifted(said, 7 if version == b"\4" else 8)]
        if body and body[0] < len(_ENCODINGS):
            yield _said(body, timed=frame[0].startswith(b"S"))


def _said(body: bytes, *, timed: bool) -> str:
    encoding, end = _ENCODINGS[body[0]], _END[body[0]]
    _, text = _parted(body[6 if timed else 4 :], end)  # before it stands what the words are called
    if not timed:
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


def _shifted(number: bytes, bits: int) -> int:
    total = 0
    for byte in number:
        total = total << bits | byte
    return total
