"""What differs between two snapshots, to be searched like one: where it matches nothing, nothing changed.

Every rule that only one of the two has is in it, whatever the rule says, as a reservation from every use. An asset
that it does not cover has the same answer from both.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from crawler_filter.errors import MalformedSegmentError
from crawler_filter.formats.record import encode_id
from crawler_filter.preference import Preference, Usage, encode_preferences
from crawler_filter.snapshot.arrays import Column, Rows
from crawler_filter.snapshot.layout import FULL, KEY_TABLES, KEYS, PARTY_VERIFIED, ROW_KIND, VERIFIED
from crawler_filter.snapshot.segment import Segment
from crawler_filter.snapshot.tables import HostWalkCounts, Stated, Tables

_RESERVED: Final = encode_preferences(dict.fromkeys(Usage, Preference.DISALLOWED))


def changes(old: Segment, new: Segment, parties: Collection[int] = ()) -> bytes:
    """Return the segment of all rules that only one of two segments has, and of all rules of some `parties`.

    Those are parties whose grants differ, so that their rules may count for an operator in one of them alone.
    Raises MalformedSegmentError.
    """
    if old.kind != FULL or new.kind != FULL:
        raise MalformedSegmentError("expected two whole segments, got a difference, which only merges")
    before, after = Tables.read(old), Tables.read(new)
    gone, come = _changed(before.stated, after.stated)
    come = come | np.isin(after.stated.party, np.array(sorted(parties), dtype=np.uint64))
    first, second = before.stated.take(gone), after.stated.take(come)
    stated = _reserved(first.insert(np.full(len(second), len(first)), second))
    rows = {}
    for table in KEYS:
        lost = _rows(before.rows[table], gone, 0)
        won = _rows(after.rows[table], come, len(first))
        rows[table] = Rows(
            tuple(np.concatenate(pair) for pair in zip(lost.keys, won.keys, strict=True)),
            np.concatenate((lost.flags, won.flags)),
            np.concatenate((lost.statement, won.statement)),
        ).ordered()
    walk = HostWalkCounts.sum(before.walk, after.walk)
    return Tables(rows, stated, walk, np.zeros(0, dtype=np.uint64)).encode(FULL)


@dataclass(frozen=True, slots=True)
class ChangedStatement:
    """A statement that only one of two snapshots has, with what it is found by.

    `rows` are of tables of keys: the table, the key of 16 bytes, and the bits that tell the kind of scope.
    `likenesses` counts rows of content that is found by likeness.
    """

    leaf: int
    declaration: str
    usage: int
    rows: tuple[tuple[str, bytes, int], ...]
    likenesses: int
    party: int = 0


def stated_only_in(new: Segment, old: Segment) -> Iterator[ChangedStatement]:
    """Yield what `new` states and `old` does not, by leaf. Raises MalformedSegmentError."""
    before, after = Tables.read(old), Tables.read(new)
    _, come = _changed(before.stated, after.stated)
    yield from _stating(after, come)


def stated_by(segment: Segment, parties: Collection[int]) -> Iterator[ChangedStatement]:
    """Yield all that some parties state, by leaf. Raises MalformedSegmentError."""
    tables = Tables.read(segment)
    yield from _stating(tables, np.isin(tables.stated.party, np.array(sorted(parties), dtype=np.uint64)))


def _stating(after: Tables, come: Column) -> Iterator[ChangedStatement]:
    stated = after.stated.take(come)
    found: list[list[tuple[str, bytes, int]]] = [[] for _ in range(len(stated))]
    likenesses = [0] * len(stated)
    for table in KEYS:
        rows = _rows(after.rows[table], come, 0)
        numbers = rows.statement.tolist()
        if table not in KEY_TABLES:
            for number in numbers:
                likenesses[number] += 1
            continue
        hot, cold = (column.tolist() for column in rows.keys)
        for number, first, second, flags in zip(numbers, hot, cold, rows.flags.tolist(), strict=True):
            found[number].append((table, first.to_bytes(8) + second.to_bytes(8), flags & ROW_KIND))
    for number in range(len(stated)):
        yield ChangedStatement(
            int(stated.leaf[number]), encode_id(stated.declaration[number].tobytes()), int(stated.usage[number]),
            tuple(found[number]), likenesses[number], int(stated.party[number]),
        )  # fmt: skip


def _changed(before: Stated, after: Stated) -> tuple[Column, Column]:
    """Tell which statements of each only that one has.

    A leaf's record never changes, so statements of one leaf stand in the same order in both; what changes without
    a leaf is whether its party has verified anything.
    """
    of_both, of_both_too = np.isin(before.leaf, after.leaf), np.isin(after.leaf, before.leaf)
    first, second = before.take(of_both), after.take(of_both_too)
    same = np.array_equal(first.leaf, second.leaf)
    if not same:
        raise MalformedSegmentError("expected two snapshots of one log, got one leaf with two records")
    differs = (first.flags != second.flags) | (first.usage != second.usage) | (first.party != second.party)
    differs |= (first.declaration != second.declaration).any(axis=1)
    gone, come = ~of_both, ~of_both_too
    gone[of_both], come[of_both_too] = differs, differs
    return gone, come


def _rows(rows: Rows, chosen: Column, first: int) -> Rows:
    """Return the rows of the chosen statements, which are numbered anew from `first`."""
    numbers = (np.cumsum(chosen) - 1 + first).astype(np.uint32)
    own = rows.take(chosen[rows.statement]) if len(rows) else rows
    return own.numbered(numbers)


def _reserved(stated: Stated) -> Stated:
    count = len(stated)
    return Stated(
        stated.leaf,
        stated.declaration,
        stated.party,
        np.full(count, _RESERVED, dtype=np.uint16),
        np.full(count, VERIFIED | PARTY_VERIFIED, dtype=np.uint8),
    )
