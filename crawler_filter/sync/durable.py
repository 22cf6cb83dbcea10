"""Files that are whole or absent, whatever moment the machine stops at.

A file is written under another name, flushed, renamed into place, and its folder flushed: the only order in which
a reader, or a restart, never meets half a file (as `internal/durable` of Sunlight). An error of the disk is never
retried here: after a failed flush nobody knows what the disk holds, so the caller must stop.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

UNFINISHED: Final = ".unfinished"
"""How the name of a file ends while it is written. One that is left over after a crash may be removed."""


@contextmanager
def replacing(path: Path, mode: int = 0o644, *, durable_name: bool = True) -> Iterator[BinaryIO]:
    """Yield a file to write; when the block ends it is at `path`, durably, and not at all if the block raises.

    The folder must be there. Whoever reads meanwhile gets the old bytes or the new ones. `mode` is the file's from
    its first byte on. With `durable_name=False` the caller flushes the folder itself, once for many files.
    """
    draft = path.with_name(f"{path.name}.{os.getpid()}{UNFINISHED}")
    draft.unlink(missing_ok=True)  # left by a crash of a process with this number
    try:
        with _new(draft, mode) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)  # noqa: PTH105 - beside its siblings, so that a fault can be put in at each step
    except Exception:
        draft.unlink(missing_ok=True)
        raise
    if durable_name:
        sync_folder(path.parent)


def write(path: Path, content: bytes, mode: int = 0o644, *, durable_name: bool = True) -> None:
    """Make the file at `path` hold `content`, as `replacing` does."""
    with replacing(path, mode, durable_name=durable_name) as file:
        file.write(content)


def create(path: Path, content: bytes, mode: int) -> None:
    """Write a new file and never over another. Raises FileExistsError."""
    with _new(path, mode) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def _new(path: Path, mode: int) -> BinaryIO:
    """Open a file that is not there yet, with its mode from the start; its `name` is the path."""
    return open(path, "xb", opener=lambda name, flags: os.open(name, flags, mode))


def rename(draft: Path, path: Path) -> None:
    """Move a file that another program wrote, such as SQLite, to its name, durably."""
    descriptor = os.open(draft, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.replace(draft, path)  # noqa: PTH105 - beside its siblings, so that a fault can be put in at each step
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a loss of power. Windows cannot, and does not need to."""
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sweep(folder: Path) -> None:
    """Remove what crashes left half written below `folder`. Only for who alone writes there."""
    for leftover in folder.rglob(f"*{UNFINISHED}"):
        leftover.unlink(missing_ok=True)
