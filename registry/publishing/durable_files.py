"""A folder of published files, each whole or absent (`crawler_filter.sync.durable`).

One process writes one folder (the instance lock sees to it); anyone may read at any time.
"""

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from crawler_filter.sync import durable


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
            durable.write(path, content, durable_name=False)
        for folder in touched:
            durable.sync_folder(folder)

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
            if path.is_file() and path.suffix != durable.UNFINISHED:
                yield path.relative_to(self.root).as_posix()

    def _make_folders(self, folder: Path) -> list[Path]:
        """Create `folder` and those above it; return every folder that a flush must now cover."""
        touched = [folder]
        while not folder.is_dir():
            folder = folder.parent
            touched.append(folder)
        touched[0].mkdir(parents=True, exist_ok=True)
        return touched
