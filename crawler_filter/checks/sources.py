"""Where a filter gets the snapshot in force."""

from dataclasses import dataclass
from typing import Protocol

from crawler_filter.errors import TransportError
from crawler_filter.snapshot.reader import Snapshot


class SnapshotSource(Protocol):
    """A source of snapshots. It is asked at every check, so it must be quick."""

    def current(self) -> Snapshot:
        """Return the snapshot in force, the same object until there is another. Raises FilterError."""

    def look_again(self) -> None:
        """Let the next `current` look whether there is a newer one, however short ago it looked."""

    def sync(self) -> None:
        """Bring the snapshot up to date. Raises FilterError."""


@dataclass(frozen=True, slots=True)
class FixedSource:
    """A source that always has the same snapshot."""

    snapshot: Snapshot

    def current(self) -> Snapshot:
        """Return the snapshot."""
        return self.snapshot

    def look_again(self) -> None:
        """There is never another one."""

    def sync(self) -> None:
        """Raise TransportError: this source has nowhere to fetch from."""
        raise TransportError("this filter was made from one snapshot, without a registry to sync with")
