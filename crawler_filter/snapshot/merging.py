"""Base and deltas in one: byte for byte the segment that `build` would make from all the records.

A client keeps only the merged segment. The base may be far larger than its deltas, so the deltas are put together
first and then inserted; nothing of the base is sorted again.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

import numpy as np

from crawler_filter.errors import MalformedSegmentError
from crawler_filter.snapshot.arrays import Column, Rows, equal_ranges, ranges
from crawler_filter.snapshot.layout import DIFFERENCE, FULL, KEYS
from crawler_filter.snapshot.segment import Segment
from crawler_filter.snapshot.tables import HostWalkCounts, Stated, Tables


def merge(base: Segment, deltas: Sequence[Segment]) -> bytes:
    """Return the segment in force after `deltas`, applied in order.

    Raises:
        MalformedSegmentError: not a base and the deltas that follow it.
        OversizedError: more rows than a table may have.
    """
    if base.kind != FULL or any(delta.kind != DIFFERENCE for delta in deltas):
        raise MalformedSegmentError("expected a base followed by differences, got segments of other kinds")
    tables = Tables.read(base)
    if deltas:
        tables = _apply(tables, reduce(_apply, map(Tables.read, deltas)))
    if (tables.walk.deeper < 0).any() or (tables.walk.paths < 0).any():
        raise MalformedSegmentError("a difference takes away more than the base has: it follows another base")
    return replace(tables, removed=tables.removed[:0]).encode(FULL)


def compose(first: int, deltas: Sequence[Segment]) -> bytes:
    """Return the one delta from log size `first` that `deltas`, which begin there, make in order.

    It is what `difference` makes of the records at both ends. Raises as `merge`.
    """
    if any(delta.kind != DIFFERENCE for delta in deltas):
        raise MalformedSegmentError("expected differences that follow one another, got segments of other kinds")
    tables = reduce(_apply, map(Tables.read, deltas))
    removed = tables.removed[tables.removed < first]  # what a later delta added is no longer to be taken away
    return replace(tables, stated=tables.stated.without_party_flags(), removed=removed).encode(DIFFERENCE)


def _apply(old: Tables, change: Tables) -> Tables:
    """Return `old` without the leaves that `change` removes and with those it adds."""
    kept = np.ones(len(old.stated), dtype=np.bool_)
    kept[_found(old.stated, change.removed)] = False
    staying = old.stated.take(kept)
    if len(_found(staying, change.stated.leaf)):
        raise MalformedSegmentError("a difference adds a leaf that is there already: it follows another base")
    at = np.searchsorted(staying.leaf, change.stated.leaf)
    parties = np.unique(np.concatenate([old.stated.party[~kept], change.stated.party]))
    own = (at + np.arange(len(at))).astype(np.uint32)
    numbers = _numbers(kept, at)
    return Tables(
        {table: _merged(old.rows[table], kept, numbers, change.rows[table], own) for table in KEYS},
        staying.insert(at, change.stated).with_party_flags(parties),
        HostWalkCounts.sum(old.walk, change.walk),
        np.union1d(old.removed, change.removed),
    )


def _found(stated: Stated, leaves: Column) -> Column:
    first = np.searchsorted(stated.leaf, leaves, side="left")
    last = np.searchsorted(stated.leaf, leaves, side="right")
    return ranges(first, last - first)


def _numbers(kept: Column, at: Column) -> Column:
    """Return the new number of each old statement that stays, when others are inserted `at` the staying ones."""
    rank = np.cumsum(kept)
    before = np.cumsum(np.bincount(at, minlength=int(rank[-1]) + 1 if len(rank) else 1))
    place = np.maximum(rank - 1, 0)
    numbers: Column = (place + before[place]).astype(np.uint32)
    return numbers


def _merged(old: Rows, kept: Column, numbers: Column, added: Rows, own: Column) -> Rows:
    staying = (old.take(kept[old.statement]) if not kept.all() else old).numbered(numbers)
    given = added.numbered(own)
    at, _ = equal_ranges((*staying.keys, staying.statement), (*given.keys, given.statement))
    return staying.insert(at, given)
