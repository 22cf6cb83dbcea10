"""The thread that publishes: a moment after each commit, and often enough that the manifest stays fresh.

One round reads one state of the database, publishes the log up to it, then the snapshot at that size, and puts the
new snapshot before the lookups. A round that fails ends publishing for good: what is on disk is not known then,
and only the next start finds out. Readers keep the last snapshot; `failure` says why it is the last.

While the clock is in doubt nothing is signed: rounds wait until it is settled.

Who may touch what:

| state | written by | read by | held by |
|---|---|---|---|
| `_log`, `_snapshots`, `_collected`, `_interrupted` | the publisher thread | the same | `start` hands them over |
| `current` | the publisher thread | any thread | one assignment of an immutable value |
| `failure`, `no_room` | the publisher thread | any thread | one assignment |
| `_wake` | the writer's thread after each commit, `close` | the publisher thread | an Event |
| `_closing` | `close` | the publisher thread | an Event |
| tiles under `log_files` | the publisher thread | any thread (`read_tile`) | files that are whole or absent |
"""

import errno
import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from crawler_filter.errors import DamagedFileError
from crawler_filter.formats.models import ModelEntry
from crawler_filter.formats.urls import PROFILE
from crawler_filter.log import Tile
from crawler_filter.snapshot import Manifest, Snapshot
from crawler_filter.sync import durable
from registry.background.clock import ClockInDoubtError
from registry.errors import InstanceError, LogDamagedError, UnavailableError
from registry.model.durations import HOUR, is_ahead
from registry.publishing.carrying import CarryOver
from registry.publishing.durable_files import DurableFiles
from registry.publishing.keys import Keyring
from registry.publishing.log import LogPublisher, PublishedLog
from registry.publishing.snapshot import PublishedSnapshot, SnapshotPublisher
from registry.store.database import Store
from registry.store.log import log_size
from registry.store.writer import Writer

POOL_SECONDS: Final = 0.2
"""How long commits are gathered before a round, as in Sunlight."""
RENEW_SECONDS: Final = HOUR
"""Age at which a manifest is signed again although nothing has changed."""
COLLECT_SECONDS: Final = 600
"""Least time between two searches for segments that nobody names."""

RETRY_SECONDS: Final = 5
"""Pause after the disk was full."""

_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Published:
    """The state that the world can read now."""

    log: PublishedLog
    state: PublishedSnapshot


class Publisher:
    """Publishes one instance. `current` may be read by any thread."""

    def __init__(  # noqa: PLR0913 - all that publishing needs of an instance
        self,
        directory: Path,
        store: Store,
        writer: Writer,
        *,
        clock: Callable[[], int],
        entropy: Callable[[int], bytes],
        interval: float,
        lifetime: int,
        estimate: Callable[[], int] | None = None,
        rebuild: bool = False,
        models: Sequence[ModelEntry] = (),
    ) -> None:
        """Recover what a crash left undone and publish what is there. `interval` and `lifetime` are in seconds.

        With `rebuild` every segment is made anew from the records, under the URL profile in use.
        `clock` raises ClockInDoubtError while nothing may be signed; `estimate` (by default `clock`) never does.
        `entropy` salts what is carried over from a log that was lost. `models` are those whose codes are taken.
        Raises LogForkError, LogDamagedError or InstanceError where it would harm; the message says what to do.
        """
        self._store = store
        self._clock = clock
        self._estimate = estimate or clock
        self._interval = interval
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._collected = self._estimate()
        self._interrupted = self.no_room = False
        self.failure: Exception | None = None
        self.keys = Keyring(directory).online()
        public = _swept(directory / "public")
        self.log_files = DurableFiles(public / self.keys.log_folder)
        self._log = LogPublisher(store, writer, self.log_files, self.keys.log)
        files, merged = DurableFiles(public / "snapshot"), DurableFiles(directory / "merged")
        carrying = CarryOver(store, writer, files, Keyring(directory), clock, entropy)
        self._snapshots = SnapshotPublisher(
            store, writer, files, merged, self.keys.snapshot,
            carry_over=carrying.run, clock=clock, lifetime=lifetime, models=models,
        )  # fmt: skip
        self.current = self._recover(rebuild=rebuild)
        with suppress(ClockInDoubtError):
            self.publish()
        writer.on_commit(self._wake.set)

    def start(self) -> None:
        """Publish from now on, in a thread, until `close`."""
        self._thread = threading.Thread(target=self._run, name="publisher")
        self._thread.start()

    def close(self) -> None:
        """Finish the round that is going on and stop."""
        self._closing.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def publish(self) -> Published:
        """Do one round now, unless nothing is new and the manifest is fresh. Not while the thread runs."""
        with self._store.read() as database:
            size = log_size(database)
        if size > self.current.log.size or self.is_stale:
            self._clock()  # in doubt, nothing is begun
            self.current = self._round(self.current.log, self.current.state.manifest)
            self._collect_now_and_then()
        return self.current

    @property
    def age(self) -> int:
        """Seconds since the manifest in force was signed."""
        return self._estimate() - self.current.state.manifest.issued

    @property
    def is_stale(self) -> bool:
        """Tell whether the manifest must be signed again: it is old, or dated by a clock that was ahead."""
        return self.age >= RENEW_SECONDS or is_ahead(self.current.state.manifest.issued, self._estimate())

    def wake(self) -> None:
        """Do a round soon, as after the clock was settled."""
        self._wake.set()

    def snapshot(self) -> Snapshot:
        """Return the snapshot that was published last."""
        return self.current.state.snapshot

    def read_tile(self, tile: Tile) -> bytes:
        """Return a published tile."""
        return self._log.read_tile(tile)

    def _recover(self, *, rebuild: bool = False) -> Published:
        log = self._log.recover()
        manifest = self._snapshots.recover(log)
        if rebuild:
            return self._round(log, manifest and replace(manifest, log_size=0, files=()))
        if manifest is not None and manifest.profile != PROFILE:
            raise InstanceError(
                f"snapshot {manifest.sequence} is of URL profile {manifest.profile}, and {PROFILE} is made now; "
                "run `optout-registry rebuild` once. Filters that do not read it will refuse it"
            )
        if manifest is not None and self._snapshots.is_in_force(manifest, log):
            with suppress(DamagedFileError):
                with self._store.read() as database:
                    grants = self._snapshots.grants.build(database, log.signed.checkpoint.size)
                return Published(
                    log,
                    self._snapshots.open(manifest, self._snapshots.grants.publish(grants, log.signed.checkpoint)),
                )
        return self._round(log, manifest)

    def _round(self, log: PublishedLog, manifest: Manifest | None) -> Published:
        self._clock()
        with self._store.read() as database:
            size = log_size(database)
            files = self._snapshots.build(database, size, manifest)
            grants = self._snapshots.grants.build(database, size)
        log = self._log.extend(log, size)
        return Published(log, self._snapshots.publish(log, files, manifest, grants))

    def _run(self) -> None:
        began = time.monotonic() - self._interval
        while not self._closing.is_set():
            self._wake.wait(timeout=min(max(1, RENEW_SECONDS - self.age), RENEW_SECONDS))
            self._closing.wait(max(POOL_SECONDS, began + self._interval - time.monotonic()))
            self._wake.clear()
            began = time.monotonic()
            try:
                self._attempt()
            except Exception as error:  # whatever it was, the next start must find out what is on disk
                _log.critical("publishing has ended: %s", error, exc_info=True)
                self.failure = error
                return

    def _attempt(self) -> None:
        """Do one round; where there is no room on the disk, wait, and begin again from what is there."""
        try:
            if self._interrupted:
                self.current = self._recover()
                self._interrupted = False
            self.publish()
            self.no_room = False
        except ClockInDoubtError as error:
            self._wait_for_a_better_moment(error)
        except (UnavailableError, OSError) as error:
            if isinstance(error, OSError) and error.errno not in _NO_ROOM:
                raise
            self._interrupted = self.no_room = True
            self._wait_for_a_better_moment(error)

    def _wait_for_a_better_moment(self, error: Exception) -> None:
        _log.error("nothing could be published, trying again in %d s: %s", RETRY_SECONDS, error)
        self._closing.wait(RETRY_SECONDS)
        self._wake.set()

    def check_files(self) -> None:
        """Read all that is served. Files of the log that a disk has damaged are made anew at once; segments are no
        longer served, and the next start makes them anew.

        May be called by any thread: it changes no state but `failure`, and files that nobody could use.
        """
        try:
            mended = self._log.mend(self.current.log)
        except LogDamagedError as error:
            self.failure = error
            return
        if mended:
            _log.error("files of the log were damaged and have been made anew: %s", ", ".join(mended))
        damaged = self._snapshots.check_files(self.current.state.manifest)
        if damaged:
            self.failure = DamagedFileError(f"published segments are damaged: {', '.join(damaged)}")

    def problem(self) -> str | None:
        """Return why nothing will ever be published again, None while it may be."""
        if self.failure is not None:
            return f"publishing has failed: {self.failure}"
        if self._thread is not None and not self._thread.is_alive() and not self._closing.is_set():
            return "the publisher has ended"
        return None

    def _collect_now_and_then(self) -> None:
        now = self._clock()
        if abs(now - self._collected) >= COLLECT_SECONDS:  # or it was noted by a clock that was ahead
            self._snapshots.collect(self.current.state.manifest)
            self._collected = now


def _swept(public: Path) -> Path:
    durable.sweep(public)
    return public
