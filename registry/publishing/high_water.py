"""How far this instance has come, kept beside database and published files so that an old copy of both is noticed.

An instance that was restored whole, database and public folder alike, looks whole from inside: only what a restore
cannot bring back tells. The folder `high-water/` holds

    a, b    the log size and the manifest's number that were signed at least, and a number drawn each time; one of
    the two is replaced once a minute seen    for each of them its inode and the time its inode last changed, which
    no copying tool can set

So a mark counts only if one of its files is the very file that was written here. Otherwise the instance has been
copied, moved or restored, and it signs nothing until the newest published checkpoint is given from outside. What
copies inodes, such as a snapshot of the whole disk, is not noticed here; mirrors that are asked at each start
notice.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from crawler_filter.formats.counts import LEAF, number_of
from registry.errors import InstanceError, LogForkError
from registry.publishing.durable_files import DurableFiles
from registry.store.snapshots import latest_checkpoint, latest_manifest

FOLDER: Final = "high-water"
SEEN: Final = "seen"
_NAMES: Final = ("a", "b")
_NONCE_BYTES: Final = 16


class RestoredInstanceError(InstanceError):
    """The instance is a copy, or was restored: only somebody outside knows whether it is the newest."""

    slug = "restored-instance"
    title = "This instance may be an old copy"


@dataclass(frozen=True, slots=True)
class Mark:
    """The least that was signed: how many leaves of which log, and the number of the manifest."""

    log: str
    log_size: int
    sequence: int

    def covers(self, other: "Mark") -> bool:
        """Tell whether `other` is no further than this; a log that was left behind is another matter."""
        return other.log != self.log or (other.log_size <= self.log_size and other.sequence <= self.sequence)


def signed_mark(database: Database, log: str) -> Mark:
    """Return how far the database says that was signed."""
    checkpoint, manifest = latest_checkpoint(database, log), latest_manifest(database)
    return Mark(log, checkpoint.checkpoint.size if checkpoint else 0, manifest.sequence if manifest else 0)


class HighWaterMark:
    """The mark of the instance in `directory`. One process at a time, the holder of the instance, writes it."""

    def __init__(self, directory: Path, entropy: Callable[[int], bytes]) -> None:
        self._files = DurableFiles(directory / FOLDER)
        self._entropy = entropy

    @property
    def is_there(self) -> bool:
        """Tell whether a mark was ever made."""
        return self._files.path(SEEN).exists()

    def raise_to(self, mark: Mark) -> None:
        """Keep that `mark` was signed. Killed at any moment, one of the two files still counts."""
        seen = self._seen()
        stands = [name for name in _NAMES if self._is_the_file_seen(name, seen)]
        name = next((each for each in _NAMES if each not in stands), None) or self._older(stands)
        nonce = self._entropy(_NONCE_BYTES).hex()
        self._files.write(name, json.dumps([mark.log, mark.log_size, mark.sequence, nonce]).encode())
        kept = {each: seen[each] for each in stands if each != name}
        self._files.write(SEEN, json.dumps(kept | {name: self._identity(name)}).encode())

    def check(self, signed: Mark) -> None:
        """Check that this is the instance that was here last, and that it has all that was signed here.

        Raises RestoredInstanceError, and LogForkError where `signed`, what the database has, is less than was
        signed. An instance that has signed nothing yet may be anywhere.
        """
        if not (self.is_there or signed.log_size or signed.sequence):
            return
        seen = self._seen()
        marks = [self._read(name) for name in _NAMES if self._is_the_file_seen(name, seen)]
        if not marks:
            raise RestoredInstanceError(
                "this instance was copied, moved or restored: give the newest checkpoint of its log that was"
                " published anywhere, by `optout-registry confirm-log`, before it signs anything"
            )
        for mark in marks:
            if not signed.covers(mark):
                raise LogForkError(
                    f"this instance has signed a log of {number_of(mark.log_size, *LEAF)} and manifest"
                    f" {mark.sequence}, its database knows {signed.log_size} and"
                    f" {signed.sequence}: {LogForkError.way_out}"
                )

    def _older(self, names: list[str]) -> str:
        return min(names, key=lambda name: self._identity(name)[1])

    def _seen(self) -> dict[str, list[int]]:
        content = self._files.read(SEEN)
        try:
            seen = json.loads(content or b"{}")
        except ValueError:
            return {}
        return seen if isinstance(seen, dict) else {}

    def _is_the_file_seen(self, name: str, seen: dict[str, list[int]]) -> bool:
        return name in seen and self._files.path(name).is_file() and self._identity(name) == seen[name]

    def _identity(self, name: str) -> list[int]:
        status = self._files.path(name).stat()
        return [status.st_ino, status.st_ctime_ns]

    def _read(self, name: str) -> Mark:
        log, log_size, sequence, _ = json.loads(self._files.read(name) or b"")
        return Mark(str(log), int(log_size), int(sequence))
