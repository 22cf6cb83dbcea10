"""The folder a filter reads and `sync` writes: root notes, one manifest, segments.

    manifest          the signed manifest in force; renaming a new one over it is the one moment of change
    roots/<version>   the root notes that lead from the trust file to the keys in force
    segments/<sha256> what was downloaded, and the merged segment that is read; `<sha256>.….npy` its index
    characters        with the names: the sheets of characters
    names             only if asked for: the names of works, which are no part of the snapshot
    grants/<size>     the signed note of the grants at a log size; `<sha256>.grants` in it are their rows
    lock, attempt     held by the one process of a machine that syncs; when one last began to
    trust             only after first use: the trust file that was accepted then

A file is complete under its own name or not there at all, so a killed update leaves the old state or the new one.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from filelock import FileLock, Timeout

from crawler_filter.errors import FilterError, SnapshotMissingError
from crawler_filter.sync import durable

KEEP_SECONDS: Final = 3600
"""How long segments no longer named stay, for processes that are about to open them."""


class DirectoryBusyError(FilterError):
    """Another process is syncing this folder."""


def absent(folder: Path) -> SnapshotMissingError:
    """Return the error for a folder that holds no snapshot, which says what to do."""
    return SnapshotMissingError(f"there is no snapshot in {folder}; run `crawler-filter sync` first")


class SnapshotDirectory:
    """One folder. Reading needs no lock; writing is done under `locked`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for writing. Raises DirectoryBusyError at once when somebody else does."""
        self.path.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.path / "lock", timeout=0):
                yield
        except Timeout as error:
            raise DirectoryBusyError(
                f"another process is syncing {self.path}; its result will be seen here"
            ) from error

    def roots(self) -> list[bytes]:
        """Return the stored root notes, oldest version first."""
        folder = self.path / "roots"
        names = [name.name for name in folder.iterdir() if name.name.isdigit()] if folder.is_dir() else []
        return [(folder / name).read_bytes() for name in sorted(names, key=int)]

    def add_root(self, version: int, note: bytes) -> None:
        """Keep one more root note; the caller has verified it."""
        with self._replacing(self.path / "roots" / str(version)) as file:
            file.write(note)

    def manifest(self) -> bytes:
        """Return the manifest in force. Raises SnapshotMissingError."""
        try:
            return (self.path / "manifest").read_bytes()
        except FileNotFoundError as error:
            raise absent(self.path) from error

    def has_manifest(self) -> bool:
        """Tell whether a sync has ever completed here."""
        return (self.path / "manifest").exists()

    def commit(self, manifest: bytes) -> None:
        """Put a manifest in force. Everything it names must be here already."""
        with self._replacing(self.path / "manifest") as file:
            file.write(manifest)

    def state(self) -> tuple[int, int]:
        """Return a value that changes whenever another manifest comes into force, at the cost of one stat.

        Where there is none, or none that can be reached, whoever opens the folder says so.
        """
        try:
            status = os.stat(self.path / "manifest")  # noqa: PTH116 - a third of the cost of Path.stat
        except OSError:
            return (0, 0)
        return status.st_mtime_ns, status.st_ino

    def last_attempt(self) -> float:
        """Return when some process last began to sync, in unix seconds; 0 if none ever did."""
        try:
            return (self.path / "attempt").stat().st_mtime
        except FileNotFoundError:
            return 0.0

    def note_attempt(self, now: float) -> None:
        """Remember for every process of the machine that a sync begins now."""
        self.path.mkdir(parents=True, exist_ok=True)
        (self.path / "attempt").touch()
        os.utime(self.path / "attempt", (now, now))

    def store_trust(self, trust: bytes) -> None:
        """Keep the trust file that was accepted on first use."""
        with self._replacing(self.path / "trust") as file:
            file.write(trust)

    @property
    def names(self) -> Path:
        """Return the path of the file of names, whether it is there or not."""
        return self.path / "names"

    def store_names(self, names: bytes) -> None:
        """Keep the file of names; the caller has read it."""
        with self._replacing(self.names) as file:
            file.write(names)

    @property
    def characters(self) -> Path:
        """Return the path of the file of character sheets, whether it is there or not."""
        return self.path / "characters"

    def store_characters(self, sheets: bytes) -> None:
        """Keep the file of character sheets; the caller has read it."""
        with self._replacing(self.characters) as file:
            file.write(sheets)

    def grants_note(self, size: int) -> bytes:
        """Return the note of the grants at a log size. Raises OSError where there is none."""
        return (self.path / "grants" / str(size)).read_bytes()

    def store_grants_note(self, size: int, note: bytes) -> None:
        """Keep the note of the grants at a log size; the caller has verified it, and keeps its rows before."""
        with self._replacing(self.path / "grants" / str(size)) as file:
            file.write(note)

    def grants(self, name: str) -> bytes:
        """Return the rows of grants of this SHA-256. Raises OSError where there are none."""
        return (self.path / "grants" / f"{name}.grants").read_bytes()

    def store_grants(self, name: str, rows: bytes) -> None:
        """Keep rows of grants under their SHA-256."""
        with self._replacing(self.path / "grants" / f"{name}.grants") as file:
            file.write(rows)

    def prune_grants(self, names: set[str], sizes: set[int], *, now: float) -> None:
        """Remove notes and rows of other states, once nobody can be about to open them."""
        kept = {*(f"{name}.grants" for name in names), *map(str, sizes)}
        self._prune(self.path / "grants", kept, now)

    def segment(self, name: str) -> Path:
        """Return where the segment of this SHA-256 lies, or would."""
        return self.path / "segments" / name

    @contextlib.contextmanager
    def new_segment(self, name: str) -> Iterator[BinaryIO]:
        """Write a segment; it appears under its name when the block ends, and not at all if it raises."""
        with self._replacing(self.segment(name)) as file:
            yield file

    def prune(self, named: set[str], *, now: float) -> None:
        """Remove segments and leftovers that no manifest names, once nobody can be about to open them."""
        self._prune(self.path / "segments", named, now)

    def _prune(self, folder: Path, named: set[str], now: float) -> None:
        for file in folder.iterdir() if folder.is_dir() else ():
            if file.name not in named and abs(now - file.stat().st_mtime) > KEEP_SECONDS:  # or dated ahead
                file.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _replacing(self, target: Path) -> Iterator[BinaryIO]:
        target.parent.mkdir(parents=True, exist_ok=True)
        with durable.replacing(target) as file:
            yield file
