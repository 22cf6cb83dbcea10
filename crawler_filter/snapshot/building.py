"""The bytes of a base and of a delta, from the records themselves.

Both are pure functions of (leaf index, record) pairs in any order: whoever has the log and the records builds the
same bytes. `merging` makes from base and deltas exactly what `build` makes from all records at once.
"""

from array import array
from collections import Counter
from collections.abc import Iterable

import numpy as np

from crawler_filter.formats.record import Record, decode_id
from crawler_filter.formats.urls import key
from crawler_filter.snapshot.arrays import Column, Rows, key_columns
from crawler_filter.snapshot.layout import DIFFERENCE, FULL, KEYS
from crawler_filter.snapshot.rows import OwnRows, Statements, count_walk, party_number, rows_of, spread
from crawler_filter.snapshot.tables import HostWalkCounts, Stated, Tables

Entry = tuple[int, Record]
"""The index of a leaf, and the record it commits to."""


def build(entries: Iterable[Entry]) -> bytes:
    """Return the segment of what is in force. Raises ValueError where two records come from one leaf."""
    collected = _Collected()
    for leaf, record in entries:
        collected.add(leaf, record)
    stated, rows = collected.statements_and_rows()
    return Tables(rows, stated.with_party_flags(), collected.walk(), _leaves(())).encode(FULL)


def difference(removed: Iterable[Entry], added: Iterable[Entry]) -> bytes:
    """Return the delta that takes away what `removed` put into a segment and puts in `added`."""
    taken, given = _Collected(), _Collected()
    leaves = []
    for leaf, record in removed:
        taken.count(record)
        leaves.append(leaf)
    for leaf, record in added:
        given.add(leaf, record)
    stated, rows = given.statements_and_rows()
    gone = taken.walk()
    walk = HostWalkCounts.sum(given.walk(), HostWalkCounts(gone.hot, gone.cold, -gone.deeper, -gone.paths))
    return Tables(rows, stated, walk, _leaves(leaves)).encode(DIFFERENCE)


def walk_of(records: Iterable[Record]) -> HostWalkCounts:
    """Return the counts of the names passed on the way to every rule of `records`."""
    collected = _Collected()
    for record in records:
        collected.count(record)
    return collected.walk()


class _Collected:
    """The rows that records expand to, appended in the order in which they come."""

    def __init__(self) -> None:
        self._keys = {table: bytearray() for table in KEYS}
        self._kinds = {table: bytearray() for table in KEYS}
        self._numbers = {table: array("I") for table in KEYS}
        self._leaf = array("Q")
        self._declaration = bytearray()
        self._party = array("Q")
        self._usage = array("H")
        self._flags = bytearray()
        self._deeper: Counter[str] = Counter()
        self._paths: Counter[str] = Counter()
        self._leaves: set[int] = set()

    def add(self, leaf: int, record: Record) -> None:
        if leaf in self._leaves:
            raise ValueError(f"expected one record a leaf, got another of leaf {leaf}")
        self._leaves.add(leaf)
        first = len(self._leaf)
        statements = Statements()
        rows: dict[tuple[OwnRows, int], None] = {}
        for scope in record.scopes:
            number = first + statements.ordinal(scope)
            for row in rows_of(scope):
                rows[row, number] = None
            for reserved, row in spread(scope):
                rows[row, first + statements.ordinal(reserved)] = None
        for (table, keys, kinds), number in rows:
            self._keys[table] += keys
            self._kinds[table] += kinds
            self._numbers[table].extend([number] * len(kinds))
        for usage, flags in zip(statements.usages, statements.flags, strict=True):
            self._leaf.append(leaf)
            self._declaration += decode_id(record.id)
            self._party.append(party_number(record))
            self._usage.append(usage)
            self._flags.append(flags)
        self.count(record)

    def count(self, record: Record) -> None:
        for scope in record.scopes:
            count_walk(scope, self._deeper, self._paths)

    def statements_and_rows(self) -> tuple[Stated, dict[str, Rows]]:
        stated = Stated(
            np.frombuffer(self._leaf, dtype=np.uint64),
            np.frombuffer(self._declaration, dtype=np.uint8).reshape(-1, 16),
            np.frombuffer(self._party, dtype=np.uint64),
            np.frombuffer(self._usage, dtype=np.uint16),
            np.frombuffer(self._flags, dtype=np.uint8),
        )
        order = np.argsort(stated.leaf, kind="stable")
        place = np.empty(len(order), dtype=np.uint32)
        place[order] = np.arange(len(order), dtype=np.uint32)
        return stated.take(order), {table: self._rows(table, place) for table in KEYS}

    def walk(self) -> HostWalkCounts:
        """Return the counts of the names passed on the way to every rule."""
        names = list(self._deeper.keys() | self._paths.keys())
        hot, cold = key_columns(KEYS["host"], b"".join(map(key, names)))
        deeper, paths = (
            np.fromiter((counts[name] for name in names), dtype=np.int64, count=len(names))
            for counts in (self._deeper, self._paths)
        )
        return HostWalkCounts.sum(HostWalkCounts(hot, cold, deeper, paths))

    def _rows(self, table: str, place: Column) -> Rows:
        keys = key_columns(KEYS[table], bytes(self._keys[table]))
        kinds = np.frombuffer(self._kinds[table], dtype=np.uint8)
        return Rows(keys, kinds, place[np.frombuffer(self._numbers[table], dtype=np.uint32)]).ordered()


def _leaves(leaves: Iterable[int]) -> Column:
    return np.array(sorted(leaves), dtype=np.uint64)
