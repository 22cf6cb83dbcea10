"""Where a filter's snapshot comes from: a folder, kept fresh or not.

A check never waits for the network. The folder is looked at with one `stat`: once a minute at most while its
snapshot counts, else at every check, so that whoever has synced need not wait. When `refresh` is due, or a check
has met a file that the disk has damaged, one thread of one process of the machine syncs, and everybody else sees
the result at their next look. A refresh that fails is logged and tried again; the snapshot there is goes on
answering until the policy finds it too old. Threads share one source; a forked or unpickled one starts its own
looks and its own thread.

Who may touch what:

| state | written by | read by | held by |
|---|---|---|---|
| `_snapshot` | `_look` | any thread | written under `_looking`; read as one reference |
| `_state`, `_refreshing` | `_look` | `_look` | `_looking` |
| `_next_look` | `_look`, `look_again` (to 0) | any thread | one assignment; too early is one `stat` too many |
| the folder | the process that holds its lock file | anybody | files that are whole or absent |
"""

import json
import logging
import math
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from os import PathLike
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import platformdirs

from crawler_filter.decision import SnapshotId
from crawler_filter.errors import DataError, FilterError, MalformedTrustError, SnapshotMissingError, TransportError
from crawler_filter.log import Trust
from crawler_filter.net.transport import RequestsTransport, Transport
from crawler_filter.policy import Policy
from crawler_filter.snapshot import Segment, Snapshot
from crawler_filter.snapshot.pages import table_of
from crawler_filter.sync import agent_file
from crawler_filter.sync.directory import DirectoryBusyError, SnapshotDirectory, absent
from crawler_filter.sync.grants import read_grants
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
    names is synced too. `sent_with` is the snapshot that was in force where this was pickled: its origin, sequence
    and root.
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
    sent_with: tuple[str, int, str] | None = field(default=None, init=False)
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
            raise absent(self.folder.path)
        return self._snapshot

    def look_again(self) -> None:
        """Let the next `current` look at the folder, however short ago that was done."""
        self._next_look = 0.0

    def sync(self) -> None:
        """Fetch the newest snapshot now, and wait for it. Raises as `crawler_filter.sync.update.sync` does."""
        if self.url is None:
            self.look_again()
            raise TransportError(
                f"{self.folder.path} is a folder that was opened without a registry to sync with; run "
                f"`crawler-filter sync` for it"
            )
        self.folder.note_attempt(self.clock())
        try:
            transport, now = self.transport(), self.clock()
            sync(self.folder.path, self.url, self.trust, transport=transport, now=now, names=self.names)
        finally:
            self.look_again()

    def _look(self) -> None:
        now = self.clock()
        if self._snapshot is not None and not self._is_look_due(now):
            return
        state = self.folder.state()
        if self._snapshot is None or state != self._state:
            self._reopen(state)
        self._next_look = now + self.look_every
        if self._is_refresh_due(now):
            self._start_refresh()

    def _is_look_due(self, now: float) -> bool:
        """Tell whether to look again; a next look that is too far ahead was set by a clock that was wrong."""
        return not 0 < self._next_look - now <= self.look_every

    def _is_damaged(self) -> bool:
        """Tell whether a check has met a damaged block and taken the table of checksums away: a sync mends it."""
        path = None if self._snapshot is None else self._snapshot.path
        return path is not None and not table_of(path).exists()

    def _is_refresh_due(self, now: float) -> bool:
        if self.refresh is None:
            return False
        # what is refused is looked at by every check, and a sync that fails at once must not be tried as often
        wait = self.look_every if self._is_damaged() else math.inf
        return not 0 <= self._since_attempt(now) < min(wait, self.refresh.total_seconds())

    def _since_attempt(self, now: float) -> float:
        """Return the seconds since some process last began to sync; one dated ahead counts as never."""
        since = now - self.folder.last_attempt()
        return max(since, 0.0) if since > -ROUNDING else since

    def _reopen(self, state: tuple[int, int]) -> None:
        try:
            accepted = load(self.folder, self.trust)
            manifest = accepted.manifest
            path = self.folder.segment(manifest.merged.name)
            if not table_of(path).exists():
                Segment.open(path)  # a table is made of what was checked whole
                add_table(self.folder, manifest.merged)
            snapshot_id = manifest.snapshot_id(first_use=self.first_use)
            self._snapshot = Snapshot.open(
                path,
                snapshot_id,
                expires=manifest.expires,
                profile=manifest.profile,
                grants=read_grants(self.folder, accepted),
                models=manifest.models,
            )
            self._state = state
            self._compare(snapshot_id)
        except (FilterError, OSError) as error:
            if self._snapshot is None and isinstance(error, OSError):
                reason = error.strerror or str(error)
                raise SnapshotMissingError(
                    f"the snapshot in {self.folder.path} cannot be opened: {reason}"
                ) from error
            if self._snapshot is None:
                raise
            _log.warning(
                "the snapshot in %s could not be opened, the one before stays: %s", self.folder.path, error
            )

    def _compare(self, snapshot: SnapshotId) -> None:
        """Warn once where this machine has an older snapshot than the one that this was sent from."""
        sent, self.sent_with = self.sent_with, None
        if sent is not None and (snapshot.origin != sent[0] or snapshot.sequence < sent[1]):
            _log.warning(
                "%s holds snapshot %d of %s, older than %d of %s that this filter was pickled with",
                self.folder.path, snapshot.sequence, snapshot.origin, sent[1], sent[0],
            )  # fmt: skip

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

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        """Pickle to the same bytes wherever the same snapshot is in force, and to others where another is."""
        state = {
            "path": str(self.folder.path),
            "first_use": self.first_use,
            "url": self.url,
            "refresh": None if self.refresh is None else self.refresh.total_seconds(),
            "names": self.names,
            "look_every": self.look_every,
            "snapshot": self._identity(),
        }
        return _restored, (json.dumps(state), self.trust.encode(), self.transport, self.clock)

    def _identity(self) -> tuple[str, int, str] | None:
        try:
            snapshot = self.current().id
        except FilterError:
            return None
        return snapshot.origin, snapshot.sequence, snapshot.root


def _restored(
    state: str, trust: bytes, transport: Callable[[], Transport], clock: Callable[[], float]
) -> FolderSource:
    read = json.loads(state)
    refresh = None if read["refresh"] is None else timedelta(seconds=read["refresh"])
    source = FolderSource(
        SnapshotDirectory(Path(read["path"])),
        Trust.parse(trust),
        read["first_use"],
        read["url"],
        refresh,
        read["names"],
        transport,
        clock,
        read["look_every"],
    )
    source.sent_with = read["snapshot"] and tuple(read["snapshot"])
    return source


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
        TypeError: an argument is of another type.
        MalformedTrustError: the trust file.
        SnapshotMissingError: a folder without a snapshot, or without the names that were asked for.
        FilterError: the first sync with a registry failed, so there is nothing to answer from.
    """
    _refuse_others(where, trust, refresh)
    url = where if isinstance(where, str) and urlsplit(where).scheme in ("http", "https") else None
    path = Path(directory) if directory else (_cache(url) if url else Path(where))
    if url is None and isinstance(where, str) and not path.exists():
        raise SnapshotMissingError(f"{absent(path)}; the address of a registry begins with https://")
    folder = SnapshotDirectory(path)
    first_use = isinstance(trust, FirstUse)
    keys = believed(trust, folder, url, transport)
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


def _refuse_others(where: object, trust: object, refresh: object) -> None:
    """Raise TypeError, in words that help, for what is no place, trust or interval."""
    if not isinstance(where, (str, PathLike)):
        raise TypeError(f"expected a registry's URL or the path of a folder, got {type(where).__name__}")
    if not isinstance(trust, (str, PathLike, Trust, FirstUse)):
        raise TypeError(
            f"expected trust to be the path of a trust file, or FirstUse(), got {type(trust).__name__}"
        )
    if not isinstance(refresh, timedelta | None):
        raise TypeError(f"expected refresh to be a timedelta, got {type(refresh).__name__}")


def _has_names(source: FolderSource) -> bool:
    return not source.names or source.folder.names.exists()


def read_trust(path: str | PathLike[str]) -> Trust:
    """Return the trust file at `path`. Raises MalformedTrustError, which names the file."""
    try:
        return Trust.parse(Path(path).read_bytes())
    except OSError as error:
        raise MalformedTrustError(
            f"the trust file {path} cannot be read: {error.strerror}; the registry's operators publish it, and "
            "`crawler-filter trust fetch` gets it once, with keys to compare"
        ) from error
    except MalformedTrustError as error:
        raise MalformedTrustError(f"{path} is not a trust file: {error}") from error


def believed(
    trust: str | PathLike[str] | Trust | FirstUse,
    folder: SnapshotDirectory,
    url: str | None,
    transport: Callable[[], Transport],
) -> Trust:
    """Return what is believed: a trust file, or on first use what the folder holds or the registry shows now.

    Raises MalformedTrustError, SnapshotMissingError for a folder without a registry that nobody accepted, and what
    the transport raises.
    """
    if not isinstance(trust, FirstUse):
        return trust if isinstance(trust, Trust) else read_trust(trust)
    stored = folder.path / "trust"
    if stored.exists():
        return Trust.parse(stored.read_bytes())
    if url is None:
        raise SnapshotMissingError(f"{folder.path} holds no trust file of a first use; name one")
    accepted, data = shown_trust(url, transport())
    folder.store_trust(data)
    return accepted


def shown_trust(url: str, transport: Transport) -> tuple[Trust, bytes]:
    """Return the trust file that a registry shows, and its bytes.

    Raises MalformedTrustError, which names the address, and what the transport raises.
    """
    address = f"{url.rstrip('/')}/registry.policy"
    data = transport.get(address, max_bytes=MAX_TRUST_BYTES)
    try:
        return Trust.parse(data), data
    except MalformedTrustError as error:
        raise MalformedTrustError(
            f"{address} is not a trust file: {error}; check whether this is the address of a registry"
        ) from error


def agents_of(policy: Policy) -> Policy:
    """Return a policy with the list of AI crawlers of this machine, where it names none and there is one.

    Raises DataError for a list that cannot be read.
    """
    if policy.robots_agents is not None or not agent_file.path_of_updates().exists():
        return policy
    return replace(policy, robots_agents=agent_file.current_agents().agents)


def _cache(url: str) -> Path:
    """Return the folder of a registry: under its host's name, and apart from others at the same host.

    Letter case of the host, a port that goes without saying and a slash at the end make no other registry.
    """
    parts = urlsplit(url)
    port = "" if parts.port in (None, {"http": 80, "https": 443}[parts.scheme]) else f"_{parts.port}"
    path = parts.path.rstrip("/")
    name = f"{parts.hostname or 'registry'}{port}".replace(":", "_")
    below = f"-{sha256(path.encode()).hexdigest()[:16]}" if path else ""
    return platformdirs.user_cache_path("crawler-filter") / f"{name}{below}"
