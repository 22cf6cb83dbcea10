"""Files that stand in texts as base64: pictures in pages, drawings, notebooks and 3D scenes, what mails carry.

Found are `data:` addresses (RFC 2397), bodies of mails and saved pages (RFC 2045 section 6.8), and strings that
begin as the base64 of a picture, a film or a document does, whatever stands around them. Line ends, escapes of
JSON and of URLs, and quoted-printable between them are no part of them. `written_bytes` has the other ways.
"""

import base64
import re
import zlib
from collections.abc import Iterator
from heapq import merge
from itertools import chain, pairwise
from typing import Final
from urllib.parse import unquote_to_bytes

from crawler_filter.files import encoded_texts, written_bytes
from crawler_filter.files.at_most import at_most
from crawler_filter.files.budget import MAX_HELD, Budget, Member, Skipped
from crawler_filter.files.charset import from_utf16
from crawler_filter.files.media_type import TEXTS, UNKNOWN, looked_up_as
from crawler_filter.files.text_bytes import is_of_numbers

GLTF: Final = "model/gltf-binary"
"""A 3D scene in binary, whose pictures lie in it as they are."""

_BEGINNINGS: Final = (
    rb"iVBORw0KGgo|/9j/[2-6]|_9j_[2-6]|\\/9j\\/|R0lGOD[dl]h|UklGR[A-Za-z0-9+/_-]{6}|Qk[0-3][A-Za-z0-9+/_-]{12}AA|SUkqA"
    rb"|TU0AK|AAAA[A-Za-z0-9+/_-]{1,3}Z0eX|AAAADGpQ|AAAADEpYTCAN|AAABAA|GkXfo|OEJQU|JVBERi0|UEsDB|PHN2Zy|PD94bWwg|Rkxh|H4sI"
    rb"|N3q8ryc|UmFyIR|/Td6WFo"
)
"""What pictures, films, PDFs and ZIPs begin with, in base64."""

_START: Final = re.compile(
    rb"(?i:(?:data:(?P<type>[a-z]{1,20}/[\w.+-]{1,60})?[^,\"'<>\s]{0,100})?;\s{0,9}base64\s{0,9},\s{0,9}"
    rb"|<diagram[^<>]{0,400}>(?=[a-z0-9+/])|^begin-base64 [0-7]{3,4} [^\r\n]{1,200}\r?\n"
    rb"|(?P<mail>content-transfer-encoding:[ \t]{0,80}base64[ \t]{0,80}\r?\n))"
    rb"|(?:(?<![A-Za-z0-9+/=_-])|(?<=%[0-9A-Fa-f]{2}))(?=" + _BEGINNINGS + rb")",
    re.MULTILINE,
)
_REST_OF_HEADERS: Final = re.compile(rb"(?>(?:[^\r\n]{1,998}\r?\n){0,20})\r?\n")
_NAMED: Final = (b"base64", b"<diagram")
_MARKS: Final = tuple(
    b"iVBORw0KGgo /9j _9j_ R0lGOD UklGR Qk0 Qk1 Qk2 Qk3 SUkqA TU0AK Z0eX AAAADGpQ AAAADEpYTCAN AAABAA GkXfo OEJQU"
    b" JVBERi0 UEsDB PHN2Zy PD94bWwg Rkxh H4sI N3q8ryc UmFyIR /Td6WFo".split()
)
"""What stands in each of the beginnings, to the letter: a hundred megabytes are searched for a word in no time."""

_BEFORE: Final = 240
_AFTER: Final = 120
"""Bytes around a word in which a start of base64 lies that has it. Other headers of a mail follow after that."""

_MOST_MARKS: Final = 20_000
_MOST_TEXTS: Final = 1_000

MOST_BYTES: Final = 32 << 20
"""Bytes of a text that are searched, as many as are read of its words."""
_JOINT: Final = rb"[\"'][ \t]{0,80}[+\\.,]?[ \t]{0,80}\r?\n[ \t]{0,80}[+.]?[ \t]{0,80}[brfu]?[\"']"
"""Between two strings that a program puts together."""

_ADDED: Final = re.compile(rb"[\"'`][ \t]{0,80}\+\s{0,80}[\"'`]")
"""Between an announcement and what a program adds to it."""

_JOINTS: Final = re.compile(_JOINT)
_RUN: Final = re.compile(
    rb"(?>(?:[A-Za-z0-9+/_-]++|%(?:2[BbFf]|0[AaDd]|20)|\\(?:[nrt/]|u002[BbFf]|\r?\n)|=?\r?\n|[ \t]"
    rb"|&#(?:10|13|43|47|x[AaDd]|x2[BbFf]);"
    rb"|(?<=\\n)\"\s{0,80},\s{0,80}\""
    # a string that a program puts together from several, one a line
    rb"|(?<=[A-Za-z0-9+/])" + _JOINT + rb"(?!" + _BEGINNINGS + rb"))*)"
)
_ESCAPES: Final = {
    b"%2b": b"+",
    b"%2f": b"/",
    b"\\u002b": b"+",
    b"\\u002f": b"/",
    b"\\/": b"/",
    b"&#43;": b"+",
    b"&#x2b;": b"+",
    b"&#47;": b"/",
    b"&#x2f;": b"/",
}
_ESCAPED: Final = re.compile(rb"%[0-9a-f]{2}|&#\w{1,3};|\\(?:u002[bf]|.)", re.IGNORECASE | re.DOTALL)
_URL_SAFE: Final = bytes.maketrans(b"-_", b"+/")
_ALPHABET: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
_NO_ALPHABET: Final = bytes(set(range(256)) - _ALPHABET)
_SHORTEST: Final = 64
"""Characters of a picture that may show anything: the empty ones that fill pages have about as many."""

_SHOWN: Final = ("image/", "video/")
_CARVED: Final = re.compile(rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff[\xdb-\xef]|RIFF.{4}WEBP", re.DOTALL)


def may_embed(content: bytes, kind: str) -> bool:
    """Tell whether a file of a kind may have others in it as base64, or as parts of a scene."""
    if kind not in TEXTS:
        return kind == GLTF
    if len(content) > MOST_BYTES:
        return True  # what is not searched has to be said
    plain = _plain(content)
    lowered = plain.lower()
    return (
        any(mark in plain for mark in _MARKS)
        or any(name in lowered for name in _NAMED)
        or written_bytes.may_have(plain, lowered)
        or encoded_texts.may_have(plain)
        or is_of_numbers(plain)
    )


def embedded(content: bytes, kind: str, budget: Budget) -> Iterator[Member | Skipped]:
    """Yield what stands in a text, by what its bytes show it to be; what nobody can tell is a file of no kind."""
    if kind == GLTF:
        yield from _within(content, "picture", budget)
        return
    if len(content) > MOST_BYTES:
        yield Skipped("embedded", f"only the first {MOST_BYTES} bytes of a text were searched for files in it")
    content = _plain(content[:MOST_BYTES])
    place, number = 0, 0
    seen_already: set[int] = set()
    for seen, mark in enumerate(_marks(content)):
        if seen >= _MOST_MARKS:
            yield Skipped("embedded", f"only the first {_MOST_MARKS} places that may be base64 were looked at")
            return
        begun = _begun(content, max(place, mark - _BEFORE), mark + _AFTER) if mark >= place else None
        run = _RUN.match(content, begun[0]) if begun else None
        if begun is None or run is None or run.end() - run.start() < _SHORTEST:
            continue
        place = run.end()
        number, budget.parts = number + 1, budget.parts - 1
        raw = _decoded(run[0])
        seen_already.add(hash(raw))
        budget.unpacked -= len(raw)
        if budget.parts < 0 or budget.unpacked < 0:
            yield Skipped(f"embedded {number}", "it and what follows are too much for so small a file")
            return
        yield from _files(raw, f"embedded {number}", begun[1], budget)
    yield from _numbered(content, budget) if is_of_numbers(content) and budget.pictures else ()
    texts = (raw for raw in encoded_texts.encoded(content) if hash(raw) not in seen_already)
    encoded = at_most(texts, _MOST_TEXTS, "texts in base64 or hexadecimal")
    yield from _further(chain(written_bytes.written(content), encoded), number, budget)


def _numbered(content: bytes, budget: Budget) -> Iterator[Member | Skipped]:
    """Yield the pictures whose pixels are numbers."""
    from crawler_filter.files.pixel_numbers import grids  # noqa: PLC0415 - loads numpy

    for number, pixels in enumerate(grids(content), 1):
        if isinstance(pixels, Skipped):
            yield pixels
            return
        if budget.pixels <= 0:
            yield Skipped(f"numbers {number}", "it and what follows are more than is looked up for this file")
            return
        budget.pay_for_picture(*pixels.shape[:2])
        yield Member(f"numbers {number}", "image/x-pixels", pixels)


def _further(found: Iterator[bytes | Skipped], before: int, budget: Budget) -> Iterator[Member | Skipped]:
    for number, raw in enumerate(found, before + 1):
        if isinstance(raw, Skipped):
            yield raw
            continue
        budget.parts, budget.unpacked = budget.parts - 1, budget.unpacked - len(raw)
        if budget.parts < 0 or budget.unpacked < 0:
            yield Skipped(f"embedded {number}", "it and what follows are too much for so small a file")
            return
        yield from _files(raw, f"embedded {number}", "", budget)


def _begun(content: bytes, first: int, last: int) -> tuple[int, str] | None:
    """Return where the first base64 begins that is announced between two places, and its declared type."""
    for start in _START.finditer(content, first, last):
        body = _REST_OF_HEADERS.match(content, start.end()) if start["mail"] else start
        if body is not None:
            added = _ADDED.match(content, body.end())
            return (added or body).end(), (start["type"] or b"").decode().lower()
    return None


def _marks(content: bytes) -> Iterator[int]:
    """Yield the places, in order, of all words of which one stands where base64 starts."""
    lowered = content.lower()
    named = (_places(lowered, name) for name in _NAMED)
    return merge(*named, *(_places(content, mark) for mark in _MARKS))


def _places(content: bytes, mark: bytes) -> Iterator[int]:
    place = content.find(mark)
    while place >= 0:
        yield place
        place = content.find(mark, place + 1)


def _files(raw: bytes, name: str, said: str, budget: Budget) -> Iterator[Member | Skipped]:
    kind = looked_up_as(raw)
    if kind == UNKNOWN and (drawing := _inflated(raw, budget)):
        kind, raw = looked_up_as(drawing), drawing
    if kind == UNKNOWN and not said.startswith(_SHOWN):
        kind = ""
        yield from _within(raw, f"{name} picture", budget)
    yield Member(name, kind, raw)


def _inflated(raw: bytes, budget: Budget) -> bytes:
    """Return the XML that a diagram is, deflated without a header and written in escapes of URLs; else nothing."""
    try:
        text = zlib.decompressobj(-zlib.MAX_WBITS).decompress(raw, max(min(budget.unpacked, MAX_HELD), 1))
    except zlib.error:
        return b""
    budget.unpacked -= len(text)
    return unquote_to_bytes(text) if text[:3].upper() == b"%3C" else text if text.startswith(b"<") else b""


def _within(content: bytes, name: str, budget: Budget) -> Iterator[Member | Skipped]:
    """Yield pictures that lie in a buffer, to the beginning of the next: their readers know where they end."""
    starts = [found.start() for found in _CARVED.finditer(content)]
    for number, (start, end) in enumerate(pairwise([*starts, len(content)]), 1):
        budget.parts -= 1
        if budget.parts < 0:
            yield Skipped(f"{name} {number}", "too many pictures for so small a file")
            return
        yield Member(f"{name} {number}", looked_up_as(content[start : start + 4096]), content[start:end])


def _decoded(run: bytes) -> bytes:
    if b"%" in run or b"\\" in run or b"&" in run:
        run = _ESCAPED.sub(lambda found: _ESCAPES.get(found[0].lower(), b""), run)
    if b'"' in run or b"'" in run:
        run = _JOINTS.sub(b"", run)
    letters = run.translate(_URL_SAFE).translate(None, _NO_ALPHABET)
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return base64.b64decode(letters + b"=" * (-len(letters) % 4))


def _plain(content: bytes) -> bytes:
    """Return a text as bytes in which ASCII is one byte each."""
    text = from_utf16(content[:4]) is not None and from_utf16(content)
    return text.encode("utf-8", "replace") if text else content
