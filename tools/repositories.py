"""Files of repositories of GitHub at one commit each. git itself brings the repositories, once."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

MOST_BYTES: Final = 1_500_000
"""Bytes from which on a file is passed over."""


def files_of(
    folder: Path, repository: str, commit: str, wanted: Callable[[str], object]
) -> Iterator[tuple[str, bytes]]:
    """Yield the name and content of the files whose names are wanted; what is not in `folder` yet is fetched."""
    cloned = _cloned(folder, repository)
    listed = _git(cloned, "ls-tree", "-r", "-l", "-z", commit).decode("utf-8", "replace")
    for entry in filter(None, listed.split("\0")):
        _, _, blob, size, name = entry.split(None, 4)
        if wanted(name) and size.isdecimal() and int(size) <= MOST_BYTES:
            yield name, _git(cloned, "cat-file", "blob", blob)


def _cloned(folder: Path, repository: str) -> Path:
    into = folder / repository.replace("/", "+")
    if not into.is_dir():
        subprocess.run(("git", "clone", "-q", "--bare", f"https://github.com/{repository}", into), check=True)
    return into


def _git(repository: Path, *arguments: str) -> bytes:
    return subprocess.run(("git", "-C", repository, *arguments), capture_output=True, check=True).stdout
