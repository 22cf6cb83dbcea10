"""verify-log and backup notice everything that is not what log and records make."""

import sqlite3
from pathlib import Path

import pytest

from crawler_filter.errors import FilterError
from crawler_filter.formats.record import LeafType
from registry.errors import InstanceError, RegistryError
from registry.publishing.backup import back_up, verify_copy
from registry.publishing.verify import verify_instance
from tests.registry.publishing.instance import ORIGIN, make_instance, opened, record


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    directory = tmp_path / "instance"
    directory.mkdir()
    make_instance(directory)
    with opened(directory) as instance:
        instance.declare(*range(300))
        instance.append(LeafType.ERASE, record(5))
        instance.append(LeafType.WITHDRAW, record(6))
        instance.publisher()
    return directory


def test_an_intact_instance_is_said_to_be_so(directory):
    verified = verify_instance(directory)
    assert (verified.log, verified.log_size) == (f"{ORIGIN}/log", 302)
    assert (verified.records, verified.erased, verified.manifest, verified.rebuilt) == (299, 1, 1, True)
    assert "302 leaves" in verified.explain()


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.whole
@pytest.mark.parametrize(
    "pattern",
    [
        "public/log/checkpoint",
        "public/log/tile/0/000",
        "public/log/tile/0/001.p/46",
        "public/log/tile/1/000.p/1",
        "public/log/tile/entries/000",
        "public/log/tile/entries/001.p/46",
        "public/snapshot/manifest",
        "public/snapshot/*.seg",
        "public/snapshot/root/1",
        "public/snapshot/grants/*",
        "public/snapshot/*.grants",
    ],
)
def test_a_flipped_bit_is_found_in_every_published_file(directory, pattern):
    for path in sorted(directory.glob(pattern)):
        original = path.read_bytes()
        _flip(path)
        with pytest.raises((RegistryError, FilterError)):
            verify_instance(directory)
        path.unlink()
        with pytest.raises((RegistryError, FilterError)):
            verify_instance(directory)
        path.write_bytes(original)
    assert verify_instance(directory).rebuilt


def _tamper(directory: Path, statement: str) -> None:
    """Change what triggers forbid to change, as somebody with the file could."""
    database = sqlite3.connect(directory / "registry.db")
    for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f"DROP TRIGGER {name}")
    database.execute(statement)
    database.commit()
    database.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE leaf_bodies SET body = (SELECT body FROM leaf_bodies WHERE leaf = 8) WHERE leaf = 7",
        "UPDATE leaf_bodies SET salt = zeroblob(32) WHERE leaf = 7",
        "UPDATE leaves SET entry = (SELECT entry FROM leaves WHERE position = 8) WHERE position = 7",
        "DELETE FROM leaf_bodies WHERE leaf = 7",
        "DELETE FROM leaf_bodies WHERE leaf = 6",
        "DELETE FROM leaves WHERE position = 301",
    ],
)
def test_a_changed_database_is_found(directory, statement):
    _tamper(directory, statement)
    with pytest.raises((RegistryError, FilterError)):
        verify_instance(directory)


def test_a_backup_is_a_verified_copy_that_can_be_published_from(directory, tmp_path):
    assert back_up(directory, tmp_path / "copy.db") == 302
    (tmp_path / "copy.db").replace(directory / "registry.db")
    with opened(directory) as instance:
        assert instance.publisher().current.log.size == 302


def test_a_backup_never_overwrites_one(directory, tmp_path):
    (tmp_path / "copy.db").write_bytes(b"the only copy")
    with pytest.raises(InstanceError, match="never overwrites"):
        back_up(directory, tmp_path / "copy.db")


def test_a_copy_whose_leaves_do_not_make_the_signed_root_is_refused(directory):
    _tamper(
        directory, "UPDATE leaves SET entry = (SELECT entry FROM leaves WHERE position = 8) WHERE position = 7"
    )
    with pytest.raises(InstanceError, match="do not make the"):
        verify_copy(directory / "registry.db", f"{ORIGIN}/log")
