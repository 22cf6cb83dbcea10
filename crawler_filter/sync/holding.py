"""Holds a snapshot's folder as it is, under another name, while the folder it comes from moves on."""

import shutil
from pathlib import Path

from crawler_filter.sync.directory import absent


def hold(folder: Path, target: Path) -> Path:
    """Make `target` the folder as it is now, unless it is there; return it. It is there whole or not at all.

    Raises SnapshotMissingError where the folder is not there, or is empty.
    """
    if target.exists():
        return target
    if not folder.is_dir() or not any(folder.iterdir()):
        raise absent(folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f"{target.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(folder, draft, copy_function=_linked, ignore=shutil.ignore_patterns("lock", "attempt"))
    draft.rename(target)
    return target


def _linked(source: str, target: str) -> str:
    """Give a file a second name where the system can, because a snapshot's files are replaced, never changed."""
    try:
        Path(target).hardlink_to(source)
    except OSError:
        shutil.copy2(source, target)
    return target
