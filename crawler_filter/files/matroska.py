"""Files that are attached to a film in Matroska or WebM, and the texts in its tags (RFC 9559, 5.1.6 and 5.1.8).

Both parts have an ID of four bytes and may stand anywhere: they are looked for by it, so that a film is not walked
through, whose parts are often longer than they say.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from crawler_filter.files.archive import part_of
from crawler_filter.files.budget import Budget, Member, Skipped

MATROSKA: Final = "video/x-matroska"
MOST: Final = 1_000
"""Files of one film that are looked at: fonts of subtitles are attached by the dozen."""

_ATTACHMENTS, _FILE, _NAME, _BODY = b"\x19\x41\xa4\x69", b"\x61\xa7", b"\x46\x6e", b"\x46\x5c"
_TAGS, _TAG, _SIMPLE, _TAG_NAME, _TEXT = b"\x12\x54\xc3\x67", b"\x73\x73", b"\x67\xc8", b"\x45\xa3", b"\x44\x87"
_ALWAYS: Final = (b"\xec", b"\xbf")
"""What any part may begin with: nothing, and a check sum."""

_FEW: Final = 3
_COUNTED: Final = (b"DURATION", b"BPS", b"NUMBER_OF_", b"_STATISTICS", b"ENCODER")
"""Names of what programs say about a film."""


def has_attachments(content: bytes, kind: str) -> bool:
    """Tell whether files are attached to a film."""
    return kind == MATROSKA and next(_parts(content, _ATTACHMENTS, _FILE), None) is not None


def attachments(content: bytes, budget: Budget) -> Iterator[Member | Skipped]:
    """Yield what is attached to a film, as if it were an archive."""
    for number, (start, end) in enumerate(_parts(content, _ATTACHMENTS, _FILE), 1):
        name, body = f"attachment {number}", b""
        for part, first, last in _within(content, start, end):
            if part == _NAME:
                name = content[first:last].decode("utf-8", "replace")
            elif part == _BODY:
                body = content[first:last]
        budget.parts, budget.unpacked = budget.parts - 1, budget.unpacked - len(body)
        if number > MOST or budget.parts < 0 or budget.unpacked < 0:
            yield Skipped(name, "it and what follows are more than is looked at in a film")
            return
        yield from part_of(name, body)


def tagged(content: bytes) -> Iterator[str]:
    """Yield the texts in the tags of a film, those of no account left out."""
    for start, end in _parts(content, _TAGS, _TAG):
        for part, first, last in _within(content, start, end):
            if part == _SIMPLE:
                said = {each: content[at:until] for each, at, until in _within(content, first, last)}
                if not said.get(_TAG_NAME, b"").startswith(_COUNTED):
                    yield said.get(_TEXT, b"").decode("utf-8", "replace")


def _parts(content: bytes, whole: bytes, each: bytes) -> Iterator[tuple[int, int]]:
    """Yield where the parts of one kind start and end in all those of another that begin with one."""
    at = content.find(whole)
    while at >= 0:
        start, end = _body(content, at + len(whole), len(content))
        within = islice(_within(content, start, end), _FEW)
        first = next((part for part, _, _ in within if part not in _ALWAYS), b"")
        if first == each:
            yield from ((begin, stop) for part, begin, stop in _within(content, start, end) if part == each)
        at = content.find(whole, end if first == each else at + 1)


def _within(content: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield the ID of each part in a part, and where its body starts and ends (RFC 8794 sections 4 to 6)."""
    while start < end:
        width = _width(content[start])
        first, last = _body(content, start + width, end)
        yield content[start : start + width], first, last
        start = max(last, first)


def _body(content: bytes, place: int, end: int) -> tuple[int, int]:
    """Return where a body starts and ends, whose size stands at a place: at the end where none is known."""
    if place >= end:
        return end, end
    width = _width(content[place])
    start, bits = place + width, 7 * width
    size = int.from_bytes(content[place:start]) & ((1 << bits) - 1)
    return start, end if size == (1 << bits) - 1 else min(start + size, end)


def _width(octet: int) -> int:
    return 9 - octet.bit_length() if octet else 8
