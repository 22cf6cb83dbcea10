"""The words that files of sound carry: lyrics and other texts in their tags, which are somebody's poems.

ID3v2 keeps them in frames (`id3_texts`), Vorbis comments and APEv2 under any name, MPEG-4 in atoms of its
list, Matroska in its tags, ASF under `WM/Lyrics`, WAVE, AIFF and CAF in chunks of text, AU before the sound, Flash
in the script at its beginning, Lyrics3 at the end of an MP3, and MIDI in meta events, a syllable each.
"""

import re
from collections.abc import Iterator
from typing import Final

from crawler_filter.files import id3_texts, matroska
from crawler_filter.files.at_most import at_most, cut, within
from crawler_filter.files.budget import Skipped
from crawler_filter.files.charset import likely_reading
from crawler_filter.files.containers import Block, flac_blocks, form_chunks, riff_chunks
from crawler_filter.files.cover_art import without_pages
from crawler_filter.files.text_bytes import BINARY

MAX_TEXTS: Final = 32
"""Texts of one file that are read."""

LEAST: Final = 10
"""Characters of a text that may be a work."""

_MOST_COMMENTS: Final = 4_096
_LARGEST: Final = 1 << 24
_COMMENT: Final = re.compile(rb"(?:UNSYNCED ?|SYNCED)?LYRICS=", re.IGNORECASE)
_ITEM: Final = re.compile(rb"(..[\0-\x20]\0)\0\0\0\0(?=[ -~])([ -~]{2,255})\0", re.DOTALL)
"""An item that is a text: of binary ones the flags say so."""
_OF_LIST: Final = b"ilst"
_TEXT_ATOM: Final = b"data\0\0\0"
_ATOM_ENCODINGS: Final = {1: "utf-8", 2: "utf-16-be", 4: "utf-8", 5: "utf-16-be"}
_OF_COMMENTS: Final = re.compile(rb"\x03vorbis|OpusTags|\x81theora|Speex   .{72}", re.DOTALL)
_LYRICS3: Final = re.compile(rb"LYRICSBEGIN((?:(?!LYRICS).){1,1000000})LYRICS(?:200|END)", re.DOTALL)
_ANNOTATIONS: Final = (b"ANNO", b"(c) ", b"NAME", b"AUTH")
_LIST: Final = b"LIST"
_TEXTS_OF_WAVE: Final = frozenset({b"bext", b"iXML", b"axml", b"_PMX", b"cart", b"DISP", b"aXML"})
_INFORMATION: Final = re.compile(rb"info(\0\0\0\0....)", re.DOTALL)
"""A chunk of strings of a CAF, with its size."""

_NULS: Final = re.compile(rb"\0+")
_DESCRIPTOR: Final = re.compile(re.escape("WM/Lyrics\0".encode("utf-16-le")) + rb"\0\0(..)", re.DOTALL)
_BOXED: Final = ("audio/mp4", "video/mp4", "video/quicktime")
_ASF: Final = "video/x-ms-asf"
_FLASH: Final = "video/x-flv"
_STRING: Final = re.compile(rb"\x02(..)|\x0c(....)", re.DOTALL)
_SCRIPT: Final = b"\x12"
_WITHIN: Final = 1 << 16
"""Bytes in which the strings of a script are that is in no tag."""
_BEFORE_NAME: Final = 14
"""Bytes before the name of the script: the head of its tag, and the length of the name."""
_MOST_TIMES: Final = 64
"""How many times as long as all of them the strings of a script are together: some only look like one."""
_SUNG: Final = re.compile(rb"\xff([\1\5])([\x01-\x7f])")
_NEXT_LINE: Final = re.compile(r"[/\\\r]")


def words(content: bytes, kind: str) -> Iterator[str | Skipped]:
    """Yield the texts of a file of sound, or of a film that may be one."""
    if kind.startswith("audio/") or kind in (*_BOXED, _ASF, _FLASH, matroska.MATROSKA):
        found = (text for text in _words(content, kind) if isinstance(text, Skipped) or len(text.strip()) >= LEAST)
        yield from at_most(_each_once(found), MAX_TEXTS, "texts in its tags")


def _each_once(found: Iterator[str | Skipped]) -> Iterator[str | Skipped]:
    seen = set()
    for each in found:
        if each not in seen:
            seen.add(each)
            yield each


def _words(content: bytes, kind: str) -> Iterator[str | Skipped]:
    if kind in _BOXED:
        yield from _in_atoms(content)
    elif kind == matroska.MATROSKA:
        yield from matroska.tagged(content)
    elif kind == _ASF:
        for named in _DESCRIPTOR.finditer(content):
            yield content[named.end() : named.end() + int.from_bytes(named[1], "little")].decode(
                "utf-16-le", "replace"
            )
    elif kind == _FLASH:
        yield from _in_flash(content)
    elif kind == "audio/midi":
        yield from _in_midi(content)
    elif kind in ("audio/flac", "audio/ogg"):
        yield from _in_comments(without_pages(content))
    else:
        yield from id3_texts.texts(content)
        yield from _CHUNKS[kind](content) if kind in _CHUNKS else ()
        yield from _in_items(content)
        yield from (likely_reading(found[1]) or "" for found in _LYRICS3.finditer(content[-_LARGEST:]))


def _in_atoms(content: bytes) -> Iterator[str]:
    """Yield every text in the list of an MPEG-4, whatever it is called."""
    at = content.find(_OF_LIST)
    while at >= 0 and (at := content.find(_TEXT_ATOM, at + 4)) >= 0:
        encoding = _ATOM_ENCODINGS.get(content[at + 7] if at + 7 < len(content) else 0)
        if encoding:
            end = at - 4 + int.from_bytes(content[at - 4 : at])
            yield content[at + 12 : end].decode(encoding, "replace")


def _in_comments(content: bytes) -> Iterator[str | Skipped]:
    """Yield the values of Vorbis comments: of a list of them, and lyrics wherever they stand."""
    if content.startswith(b"fLaC"):
        starts = (block.start for block in flac_blocks(content) if block.type == b"\4")
    else:
        starts = (named.end() for named in _OF_COMMENTS.finditer(content))
    for start in at_most(starts, MAX_TEXTS, "lists of comments"):
        yield from (start,) if isinstance(start, Skipped) else _listed(content, start)
    for comment in _COMMENT.finditer(content):
        name = comment.end() - comment.start()
        size = int.from_bytes(content[comment.start() - 4 : comment.start()], "little")
        yield content[comment.end() : comment.end() + max(size - name, 0)].decode("utf-8", "replace")


def _listed(content: bytes, start: int) -> Iterator[str | Skipped]:
    at = start + 4 + int.from_bytes(content[start : start + 4], "little")
    count, at = int.from_bytes(content[at : at + 4], "little"), at + 4
    for _ in range(min(count, _MOST_COMMENTS)):
        size, at = int.from_bytes(content[at : at + 4], "little"), at + 4
        name, _, value = content[at : at + size].partition(b"=")
        at += size
        if at > len(content):
            return
        if not name.upper().startswith((b"METADATA_BLOCK", b"COVERART")):
            yield value.decode("utf-8", "replace")
    yield from cut(count, _MOST_COMMENTS, "a list of comments")


def _in_wave(content: bytes) -> Iterator[str]:
    """Yield the texts of a WAVE or a bank of sounds: of its lists, and of chunks that are texts."""
    for chunk in riff_chunks(content):
        if isinstance(chunk, Block) and chunk.type == _LIST:
            pieces = riff_chunks(content[chunk.start - 8 : chunk.end])
            yield from (_text(content, chunk.start - 8, each) for each in pieces if isinstance(each, Block))
        elif isinstance(chunk, Block) and chunk.type in _TEXTS_OF_WAVE:
            yield _text(content, 0, chunk)


def _in_aiff(content: bytes) -> Iterator[str]:
    return (_text(content, 0, each) for each in form_chunks(content) if each.type in _ANNOTATIONS)


def _in_caf(content: bytes) -> Iterator[str | Skipped]:
    pieces = (
        content[found.end() + 4 : found.end() + int.from_bytes(found[1])]
        for found in _INFORMATION.finditer(content)
    )
    for piece in within(pieces, len(content), "strings of a CAF"):
        yield piece if isinstance(piece, Skipped) else _text(piece, 0, Block(b"info", 0, len(piece)))


def _in_au(content: bytes) -> Iterator[str]:
    yield _text(content, 0, Block(b"", 24, min(int.from_bytes(content[4:8]), _LARGEST)))


def _in_flash(content: bytes) -> Iterator[str | Skipped]:
    """Yield the strings of the script that a film for Flash begins with (AMF 0, section 2.4)."""
    name = content.find(b"onMetaData", 0, _LARGEST)
    if name < 0:
        return
    # the tag that it stands in tells its size behind its kind (FLV 10.1, annex E.4.1)
    tag = content[max(name - _BEFORE_NAME, 0) : name]
    end = name + (int.from_bytes(tag[1:4]) if tag.startswith(_SCRIPT) else _WITHIN)
    strings = _STRING.finditer(content, name, min(end, len(content)))
    pieces = (content[each.end() : min(each.end() + int.from_bytes(each[1] or each[2]), end)] for each in strings)
    for said in within(pieces, _MOST_TIMES * (end - name), "strings of a film"):
        if isinstance(said, Skipped):
            yield said
        elif len(said) >= LEAST and not BINARY.search(said):
            yield said.decode("utf-8", "replace")


_CHUNKS: Final = {
    "audio/wav": _in_wave,
    "audio/x-soundfont": _in_wave,
    "audio/aiff": _in_aiff,
    "audio/x-caf": _in_caf,
    "audio/basic": _in_au,
}


def _text(content: bytes, before: int, chunk: Block) -> str:
    said = content[before + chunk.start : before + chunk.end].strip(b"\0")
    return likely_reading(_NULS.sub(b"\n", said)) or ""


def _in_items(content: bytes) -> Iterator[str]:
    """Yield the texts of an APEv2 tag, whose items have their size, their flags and a name before them."""
    end = content.rfind(b"APETAGEX")
    if end < 0:
        return
    said = int.from_bytes(content[end + 12 : end + 16], "little")
    for item in _ITEM.finditer(content, max(min(end - _LARGEST, end - said), 0), end):
        size = int.from_bytes(item[1], "little")
        if item.end() + size <= end:
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
