"""Carry leaves: what stays in force of a log that was lost, until a leaf ends it (`snapshot.carrying`).

What such a leaf commits to is a segment, kept as the body of the leaf. To end it is to erase it.
"""

from collections.abc import Callable, Iterator
from hashlib import sha256

from sqlite_utils import Database

from crawler_filter.formats.record import ID_BYTES, LeafType, encode_id
from crawler_filter.log import Checkpoint
from registry.store.audit import OPERATOR, REGISTRY, record_action
from registry.store.log import append_body


def carry_id(closed: Checkpoint) -> str:
    """Return the number under which the log that ended at `closed` is carried over."""
    return encode_id(
        sha256(f"carry {closed.origin} {closed.size} {closed.root.hex()}".encode()).digest()[:ID_BYTES]
    )


def is_carried(database: Database, closed: Checkpoint) -> bool:
    """Tell whether a leaf says what was carried over of the log that ended at `closed`, be it nothing."""
    row = database.execute("SELECT 1 FROM leaves WHERE declaration = ?", (carry_id(closed),)).fetchone()
    return row is not None


def add_carry(
    database: Database, closed: Checkpoint, content: bytes, now: int, entropy: Callable[[int], bytes]
) -> None:
    """Log that `content` stays in force of the log that ended at `closed`."""
    number = carry_id(closed)
    append_body(database, LeafType.CARRY, number, now, content, entropy)
    record_action(database, now, REGISTRY, LeafType.CARRY.value, number)


def add_nothing(
    database: Database, closed: Checkpoint, now: int, entropy: Callable[[int], bytes], by: str = OPERATOR
) -> None:
    """Log that nothing stays in force of the log that ended at `closed`, as the operator `by` has said."""
    number = carry_id(closed)
    for leaf_type in (LeafType.CARRY, LeafType.ERASE):
        append_body(database, leaf_type, number, now, None, entropy)
    record_action(database, now, by, "carry-nothing", number)


def carries(database: Database, first: int, last: int) -> Iterator[tuple[int, bytes]]:
    """Yield (leaf, segment) of the carry leaves from `first` up to, not including, `last` that were not ended."""
    yield from database.execute(
        "SELECT position, body FROM leaves JOIN leaf_bodies ON leaf = position"
        " WHERE type = 'carry' AND position >= ? AND position < ? ORDER BY position",
        (first, last),
    )


def was_carrying(database: Database, size: int) -> bool:
    """Tell whether something was carried over at log size `size`, whether or not it was ended since."""
    row = database.execute(
        "SELECT 1 FROM leaves AS begun WHERE begun.type = 'carry' AND begun.position < :size AND NOT EXISTS"
        " (SELECT 1 FROM leaves AS ended WHERE ended.declaration = begun.declaration AND ended.type = 'erase'"
        " AND ended.position < :size) LIMIT 1",
        {"size": size},
    ).fetchone()
    return row is not None


def carried_since_before(database: Database, time: int) -> list[str]:
    """Return the numbers of what has been carried since before `time` and was not ended."""
    rows = database.execute(
        "SELECT declaration FROM leaves JOIN leaf_bodies ON leaf = position WHERE type = 'carry' AND time <= ?",
        (time,),
    )
    return [number for (number,) in rows]
