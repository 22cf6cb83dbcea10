"""The folder of an operator's compiled list: what filters read, and the next compilation goes on from.

    about              JSON: the list's name, its number, when it was compiled, the next entry's number, its
    segment <sha256>.seg       the segment that lookups search, in the format of snapshots <sha256>.entries   JSON
    Lines: the entries, ordered by their numbers <sha256>.places    for each number, where its entry begins there:
    u64, little-endian; the last number for none

`about` is replaced last, so a reader finds the old list or the new one.
"""

import json
import mmap
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from crawler_filter.decision import SnapshotId
from crawler_filter.errors import MalformedSegmentError, SnapshotMissingError
from crawler_filter.snapshot.reader import Snapshot

ABOUT: Final = "about"
LOOK_SECONDS: Final = 60.0
NONE: Final = 0xFFFF_FFFF_FFFF_FFFF


@dataclass(frozen=True, slots=True)
class About:
    """One state of a list. `issued` is in unix seconds; `size` is the number that the next entry gets."""

    name: str
    number: int
    issued: int
    size: int
    entries: int
    segment: str

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return the state of the list in a folder. Raises SnapshotMissingError, MalformedSegmentError."""
        try:
            value = json.loads((folder / ABOUT).read_bytes())
            return cls(**{name: value[name] for name in cls.__slots__})
        except FileNotFoundError as error:
            raise SnapshotMissingError(f"there is no compiled list in {folder}") from error
        except (KeyError, TypeError, ValueError) as error:
            raise MalformedSegmentError(f"{folder / ABOUT} does not describe a list: {error}") from error

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object that the folder holds."""
        return {name: getattr(self, name) for name in self.__slots__}

    def id(self) -> SnapshotId:
        """Return how answers name this state: its root is the digest of its segment."""
        return SnapshotId(self.name, self.number, self.size, self.segment, self.issued)


def is_list(folder: Path) -> bool:
    """Tell whether a folder holds a compiled list."""
    return (folder / ABOUT).is_file()


class Reasons:
    """Says why an entry is listed, by its number. Maps the files; nothing is kept in memory."""

    def __init__(self, folder: Path, about: About) -> None:
        self._name = about.name
        self._entries = _mapped(folder / f"{about.segment}.entries")
        self._places = memoryview(_mapped(folder / f"{about.segment}.places")).cast("Q")

    def of(self, number: int) -> str:
        """Return where a person reads of an entry: the list, the line, and the reason."""
        start = self._places[number] if number < len(self._places) else NONE
        if start == NONE:
            return self._name
        value = json.loads(self._entries[start : self._entries.find(b"\n", start)])
        return f"{self._name}: {value['place']}" + (f" ({value['reason']})" if value["reason"] else "")


def _mapped(path: Path) -> bytes | mmap.mmap:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if file.seek(0, 2) else b""


class ListSource:
    """A compiled list as a source of snapshots. Like a registry's folder it is looked at once a minute.

    A list is the operator's own word, so it has no signature, and is never too old.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._clock = clock
        self._open: tuple[tuple[int, int], Snapshot, Reasons] | None = None
        self._next_look = 0.0

    def current(self) -> Snapshot:
        """Return the list in force. Raises SnapshotMissingError, MalformedSegmentError."""
        now = self._clock()
        if self._open is None or not 0 < self._next_look - now <= LOOK_SECONDS:
            self._look()
            self._next_look = now + LOOK_SECONDS
        assert self._open is not None  # noqa: S101 - `_look` opens or raises
        return self._open[1]

    def look_again(self) -> None:
        """Let the next `current` look at the folder, however short ago that was done."""
        self._next_look = 0.0

    def sync(self) -> None:
        """There is nothing to fetch: `crawler-filter compile` brings a list up to date."""

    def place_of(self, leaf: int) -> str:
        """Return where a person reads of an entry: the list, the line, and the reason."""
        self.current()
        assert self._open is not None  # noqa: S101
        return self._open[2].of(leaf)

    def _look(self) -> None:
        state = _state_of(self._folder)
        if self._open is not None and self._open[0] == state:
            return
        about = About.read(self._folder)
        snapshot = Snapshot.open(self._folder / f"{about.segment}.seg", about.id(), ages=False)
        self._open = state, snapshot, Reasons(self._folder, about)

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return ListSource, (self._folder, self._clock)


def _state_of(folder: Path) -> tuple[int, int]:
    try:
        status = (folder / ABOUT).stat()
    except FileNotFoundError as error:
        raise SnapshotMissingError(f"there is no compiled list in {folder}") from error
    return status.st_mtime_ns, status.st_ino
