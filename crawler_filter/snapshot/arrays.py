"""Arithmetic on columns of keys: sorted rows, found and inserted by all the columns they are ordered by.

Loads numpy; only those who build, merge or filter whole columns import it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from crawler_filter.snapshot.layout import Key, fan_bits

Column = npt.NDArray[Any]

_PREFILTER_BITS = 20


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """One table: its key columns, the foremost first, the statement and the flags; ordered by all of them."""

    keys: tuple[Column, ...]
    flags: Column
    statement: Column

    def __len__(self) -> int:
        return len(self.statement)

    def take(self, chosen: Column) -> Self:
        """Return the rows that a mask or an array of indices chooses."""
        keys = tuple(column[chosen] for column in self.keys)
        return type(self)(keys, self.flags[chosen], self.statement[chosen])

    def ordered(self) -> Self:
        """Return the rows in the order of the format."""
        return self.take(np.lexsort((self.flags, self.statement, *reversed(self.keys))))

    def numbered(self, numbers: Column) -> Self:
        """Return the rows with their statements numbered anew: what was `n` becomes `numbers[n]`."""
        return replace(self, statement=numbers[self.statement])

    def insert(self, at: Column, rows: "Rows") -> Self:
        """Return these rows with `rows` before the positions `at`."""
        if not len(rows):
            return self
        return type(self)(
            tuple(np.insert(own, at, given) for own, given in zip(self.keys, rows.keys, strict=True)),
            np.insert(self.flags, at, rows.flags),
            np.insert(self.statement, at, rows.statement),
        )


def key_columns(key: Key, keys: bytes) -> tuple[Column, ...]:
    """Split concatenated keys into columns of numbers: big-endian, so that number order is byte order."""
    codes = [code for _, code, items in key for _ in range(items)]
    rows = np.frombuffer(keys, dtype=[(str(place), f">{code}") for place, code in enumerate(codes)])
    return tuple(rows[str(place)].astype(code) for place, code in enumerate(codes))


def joined(key: Key, columns: Sequence[Column]) -> dict[str, Column]:
    """Return the columns of a key as they are stored, those of several items a row as one."""
    rest, stored = iter(columns), {}
    for name, _, items in key:
        parts = list(islice(rest, items))
        stored[name] = parts[0] if items == 1 else np.stack(parts, axis=1).reshape(-1)
    return stored


def split(key: Key, stored: Mapping[str, Column]) -> tuple[Column, ...]:
    """Return the columns of a key that `joined` stored; they are views."""
    return tuple(column for name, _, items in key for column in stored[name].reshape(-1, items).T)


def fan_out(hot: Column) -> Column:
    """Return where each bucket of a table begins, and the number of its rows at the end."""
    bits = fan_bits(len(hot))
    fan = np.empty((1 << bits) + 1, dtype=np.uint32)
    fan[0], fan[-1] = 0, len(hot)
    if bits:
        starts = np.arange(1, 1 << bits, dtype=np.uint64) << np.uint64(64 - bits)
        fan[1:-1] = np.searchsorted(hot, starts)
    return fan


def equal_ranges(columns: Sequence[Column], needles: Sequence[Column]) -> tuple[Column, Column]:
    """Return for each needle the range of rows equal to it, empty where it would be inserted.

    Rows are ordered by `columns`, the first one foremost. A run of equal first columns is searched, not scanned:
    whoever chooses keys cannot make it slow.
    """
    low = np.searchsorted(columns[0], needles[0], side="left")
    high = np.searchsorted(columns[0], needles[0], side="right")
    for column, needle in zip(columns[1:], needles[1:], strict=True):
        low, high = _bisect(column, needle, low, high, "left"), _bisect(column, needle, low, high, "right")
    return low, high


def is_among(values: Column, members: Column) -> Column:
    """Tell which of many unsigned `values` are in the sorted, much shorter `members`."""
    low_bits = np.uint64((1 << _PREFILTER_BITS) - 1)
    seen = np.zeros(1 << _PREFILTER_BITS, dtype=np.bool_)
    seen[members & low_bits] = True
    result: Column = seen[values & low_bits]
    candidates = np.flatnonzero(result)
    first = np.searchsorted(members, values[candidates], side="left")
    last = np.searchsorted(members, values[candidates], side="right")
    result[candidates] = last > first
    return result


def ranges(starts: Column, lengths: Column) -> Column:
    """Return all the indices of the ranges that begin at `starts`, one after the other."""
    ends = np.cumsum(lengths)
    places: Column = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - (ends - lengths), lengths)
    return places


def _bisect(column: Column, needles: Column, low: Column, high: Column, side: str) -> Column:
    low, high = low.copy(), high.copy()
    open_ = np.flatnonzero(low < high)
    while len(open_):
        middle = (low[open_] + high[open_]) >> 1
        found, wanted = column[middle], needles[open_]
        right = found < wanted if side == "left" else found <= wanted
        low[open_[right]] = middle[right] + 1
        high[open_[~right]] = middle[~right]
        open_ = open_[low[open_] < high[open_]]
    return low
