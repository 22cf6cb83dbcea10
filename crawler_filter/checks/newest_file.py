"""A file beside the snapshot, read when it is first asked for and again when a sync has replaced it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from crawler_filter.errors import SnapshotMissingError
from crawler_filter.snapshot.reader import Snapshot

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Read(Generic[T]):
    snapshot: Snapshot
    version: tuple[int, int]
    content: T


class NewestFile(Generic[T]):
    """The content of the file at `path`, by `parse`; `what` names it where it is missing.

    `sync` replaces the file before it puts a new snapshot in force, so a new snapshot is when it is looked at
    again, and read if it was replaced.
    """

    def __init__(self, path: Path, what: str, parse: Callable[[bytes], T]) -> None:
        self._path, self._what, self._parse = path, what, parse
        self._read: _Read[T] | None = None

    def beside(self, snapshot: Snapshot) -> T:
        """Return the content that goes with a snapshot. Raises SnapshotMissingError, and what `parse` raises."""
        read = self._read
        if read is None or read.snapshot is not snapshot:
            self._read = read = self._look(read, snapshot)
        return read.content

    def _look(self, before: _Read[T] | None, snapshot: Snapshot) -> _Read[T]:
        try:
            status = self._path.stat()
            version = (status.st_mtime_ns, status.st_ino)
            if before is not None and before.version == version:
                return _Read(snapshot, version, before.content)
            return _Read(snapshot, version, self._parse(self._path.read_bytes()))
        except FileNotFoundError as error:
            raise SnapshotMissingError(
                f"there are no {self._what} at {self._path}; run `crawler-filter sync --names` first"
            ) from error
