"""Bringing the instance's file to the schema of this release, with a copy beside it of what it was.

The copy is the way back to the release before: it is put in place of the file. An erasure removes it, because
nothing that was erased may stay in a file that the registry made by itself.
"""

import logging
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from registry.store.copies import copy_database, verify_pages
from registry.store.database import connect, prepare_writing, schema_version
from registry.store.migrations import apply_steps
from registry.store.schema_steps import STEPS, Step

_COPY: Final = ".schema-"

_log = logging.getLogger(__name__)


def upgrade(path: Path, steps: Sequence[Step] = STEPS) -> Path | None:
    """Migrate the database at `path`, for the holder of its lock; return the copy that was made of it before.

    None where it has the newest schema already. A file of a newer release is left for `open_database` to refuse.
    Raises InstanceError where the file is not a registry's, cannot be copied whole, or cannot be migrated.
    """
    with closing(connect(path)) as database:
        version, newest = schema_version(database, path), 1 + len(steps)
        if version >= newest:
            return None
        copy = path.with_name(f"{path.name}{_COPY}{version}")
        copy_database(database.conn, copy, verify_pages)
        _log.warning("migrating %s from schema version %s to %s; %s is what it was", path, version, newest, copy)
        prepare_writing(database)
        database.execute("PRAGMA foreign_keys = OFF")  # tables that others refer to are made again
        apply_steps(database, steps)
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return copy


def remove_copies(path: Path) -> None:
    """Remove the copies of the database at `path` that `upgrade` made."""
    for copy in path.parent.glob(f"{path.name}{_COPY}*"):
        copy.unlink()
