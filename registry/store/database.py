"""Opening the instance's SQLite file: by whom, with which settings, and never by accident.

One connection writes and checkpoints, all others only read. That makes SQLite versions with the WAL-reset bug
(3.7.0 to 3.51.2, sqlite.org/wal.html#walresetbug) safe here: it needs two connections that write or checkpoint.
The writing process holds `instance_lock`; readers open the file read-only, so that not even closing them
checkpoints.
"""

import fcntl
import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from crawler_filter.sync import durable
from registry.errors import InstanceError
from registry.store.migrations import note_as_applied
from registry.store.schema_steps import VERSION

APPLICATION_ID: Final = 0x6F707472
"""Marks the file as an opt-out registry's ("optr"); other SQLite files are refused."""

BUSY_TIMEOUT: Final = 5_000
"""Milliseconds a statement waits for a lock held by another process, such as a backup."""

_JOURNAL: Final = slice(18, 20)
_NEVER_AHEAD: Final = b"\1\1"
_EVERY_CONNECTION: Final = (
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA mmap_size = 0",
    "PRAGMA wal_autocheckpoint = 0",
)
_WRITING_CONNECTION: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA fullfsync = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA temp_store = MEMORY",  # savepoints' journals: every job's went to a file of its own past 64 KiB
    "PRAGMA cache_size = -65536",  # KiB: ids are random, so each declaration touches a page of every index
)


_log = logging.getLogger(__name__)


def open_database(path: Path, *, create: bool = False, read_only: bool = False) -> Database:
    """Open the instance's file, for writing unless `read_only`.

    `create` makes a new file and refuses one that is there; without it a missing, empty or foreign file is
    refused, so that a mistyped path never becomes a new, empty log. The connection may be used by one thread at a
    time. Raises InstanceError.
    """
    if create:
        _create(path)
    else:
        _require_file(path)
    database = connect(path, read_only=read_only)
    try:
        _require_version(path, schema_version(database, path))
        if read_only:
            _set(database, (*_EVERY_CONNECTION, "PRAGMA query_only = ON"))
        else:
            prepare_writing(database)
    except BaseException:
        database.close()
        raise
    if not read_only and has_wal_reset_bug(sqlite3.sqlite_version_info):
        _log.info(
            "SQLite %s has the WAL-reset bug; no other process may write to %s", sqlite3.sqlite_version, path
        )
    return database


def connect(path: Path, *, read_only: bool = False) -> Database:
    """Open the file at `path` as it is, whatever its version; InstanceError if that cannot be done.

    Refused is a copy beside changes of another database, which SQLite would write into it.
    """
    _require_own_changes(path)
    mode = "ro" if read_only else "rw"
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True, check_same_thread=False)
    try:
        require_search(connection)
        return Database(connection, execute_plugins=False)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise InstanceError(f"{path} cannot be opened: {error}") from error


def require_search(connection: sqlite3.Connection) -> None:
    """Close the connection and raise InstanceError where this SQLite cannot search texts."""
    if connection.execute("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'").fetchone() is None:
        connection.close()
        raise InstanceError(
            f"SQLite {sqlite3.sqlite_version} of this Python has no FTS5, by which titles and names are found;"
            " use a Python whose SQLite was built with it"
        )


def prepare_writing(database: Database) -> None:
    """Set the connection that writes: durable, references enforced, what is deleted overwritten."""
    _set(database, (*_EVERY_CONNECTION, *_WRITING_CONNECTION))


def _set(database: Database, pragmas: tuple[str, ...]) -> None:
    for pragma in pragmas:
        database.execute(pragma).fetchall()


def schema_version(database: Database, path: Path) -> int:
    """Return the schema's version; raise InstanceError where the file at `path` is not a registry's database."""
    try:
        (application,) = database.execute("PRAGMA application_id").fetchone()
        (version,) = database.execute("PRAGMA user_version").fetchone()
    except sqlite3.DatabaseError as error:
        raise InstanceError(f"{path} is not a database: {error}") from error
    if application != APPLICATION_ID:
        raise InstanceError(f"{path} is not a registry's database: its application id is {application:#x}")
    return int(version)


def _require_version(path: Path, version: int) -> None:
    if version > VERSION:
        raise InstanceError(
            f"{path} has schema version {version}, and this program knows none after {VERSION}: install the"
            " release that wrote it, or put back the copy that was made before it was migrated"
        )
    if version < VERSION:
        raise InstanceError(
            f"{path} has schema version {version}, and this program needs {VERSION}: start `optout-registry serve`"
            " once; it makes a copy and migrates the file"
        )


def _create(path: Path) -> None:
    """Make the file under another name first: a crash leaves nothing that looks like an instance."""
    if path.exists():
        raise InstanceError(f"{path} exists already and is not made again")
    draft = path.with_name(f"{path.name}.new")
    make_private(draft)
    database = connect(draft)
    try:
        database.conn.executescript((files("registry") / "schema.sql").read_text(encoding="utf-8"))
        note_as_applied(database)
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {VERSION}")
        database.execute("PRAGMA journal_mode = WAL")
    finally:
        database.close()
    durable.rename(draft, path)


def make_private(path: Path) -> None:
    """Make an empty file that only its owner may read, in place of one that is there; SQLite opens it as new."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def has_wal_reset_bug(version: tuple[int, int, int]) -> bool:
    """Tell whether this SQLite may lose commits when two connections write or checkpoint at once."""
    backported = (3, 44, 6) <= version < (3, 45, 0) or (3, 50, 7) <= version < (3, 51, 0)
    return (3, 7, 0) <= version < (3, 51, 3) and not backported


def _require_own_changes(path: Path) -> None:
    """Raise InstanceError where a file that never had a write-ahead log lies beside one.

    Bytes 18 and 19 of a file say so (sqlite.org/fileformat.html section 1.3.3).
    """
    changes = path.with_name(f"{path.name}-wal")
    if not changes.exists() or not changes.stat().st_size:
        return
    with path.open("rb") as file:
        if file.read(_JOURNAL.stop)[_JOURNAL] == _NEVER_AHEAD:
            raise InstanceError(
                f"{path} is a copy, and {changes.name} has changes of the database that was there before: they"
                " would damage it. Move both away, and put the copy back with `optout-registry restore`"
            )


def _require_file(path: Path) -> None:
    if not path.is_file():
        raise InstanceError(
            f"expected the registry's database at {path}, found none:"
            " name its folder in REGISTRY_INSTANCE; `init` makes a new one"
        )


@contextmanager
def instance_lock(path: Path) -> Iterator[None]:
    """Hold the right to write to the instance whose database is at `path`; InstanceError if another process does.

    Every writing command takes it. The kernel releases it when the process dies, however it dies.
    """
    _require_file(path)
    with lock_beside(path):
        yield


@contextmanager
def lock_beside(path: Path) -> Iterator[None]:
    """Hold the lock of a database that may be lost, as `instance_lock` does of one that is there."""
    with path.with_name(f"{path.name}.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            raise InstanceError(f"{path} is in use by process {holder}; stop it first") from error
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


STORAGE_FAILED: Final = frozenset({sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
"""Errors after which nothing is known about what is on disk."""


def primary_code(error: BaseException) -> int:
    """Return SQLite's primary result code of an error, 0 where it is none of SQLite's."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


class Store:
    """Read-only connections to the instance's file, opened as needed and kept for the next reader.

    A storage error that any reader meets is kept in `failure`: whoever meets it first, the process has to end.
    """

    def __init__(self, path: Path) -> None:
        self.failure: Exception | None = None
        self._path = path
        self._idle: list[Database] = []  # one append or pop is atomic

    @contextmanager
    def read(self) -> Iterator[Database]:
        """Give a connection that sees one unchanging state of the database until the block ends."""
        try:
            database = self._idle.pop()
        except IndexError:
            database = self._open()
        try:
            database.begin()
            yield database
        except sqlite3.Error as error:
            self._note_failure(error)
            raise
        finally:
            self._take_back(database)

    def _open(self) -> Database:
        try:
            return open_database(self._path, read_only=True)
        except (sqlite3.Error, InstanceError) as error:
            self._note_failure(error)
            raise

    def _take_back(self, database: Database) -> None:
        try:
            database.rollback()
        except sqlite3.Error as error:
            self._note_failure(error)
            database.close()
            raise
        self._idle.append(database)

    def _note_failure(self, error: sqlite3.Error | InstanceError) -> None:
        is_storage = isinstance(error, InstanceError) or primary_code(error) in STORAGE_FAILED
        if is_storage and self.failure is None:
            _log.critical("the database can no longer be read: %s", error)
            self.failure = error

    def close(self) -> None:
        """Close every connection that nobody is reading with."""
        while self._idle:
            self._idle.pop().close()
