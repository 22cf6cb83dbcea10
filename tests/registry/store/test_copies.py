"""Copies of the database: nobody but the owner can read one, from its first byte on, and no half of one is left."""

import os
import shutil
import sqlite3
from contextlib import closing

import pytest

from registry.errors import InstanceError
from registry.instance import DATABASE, open_registry
from registry.store.copies import copy_database
from registry.store.database import connect, prepare_writing
from tests.registry.studio import Studio


@pytest.fixture
def source(tmp_path):
    with closing(sqlite3.connect(tmp_path / "source.db")) as database:
        database.execute("CREATE TABLE secrets (text TEXT)")
        database.execute("INSERT INTO secrets VALUES ('hanako@example.jp')")
        database.commit()
        yield database


@pytest.fixture(autouse=True)
def open_umask():
    """As on a machine where new files are for everybody."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path):
    return path.stat().st_mode & 0o777


def test_a_copy_is_private_before_anything_is_in_it_and_afterwards(source, tmp_path):
    seen = []

    class Watched:
        def backup(self, copy):
            (file,) = tmp_path.glob("copy.db*")
            seen.append((mode(file), file.stat().st_size))
            source.backup(copy)

    copy_database(Watched(), tmp_path / "copy.db", lambda draft: seen.append(mode(draft)))
    assert seen == [(0o600, 0), 0o600]
    assert mode(tmp_path / "copy.db") == 0o600


def test_what_a_crash_left_is_replaced_and_never_written_into(source, tmp_path):
    left = tmp_path / "copy.db.unfinished"
    left.write_bytes(b"half of a copy that everybody may read")
    held = left.open("rb")
    copy_database(source, tmp_path / "copy.db", lambda _: None)
    with held:
        assert held.read() == b"half of a copy that everybody may read"
    assert mode(tmp_path / "copy.db") == 0o600
    assert not left.exists()


def test_a_copy_that_is_not_what_it_should_be_is_removed_with_all_beside_it(source, tmp_path):
    def refuse(draft):
        draft.with_name(f"{draft.name}-wal").touch()
        raise ValueError("damaged")

    with pytest.raises(ValueError, match="damaged"):
        copy_database(source, tmp_path / "copy.db", refuse)
    assert [path.name for path in tmp_path.iterdir()] == ["source.db"]


def test_the_write_ahead_log_that_a_crash_left_is_emptied_at_the_next_start(registry, letterbox, clock, tmp_path):
    studio = Studio(registry, letterbox)
    made = studio.declare(("md5", "0" * 32))
    crashed = tmp_path / "crashed"
    shutil.copytree(registry.config.instance, crashed, ignore=shutil.ignore_patterns("*.sock"))
    log = crashed / f"{DATABASE}-wal"
    assert b"aoi@example.com" in log.read_bytes()
    config = registry.config.__class__(instance=crashed, origin=registry.config.origin, dev=True)
    with open_registry(config, clock=clock, mailer=letterbox) as again:
        assert b"aoi@example.com" not in log.read_bytes()
        assert again.declarations.get(made.id).id == made.id


def test_a_copy_beside_changes_of_another_database_is_not_opened(source, tmp_path):
    """As after a crash, where somebody copies a backup over the database by hand."""
    copy_database(source, tmp_path / "registry.db", lambda _: None)
    before = (tmp_path / "registry.db").read_bytes()
    (tmp_path / "registry.db-wal").write_bytes(b"changes of the database that was there before")
    with pytest.raises(InstanceError, match="optout-registry restore"):
        connect(tmp_path / "registry.db")
    assert (tmp_path / "registry.db").read_bytes() == before
    (tmp_path / "registry.db-wal").write_bytes(b"")
    connect(tmp_path / "registry.db").close()


def test_changes_that_a_crash_left_beside_their_own_database_are_read(source, tmp_path):
    copy_database(source, tmp_path / "registry.db", lambda _: None)
    with closing(connect(tmp_path / "registry.db")) as database:
        prepare_writing(database)
        database.execute("INSERT INTO secrets VALUES ('after')")
        database.conn.commit()
        assert (tmp_path / "registry.db-wal").stat().st_size
        with closing(connect(tmp_path / "registry.db", read_only=True)) as reading:
            assert reading.execute("SELECT count(*) FROM secrets").fetchone() == (2,)
