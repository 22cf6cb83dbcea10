"""The keys that a registry signs with now, by what was synced: from the trust file down, never from the web."""

from pathlib import Path

from crawler_filter.log import Trust, Verifier
from crawler_filter.snapshot.acceptance import open_roots
from crawler_filter.sync.directory import SnapshotDirectory


def registry_keys(path: str | Path, trust: Trust) -> tuple[Verifier, ...]:
    """Return the snapshot keys of the newest root in a synced folder, for `verify_webhook`.

    Raises SnapshotMissingError where nothing was synced, DataError where somebody changed the folder.
    """
    folder = SnapshotDirectory(Path(path))
    return (open_roots(trust, folder.roots())[-1].snapshot,)
