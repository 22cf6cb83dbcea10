"""Where a filter's snapshot comes from: a folder, kept fresh or not.

A check never waits for the network. The folder is looked at once a minute at most, with one `stat`; when `refresh`
is due, one thread of one process of the machine syncs, and everybody else sees the result at their next look. A
refresh that fails is logged and tried again; the snapshot there is goes on answering until the policy finds it too
old. Threads share one source; a forked or unpickled one starts its own looks and its own thread.

Who may touch what:

| state | written by | read by | held by |
|---|---|---|---|
| `_snapshot` | `_look` | any thread | written under `_looking`; read as one reference |
| `_state`, `_refreshing` | `_look` | `_look` | `_looking` |
| `_next_look` | `_look`, `sync` (to 0) | any thread | one assignment; too early is one `stat` too many |
| the folder | the process that holds its lock file | anybody | files that are whole or absent |
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import platformdirs

from crawler_filter.errors import DataError, FilterError, MalformedTrustError, SnapshotMissingError, TransportError
from crawler_filter.log import Trust
from crawler_filter.net.transport import RequestsTransport, Transport
from crawler_filter.policy import Policy
from crawler_filter.snapshot import Snapshot
from crawler_filter.snapshot.pages import table_of
from crawler_filter.sync import agent_file
from crawler_filter.sync.directory import DirectoryBusyError, SnapshotDirectory
from crawler_filter.sync.update import add_table, load, sync

LOOK_SECONDS: Final = 60.0
MAX_TRUST_BYTES: Final = 1 << 16
ROUNDING: Final = 1.0
"""Seconds by which a file may be dated ahead because its system keeps times more coarsely."""

_log = logging.getLogger("crawler_filter")


@dataclass(frozen=True, slots=True)
class FirstUse:
    """Accept whatever keys a registry shows the first time, and hold it to them from then on.

    Whoever answers that first time decides what is believed, so every decision says that it rests on this.
    """


@dataclass(slots=True)
class FolderSource:
    """A folder of one registry. `url` and `refresh` absent: the folder is somebody else's to sync.

    `look_every` is how many seconds may pass before another process's sync is seen here. With `names` the file of
    names is synced too.
    """

    folder: SnapshotDirectory
    trust: Trust
    first_use: bool = False
    url: str | None = None
    refresh: timedelta | None = None
    names: bool = False
    transport: Callable[[], Transport] = RequestsTransport
    clock: Callable[[], float] = time.time
    look_every: float = LOOK_SECONDS
    _snapshot: Snapshot | None = field(default=None, init=False)
    _state: tuple[int, int] = field(default=(0, 0), init=False)
    _next_look: float = field(default=0.0, init=False)
    _looking: threading.Lock = field(default_factory=threading.Lock, init=False)
    _refreshing: tuple[int, threading.Thread] | None = field(default=None, init=False)

    def current(self) -> Snapshot:
        """Return the snapshot in force. Raises SnapshotMissingError or DataError where there is none."""
        if self._snapshot is None or self._is_look_due(self.clock()):
            with self._looking:
                self._look()
        if self._snapshot is None:
            raise SnapshotMissingError(f"there is no snapshot in {self.folder.path}")
        return self._snapshot

    def sync(self) -> None:
        """Fetch the newest snapshot now, and wait for it. Raises as `crawler_filter.sync.update.sync` does."""
        if self.url is None:
            raise TransportError(f"{self.folder.path} was opened without a registry to sync with")
        self.folder.note_attempt(self.clock())
        try:
            transport, now = self.transport(), self.clock()
            sync(self.folder.path, self.url, self.trust, transport=transport, now=now, names=self.names)
        finally:
            self._next_look = 0.0

    def _look(self) -> None:
        now = self.clock()
        if self._snapshot is not None and not self._is_look_due(now):
            return
        state = self.folder.state()
        if self._snapshot is None or state != self._state:
            self._reopen(state)
        self._next_look = now + self.look_every
        if self.refresh is not None and not 0 <= self._since_attempt(now) < self.refresh.total_seconds():
            self._start_refresh()

    def _is_look_due(self, now: float) -> bool:
        """Tell whether to look again; a next look that is too far ahead was set by a clock that was wrong."""
        return not 0 < self._next_look - now <= self.look_every

    def _since_attempt(self, now: float) -> float:
        """Return the seconds since some process last began to sync; one dated ahead counts as never."""
        since = now - self.folder.last_attempt()
        return max(since, 0.0) if since > -ROUNDING else since

    def _reopen(self, state: tuple[int, int]) -> None:
        try:
            manifest = load(self.folder, self.trust).manifest
            path = self.folder.segment(manifest.merged.name)
            if not table_of(path).exists():
                add_table(self.folder, manifest.merged)
            snapshot_id = manifest.snapshot_id(first_use=self.first_use)
            self._snapshot = Snapshot.open(path, snapshot_id, expires=manifest.expires, profile=manifest.profile)
            self._state = state
        except (FilterError, OSError) as error:
            if self._snapshot is None:
                raise
            _log.warning(
                "the snapshot in %s could not be opened, the one before stays: %s", self.folder.path, error
            )

    def _start_refresh(self) -> None:
        running = self._refreshing
        if running is not None and running[0] == os.getpid() and running[1].is_alive():
            return
        thread = threading.Thread(target=self._refresh, name="crawler-filter-refresh", daemon=True)
        self._refreshing = (os.getpid(), thread)
        thread.start()

    def _refresh(self) -> None:
        try:
            self.sync()
        except DirectoryBusyError:
            return
        except Exception as error:  # whatever it was: the next refresh must come
            _log.warning("refreshing from %s failed, the snapshot there is stays: %s", self.url, error)

    def __getstate__(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _PICKLED}

    def __setstate__(self, state: dict[str, Any]) -> None:
        FolderSource.__init__(self, **state)


_PICKLED: Final = ("folder", "trust", "first_use", "url", "refresh", "names", "transport", "clock", "look_every")


def open_source(
    where: str | Path,
    trust: str | Path | Trust | FirstUse,
    *,
    refresh: timedelta | None,
    directory: str | Path | None,
    names: bool = False,
    transport: Callable[[], Transport] = RequestsTransport,
    clock: Callable[[], float] = time.time,
) -> FolderSource:
    """Return a source for a registry's URL, synced once if it never was, or for a folder as it is.

    Raises:
        MalformedTrustError: the trust file.
        SnapshotMissingError: a folder without a snapshot, or without the names that were asked for.
        FilterError: the first sync with a registry failed, so there is nothing to answer from.
    """
    url = where if isinstance(where, str) and urlsplit(where).scheme in ("http", "https") else None
    path = Path(directory) if directory else (_cache(url) if url else Path(where))
    folder = SnapshotDirectory(path)
    first_use = isinstance(trust, FirstUse)
    keys = _first_use_trust(folder, url, transport) if isinstance(trust, FirstUse) else _given_trust(trust)
    source = FolderSource(folder, keys, first_use, url, refresh if url else None, names, transport, clock)
    if url is not None and not (folder.has_manifest() and _has_names(source)):
        source.sync()
    try:
        source.current()
    except DataError:
        if url is None:
            raise
        source.sync()  # what is here is damaged: the registry has it whole
        source.current()
    if not _has_names(source):
        raise SnapshotMissingError(f"there are no names in {path}; run `crawler-filter sync --names` first")
    return source


def _has_names(source: FolderSource) -> bool:
    return not source.names or source.folder.names.exists()


def read_trust(path: str | Path) -> Trust:
    """Return the trust file at `path`. Raises MalformedTrustError, which names the file."""
    try:
        return Trust.parse(Path(path).read_bytes())
    except OSError as error:
        raise MalformedTrustError(
            f"the trust file {path} cannot be read: {error.strerror}; the registry's operators publish it"
        ) from error
    except MalformedTrustError as error:
        raise MalformedTrustError(f"{path} is not a trust file: {error}") from error


def _given_trust(trust: str | Path | Trust) -> Trust:
    return trust if isinstance(trust, Trust) else read_trust(trust)


def _first_use_trust(folder: SnapshotDirectory, url: str | None, transport: Callable[[], Transport]) -> Trust:
    stored = folder.path / "trust"
    if stored.exists():
        return Trust.parse(stored.read_bytes())
    if url is None:
        raise SnapshotMissingError(f"{folder.path} holds no trust file of a first use; name one")
    data = transport().get(f"{url.rstrip('/')}/registry.policy", max_bytes=MAX_TRUST_BYTES)
    trust = Trust.parse(data)
    folder.store_trust(data)
    return trust


def agents_of(policy: Policy) -> Policy:
    """Return a policy with the list of AI crawlers of this machine, where it names none and there is one.

    Raises DataError for a list that cannot be read.
    """
    if policy.robots_agents is not None or not agent_file.path_of_updates().exists():
        return policy
    return replace(policy, robots_agents=agent_file.current_agents().agents)


def _cache(url: str) -> Path:
    return platformdirs.user_cache_path("crawler-filter") / (urlsplit(url).netloc.replace(":", "_") or "registry")
