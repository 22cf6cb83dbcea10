"""The log's leaves and what they commit to.

Positions are dense from 0, and so "the first n leaves" names one state. Times do not go back, except once a clock
that was far ahead has been put right; "as of a time" names the state after the last leaf that is not younger.
A leaf is never changed or removed; `erase_bodies` removes what the leaves of one declaration commit to.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlite_utils import Database

from crawler_filter.formats.record import (
    EFFECTIVE,
    SALT_BYTES,
    STATES_RECORD,
    Leaf,
    LeafType,
    Record,
    commit,
    rfc3339,
)
from registry.model.durations import dated
from registry.store.in_force import index_scopes

_EFFECTIVE: Final = sorted(EFFECTIVE)
_STATING: Final = sorted(STATES_RECORD)


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One leaf of a declaration, as its public page shows it. `time` is in unix seconds."""

    index: int
    type: LeafType
    time: int


def append_leaf(
    database: Database,
    leaf_type: LeafType,
    declaration: str,
    now: int,
    record: Record | None,
    entropy: Callable[[int], bytes],
) -> int:
    """Append one leaf and, if it has a record, its salted body; return its index.

    The leaf is dated `now`, or as the leaf before it where the clock has gone back a little (`durations.dated`).
    """
    body = None if record is None else record.encode()
    index = append_body(database, leaf_type, declaration, now, body, entropy)
    if record is not None and leaf_type in STATES_RECORD:
        index_scopes(database, index, record)
    return index


def append_body(
    database: Database,
    leaf_type: LeafType,
    declaration: str,
    now: int,
    body: bytes | None,
    entropy: Callable[[int], bytes],
) -> int:
    """Append one leaf that commits to `body`, or to nothing; return its index. It is dated as by `append_leaf`."""
    index, time = _next(database, now)
    salt = entropy(SALT_BYTES)
    leaf = Leaf(leaf_type, declaration, rfc3339(time), None if body is None else commit(salt, body))
    database.execute(
        "INSERT INTO leaves (position, declaration, type, time, entry) VALUES (?, ?, ?, ?, ?)",
        (index, declaration, leaf_type.value, time, leaf.encode()),
    )
    if body is not None:
        database.execute("INSERT INTO leaf_bodies (leaf, salt, body) VALUES (?, ?, ?)", (index, salt, body))
    return index


def _next(database: Database, now: int) -> tuple[int, int]:
    last = database.execute("SELECT position, time FROM leaves ORDER BY position DESC LIMIT 1").fetchone()
    return (0, now) if last is None else (last[0] + 1, dated(now, last[1]))


def log_size(database: Database) -> int:
    """Return the number of leaves."""
    (size,) = database.execute("SELECT coalesce(max(position) + 1, 0) FROM leaves").fetchone()
    return int(size)


def size_at(database: Database, time: int) -> int:
    """Return how many leaves the log had at the end of the second `time`."""
    (size,) = database.execute(
        "SELECT coalesce(max(position) + 1, 0) FROM leaves WHERE time <= ?", (time,)
    ).fetchone()
    return int(size)


def time_of_last(database: Database, size: int) -> int | None:
    """Return the time of the last leaf of a log of this size, None of an empty one."""
    row = database.execute("SELECT time FROM leaves WHERE position = ?", (size - 1,)).fetchone()
    return None if row is None else int(row[0])


def entries(database: Database, first: int, last: int) -> list[bytes]:
    """Return the encoded leaves from `first` up to, not including, `last`."""
    rows = database.execute(
        "SELECT entry FROM leaves WHERE position >= ? AND position < ? ORDER BY position", (first, last)
    )
    return [entry for (entry,) in rows]


def leaves(database: Database, first: int, last: int) -> list[tuple[int, Leaf]]:
    """Return (index, leaf) from `first` up to, not including, `last`."""
    return [(first + offset, Leaf.decode(entry)) for offset, entry in enumerate(entries(database, first, last))]


def body(database: Database, index: int) -> tuple[bytes, bytes] | None:
    """Return salt and body of a leaf, or None where it states nothing or was erased."""
    row = database.execute("SELECT salt, body FROM leaf_bodies WHERE leaf = ?", (index,)).fetchone()
    return None if row is None else (row[0], row[1])


def in_force(database: Database, size: int) -> list[tuple[int, Record]]:
    """Return (leaf index, record) of every declaration that states something after the first `size` leaves.

    Declarations erased since, at whatever size, are absent: their bodies are gone.
    """
    effective, stating = (", ".join(f"'{leaf_type}'" for leaf_type in types) for types in (_EFFECTIVE, _STATING))
    rows = database.execute(
        f"""
        SELECT position, body FROM leaf_bodies
        JOIN leaves ON position = leaf
        JOIN (SELECT max(position) AS latest FROM leaves
              WHERE position < ? AND type IN ({effective}) GROUP BY declaration) ON position = latest
        WHERE type IN ({stating}) ORDER BY position
        """,  # noqa: S608  # both lists are enum members
        (size,),
    )
    return [(position, Record.decode(stated)) for position, stated in rows]


def history(database: Database, declaration: str, *, first: int = 0, most: int = -1) -> list[HistoryEntry]:
    """Return the leaves of one declaration, oldest first: `most` of them (all if negative) from number `first`.

    Those before are passed by in the index alone; `changes_per_day` bounds how many there can be.
    """
    rows = database.execute(
        "SELECT position, type, time FROM leaves WHERE declaration = ? ORDER BY position LIMIT ? OFFSET ?",
        (declaration, most, first),
    )
    return [HistoryEntry(position, LeafType(leaf_type), time) for position, leaf_type, time in rows]


def count_since(database: Database, declaration: str, time: int) -> int:
    """Return how many leaves of a declaration are younger than `time`."""
    (count,) = database.execute(
        "SELECT count(*) FROM leaves WHERE declaration = ? AND time > ?", (declaration, time)
    ).fetchone()
    return int(count)


def erase_bodies(database: Database, declaration: str) -> None:
    """Remove salt and body of every leaf of a declaration; the leaves stay and the log still verifies."""
    database.execute(
        "DELETE FROM leaf_bodies WHERE leaf IN (SELECT position FROM leaves WHERE declaration = ?)", (declaration,)
    )
