"""The columns of a whole segment as arrays, and what depends on all of its rows at once.

- Markers: every name with rules below it has a row, so that a walk from the top may stop where there is none.
- Whether a party has verified anything is a property of all it declared.
- How many rows a work has, and which fingerprints may be among those of texts, follow from the rows.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from crawler_filter.errors import MalformedSegmentError, OversizedError
from crawler_filter.snapshot.arrays import Column, Rows, equal_ranges, fan_out, is_among, joined, ranges, split
from crawler_filter.snapshot.layout import (
    CHILD,
    COLUMNS,
    FULL,
    HAS_PATH,
    KEY_TABLES,
    KEYS,
    MAX_ROWS,
    NO_STATEMENT,
    PARTY_VERIFIED,
    ROW_KIND,
    UNFLAGGED,
    VERIFIED,
)
from crawler_filter.snapshot.segment import Segment, encode_segment
from crawler_filter.snapshot.text_index import seen_bits

_MAX_COUNT = 0x7FFF_FFFF


@dataclass(frozen=True, slots=True, eq=False)
class Stated:
    """The statements, ordered by leaf and by their place within the record. `declaration` is (n, 16) bytes."""

    leaf: Column
    declaration: Column
    party: Column
    usage: Column
    flags: Column

    def __len__(self) -> int:
        return len(self.leaf)

    def take(self, chosen: Column) -> Self:
        """Return the statements that a mask or an array of indices chooses."""
        return type(self)(
            self.leaf[chosen],
            self.declaration[chosen],
            self.party[chosen],
            self.usage[chosen],
            self.flags[chosen],
        )

    def insert(self, at: Column, others: "Stated") -> Self:
        """Return these statements with `others` before the positions `at`."""
        return type(self)(
            np.insert(self.leaf, at, others.leaf),
            np.insert(self.declaration, at, others.declaration, axis=0),
            np.insert(self.party, at, others.party),
            np.insert(self.usage, at, others.usage),
            np.insert(self.flags, at, others.flags),
        )

    def with_party_flags(self, parties: Column | None = None) -> Self:
        """Return the statements with PARTY_VERIFIED set anew, for all or for the sorted `parties` alone."""
        flags = self.flags.copy()
        chosen = np.arange(len(self)) if parties is None else np.flatnonzero(is_among(self.party, parties))
        own, backing = self.party[chosen], flags[chosen]
        verified = np.unique(own[backing & VERIFIED != 0])
        known = is_among(own, verified)
        flags[chosen] = (backing & ~np.uint8(PARTY_VERIFIED)) | known * np.uint8(PARTY_VERIFIED)
        return replace(self, flags=flags)

    def without_party_flags(self) -> Self:
        """Return the statements as a difference has them, which does not know all that a party declared."""
        return replace(self, flags=self.flags & ~np.uint8(PARTY_VERIFIED))


@dataclass(frozen=True, slots=True, eq=False)
class HostWalkCounts:
    """For each name that has rules below it or paths under it, how many: signed in a difference."""

    hot: Column
    cold: Column
    deeper: Column
    paths: Column

    @classmethod
    def sum(cls, *walks: "HostWalkCounts") -> Self:
        """Return the counts of all `walks` together, ordered by key, without names that count nothing."""
        hot, cold = (np.concatenate([getattr(walk, half) for walk in walks]) for half in ("hot", "cold"))
        order = np.lexsort((cold, hot))
        hot, cold = hot[order], cold[order]
        first = np.ones(len(hot), dtype=np.bool_)
        first[1:] = (hot[1:] != hot[:-1]) | (cold[1:] != cold[:-1])
        starts = np.flatnonzero(first)
        deeper, paths = (
            np.add.reduceat(
                np.concatenate([getattr(walk, name) for walk in walks]).astype(np.int64)[order], starts
            )
            if len(starts)
            else np.zeros(0, dtype=np.int64)
            for name in ("deeper", "paths")
        )
        counted = (deeper != 0) | (paths != 0)
        return cls(hot[starts][counted], cold[starts][counted], deeper[counted], paths[counted])


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """Everything a segment holds. Rows are rules alone: markers and their bits are made when it is encoded."""

    rows: dict[str, Rows]
    stated: Stated
    walk: HostWalkCounts
    removed: Column

    @classmethod
    def read(cls, segment: Segment) -> Self:
        """View a segment's columns as arrays. Raises MalformedSegmentError where a row names no statement."""
        columns = {name: np.frombuffer(view, dtype=COLUMNS[name]) for name, view in segment.columns.items()}
        stated = Stated(
            columns["stated.leaf"],
            columns["stated.declaration"].reshape(-1, 16),
            columns["stated.party"],
            columns["stated.usage"],
            columns["stated.flags"],
        )
        rows = {table: _read_rows(table, columns, len(stated)) for table in KEYS}
        walk = HostWalkCounts(*(columns[f"walk.{name}"] for name in ("hot", "cold", "deeper", "paths")))
        return cls(rows, stated, walk, columns["removed"])

    def encode(self, kind: int) -> bytes:
        """Return the bytes of a segment of this kind."""
        rows = dict(self.rows)
        if kind == FULL:
            rows["host"] = _with_markers(rows["host"], self.walk)
        passages = rows["passage"]
        columns: dict[str, Column] = {"removed": self.removed, "passage.seen": seen_bits(passages.keys[0])}
        columns["passage.work"], columns["passage.total"] = np.unique(passages.statement, return_counts=True)
        for table, of_table in rows.items():
            columns |= _row_columns(table, of_table)
        for name in ("leaf", "declaration", "party", "usage", "flags"):
            columns[f"stated.{name}"] = getattr(self.stated, name).reshape(-1)
        for name in ("hot", "cold", "deeper", "paths"):
            columns[f"walk.{name}"] = _bounded(getattr(self.walk, name))
        return encode_segment(
            kind, {name: np.ascontiguousarray(columns[name], dtype=COLUMNS[name]).data for name in COLUMNS}
        )


def _row_columns(table: str, rows: Rows) -> dict[str, Column]:
    if len(rows) > MAX_ROWS:
        raise OversizedError(f"table {table}: expected at most {MAX_ROWS} rows, got {len(rows)}")
    columns = joined(KEYS[table], rows.keys) | {"statement": rows.statement}
    if table in KEY_TABLES:
        columns["fan"] = fan_out(rows.keys[0])
    if table not in UNFLAGGED:
        columns["flags"] = rows.flags
    return {f"{table}.{name}": column for name, column in columns.items()}


def _read_rows(table: str, columns: dict[str, Column], statements: int) -> Rows:
    own = {
        name.removeprefix(f"{table}."): column for name, column in columns.items() if name.startswith(f"{table}.")
    }
    flags = np.zeros(len(own["statement"]), dtype=np.uint8) if table in UNFLAGGED else own["flags"]
    rows = Rows(split(KEYS[table], own), flags, own["statement"])
    if table not in KEY_TABLES:
        _check_statements(table, rows, statements)
        return rows
    rules = rows.statement != NO_STATEMENT
    if not rules.all():
        rows = rows.take(rules)
    _check_statements(table, rows, statements)
    return replace(rows, flags=rows.flags & np.uint8(ROW_KIND))


def _check_statements(table: str, rows: Rows, statements: int) -> None:
    if len(rows) and int(rows.statement.max()) >= statements:
        raise MalformedSegmentError(f"table {table}: a row names a statement beyond the last of {statements}")


def _with_markers(rules: Rows, walk: HostWalkCounts) -> Rows:
    bits = ((walk.deeper > 0) * CHILD | (walk.paths > 0) * HAS_PATH).astype(np.uint8)
    low, high = equal_ranges(rules.keys, (walk.hot, walk.cold))
    flags = rules.flags.copy()
    flags[ranges(low, high - low)] |= np.repeat(bits, high - low)
    alone = low == high
    nobodys = np.full(int(alone.sum()), NO_STATEMENT, dtype=np.uint32)
    markers = Rows((walk.hot[alone], walk.cold[alone]), bits[alone], nobodys)
    return replace(rules, flags=flags).insert(low[alone], markers)


def _bounded(counts: Column) -> Column:
    if counts.dtype == np.int64 and len(counts) and int(np.abs(counts).max()) > _MAX_COUNT:
        raise OversizedError(f"expected at most {_MAX_COUNT} rules below one name, got {np.abs(counts).max()}")
    return counts
