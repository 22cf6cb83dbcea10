"""Which records a snapshot is made from: what changed between two log sizes, and how far back an erasure reaches.

All of it is a function of the log's first n leaves and the bodies not erased by n. Read it in one transaction
whose log has exactly n leaves: a later erasure has taken bodies that the snapshot at n still states.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import Final

from sqlite_utils import Database

from crawler_filter.formats.record import EFFECTIVE, REMOVES_RECORD, STATES_RECORD, Assurance, LeafType, Record
from crawler_filter.snapshot.rows import scope_key
from registry.errors import UnavailableError

_STATING = ", ".join(f"'{leaf_type}'" for leaf_type in sorted(STATES_RECORD))
_EFFECTIVE = ", ".join(f"'{leaf_type}'" for leaf_type in sorted(EFFECTIVE))

# Both lists above are enum members, so the queries are constants.
_ADDED = f"""
    SELECT position, body FROM leaf_bodies JOIN leaves ON position = leaf
    JOIN (SELECT max(position) AS latest FROM leaves
          WHERE position >= :first AND position < :last AND type IN ({_EFFECTIVE})
          GROUP BY declaration) ON position = latest
    WHERE type IN ({_STATING}) ORDER BY position
"""  # noqa: S608
_REMOVED = f"""
    SELECT position, body FROM leaf_bodies JOIN leaves ON position = leaf
    JOIN (SELECT (SELECT max(before.position) FROM leaves AS before
                  WHERE before.declaration = touched.declaration AND before.position < :first
                  AND before.type IN ({_EFFECTIVE})) AS latest
          FROM (SELECT DISTINCT declaration FROM leaves
                WHERE position >= :first AND position < :last AND type IN ({_EFFECTIVE})) AS touched
         ) ON position = latest
    WHERE type IN ({_STATING}) ORDER BY position
"""  # noqa: S608
_LATEST = f"""
    SELECT position, type FROM leaves WHERE declaration = ? AND position < ? AND type IN ({_EFFECTIVE})
    ORDER BY position DESC LIMIT 1
"""  # noqa: S608

_UNDER_KEY = """
    SELECT declaration, leaf FROM scope_keys JOIN leaves ON position = leaf
    WHERE key = ? AND leaf < ? ORDER BY leaf LIMIT ?
"""
_BODY = "SELECT body FROM leaf_bodies WHERE leaf = ?"

MOST_LEAVES: Final = 2_000
"""Leaves of one key that are looked at for one answer."""
MOST_BYTES: Final = 1 << 20
"""Bytes of records that are read for one answer: anybody may declare the same address again and again."""


def added(database: Database, first: int, last: int) -> Iterator[tuple[int, Record]]:
    """Yield (leaf, record) of what is in force at `last` and was not at `first`, by leaf."""
    for position, body in database.execute(_ADDED, {"first": first, "last": last}):
        yield position, Record.decode(body)


def removed(database: Database, first: int, last: int) -> Iterator[tuple[int, Record]]:
    """Yield (leaf, record) of what was in force at `first` and is not at `last`, by leaf."""
    for position, body in database.execute(_REMOVED, {"first": first, "last": last}):
        yield position, Record.decode(body)


def erased_declarations(database: Database, first: int, last: int) -> list[str]:
    """Return the declarations erased by the leaves from `first` up to, not including, `last`."""
    rows = database.execute(
        "SELECT DISTINCT declaration FROM leaves WHERE position >= ? AND position < ? AND type = ?",
        (first, last, LeafType.ERASE.value),
    )
    return [declaration for (declaration,) in rows]


def leaf_in_force(database: Database, declaration: str, size: int) -> int | None:
    """Return the leaf by which a declaration spoke after the first `size` leaves, erased since or not."""
    row = database.execute(_LATEST, (declaration, size)).fetchone()
    return row[0] if row and row[1] not in REMOVES_RECORD else None


def index_scopes(database: Database, leaf: int, record: Record) -> None:
    """Note under which keys the record of `leaf` can be found again; they go when its body is erased."""
    keys = {key for scope in record.scopes if (key := scope_key(scope.kind, scope.value)) is not None}
    if _is_verified(record):
        keys.add(_party_key(record))
    database.conn.executemany("INSERT INTO scope_keys (key, leaf) VALUES (?, ?)", [(key, leaf) for key in keys])


def reindex_scopes(database: Database) -> None:
    """Note anew under which keys every record can be found, as after a change of the URL profile."""
    database.execute("DELETE FROM scope_keys")
    stating = f"SELECT leaf FROM leaf_bodies JOIN leaves ON position = leaf WHERE type IN ({_STATING})"  # noqa: S608
    leaves = [leaf for (leaf,) in database.execute(stating)]
    for leaf in leaves:
        (body,) = database.execute("SELECT body FROM leaf_bodies WHERE leaf = ?", (leaf,)).fetchone()
        index_scopes(database, leaf, Record.decode(body))


def concerning(database: Database, keys: Iterable[bytes], size: int) -> list[tuple[int, Record]]:
    """Return (leaf, record) of what was in force after `size` leaves and has a scope under one of `keys`.

    Of a party whose records among them are all attested, one verified record comes too if there is any: what a
    snapshot says of a party depends on it. Raises UnavailableError where more was declared than is read for one
    answer.
    """
    reading = _Reading(database, size)
    found = {leaf: record for key in keys for leaf, record in reading.stated(key)}
    proved = {record.party for record in found.values() if _is_verified(record)}
    for record in list(found.values()):
        if record.party not in proved:
            found.update(islice(reading.stated(_party_key(record)), 1))
            proved.add(record.party)
    return sorted(found.items())


@dataclass(slots=True)
class _Reading:
    """The reading of one past state, which ends with UnavailableError where it would be too much."""

    database: Database
    size: int
    read: int = 0

    def stated(self, key: bytes) -> Iterator[tuple[int, Record]]:
        """Yield (leaf, record) of what was in force and has a scope under `key`."""
        under = self.database.execute(_UNDER_KEY, (key, self.size, MOST_LEAVES + 1)).fetchall()
        if len(under) > MOST_LEAVES:
            raise _too_much()
        for declaration, leaf in dict(under).items():  # the newest leaf of each
            if leaf_in_force(self.database, declaration, self.size) == leaf:
                yield leaf, Record.decode(self._body(leaf))

    def _body(self, leaf: int) -> bytes:
        (body,) = self.database.execute(_BODY, (leaf,)).fetchone()
        self.read += len(body)
        if self.read > MOST_BYTES:
            raise _too_much()
        return bytes(body)


def _too_much() -> UnavailableError:
    return UnavailableError("too many declarations cover this to answer for the past: ask an archived snapshot")


def _is_verified(record: Record) -> bool:
    return any(scope.assurance is Assurance.VERIFIED for scope in record.scopes)


def _party_key(record: Record) -> bytes:
    return sha256(f"party {record.party}".encode()).digest()[:16]
