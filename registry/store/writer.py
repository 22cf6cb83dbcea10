"""The one thread that writes: work of many callers in one transaction, acknowledged when that is durable.

Each piece of work runs in its own savepoint, so a refusal undoes only itself. Results and refusals alike are
handed back after the commit, because either may rest on what an earlier piece of the same transaction did.

A full disk fails the transaction and the next one is tried as if nothing had been. After an error of the storage
itself nothing is known about what is on disk, so nothing is written any more until the process starts again.

Who may touch what:

| state | written by | read by | held by |
|---|---|---|---|
| `_database`, `_changes_at_checkpoint` | the writer thread | the writer thread | nobody else has it |
| `_queue` | any thread | the writer thread | itself |
| `_closed` | `close`, any thread | `_put`, any thread | `_lock`: nothing is put behind the end |
| `_failure`, `_full` | the writer thread | any thread | one assignment; old or new, both true |
| `_callbacks` | `on_commit`, before the first request | the writer thread | set up before threads meet |
| a job's `result`, `error` | the writer thread | its caller | its `_settled` queue: written before, read after |
"""

import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from sqlite_utils import Database

from registry.errors import UnavailableError
from registry.store.database import STORAGE_FAILED, primary_code
from registry.store.title_index import forget_removed_terms

T = TypeVar("T")

MAX_BATCH: Final = 512
"""Most pieces of work in one transaction."""

CHECKPOINT_EVERY: Final = 4_000
"""Changed rows after which the write-ahead log is copied into the database file."""

RETRY_AFTER: Final = 10
"""Seconds a caller is asked to wait when the disk is full."""

_CLOSE: Final = object()

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Tidying:
    """Somebody waits until the write-ahead log is empty, after the database was written anew if need be."""

    anew: bool
    done: "queue.SimpleQueue[bool]"


class _Job(Generic[T]):
    """One caller's work and where its outcome goes."""

    __slots__ = ("_settled", "error", "result", "work")

    result: T

    def __init__(self, work: Callable[[Database], T]) -> None:
        self.work = work
        self.error: Exception | None = None
        self._settled: queue.SimpleQueue[None] = queue.SimpleQueue()

    def run(self, database: Database) -> None:
        database.execute("SAVEPOINT job")  # one name for all: the statement is prepared once
        try:
            self.result = self.work(database)
        except Exception as error:
            if _is_fatal_to_transaction(database, error):
                raise
            self.error = error
            database.execute("ROLLBACK TO job")
        database.execute("RELEASE job")

    def finish(self) -> None:
        self._settled.put(None)

    def wait(self) -> T:
        """Wait until the job is settled, in the caller's thread."""
        self._settled.get()
        if self.error is not None:
            raise self.error
        return self.result


def _is_fatal_to_transaction(database: Database, error: Exception) -> bool:
    return not database.conn.in_transaction or (
        isinstance(error, sqlite3.Error) and primary_code(error) in STORAGE_FAILED | {sqlite3.SQLITE_FULL}
    )


class Writer:
    """Runs work on the instance's writing connection, which belongs to this object from now on."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queue: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._callbacks: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._closed = False
        self._failure: BaseException | None = None
        self._full = False
        self._changes_at_checkpoint = 0
        self._thread = threading.Thread(target=self._serve, name="writer")
        self._thread.start()

    def run(self, work: Callable[[Database], T]) -> T:
        """Do `work` and return its result once that is durable; its own exception is raised here.

        Raises UnavailableError when the disk is full or the storage has failed: nothing was kept then.
        """
        job = _Job(work)
        self._put(job)
        return job.wait()

    def checkpoint(self) -> bool:
        """Move everything into the database file and empty the write-ahead log.

        False when a reader was in the way; call again later.
        """
        return self._tidy(anew=False)

    def purge(self) -> bool:
        """Write the database anew and empty the write-ahead log, so that no byte of what was erased is left.

        `secure_delete` overwrites what is deleted, not what SQLite left behind when it moved a row from one page
        to another. Others wait meanwhile, about twenty seconds for each gigabyte. False when a reader was in the
        way or there was no room; call again later.
        """
        return self._tidy(anew=True)

    def _tidy(self, *, anew: bool) -> bool:
        tidying = _Tidying(anew, queue.SimpleQueue())
        self._put(tidying)
        return tidying.done.get()

    def on_commit(self, callback: Callable[[], None]) -> None:
        """Call `callback` in the writer's thread after each commit; it must return at once and not raise."""
        self._callbacks.append(callback)

    @property
    def failure(self) -> BaseException | None:
        """The storage error after which nothing is written any more, if there was one."""
        return self._failure

    @property
    def is_full(self) -> bool:
        """Tell whether the last transaction found no room on the disk."""
        return self._full

    def close(self) -> None:
        """Finish what was accepted, empty the write-ahead log and close the connection."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._queue.put(_CLOSE)
        self._thread.join()

    def _put(self, item: object) -> None:
        with self._lock:
            if self._closed:
                raise UnavailableError("the registry is shutting down", retry_after=RETRY_AFTER)
            self._queue.put(item)

    def _serve(self) -> None:
        """Run the loop; whatever ends it early, nobody waits for ever for a thread that is gone."""
        try:
            self._loop()
        except BaseException as error:
            _log.critical("the writer has ended", exc_info=True)
            self._failure = self._failure or error
            with self._lock:
                self._closed = True
            self._refuse_the_rest(error)
            raise

    def _refuse_the_rest(self, error: BaseException) -> None:
        with suppress(queue.Empty):
            while True:
                item = self._queue.get_nowait()
                if isinstance(item, _Job):
                    item.error = UnavailableError("the writer has ended: %(name)s", name=type(error).__name__)
                    item.finish()
                elif isinstance(item, _Tidying):
                    item.done.put(False)

    def _loop(self) -> None:
        following: object = None
        while following is not _CLOSE:
            jobs, following = self._next_batch()
            if jobs:
                self._commit(jobs)
            if isinstance(following, _Tidying):
                written = self._failure is None and (not following.anew or self._write_anew())
                following.done.put(written and self._checkpoint("TRUNCATE"))
        if self._failure is None:
            self._checkpoint("TRUNCATE")
        self._database.close()

    def _next_batch(self) -> tuple[list[_Job[Any]], object]:
        """Take what is waiting, up to the first item that is no job; that item comes second."""
        jobs: list[_Job[Any]] = []
        item = self._queue.get()
        while isinstance(item, _Job):
            jobs.append(item)
            if len(jobs) == MAX_BATCH:
                return jobs, None
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                return jobs, None
        return jobs, item

    def _commit(self, jobs: list[_Job[Any]]) -> None:
        try:
            self._require_storage()
            self._database.execute("BEGIN IMMEDIATE")
            for job in jobs:
                job.run(self._database)
            self._database.execute("COMMIT")
        except Exception as error:  # whatever it was, every caller must hear that nothing was kept
            self._refuse(jobs, error)
            return
        self._full = False
        for job in jobs:
            job.finish()
        for callback in self._callbacks:
            callback()
        if self._database.conn.total_changes - self._changes_at_checkpoint >= CHECKPOINT_EVERY:
            self._checkpoint("PASSIVE")

    def _refuse(self, jobs: list[_Job[Any]], error: Exception) -> None:
        self._note_failure(error)
        try:
            self._database.rollback()
        except sqlite3.Error as second:
            self._note_failure(second)
        for job in jobs:
            job.error = _refusal(error)
            job.finish()

    def _require_storage(self) -> None:
        if self._failure is not None:
            raise UnavailableError("the storage failed; nothing is accepted until the registry is started again")

    def _note_failure(self, error: Exception) -> None:
        if primary_code(error) in STORAGE_FAILED and self._failure is None:
            _log.critical("the storage failed, nothing is written any more: %s", error)
            self._failure = error
        elif not isinstance(error, UnavailableError):
            self._full = self._full or primary_code(error) == sqlite3.SQLITE_FULL
            _log.error("a transaction was not kept: %s", error)

    def _write_anew(self) -> bool:
        try:
            self._database.execute("BEGIN IMMEDIATE")
            forget_removed_terms(self._database)
            self._database.execute("COMMIT")
            self._database.execute("PRAGMA temp_store = FILE")  # the copy is as large as the database
            self._database.execute("VACUUM")
            self._database.execute("PRAGMA temp_store = MEMORY")
        except sqlite3.Error as error:
            self._note_failure(error)
            return False
        return True

    def _checkpoint(self, mode: str) -> bool:
        self._changes_at_checkpoint = self._database.conn.total_changes
        try:
            busy, _, _ = self._database.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
        except sqlite3.Error as error:
            self._note_failure(error)
            return False
        return not busy


def _refusal(error: Exception) -> UnavailableError:
    if isinstance(error, UnavailableError):
        return UnavailableError(error.detail, retry_after=error.retry_after)
    if primary_code(error) == sqlite3.SQLITE_FULL:
        return UnavailableError("the disk is full; nothing was kept", retry_after=RETRY_AFTER)
    refusal = UnavailableError("the change could not be stored; nothing was kept", retry_after=RETRY_AFTER)
    refusal.__cause__ = error
    return refusal
