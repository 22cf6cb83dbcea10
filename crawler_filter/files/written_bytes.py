r"""Files that stand in texts byte by byte: in hexadecimal, as numbers, as a string with escapes, uuencoded.

Dumps of databases have pictures as `0xFFD8…`, `X'FFD8…'`, `\xffd8…` or `_binary '…'`, RTF has them in hexadecimal,
Node writes a buffer as a list of numbers, Java as one of signed ones, C as `0xff, 0xd8`, and tables that Python
wrote have `b'\xff\xd8…'`. A `data:` address without base64 has escapes of URLs, and a mail may carry any file in
quoted-printable.
"""

import binascii
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final
from urllib.parse import unquote_to_bytes

from crawler_filter.files import dumped_bytes, rarer_alphabets
from crawler_filter.files.at_most import at_most
from crawler_filter.files.budget import Skipped

MOST: Final = 1000
"""Files of one text that are found in this way."""

_SHORTEST: Final = 64
_MARKS: Final = (b"89504e470d0a", b"ffd8ff", b"47494638", b"52494646", b"25504446", b"504b0304")
_UUENCODED: Final = re.compile(
    rb"^begin(?:-base64)? [0-7]{3,4} [^\n]{1,200}\n((?>(?:[!-`][!-` ]{0,90}\r?\n)*))", re.MULTILINE
)
_PERCENT: Final = re.compile(
    rb"data:[\w/+.-]{0,60}(?:;[\w=-]{1,30}){0,4},(?=%89(?:PNG|%50)|%ff%d8|GIF8|RIFF)((?>(?:%[0-9a-f]{2}|[!#$&(-;=?-~])*))",
    re.IGNORECASE,
)
_PRINTABLE: Final = re.compile(
    rb"content-transfer-encoding:[ \t]{0,80}quoted-printable[ \t]{0,80}\r?\n(?>(?:[^\r\n]{1,998}\r?\n){0,20})\r?\n"
    rb"(?=\xff\xd8|=FF=D8|\x89PNG|=89PNG|GIF8|RIFF|%PDF|PK(?:\x03|=03))((?>(?:[^\n]{0,998}\n(?!--))*)[^\n]{0,998})",
    re.IGNORECASE,
)
_HEX: Final = re.compile(
    rb"(?:8(?<![0-9a-f]8)(?=9504e470d0a1a0a)|f(?<![0-9a-f]f)(?=fd8ff[cde])|4(?<![0-9a-f]4)(?=7494638[0-9a-f]61)"
    rb"|5(?<![0-9a-f]5)(?=2494646[0-9a-f]{8}57454250|04b0304)|2(?<![0-9a-f]2)(?=5504446))"
    rb"[0-9a-f](?>(?:[0-9a-f]{2}|[\r\n \t])*)"
)
"""In small letters. It begins with the letters themselves, so that all others are passed over in no time."""
_STRING: Final = re.compile(
    rb"(?:_binary\s{1,3}|\bb|,\s{0,3})(?P<quote>['\"])(?=(?:\xff|\\xff)(?:\xd8|\\xd8)|(?:\x89|\\x89)PNG|GIF8|RIFF)",
    re.IGNORECASE,
)
_IN_C: Final = re.compile(
    rb"/\* XPM \*/|#define\s+\w{0,80}_width\s+\d{1,6}\s+#define\s+\w{0,80}_height\s+\d{1,6}\s"
)
"""Pictures that are programs themselves, behind remarks or other parts of a program."""
_OF_HEX: Final = (_HEX, _MARKS)
_OF_STRING: Final = (
    _STRING,
    tuple(
        quote + mark
        for quote in (b"'", b'"')
        for mark in (
            b"\xff\xd8",
            b"\xff\\xd8",
            b"\\xff\xd8",
            b"\\xff\\xd8",
            b"\x89png",
            b"\\x89png",
            b"gif8",
            b"riff",
        )
    ),
)
_OF_PERCENT: Final = (_PERCENT, (b"data:",))
_OF_C: Final = (_IN_C, (b"/* xpm */", b"_width"))
_OF_UUENCODED: Final = (_UUENCODED, (*(b"begin %d" % first for first in range(8)), b"begin-base64 "))
_OF_PRINTABLE: Final = (_PRINTABLE, (b"quoted-printable",))
"""A pattern, and words of which one has to stand, in small letters, in a text where it is searched for."""
_TO_QUOTE: Final = {quote: re.compile(rb"(?>(?:[^\\%b]|\\.)*)" % quote, re.DOTALL) for quote in (b"'", b'"')}
_ESCAPE: Final = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_MEANT: Final = {b"0": b"\0", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"Z": b"\x1a"}


def may_have(text: bytes, lowered: bytes) -> bool:
    """Tell whether files may stand in a text in one of these ways; `lowered` is the text in small letters."""
    return (
        any(mark in lowered for mark in _MARKS)
        or dumped_bytes.may_have(lowered)
        or any(
            any(_found(way, text, lowered))
            for way in (_OF_STRING, _OF_PERCENT, _OF_UUENCODED, _OF_PRINTABLE, _OF_C)
        )
        or rarer_alphabets.may_have(lowered)
    )


def written(text: bytes) -> Iterator[bytes | Skipped]:
    """Yield what is written byte by byte in a text, MOST of them."""
    found = (raw for raw in _all(text) if isinstance(raw, Skipped) or len(raw) >= _SHORTEST)
    yield from at_most(found, MOST, "files that are written byte by byte")


def _all(text: bytes) -> Iterator[bytes | Skipped]:
    lowered = text.lower()
    for digits in _found(_OF_HEX, lowered, lowered):
        plain = b"".join(digits[0].split())
        yield bytes.fromhex(plain[: len(plain) & ~1].decode())
    yield from dumped_bytes.written(lowered)
    for start in _found(_OF_STRING, text, lowered):
        string = _TO_QUOTE[start["quote"]].match(text, start.end())
        yield _ESCAPE.sub(_unescaped, string[0]) if string else b""
    for address in _found(_OF_PERCENT, text, lowered):
        yield unquote_to_bytes(address[1])
    for part in _found(_OF_PRINTABLE, text, lowered):
        yield binascii.a2b_qp(part[1])
    for lines in _found(_OF_UUENCODED, text, lowered):
        yield b"".join(map(_of_line, lines[1].splitlines()))
    starts = [found.start() for found in _found(_OF_C, text, lowered) if found.start()]
    yield from (text[start:end] for start, end in pairwise([*starts, len(text)]))
    yield from rarer_alphabets.written(text, lowered)


def _found(
    way: tuple[re.Pattern[bytes], tuple[bytes, ...]], text: bytes, lowered: bytes
) -> Iterator[re.Match[bytes]]:
    pattern, words = way
    if any(word in lowered for word in words):
        yield from pattern.finditer(text)


def _of_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        return b""


def _unescaped(escape: re.Match[bytes]) -> bytes:
    return bytes.fromhex(escape[1].decode()) if escape[1] else _MEANT.get(escape[2], escape[2])
