"""Copies of the database that are known to be whole: made by SQLite while it is in use, then opened and checked.

A copy is made to be put back after a loss, which is only safe where nothing newer was published; the start checks
that. Keys are not in it.
"""

from pathlib import Path

from crawler_filter.log import Edge, leaf_hash
from registry.errors import InstanceError
from registry.publishing.creation import DATABASE
from registry.publishing.keys import Keyring
from registry.store.copies import copy_database, verify_pages
from registry.store.database import open_database
from registry.store.log import entries, log_size
from registry.store.snapshots import latest_checkpoint

_AT_ONCE = 4096


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
                raise InstanceError(f"{path} has {edge.size} leaves of the {size} that were signed")
            edge, _ = edge.grow(leaf_hash(entry) for entry in stored)
        if signed and edge.root != signed.checkpoint.root:
            raise InstanceError(f"the leaves of {path} do not make the root signed for {size} leaves")
        return log_size(database)
    finally:
        database.close()
