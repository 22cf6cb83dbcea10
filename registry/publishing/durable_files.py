"""Files that are whole or absent, whatever moment the machine stops at.

A file is written under another name, flushed, renamed into place, and its folder flushed: the only order in which
a reader, or a restart, never meets half a file (as `internal/durable` of Sunlight). An error from the disk is
never retried here: after a failed flush nobody knows what the disk holds, so the caller must stop.

One process writes one folder (the instance lock sees to it); anyone may read at any time.
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

_UNFINISHED: Final = ".unfinished"


class DurableFiles:
    """A folder of published files, named by paths below it with `/` between the parts."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, name: str) -> Path:
        """Return where the file `name` lies."""
        return self.root / name

    def read(self, name: str) -> bytes | None:
        """Return the file's bytes, None where there is no such file."""
        try:
            return self.path(name).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes) -> None:
        """Make the file hold `content`, durably; whoever reads meanwhile gets the old bytes or the new ones."""
        self.write_all([(name, content)])

    def write_all(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Write several files as `write` does. All are durable on return, in no promised order before."""
        touched: dict[Path, None] = {}
        for name, content in files:
            path = self.path(name)
            touched.update(dict.fromkeys(self._make_folders(path.parent)))
            _replace(path, content)
        for folder in touched:
            _flush_folder(folder)

    def remove(self, name: str) -> None:
        """Delete a file or folder if it is there. Not flushed: what a power cut brings back is spare."""
        path = self.path(name)
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)

    def names(self, pattern: str) -> Iterator[str]:
        """Yield the names of the finished files that match the glob `pattern`."""
        for path in self.root.glob(pattern):
            if path.is_file() and path.suffix != _UNFINISHED:
                yield path.relative_to(self.root).as_posix()

    def _make_folders(self, folder: Path) -> list[Path]:
        """Create `folder` and those above it; return every folder that a flush must now cover."""
        touched = [folder]
        while not folder.is_dir():
            folder = folder.parent
            touched.append(folder)
        touched[0].mkdir(parents=True, exist_ok=True)
        return touched


def _replace(path: Path, content: bytes) -> None:
    unfinished = path.with_name(path.name + _UNFINISHED)
    unfinished.unlink(missing_ok=True)  # left by a crash: nobody else writes here
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    try:
        remaining = memoryview(content)
        while remaining:
            remaining = remaining[os.write(descriptor, remaining) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.rename(unfinished, path)  # noqa: PTH104 -- beside its siblings, so that a fault can be put in at each step


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
