"""Copies of the database, made while it is in use, that nobody but the owner of the file ever reads."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from crawler_filter.sync import durable
from registry.errors import InstanceError
from registry.store.database import make_private

T = TypeVar("T")


def copy_database(source: sqlite3.Connection, target: Path, verify: Callable[[Path], T]) -> T:
    """Copy the database of `source` to `target`, in place of what is there, and return what `verify` says of it.

    A copy that is not finished or not verified is removed, with what SQLite lays beside a file that it reads.
    """
    draft = target.with_name(f"{target.name}.unfinished")
    make_private(draft)
    try:
        with closing(sqlite3.connect(draft)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE").fetchall()  # by which `connect` knows a copy
        verdict = verify(draft)
        durable.rename(draft, target)
    finally:
        for leftover in target.parent.glob(f"{draft.name}*"):
            leftover.unlink(missing_ok=True)
    return verdict


def verify_pages(path: Path) -> None:
    """Raise InstanceError where the pages of the database file are damaged."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as copy:
        (verdict,) = copy.execute("PRAGMA integrity_check").fetchone()
    if verdict != "ok":
        raise InstanceError(f"{path} is damaged: {verdict}")
