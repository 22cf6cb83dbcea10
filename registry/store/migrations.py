"""How the database of an older release becomes one of this release, step by step, in place.

A new file is made from `schema.sql`, whose version is one more than there are `STEPS`. An older file gets the
steps that it lacks, each in a transaction of its own together with its version: a process that dies leaves a file
of one version or the next. `registry.store.upgrade` makes a copy first. The steps are in `schema_steps.py`.
"""

from collections.abc import Sequence
from typing import Final

from sqlite_utils import Database, Migrations

from registry.errors import InstanceError
from registry.store.schema_steps import STEPS, Step

_SET: Final = "registry"


def apply_steps(database: Database, steps: Sequence[Step] = STEPS) -> None:
    """Do to the database the steps that it lacks; raise InstanceError if one leaves a reference to no row.

    The connection must not enforce foreign keys: a table that others refer to is dropped and made again.
    """
    _numbered([_completed(step, version) for version, step in enumerate(steps, start=2)], steps).apply(database)


def note_as_applied(database: Database, steps: Sequence[Step] = STEPS) -> None:
    """Note in a database that was just made from `schema.sql` that it lacks no step."""
    _numbered([_nothing] * len(steps), steps).apply(database)


def _numbered(functions: Sequence[Step], steps: Sequence[Step]) -> Migrations:
    migrations = Migrations(_SET)
    for version, (function, step) in enumerate(zip(functions, steps, strict=True), start=2):
        migrations(name=f"{version}: {step.__name__}")(function)
    return migrations


def _completed(step: Step, version: int) -> Step:
    """Return `step` with what else its transaction does: look for dangling references, and set the version."""

    def complete(database: Database) -> None:
        step(database)
        dangling = database.execute("PRAGMA foreign_key_check").fetchall()
        if dangling:
            tables = ", ".join(sorted({str(row[0]) for row in dangling}))
            raise InstanceError(f"the step to schema version {version} leaves {tables} without rows they refer to")
        database.execute(f"PRAGMA user_version = {version}")

    return complete


def _nothing(_: Database) -> None:
    """Stand for a step whose result is there already."""
