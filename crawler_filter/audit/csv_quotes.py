"""Where rows of CSV end: quotes that begin a field enclose it, with the line breaks in it; all others are letters.

That is how Python's `csv`, pandas and Arrow read them (RFC 4180 section 2, and what it leaves open). Other tools
write quotes that enclose nothing, as pandas does with `quoting=3`. Nothing in a file says which it is, so a quote
that swallows what looks like a row is asked about.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from crawler_filter.audit.blocks import Spans
from crawler_filter.audit.inputs import Quotes
from crawler_filter.errors import DataError


class Dialect(NamedTuple):
    """The separator of a file's columns, and the meaning of its quotes."""

    delimiter: str
    quotes: Quotes


Octets = npt.NDArray[np.uint8]

_NEWLINE, _RETURN, _QUOTE = b'\n\r"'

_LIKE_A_VALUE: Final = re.compile(rb'\s*"?(?:https?://|[0-9a-f]{32,}"?\s*\Z)', re.IGNORECASE)
"""Addresses and digests: what a column that is judged begins with."""


def row_ends(dialect: Dialect, data: bytes) -> Spans:
    """Return behind which bytes rows end. A carriage return at the very end may be half of an end, and is none."""
    octets = np.frombuffer(data, dtype=np.uint8)
    if dialect.quotes is Quotes.LETTERS or b'"' not in data:
        return _breaks(data, octets) + 1
    within = np.bitwise_xor.accumulate((octets == _QUOTE).view(np.uint8))
    if not _open_fields(dialect, octets, within):
        return _ends_one_by_one(dialect, data)
    breaks = _breaks(data, octets)
    ends: Spans = breaks[within[breaks] == 0] + 1
    return ends


def is_closed(dialect: Dialect, row: bytes) -> bool:
    """Tell whether the quotes of a row that stands at the end of a file are closed."""
    return dialect.quotes is Quotes.LETTERS or b'"' not in row or bool(_row(dialect.delimiter).match(row + b"\n"))


def require_no_row_within(dialect: Dialect, row: bytes, names: list[str], judged: set[int]) -> None:
    """Raise DataError where a line of a row, within quotes, has all columns, and an address or digest in one that
    is judged.
    """
    for line in row.rstrip(b"\r\n").splitlines()[1:]:
        fields = line.split(dialect.delimiter.encode())
        if len(fields) == len(names) and any(_LIKE_A_VALUE.match(fields[place]) for place in judged):
            raise DataError(
                f"a quote swallows a line that looks like a row: {line[:100].decode('utf-8', 'replace')!r}. If"
                " quotes are letters in this file, as pandas writes them with quoting=3, say so with --quotes"
                " letters; if they enclose values, with --quotes enclose"
            )


def _breaks(data: bytes, octets: Octets) -> Spans:
    """Return where line breaks end: line feeds, and carriage returns that no line feed follows."""
    newlines = np.flatnonzero(octets == _NEWLINE)
    if data.count(b"\r") == data.count(b"\r\n"):
        return newlines
    returns = np.flatnonzero(octets[:-1] == _RETURN)
    return np.sort(np.concatenate((newlines, returns[octets[returns + 1] != _NEWLINE])))


def _open_fields(dialect: Dialect, octets: Octets, within: Octets) -> bool:
    """Tell whether each odd quote begins a field, or is the second of two that stand for one."""
    odd = np.flatnonzero((octets == _QUOTE) & (within == 1))
    before = octets[odd[odd > 0] - 1]
    usual = [ord(dialect.delimiter), _NEWLINE, _RETURN, _QUOTE]
    return bool(np.isin(before, usual).all())


def _ends_one_by_one(dialect: Dialect, data: bytes) -> Spans:
    ends, at, row = [], 0, _row(dialect.delimiter)
    while (found := row.match(data, at)) is not None:
        at = found.end()
        ends.append(at)
    return np.array(ends, dtype=np.int64)


@lru_cache(maxsize=8)
def _row(delimiter: str) -> re.Pattern[bytes]:
    """Return what matches a row and its end."""
    separator = re.escape(delimiter).encode()
    field = rb'(?>(?:"(?>(?:[^"]++|"")*+)"|(?!"))[^' + separator + rb"\r\n]*+)"
    return re.compile(field + b"(?>(?:" + separator + field + rb")*+)(?:\r\n|\n|\r(?=[^\n]))")
