"""Opens what a filter answers from: a registry, an operator's own list, or several of both."""

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from os import PathLike
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from crawler_filter.errors import FilterError
from crawler_filter.snapshot.reader import Snapshot
from crawler_filter.snapshot.union import Member, SnapshotUnion
from crawler_filter.sync.list_folder import ListSource, is_list
from crawler_filter.sync.source import FirstUse, FolderSource, agents_of, open_source

__all__ = ["FirstUse", "Place", "SeveralSources", "agents_of", "names_of", "open_sources"]

Place = str | Path
"""The URL of a registry, the folder of its snapshot, or that of a compiled list."""


class SeveralSources:
    """Sources that are looked up as one. The same object is in force until one of them has another."""

    def __init__(self, sources: Sequence[FolderSource | ListSource]) -> None:
        self._sources = sources
        self._union: SnapshotUnion | None = None

    def current(self) -> Snapshot:
        """Return what is in force of all sources, in the face of one snapshot. Raises as each of them does."""
        found = [(source.current(), source) for source in self._sources]
        now = [] if self._union is None else [member.snapshot for member in self._union.members]
        if self._union is None or any(one is not other for one, (other, _) in zip(now, found, strict=True)):
            self._union = SnapshotUnion([_member(*pair) for pair in found])
        return cast("Snapshot", self._union)  # it has the same face; a test holds it to that

    def look_again(self) -> None:
        """Let the next `current` look at each of them."""
        for source in self._sources:
            source.look_again()

    def sync(self) -> None:
        """Fetch the newest snapshot of each registry now. Raises, at the end, as the first of them that fails."""
        failed = [error for source in self._sources if (error := _fault(source)) is not None]
        if failed:
            raise failed[0]

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return SeveralSources, (self._sources,)


def open_sources(
    where: Place | Sequence[Place],
    trust: "object | Sequence[object]",
    *,
    refresh: timedelta | None,
    directory: str | Path | None,
    names: bool = False,
    clock: Callable[[], float] = time.time,
) -> FolderSource | SeveralSources:
    """Return a source for one place, or for several in one.

    `trust` is that of the registry, or of each registry in their order; a compiled list needs none.

    Raises:
        ValueError: trust files that are not as many as registries, or names or a directory for several places.
        FilterError, TypeError: as `open_source`.
    """
    if not isinstance(where, list | tuple):
        if not _is_list(where):
            return open_source(where, trust, refresh=refresh, directory=directory, names=names, clock=clock)  # type: ignore[arg-type]  # it refuses other types itself
        where = [str(where)]
    if not where:
        raise ValueError("expected a registry or a list to read from, got none")
    if names or directory is not None:
        raise ValueError("names and directory are for one registry: open it alone")
    registries = [place for place in where if not _is_list(place)]
    keys = list(trust) if isinstance(trust, list | tuple) else [trust] * (trust is not None)
    if len(keys) != len(registries):
        raise ValueError(f"expected a trust file for each of {len(registries)} registries, got {len(keys)}")
    rest = iter(keys)
    return SeveralSources(
        [
            ListSource(Path(place), clock)
            if _is_list(place)
            else open_source(place, next(rest), refresh=refresh, directory=None, clock=clock)  # type: ignore[arg-type]
            for place in where
        ]
    )


def names_of(source: FolderSource | SeveralSources) -> Path:
    """Return where the file of names of a registry lies; of several there is none. Raises ValueError."""
    if not isinstance(source, FolderSource):
        raise ValueError("names are those of one registry: open it alone")  # noqa: TRY004 - of the right type
    return source.folder.names


def _is_list(place: object) -> bool:
    if not isinstance(place, str | PathLike) or urlsplit(str(place)).scheme in ("http", "https"):
        return False
    return is_list(Path(place))


def _fault(source: "FolderSource | ListSource") -> FilterError | None:
    try:
        source.sync()
    except FilterError as error:
        return error
    return None


def _member(snapshot: Snapshot, source: "FolderSource | ListSource") -> Member:
    return Member(snapshot, source.place_of if isinstance(source, ListSource) else None)
