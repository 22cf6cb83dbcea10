"""A look at the log's public address before anything is signed: is what the world has seen ahead of this database?

An old database with an old public folder looks whole from inside. Only a mirror or CDN that kept the newer
checkpoint tells, so it is asked at each start. Not reaching it is no reason to stay down; seeing it ahead is.
"""

import logging
from pathlib import Path

from crawler_filter.errors import FilterError
from crawler_filter.log import CHECKPOINT_PATH, MAX_CHECKPOINT_BYTES, Note
from registry.net import Fetcher, FetchError
from registry.publishing.creation import DATABASE
from registry.publishing.keys import Keyring
from registry.publishing.log import check_not_ahead
from registry.store.database import open_database
from registry.store.snapshots import SignedCheckpoint, latest_checkpoint

_log = logging.getLogger(__name__)


def check_public_log(instance: Path, fetcher: Fetcher) -> None:
    """Compare the checkpoint at the log's public address with the instance's. Raises LogForkError if it is ahead.

    A checkpoint that our log key has not signed is somebody else's and says nothing about our log.
    """
    root = Keyring(instance).root()
    url = f"{root.log_url}/{CHECKPOINT_PATH}"
    try:
        note = fetcher.get(url, limit=MAX_CHECKPOINT_BYTES).body
        Note.parse(note).verify([root.log])
        published = SignedCheckpoint.parse(note)
    except (FetchError, FilterError) as error:
        _log.warning("the public log at %s could not be compared with the database: %s", url, error)
        return
    database = open_database(instance / DATABASE, read_only=True)
    try:
        check_not_ahead(published, latest_checkpoint(database, root.log.name))
    finally:
        database.close()
