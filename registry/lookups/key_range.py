"""Lookups that do not say what is looked up: all rows whose key begins with a few digits, always enough of them.

A crawler asks for the first digits of a key and finds its own among the answers, as with Have I Been Pwned's range
search. One line a row:

    <rest of the key, hex> <kind> <usage bits> <flags> <declaration> <leaf>

Answers are filled up to a multiple of PADDING lines, so that their length tells little. A line of padding has
usage bits 0, which no rule has; it is made from the question alone, so that asking again gives the same bytes.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from crawler_filter.formats.record import encode_id
from crawler_filter.snapshot import Segment
from crawler_filter.snapshot.layout import (
    DISPUTED,
    DOMAIN,
    EXCEPTION,
    HELD,
    HOST,
    KEY_TABLES,
    LAPSED,
    NO_STATEMENT,
    PARTY_VERIFIED,
    PREFIX,
    ROW_KIND,
    URL,
    VERIFIED,
)
from registry.errors import InvalidRequestError

PADDING: Final = 32
PAGE_ROWS: Final = 1024
"""Most rows in one answer; further ones are on the next page."""
MIN_DIGITS: Final = 5
MAX_DIGITS: Final = 16

_KEY_DIGITS: Final = 32
_HEX: Final = frozenset("0123456789abcdef")
_KINDS: Final = {
    "host": {DOMAIN: "domain", HOST: "host", EXCEPTION: "exception"},
    "path": {PREFIX: "prefix", URL: "url"},
}
_FLAGS: Final = ((VERIFIED, "v"), (DISPUTED, "d"), (LAPSED, "l"), (PARTY_VERIFIED, "p"), (HELD, "h"))


@dataclass(frozen=True, slots=True)
class RangePage:
    """One page of lines, padding included. `following` is the number of the next page, None on the last."""

    lines: tuple[str, ...]
    following: int | None

    def encode(self) -> bytes:
        """Return the lines as the body of the answer."""
        return "".join(f"{line}\n" for line in self.lines).encode()


def key_range(segment: Segment, scheme: str, prefix: str, page: int) -> RangePage:
    """Return page `page` of the rows of table `scheme` whose key begins with `prefix`, in order of their keys.

    Schemes are `host` and `path` for locations, and each kind of digest and identifier.
    Raises InvalidRequestError for another scheme, a prefix that is not 5 to 16 hex digits, a negative page.
    """
    if scheme not in KEY_TABLES:
        raise InvalidRequestError(
            "expected one of %(schemes)s, got %(scheme)s",
            schemes=", ".join(KEY_TABLES),
            scheme=repr(scheme[:40]),
        )
    if not (MIN_DIGITS <= len(prefix) <= MAX_DIGITS and _HEX.issuperset(prefix)):
        raise InvalidRequestError(
            "expected %(fewest)s to %(most)s lower-case hex digits, got %(prefix)s",
            fewest=MIN_DIGITS,
            most=MAX_DIGITS,
            prefix=repr(prefix[:40]),
        )
    if page < 0:
        raise InvalidRequestError("expected a page from 0 on, got %(page)s", page=page)
    for column in ("hot", "cold", "flags", "statement"):
        segment.require(f"{scheme}.{column}")
    hot = segment.columns[f"{scheme}.hot"]
    low = int(prefix, 16) << 4 * (MAX_DIGITS - len(prefix))
    first = bisect_left(hot, low)
    last = bisect_left(hot, low + (1 << 4 * (MAX_DIGITS - len(prefix))), first)
    start, end = first + page * PAGE_ROWS, min(first + (page + 1) * PAGE_ROWS, last)
    lines = [
        _line(segment, scheme, row, len(prefix)) for row in range(start, end) if _speaks(segment, scheme, row)
    ]
    missing = -len(lines) % PADDING if lines else PADDING
    lines += _padding(scheme, prefix, page, missing)
    return RangePage(tuple(sorted(lines)), page + 1 if end < last else None)


def _speaks(segment: Segment, scheme: str, row: int) -> bool:
    """Tell a rule from a marker, which is there for the walk alone."""
    return bool(segment.columns[f"{scheme}.statement"][row] != NO_STATEMENT)


def _line(segment: Segment, scheme: str, row: int, digits: int) -> str:
    columns = segment.columns
    number = columns[f"{scheme}.statement"][row]
    key = f"{columns[f'{scheme}.hot'][row]:016x}{columns[f'{scheme}.cold'][row]:016x}"
    kind = _KINDS.get(scheme, {}).get(columns[f"{scheme}.flags"][row] & ROW_KIND, scheme)
    stated = columns["stated.flags"][number]
    flags = "".join(letter for bit, letter in _FLAGS if stated & bit) or "-"
    declaration = encode_id(columns["stated.declaration"][16 * number : 16 * number + 16].tobytes())
    usage, leaf = columns["stated.usage"][number], columns["stated.leaf"][number]
    return f"{key[digits:]} {kind} {usage} {flags} {declaration} {leaf}"


def _padding(scheme: str, prefix: str, page: int, count: int) -> Iterator[str]:
    kind = {"host": "domain", "path": "url"}.get(scheme, scheme)
    for number in range(count):
        digest = hashlib.sha256(f"{scheme} {prefix} {page} {number}".encode()).digest()
        rest = digest[:16].hex()[: _KEY_DIGITS - len(prefix)]
        leaf = int.from_bytes(digest[28:]) % 10_000_000
        yield f"{rest} {kind} 0 v {encode_id(digest[12:28])} {leaf}"
