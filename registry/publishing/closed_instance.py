"""What is done to an instance that no process has open: migrated, confirmed as the newest, its clock confirmed.

Each of them takes the lock of the instance where it writes, so none runs beside a server.
"""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from registry.config import Config
from registry.publishing.creation import DATABASE
from registry.publishing.durable_files import DurableFiles
from registry.publishing.high_water import HighWaterMark, signed_mark
from registry.publishing.keys import Keyring
from registry.store.audit import record_action
from registry.store.database import instance_lock, open_database
from registry.store.snapshots import latest_manifest
from registry.store.upgrade import upgrade
from registry.store.writer import Writer

CONFIRMED: Final = "clock-confirmed"
"""File in the instance that says when its operator last took the clock for right, in unix seconds."""

CONFIRMED_SECONDS: Final = 3600
"""How long that counts at a start."""


def upgrade_instance(config: Config) -> None:
    """Bring the database to this release's schema, where there is one, before anything reads it."""
    path = config.instance / DATABASE
    if path.exists():
        with instance_lock(path):
            upgrade(path)


def confirm_newest(config: Config, entropy: Callable[[int], bytes]) -> None:
    """Take this instance for the newest there is, because somebody outside was asked."""
    path = config.instance / DATABASE
    with instance_lock(path), closing(open_database(path, read_only=True)) as database:
        signed = signed_mark(database, Keyring(config.instance).root().log.name)
        HighWaterMark(config.instance, entropy).raise_to(signed)


def note_operator(instance: Path, now: int, by: str, action: str, target: str) -> None:
    """Write a line of the audit trail while nothing is served."""
    path = instance / DATABASE
    with instance_lock(path), closing(Writer(open_database(path))) as writer:
        writer.run(lambda database: record_action(database, now, by, action, target))


def newest_signature(instance: Path) -> int | None:
    """Return when this instance last signed a manifest, in unix seconds, None where it never did."""
    database = open_database(instance / DATABASE, read_only=True)
    try:
        newest = latest_manifest(database)
    finally:
        database.close()
    return None if newest is None else newest.issued


def confirm_clock(instance: Path, now: int) -> None:
    """Note that the operator has looked at the clock and takes `now` for right; it counts at the next start."""
    DurableFiles(instance).write(CONFIRMED, f"{now}\n".encode())
