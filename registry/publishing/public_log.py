"""What the world has seen of the log, asked before anything is signed: is it ahead of this database?

An old database with an old public folder looks whole from inside. Only somebody outside tells, so the log's public
address and every mirror, witness and replica that the operator names are asked at each start. Seeing one ahead is
a reason to stay down; not reaching any is none by itself, but leaves an instance that was restored unconfirmed
(`high_water`).
"""

import logging
from collections.abc import Iterable
from pathlib import Path

from crawler_filter.errors import FilterError, MalformedNoteError
from crawler_filter.formats.counts import LEAF, number_of
from crawler_filter.log import CHECKPOINT_PATH, Note, Root
from crawler_filter.snapshot import Manifest
from crawler_filter.snapshot.manifest import MAX_MANIFEST_BYTES
from registry.errors import LogForkError
from registry.net import Fetcher, FetchError
from registry.publishing.creation import DATABASE
from registry.publishing.keys import Keyring
from registry.publishing.log import check_not_ahead
from registry.store.database import open_database
from registry.store.snapshots import SignedCheckpoint, latest_checkpoint

_log = logging.getLogger(__name__)


def check_public_log(instance: Path, fetcher: Fetcher, mirrors: Iterable[str] = ()) -> bool:
    """Compare the checkpoints at the log's public address and at `mirrors` with the instance's; tell if any
    answered.

    A mirror's address is that of a checkpoint or of a snapshot's manifest, which has one. A checkpoint that our
    log key has not signed is somebody else's and says nothing about our log. Raises LogForkError if one is ahead.
    """
    root = Keyring(instance).root()
    answered = False
    for url in (f"{root.log_url}/{CHECKPOINT_PATH}", *mirrors):
        try:
            published = read_checkpoint(fetcher.get(url, limit=MAX_MANIFEST_BYTES).body, root)
        except (FetchError, FilterError) as error:
            _log.warning("the public log at %s could not be compared with the database: %s", url, error)
        else:
            check_not_ahead(published, _signed(instance, root))
            answered = True
    return answered


def read_checkpoint(content: bytes, root: Root) -> SignedCheckpoint:
    """Read a checkpoint, or a manifest with one, that the log's key has signed. Raises DataError."""
    note = Note.parse(content)
    try:
        published = SignedCheckpoint.parse(content)
    except MalformedNoteError:
        published = SignedCheckpoint.parse(Manifest.decode(note.text).checkpoint)
    Note.parse(published.note).verify([root.log])
    return published


def check_number(instance: Path, size: int) -> None:
    """Compare a log size that was seen outside, and that the operator typed, with the instance's.

    Raises LogForkError if it is ahead.
    """
    signed = _signed(instance, Keyring(instance).root())
    ours = signed.checkpoint.size if signed else 0
    if size > ours:
        raise LogForkError(
            f"a log of {number_of(size, *LEAF)} was seen outside, this database has signed {ours}:"
            f" {LogForkError.way_out}"
        )


def _signed(instance: Path, root: Root) -> SignedCheckpoint | None:
    database = open_database(instance / DATABASE, read_only=True)
    try:
        return latest_checkpoint(database, root.log.name)
    finally:
        database.close()
