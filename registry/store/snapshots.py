"""What was published, as the database remembers it: checkpoints and manifests.

The functions that write run in the writer's transaction. The schema's triggers hold the rules that nothing may
break: one root for each size of a log, sequence numbers that only rise.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from crawler_filter.log import Checkpoint, Note
from registry.errors import LogForkError
from registry.store.database import open_database


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint and the note that signs it."""

    checkpoint: Checkpoint
    note: bytes

    @classmethod
    def parse(cls, note: bytes) -> "SignedCheckpoint":
        """Read a checkpoint's note. Raises MalformedNoteError; signatures are not checked."""
        return cls(Checkpoint.parse(Note.parse(note).text), note)


@dataclass(frozen=True, slots=True)
class StoredManifest:
    """A signed manifest; `issued` is in unix seconds."""

    sequence: int
    issued: int
    note: bytes


def latest_checkpoint(database: Database, log: str) -> SignedCheckpoint | None:
    """Return the newest checkpoint that `log` has signed, None for a log that never signed one."""
    row = database.execute(
        "SELECT note FROM checkpoints WHERE log = ? ORDER BY size DESC, position DESC LIMIT 1", (log,)
    ).fetchone()
    return None if row is None else SignedCheckpoint.parse(row[0])


def swap_checkpoint(database: Database, seen: SignedCheckpoint | None, signed: SignedCheckpoint) -> None:
    """Record `signed` if the newest checkpoint of its log still is `seen`, the one it was computed from.

    Raises LogForkError otherwise: somebody else is signing with this log's key.
    """
    checkpoint = signed.checkpoint
    if latest_checkpoint(database, checkpoint.origin) != seen:
        raise LogForkError(f"another process has signed a checkpoint of {checkpoint.origin}; stop one of the two")
    try:
        database.execute(
            "INSERT INTO checkpoints (log, size, root, note) VALUES (?, ?, ?, ?)",
            (checkpoint.origin, checkpoint.size, checkpoint.root, signed.note),
        )
    except sqlite3.IntegrityError as error:
        raise LogForkError(f"{checkpoint.origin}, size {checkpoint.size}: {error}") from error


def latest_manifest(database: Database) -> StoredManifest | None:
    """Return the newest manifest that was signed."""
    row = database.execute(
        "SELECT sequence, issued, note FROM manifests ORDER BY sequence DESC LIMIT 1"
    ).fetchone()
    return None if row is None else StoredManifest(*row)


def manifests(database: Database) -> list[StoredManifest]:
    """Return every manifest that is still kept, oldest first."""
    rows = database.execute("SELECT sequence, issued, note FROM manifests ORDER BY sequence")
    return [StoredManifest(*row) for row in rows]


def add_manifest(database: Database, manifest: StoredManifest) -> None:
    """Record a manifest before it is published, so that its sequence number is never given to another."""
    database.execute(
        "INSERT INTO manifests (sequence, issued, note) VALUES (?, ?, ?)",
        (manifest.sequence, manifest.issued, manifest.note),
    )


def forget_manifests(database: Database, sequences: Iterable[int]) -> None:
    """Delete manifests, never the newest."""
    database.conn.executemany("DELETE FROM manifests WHERE sequence = ?", [(sequence,) for sequence in sequences])


def newest_signature(path: Path) -> int | None:
    """Return when the instance with this database signed its last manifest (unix seconds), or None."""
    database = open_database(path, read_only=True)
    try:
        newest = latest_manifest(database)
    finally:
        database.close()
    return None if newest is None else newest.issued
