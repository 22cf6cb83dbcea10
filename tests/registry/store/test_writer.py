"""One thread writes: who is answered, when, and what happens when the disk does not take it."""

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from registry.errors import ConflictError, UnavailableError
from registry.store.audit import actions_on, record_action
from registry.store.database import open_database
from registry.store.writer import Writer
from tests.conftest import require_system


@pytest.fixture
def path(tmp_path: Path) -> Path:
    open_database(tmp_path / "registry.db", create=True).close()
    return tmp_path / "registry.db"


@pytest.fixture
def writer(path: Path):
    writer = Writer(open_database(path))
    yield writer
    writer.close()


def note(target: str, actor: str = "a"):
    return lambda database: record_action(database, 1, actor, "act", target)


def noted(path: Path, target: str) -> int:
    database = open_database(path, read_only=True)
    try:
        return len(actions_on(database, target))
    finally:
        database.close()


def test_work_is_visible_to_others_before_it_is_acknowledged(writer, path):
    writer.run(note("x"))
    assert noted(path, "x") == 1


def test_a_refusal_undoes_only_itself(writer, path):
    def refuse(database):
        note("refused")(database)
        raise ConflictError("no")

    with ThreadPoolExecutor(8) as pool:
        outcomes = [pool.submit(writer.run, refuse if number % 3 == 0 else note("kept")) for number in range(60)]
        refused = [outcome for outcome in outcomes if isinstance(outcome.exception(), ConflictError)]
    assert (len(refused), noted(path, "kept"), noted(path, "refused")) == (20, 40, 0)


def test_waiting_work_shares_one_transaction(writer, path):
    """While the writer is held, work gathers; one commit then carries all of it."""
    commits, held, release = [], threading.Event(), threading.Event()
    writer.on_commit(lambda: commits.append(1))

    def hold(_):
        held.set()
        release.wait(120)

    with ThreadPoolExecutor(21) as pool:
        pool.submit(writer.run, hold)
        held.wait(120)
        waiting = [pool.submit(writer.run, note("x")) for _ in range(20)]
        while writer._queue.qsize() < 20:
            pass
        release.set()
        for outcome in waiting:
            outcome.result()
    assert (len(commits), noted(path, "x")) == (2, 20)


def test_an_error_in_sql_undoes_only_its_own_work(writer, path):
    def broken(database):
        note("broken")(database)
        database.execute("INSERT INTO leaves (position) VALUES (7)")

    with pytest.raises(sqlite3.IntegrityError):
        writer.run(broken)
    writer.run(note("after"))
    assert (noted(path, "broken"), noted(path, "after")) == (0, 1)


def test_closing_finishes_what_was_accepted_and_empties_the_log_file(writer, path):
    with ThreadPoolExecutor(4) as pool:
        outcomes = [pool.submit(writer.run, note("x")) for _ in range(20)]
        for outcome in outcomes:
            outcome.result()
    writer.close()
    assert noted(path, "x") == 20
    with pytest.raises(UnavailableError):
        writer.run(note("late"))


def test_a_checkpoint_empties_the_write_ahead_log(writer, path):
    writer.run(note("x"))
    log = path.with_name("registry.db-wal")
    assert log.stat().st_size > 0
    assert writer.checkpoint()
    assert log.stat().st_size == 0


def test_a_full_disk_refuses_the_transaction_and_recovers_when_there_is_room(path):
    """SQLite's page limit gives the same SQLITE_FULL, at the same places, as a disk without room."""
    database = open_database(path)
    writer = Writer(database)
    try:
        writer.run(lambda database: database.execute("PRAGMA max_page_count = 1").fetchall())
        with pytest.raises(UnavailableError, match="disk is full") as refused:
            writer.run(note("x" * 500_000))
        assert refused.value.retry_after
        assert (writer.failure, noted(path, "x" * 500_000)) == (None, 0)
        writer.run(lambda database: database.execute("PRAGMA max_page_count = 1000000").fetchall())
        writer.run(note("x" * 500_000))
        assert noted(path, "x" * 500_000) == 1
    finally:
        writer.close()


def test_after_a_storage_error_nothing_is_accepted_any_more(path):
    """The file is cut while it is open, as a failing disk would; reading it back is an error of the storage."""
    writer = Writer(open_database(path))
    try:
        writer.run(note("before"))
        assert writer.checkpoint()
        os.truncate(path, 8192)
        with pytest.raises(UnavailableError):
            writer.run(
                lambda database: database.execute("INSERT INTO drafts VALUES ('" + "a" * 26 + "', 'a', '{}', 1)")
            )
        assert writer.failure is not None
        with pytest.raises(UnavailableError, match="started again"):
            writer.run(note("after"))
        assert not writer.checkpoint()
    finally:
        writer.close()


_FSYNC_FAILS = """
import sys
from pathlib import Path
from registry.errors import UnavailableError
from registry.store.audit import record_action
from registry.store.database import open_database
from registry.writer import Writer

writer = Writer(open_database(Path(sys.argv[1])))
for number in range(40):
    try:
        writer.run(lambda database: record_action(database, 1, "a", "act", str(number)))
        print("ack", number, flush=True)
    except UnavailableError as error:
        print("refused", number, flush=True)
writer.close()
"""


@pytest.mark.slow
@pytest.mark.parametrize("call", ["fsync,fdatasync", "pwrite64"])
def test_an_input_output_error_of_the_kernel_stops_every_later_acknowledgement(path, call):
    strace = shutil.which("strace")
    require_system(strace, "strace")
    inject = f"inject={call}:error={errno.errorcode[errno.EIO]}:when=12+"
    command = [strace, "-f", "-qq", "-o", "/dev/null", "-e", inject, sys.executable, "-c", _FSYNC_FAILS, str(path)]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    lines = [line.split() for line in finished.stdout.splitlines()]
    words = [word for word, _ in lines]
    assert words, finished.stderr
    assert words == sorted(words)
    assert "refused" in words
    acknowledged = {number for word, number in lines if word == "ack"}
    assert all(noted(path, number) == 1 for number in acknowledged)
