"""An instance's file is made on purpose, recognised, locked, and read without being written."""

import multiprocessing
import sqlite3
from pathlib import Path

import pytest

from registry.errors import InstanceError
from registry.store.database import Store, has_wal_reset_bug, instance_lock, open_database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    open_database(tmp_path / "registry.db", create=True).close()
    return tmp_path / "registry.db"


def test_a_missing_file_never_becomes_a_new_log(tmp_path):
    with pytest.raises(InstanceError, match="found none"):
        open_database(tmp_path / "registry.db")
    assert list(tmp_path.iterdir()) == []


def test_an_instance_is_not_made_over_another(path):
    with pytest.raises(InstanceError, match="exists already"):
        open_database(path, create=True)


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100])
def test_a_file_that_is_no_instance_is_refused(tmp_path, content):
    stranger = tmp_path / "registry.db"
    stranger.write_bytes(content)
    with pytest.raises(InstanceError):
        open_database(stranger)
    assert stranger.read_bytes() == content


def test_another_programs_database_and_another_version_are_refused(path):
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(InstanceError, match="schema version 99"):
        open_database(path)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA application_id = 1")
    connection.close()
    with pytest.raises(InstanceError, match="not a registry's database"):
        open_database(path)


def test_the_writing_connection_is_durable_and_overwrites_what_it_deletes(path):
    database = open_database(path)
    settings = {
        name: database.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "wal_autocheckpoint")
    }
    database.close()
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "wal_autocheckpoint": 0,
    }


def test_a_reader_cannot_write_and_sees_one_state(path):
    writer = open_database(path)
    store = Store(path)
    with store.read() as reading:
        before = reading.execute("SELECT count(*) FROM audit").fetchone()
        writer.execute("INSERT INTO audit (time, actor, action, target) VALUES (1, 'a', 'b', 'c')")
        assert reading.execute("SELECT count(*) FROM audit").fetchone() == before == (0,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reading.execute("DELETE FROM audit")
    with store.read() as reading:
        assert reading.execute("SELECT count(*) FROM audit").fetchone() == (1,)
    store.close()
    writer.close()


def _try_lock(path: Path, answers) -> None:
    try:
        with instance_lock(path):
            answers.put("held")
    except InstanceError as error:
        answers.put(str(error))


def test_a_second_process_cannot_take_the_instance(path):
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    with instance_lock(path):
        process = context.Process(target=_try_lock, args=(path, answers))
        process.start()
        refused = answers.get(timeout=300)
        process.join()
    assert "in use by process" in refused
    with instance_lock(path):
        pass


@pytest.mark.parametrize(
    ("version", "affected"),
    [
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 54, 1), False),
    ],
)
def test_sqlite_versions_with_the_wal_reset_bug_are_known(version, affected):
    assert has_wal_reset_bug(version) is affected
