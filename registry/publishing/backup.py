"""Copies of the database that are known to be whole: made by SQLite while it is in use, then opened and checked.

A copy is made to be put back after a loss, which is only safe where nothing newer was published; the start checks
that. Keys are not in it.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from crawler_filter.formats.counts import LEAF, number_of
from crawler_filter.log import Edge, leaf_hash
from crawler_filter.sync import durable
from registry.errors import InstanceError
from registry.publishing.creation import DATABASE
from registry.publishing.keys import Keyring
from registry.store.copies import copy_database, verify_pages
from registry.store.database import lock_beside, open_database
from registry.store.log import entries, log_size
from registry.store.snapshots import latest_checkpoint

_AT_ONCE = 4096
_REPLACED = f"{DATABASE}.replaced"


def back_up(instance: Path, target: Path) -> int:
    """Copy the database to the new file `target` and verify the copy; return how many leaves it has.

    Raises InstanceError where `target` exists, or the copy is not what it should be.
    """
    if target.exists():
        raise InstanceError(f"{target} exists; a backup never overwrites one")
    log = Keyring(instance).root().log.name
    source = open_database(instance / DATABASE, read_only=True)
    try:
        return copy_database(source.conn, target, lambda draft: verify_copy(draft, log))
    finally:
        source.close()


def put_back(instance: Path, copy: Path) -> Path:
    """Put a copy in place of the database, which is kept under the name that is returned.

    What a crash left beside the old database goes with it: SQLite would write the changes in a `-wal` file into
    whatever lies beside it. Raises InstanceError where a server runs, or the copy is damaged or no copy.
    """
    Keyring(instance).root()  # says what is missing where there is no instance, or its keys are not back yet
    database, kept = instance / DATABASE, instance / _REPLACED
    with lock_beside(database):
        if database.exists() and kept.exists():
            raise InstanceError(f"{kept} is from an earlier restore; move it away first")
        try:
            at_rest = int(not copy.with_name(f"{copy.name}-wal").exists())  # then its folder may be read-only
            address = f"{copy.resolve().as_uri()}?mode=ro&immutable={at_rest}"
            with closing(sqlite3.connect(address, uri=True)) as source:
                copy_database(source, database, lambda draft: _make_way(draft, database, kept))
        except sqlite3.DatabaseError as error:
            raise InstanceError(f"{copy} is no copy of a registry: {error}") from error
    return kept


def _make_way(draft: Path, database: Path, kept: Path) -> None:
    """Set the database aside with its journal, the database first, once the draft is known to be whole."""
    verify_pages(draft)
    with closing(sqlite3.connect(draft)) as copy:
        copy.execute("SELECT 1 FROM declarations LIMIT 1").fetchone()
    for suffix in ("", "-wal", "-shm"):
        if (old := database.with_name(database.name + suffix)).exists():
            durable.rename(old, kept.with_name(kept.name + suffix))


def verify_copy(path: Path, log: str) -> int:
    """Check a copy by itself: its pages, and that its leaves make the signed root; return its log size."""
    verify_pages(path)
    database = open_database(path, read_only=True)
    try:
        signed = latest_checkpoint(database, log)
        size = signed.checkpoint.size if signed else 0
        edge = Edge()
        while edge.size < size:
            stored = entries(database, edge.size, min(edge.size + _AT_ONCE, size))
            if not stored:
                raise InstanceError(f"{path} has {number_of(edge.size, *LEAF)} of the {size} that were signed")
            edge, _ = edge.grow(leaf_hash(entry) for entry in stored)
        if signed and edge.root != signed.checkpoint.root:
            raise InstanceError(f"the leaves of {path} do not make the root signed for {number_of(size, *LEAF)}")
        return log_size(database)
    finally:
        database.close()
