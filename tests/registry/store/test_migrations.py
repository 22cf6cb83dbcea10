"""A database of any release becomes one of this release, with its rows, and is never half of each."""

import re
import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest
from sqlite_utils import Database

from registry.errors import InstanceError
from registry.store import migrations
from registry.store.database import APPLICATION_ID, connect, open_database, prepare_writing
from registry.store.migrations import apply_steps, note_as_applied
from registry.store.schema_steps import VERSION
from registry.store.table_rebuild import rebuild
from registry.store.upgrade import remove_copies, upgrade
from tests.registry.studio import SHA

SCHEMAS = Path(__file__).resolve().parents[2] / "vectors" / "schema"
SCHEMA = (files("registry") / "schema.sql").read_text(encoding="utf-8")


def code(schema: str) -> str:
    """The statements of a schema without comments and layout."""
    return re.sub(r"\s+", " ", re.sub(r"^--.*$", "", schema, flags=re.MULTILINE)).strip()


def make_file(path: Path, version: int) -> Path:
    """A file as the release with this schema version made it."""
    with closing(connect_new(path)) as database:
        database.conn.executescript((SCHEMAS / f"{version}.sql").read_text(encoding="utf-8"))
        note_as_applied(database, migrations.STEPS[: version - 1])
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {version}")
        database.execute("PRAGMA journal_mode = WAL")
    return path


def connect_new(path: Path) -> Database:
    sqlite3.connect(path).close()
    return connect(path)


def schema_of(path: Path) -> list[tuple[str, str, str]]:
    """Everything a file's schema says; a table that was made again has its name in quotes, which says nothing."""
    with closing(connect(path, read_only=True)) as database:
        rows = database.execute(
            "SELECT type, name, sql FROM sqlite_schema WHERE tbl_name <> '_sqlite_migrations' AND sql IS NOT NULL"
        ).fetchall()
    return sorted((kind, name, code(sql.replace('"', ""))) for kind, name, sql in rows)


def columns_of(path: Path) -> dict[str, list[tuple]]:
    with closing(connect(path, read_only=True)) as database:
        return {table: database.execute("SELECT * FROM pragma_table_xinfo(?)", (table,)).fetchall()
                for table in database.table_names()}  # fmt: skip


@pytest.fixture
def fresh(tmp_path):
    open_database(tmp_path / "fresh.db", create=True).close()
    return tmp_path / "fresh.db"


@pytest.mark.whole
@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_a_file_of_every_release_migrates_to_what_a_new_file_is(tmp_path, fresh, version):
    path = make_file(tmp_path / "registry.db", version)
    upgrade(path)
    assert schema_of(path) == schema_of(fresh)
    assert columns_of(path) | {"_sqlite_migrations": None} == columns_of(fresh) | {"_sqlite_migrations": None}
    open_database(path).close()


def test_the_schema_changes_with_a_step_and_a_new_version_only():
    kept = {int(file.stem): file.read_text(encoding="utf-8") for file in SCHEMAS.glob("*.sql")}
    assert sorted(kept) == list(range(1, VERSION + 1)), "one schema is kept for each version"
    assert code(SCHEMA) == code(kept[VERSION]), (
        f"schema.sql is not that of version {VERSION} any more: add a step to registry/store/schema_steps.py, and "
        f"keep the new schema as tests/vectors/schema/{VERSION + 1}.sql"
    )


def a_capacity_more(database: Database) -> None:
    """A CHECK list with a word more, in a table that others refer to."""
    (sql,) = database.execute("SELECT sql FROM sqlite_schema WHERE name = 'parties'").fetchone()
    rebuild(database, sql.replace("licensee', 'agent'", "licensee', 'agent', 'society'"))


def a_leaf_type_and_a_column_more(database: Database) -> None:
    """The table with the append-only triggers, which all others hang on."""
    (sql,) = database.execute("SELECT sql FROM sqlite_schema WHERE name = 'leaves'").fetchone()
    changed = sql.replace("'grant'", "'grant', 'revoke'").replace(
        "time INTEGER NOT NULL,", "time INTEGER NOT NULL,\n    day INTEGER NOT NULL DEFAULT 0,"
    )
    rebuild(database, changed, {"day": "time / 86400"})


def counts_made_again(database: Database) -> None:
    """A table that only triggers of another table name."""
    (sql,) = database.execute("SELECT sql FROM sqlite_schema WHERE name = 'state_counts'").fetchone()
    rebuild(database, sql.replace("state TEXT NOT NULL", "state TEXT NOT NULL CHECK (state <> '')"))


STEPS = (*migrations.STEPS, a_capacity_more, a_leaf_type_and_a_column_more, counts_made_again)


def rows_of(path: Path) -> dict[str, list]:
    with closing(connect(path, read_only=True)) as database:
        return {
            table: database.execute(f"SELECT * FROM [{table}] ORDER BY 1, 2").fetchall()
            for table in database.table_names()
            if table not in {"_sqlite_migrations", "leaves", "sought_terms"}
        }


@pytest.fixture
def lived_in(studio, zone, tmp_path):
    """The closed file of a registry in which something happened."""
    studio.prove(zone, studio.declare(("domain", "example.com")))
    studio.withdraw(studio.declare(("sha256", SHA)))
    studio.registry.close()
    return tmp_path / "registry.db"


def test_a_rebuilt_table_keeps_rows_references_indexes_and_triggers(lived_in):
    before, tables = rows_of(lived_in), schema_of(lived_in)
    assert upgrade(lived_in, STEPS) == lived_in.with_name(f"registry.db.schema-{VERSION}")
    assert rows_of(lived_in) == before
    names = [(kind, name) for kind, name, _ in tables]
    assert [(kind, name) for kind, name, _ in schema_of(lived_in)] == names
    with closing(connect(lived_in)) as database:
        prepare_writing(database)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        (leaves,) = database.execute("SELECT count(*) FROM leaves WHERE day = time / 86400").fetchone()
        assert leaves == 3
        new = "INSERT INTO leaves VALUES (?, 'd', 'revoke', ?, 1, x'00')"
        with pytest.raises(sqlite3.IntegrityError, match="next position"):
            database.execute(new, (9, 2**33))
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            database.execute("DELETE FROM leaves")
        database.execute(new, (3, 2**33))
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            database.execute("INSERT INTO leaf_bodies VALUES (99, zeroblob(32), x'')")
            database.execute("COMMIT")
        database.rollback()
        database.execute("UPDATE declarations SET state = 'expired', updated = 1 WHERE state = 'active'")
        counted = dict(database.execute("SELECT state, declarations FROM state_counts"))
        assert (counted["active"], counted["expired"]) == (0, 2)
        database.rollback()


def test_a_step_is_done_once_and_a_new_file_lacks_none(lived_in, fresh):
    assert upgrade(lived_in, STEPS[:VERSION]) is not None
    assert upgrade(lived_in, STEPS[:VERSION]) is None
    assert upgrade(lived_in, STEPS) == lived_in.with_name(f"registry.db.schema-{VERSION + 1}")
    with closing(connect(lived_in)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (VERSION + 3,)
        noted = database.execute("SELECT name FROM _sqlite_migrations ORDER BY id").fetchall()
    assert noted == [(f"{number}: {step.__name__}",) for number, step in enumerate(STEPS, start=2)]
    with closing(connect(fresh)) as database:
        note_as_applied(database, STEPS)
        apply_steps(database, STEPS)
        assert database.execute("SELECT name FROM _sqlite_migrations ORDER BY id").fetchall() == noted


def test_the_copy_is_the_file_of_before_and_only_its_owner_reads_it(lived_in):
    before = rows_of(lived_in), schema_of(lived_in)
    copy = upgrade(lived_in, STEPS)
    assert (rows_of(copy), schema_of(copy)) == before
    assert copy.stat().st_mode & 0o777 == 0o600
    copy.rename(lived_in)
    open_database(lived_in).close()
    assert list(lived_in.parent.glob("*unfinished*")) == []


def test_a_step_that_fails_leaves_the_file_as_it_was(lived_in):
    def fails(database: Database) -> None:
        a_capacity_more(database)
        raise RuntimeError("no")

    before = rows_of(lived_in), schema_of(lived_in)
    with pytest.raises(RuntimeError):
        upgrade(lived_in, (*migrations.STEPS, fails))
    assert (rows_of(lived_in), schema_of(lived_in)) == before
    open_database(lived_in).close()


def test_a_step_that_loses_rows_others_refer_to_is_undone(lived_in):
    def loses(database: Database) -> None:
        database.execute("DELETE FROM parties")

    before = rows_of(lived_in)
    with pytest.raises(InstanceError, match="declarations"):
        upgrade(lived_in, (*migrations.STEPS, loses))
    assert rows_of(lived_in) == before


def test_a_file_that_cannot_be_copied_whole_is_not_migrated(lived_in):
    with lived_in.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096)
    damaged = lived_in.read_bytes()
    with pytest.raises((InstanceError, sqlite3.DatabaseError)):
        upgrade(lived_in, STEPS)
    assert lived_in.read_bytes() == damaged
    assert list(lived_in.parent.glob("registry.db.schema-*")) == []


def test_an_older_file_is_migrated_when_the_registry_opens(monkeypatch, lived_in, make_registry):
    monkeypatch.setattr("registry.store.schema_steps.VERSION", VERSION + 3)
    monkeypatch.setattr("registry.store.database.VERSION", VERSION + 3)
    monkeypatch.setattr("registry.instance.opening.upgrade", lambda path: upgrade(path, STEPS))
    with pytest.raises(InstanceError, match="start `optout-registry serve` once"):
        open_database(lived_in, read_only=True)
    registry = make_registry()
    assert lived_in.with_name(f"registry.db.schema-{VERSION}").exists()
    assert registry.publisher.current.state.manifest.log_size == 3
    (made, *_) = registry.declarations.of_party(next(iter(rows_of(lived_in)["parties"]))[0]).rows
    registry.erasure.erase(made.id)
    assert not lived_in.with_name(f"registry.db.schema-{VERSION}").exists()


def test_a_file_of_a_newer_release_is_refused_with_what_to_do(lived_in, make_registry, tmp_path):
    with closing(sqlite3.connect(lived_in)) as database:
        database.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(InstanceError, match="install the release that wrote it, or put back the copy"):
        make_registry()
    assert list(tmp_path.glob("registry.db.schema-*")) == []


def test_copies_are_removed_and_nothing_else_is(lived_in):
    copy = upgrade(lived_in, STEPS)
    remove_copies(lived_in)
    assert not copy.exists()
    assert lived_in.exists()
