"""Texts that stand in other texts as base64 or hexadecimal: fields of directories and configurations, saved pages.

A picture tells by its first letters where its base64 begins; a text has no such mark. Long runs of the letters of
base64 are decoded, and taken where they give a text. What is found is only looked up, so that nothing is lost
where a run is something else.
"""

import base64
import binascii
import codecs
import re
from collections.abc import Iterator
from typing import Final

from crawler_filter.files.at_most import cut
from crawler_filter.files.budget import Skipped
from crawler_filter.files.charset import likely_reading
from crawler_filter.files.media_type import TEXTS, media_type
from crawler_filter.files.text_bytes import BINARY, is_of_one_colour

_SHORTEST: Final = 64
"""Letters of a run that may say something: thirty of a text in Japanese have more."""

_HEAD: Final = 4096
_MOST: Final = 1 << 24
"""Letters of one run that are read."""

_STRIDE: Final = 48
_WINDOW: Final = 24
"""In each run of 71 letters lies one window at a stride, whose letters are all of the alphabet; in several lines
of 60, too."""

_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_LETTERS: Final = frozenset(_ALPHABET)
_RUN: Final = re.compile(
    rb"[A-Za-z0-9+/]{24,}={0,2}(?>(?:(?:\\n|\\r|\r?\n)[ \t]{0,40}[A-Za-z0-9+/]{24,}={0,2})*)"
    rb"(?:(?:\\n|\\r|\r?\n)[ \t]{0,40}[A-Za-z0-9+/]{1,23}={0,2}(?![A-Za-z0-9+/]))?"
)
_ENDS: Final = re.compile(rb"\\[nr]|\s+")
_HEX: Final = re.compile(rb"(?:0x)?((?:[0-9a-fA-F]{2})+)")
_PADDED: Final = re.compile(rb"[^=]+=*")


def may_have(text: bytes) -> bool:
    """Tell whether there is a run of letters that may be a text in base64."""
    return next(_runs(text), None) is not None


def encoded(text: bytes) -> Iterator[bytes | Skipped]:
    """Yield the texts that stand in a text as base64 or hexadecimal."""
    for run in _runs(text):
        if raw := _said(run):
            yield raw
            yield from cut(len(run), _MOST, "a text in base64 or hexadecimal, in letters,")


def _runs(text: bytes) -> Iterator[bytes]:
    done = 0
    for place in range(0, len(text), _STRIDE):
        if place < done or text[place : place + _WINDOW].translate(None, _ALPHABET):
            continue
        start = place
        while start > done and text[start - 1] in _LETTERS:
            start -= 1
        if not (run := _RUN.match(text, start)):
            continue
        done = run.end()
        if done - start >= _SHORTEST:
            yield run[0]


def _said(run: bytes) -> bytes | None:
    if not _is_text(_raw(run[:_HEAD])):
        return None
    return _raw(run[:_MOST])


def _raw(run: bytes) -> bytes:
    joined = _ENDS.sub(b"", run)
    if digits := _HEX.fullmatch(joined):
        return bytes.fromhex(digits[1].decode())
    return b"\n".join(map(_decoded, _PADDED.findall(joined)))


def _is_text(head: bytes) -> bool:
    """Tell whether this is surely a text: pieces of pictures may be one in an encoding without a mark."""
    if BINARY.search(head) and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return False
    return media_type(head) in TEXTS and not is_of_one_colour(head) and likely_reading(head) is not None


def _decoded(letters: bytes) -> bytes:
    plain = letters.rstrip(b"=")
    plain = plain[: len(plain) - (len(plain) % 4 == 1)]
    try:
        return base64.b64decode(plain + b"=" * (-len(plain) % 4))
    except binascii.Error:
        return b""
