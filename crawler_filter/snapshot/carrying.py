"""What a lost log had stated and nobody has a record of: rows of its last snapshot, carried over to the next log.

A registry that goes on from a backup under a new log lacks what was declared after the backup. The last snapshot
that was signed has the rows of it, if not the records. Those that restrict stay in force for a time, flagged, so
that nothing that was reserved is free because a disk was lost.

- `carried` takes from the last snapshot what the backup has no record of. Nothing that only allows is carried.
- A `carry` leaf of the new log commits to these bytes. Their statements are statements of that leaf.
- `with_carried` puts them into a base or a delta. That merging gives what building gives holds for them too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from crawler_filter.formats.record import decode_id
from crawler_filter.snapshot.arrays import Column, Rows
from crawler_filter.snapshot.building import Entry, walk_of
from crawler_filter.snapshot.layout import CARRIED, DIFFERENCE, FULL
from crawler_filter.snapshot.merging import compose, merge
from crawler_filter.snapshot.segment import Segment
from crawler_filter.snapshot.tables import HostWalkCounts, Stated, Tables

_DISALLOWED = np.uint16(0xAAAA)
"""The higher bit of each usage's two: set where it is disallowed."""

Carried = tuple[int, bytes]
"""The index of a carry leaf, and the segment it commits to."""


def carried(last: Segment, known: Iterable[Entry], carries: Sequence[Carried] = ()) -> bytes | None:
    """Return the segment of what `last`, a lost log's merged segment, states beyond `known`; None for nothing.

    `known` and `carries` are what is in force by the log's leaves that were kept, which are its first ones.
    """
    tables, entries = Tables.read(last), sorted(known, key=lambda entry: entry[0])
    is_known = _is_known(tables.stated, entries) | np.isin(tables.stated.leaf, [leaf for leaf, _ in carries])
    usage = tables.stated.usage & _DISALLOWED
    kept = ~is_known & (usage != 0)
    if not kept.any():
        return None
    present = set(np.unique(tables.stated.leaf[is_known]).tolist())
    walks = [_opposite(walk_of(record for leaf, record in entries if leaf in present))]
    walks += [_opposite(Tables.read(Segment.parse(content)).walk) for leaf, content in carries if leaf in present]
    numbers = (np.cumsum(kept) - 1).astype(np.uint32)
    stated = replace(tables.stated, usage=usage, flags=tables.stated.flags | np.uint8(CARRIED)).take(kept)
    rows = {table: _chosen(rows, kept, numbers) for table, rows in tables.rows.items()}
    walk = HostWalkCounts.sum(tables.walk, *walks)
    return Tables(rows, stated.with_party_flags(), walk, tables.removed[:0]).encode(FULL)


def with_carried(segment: bytes, first: int, carries: Iterable[Carried]) -> bytes:
    """Return a base, or a delta from log size `first`, with what `carries` add to it. Raises as `merge`."""
    additions = [_addition(leaf, content) for leaf, content in carries]
    if not additions:
        return segment
    parsed = Segment.parse(segment)
    return merge(parsed, additions) if parsed.kind == FULL else compose(first, [parsed, *additions])


def _addition(leaf: int, content: bytes) -> Segment:
    tables = Tables.read(Segment.parse(content))
    stated = replace(tables.stated, leaf=np.full_like(tables.stated.leaf, leaf)).without_party_flags()
    return Segment.parse(replace(tables, stated=stated).encode(DIFFERENCE))


def _is_known(stated: Stated, entries: Sequence[Entry]) -> Column:
    """Tell which statements are those of a record that is kept: the same leaf of the same declaration."""
    if not entries:
        return np.zeros(len(stated), dtype=np.bool_)
    leaves = np.array([leaf for leaf, _ in entries], dtype=np.uint64)
    ids = np.frombuffer(b"".join(decode_id(record.id) for _, record in entries), dtype=np.uint8).reshape(-1, 16)
    place = np.minimum(np.searchsorted(leaves, stated.leaf), len(leaves) - 1)
    known: Column = (leaves[place] == stated.leaf) & (ids[place] == stated.declaration).all(axis=1)
    return known


def _chosen(rows: Rows, kept: Column, numbers: Column) -> Rows:
    return rows.take(kept[rows.statement]).numbered(numbers)


def _opposite(walk: HostWalkCounts) -> HostWalkCounts:
    return HostWalkCounts(walk.hot, walk.cold, -walk.deeper, -walk.paths)
