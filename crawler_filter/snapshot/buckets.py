"""For each value of each band of a hash the rows that have it: mostly found by one look, where others need three.

Columns, little-endian:

- `slot`: u32; for every band and every value of it, in order: EMPTY where no row has it; the row where one has it;
  else MANY and a place in `rest`;
- `rest`: u32; at such a place the number of rows, then the rows, rising.

Most values of a wide band have no row or one, so a search seldom leaves `slot`, and what it waits for is memory.
A count is told before any row is read: whoever crowds a value is passed over (`multi_index`).
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from crawler_filter.errors import MalformedSegmentError
from crawler_filter.snapshot.arrays import Column, ranges

COLUMN_TYPES: Final = {"slot": "<u4", "rest": "<u4"}

EMPTY: Final = np.uint32(0xFFFF_FFFF)
MANY: Final = np.uint32(0x8000_0000)
MOST_ROWS: Final = 100_000_000
"""More rows than these are not put into buckets: the places of eleven bands would not fit."""


class Seen(NamedTuple):
    """The outcome of looks at many values of bands: single rows, and places in `rest` with the lengths of lists.

    `at` and `at_many` tell by which looks, rising.
    """

    at: Column
    row: Column
    at_many: Column
    place: Column
    length: Column

    @property
    def total(self) -> int:
        """Count the rows that were come upon, some of them more than once."""
        return len(self.row) + int(self.length.sum())

    def counts(self, looks: int) -> Column:
        """Return how many rows each of all looks came upon."""
        counts = np.zeros(looks, dtype=np.int64)
        counts[self.at] = 1
        counts[self.at_many] = self.length
        return counts

    def before(self, looks: Column) -> Column:
        """Return how many rows were come upon before each of some looks."""
        many = np.concatenate([[0], np.cumsum(self.length)])
        rows: Column = many[np.searchsorted(self.at_many, looks)] + np.searchsorted(self.at, looks)
        return rows

    def rows(self, rest: Column) -> tuple[Column, Column]:
        """Return by which look each row was come upon, and the row. Raises MalformedSegmentError."""
        try:
            listed = np.take(rest, ranges(self.place + 1, self.length))
        except IndexError as error:
            raise MalformedSegmentError(f"an index has a list beyond the {len(rest)} numbers it has") from error
        at = np.concatenate([self.at, np.repeat(self.at_many, self.length)])
        return at, np.concatenate([self.row, listed]).astype(np.int64)


def columns(bands: Sequence[Column], widths: Sequence[int]) -> dict[str, Column]:
    """Return the columns over the value that each row has in each band, a column a band."""
    parts, length = [], 0
    for values, width in zip(bands, widths, strict=True):
        slot, rest = _of_band(values, width, length)
        parts.append((slot, rest))
        length += len(rest)
    none = np.zeros(0, dtype="<u4")
    slots, rests = zip((none, none), *parts, strict=True)
    return {"slot": np.concatenate(slots), "rest": np.concatenate(rests)}


def look(slot: Column, rest: Column, values: Column) -> Seen:
    """Look at values of bands, which are counted on from band to band. Raises MalformedSegmentError."""
    found = np.take(slot, values)
    at = np.flatnonzero(found != EMPTY)
    found = np.take(found, at)
    is_many = found >= MANY
    many = np.flatnonzero(is_many)
    single = np.flatnonzero(~is_many)
    place = (np.take(found, many) ^ MANY).astype(np.int64)
    try:
        count = np.take(rest, place).astype(np.int64)
    except IndexError as error:
        raise MalformedSegmentError(f"an index has a place beyond the {len(rest)} numbers it has") from error
    return Seen(np.take(at, single), np.take(found, single), np.take(at, many), place, count)


def _of_band(values: Column, width: int, start: int) -> tuple[Column, Column]:
    """Return the slots of one band, and its lists, which will be behind `start` numbers."""
    counts = np.bincount(values, minlength=1 << width)
    order = _order(values)
    first = np.cumsum(counts) - counts
    slot = np.full(1 << width, EMPTY, dtype="<u4")
    single, many = np.flatnonzero(counts == 1), np.flatnonzero(counts > 1)
    slot[single] = order[first[single]]
    count = counts[many]
    place = np.cumsum(count + 1) - count - 1
    slot[many] = (place + start).astype("<u4") | MANY
    rest = np.empty(len(many) + int(count.sum()), dtype="<u4")
    rest[place] = count
    rest[ranges(place + 1, count)] = order[ranges(first[many], count)]
    return slot, rest


def _order(values: Column) -> Column:
    """Return the rows by value, rising where it is the same: two passes that numpy does as a radix sort."""
    order = np.argsort(values.astype(np.uint16), kind="stable")
    high = (values >> 16).astype(np.uint16)
    if high.any():
        order = order[np.argsort(high[order], kind="stable")]
    return order.astype("<u4")
