"""A whole older instance, database and public folder alike, signs nothing until somebody outside was asked."""

import os
import secrets
import shutil
import subprocess

import pytest

from registry.config import Config
from registry.errors import LogForkError
from registry.instance import open_registry
from registry.publishing.closed_instance import confirm_newest
from registry.publishing.high_water import FOLDER, SEEN, HighWaterMark, Mark, RestoredInstanceError
from registry.publishing.keys import Keyring
from registry.publishing.public_log import check_number, read_checkpoint
from tests.registry.instance import Clock, Letterbox, open_instance
from tests.registry.publishing.faults import Killed, Steps, inject
from tests.registry.studio import Studio

LOG = "registry.example/log"


def declare(registry, *numbers):
    studio = Studio(registry, registry.mailer)
    for number in numbers:
        studio.declare(("md5", f"{number:032x}"))
        registry.publisher.publish()


def reopen(path):
    return open_registry(Config(instance=path, origin="registry.example"), clock=Clock(), mailer=Letterbox())


@pytest.fixture
def instance(tmp_path):
    """An instance of two declarations, and a backup of all of it from after the first."""
    path, backup = tmp_path / "instance", tmp_path / "backup"
    with open_instance(path, Clock(), Letterbox()) as registry:
        declare(registry, 1)
    shutil.copytree(path, backup)
    with reopen(path) as registry:
        declare(registry, 2)
    return path


def copied_over(backup, path):
    """As `cp -a` does: the same inodes, the times of the backup."""
    shutil.copytree(backup, path, dirs_exist_ok=True)


def replaced(backup, path):
    shutil.rmtree(path)
    shutil.copytree(backup, path)


def untarred(backup, path):
    shutil.rmtree(path)
    path.mkdir()
    made = subprocess.run(["tar", "-C", backup, "-c", "."], stdout=subprocess.PIPE, check=True)
    subprocess.run(["tar", "-C", path, "-xp"], input=made.stdout, check=True)


def moved_into_place(backup, path):
    path.rename(path.with_name("broken"))
    shutil.copytree(backup, path)


def without_its_mark(backup, path):
    copied_over(backup, path)
    shutil.rmtree(path / FOLDER)


RESTORES = [copied_over, replaced, untarred, moved_into_place, without_its_mark]


@pytest.mark.parametrize("restore", RESTORES, ids=lambda way: way.__name__)
def test_a_whole_older_instance_signs_nothing_however_it_was_put_back(instance, tmp_path, restore):
    newest = (instance / "public" / "log" / "checkpoint").read_bytes()
    restore(tmp_path / "backup", instance)
    before = (instance / "public" / "snapshot" / "manifest").read_bytes()
    for _ in range(2):
        with pytest.raises(RestoredInstanceError, match="confirm-log"):
            reopen(instance)
    assert (instance / "public" / "snapshot" / "manifest").read_bytes() == before
    outside = read_checkpoint(newest, Keyring(instance).root())
    with pytest.raises(LogForkError, match="a log of 2 leaves was seen outside, this database has signed 1"):
        check_number(instance, outside.checkpoint.size)


@pytest.mark.parametrize("what", ["registry.db", "both"])
def test_an_older_database_beside_a_mark_that_stayed_is_an_old_copy(instance, tmp_path, what):
    shutil.copy(tmp_path / "backup" / "registry.db", instance / "registry.db")
    if what == "both":
        replaced(tmp_path / "backup" / "public", instance / "public")
    with pytest.raises(LogForkError, match="it is an old copy"):
        reopen(instance)


def test_the_newest_instance_goes_on_where_it_was_moved_to_once_that_is_confirmed(instance, tmp_path):
    moved = tmp_path / "elsewhere"
    shutil.copytree(instance, moved)
    with pytest.raises(RestoredInstanceError):
        reopen(moved)
    check_number(moved, 2)
    confirm_newest(Config(instance=moved, origin="registry.example"), secrets.token_bytes)
    with reopen(moved) as registry:
        assert registry.publisher.current.log.size == 2


def test_restarts_and_crashes_ask_nobody(instance):
    for _ in range(3):
        with reopen(instance):
            pass
    registry = reopen(instance)
    declare(registry, 3)
    registry._closing.close()  # as a crash would: the mark is not raised at the end
    with reopen(instance) as again:
        assert again.publisher.current.log.size == 3


def test_killed_at_any_step_a_mark_still_counts(tmp_path, monkeypatch):
    steps_taken = 0
    for last in range(1, 40):
        folder = tmp_path / str(last)
        mark = HighWaterMark(folder, os.urandom)
        for size in (1, 2):
            mark.raise_to(Mark(LOG, size, size))
        with monkeypatch.context() as patched:

            def die():
                raise Killed

            steps = Steps(last, die)
            inject(patched, steps)
            try:
                mark.raise_to(Mark(LOG, 3, 3))
            except Killed:
                steps_taken += 1
        mark.check(Mark(LOG, 3, 3))
        with pytest.raises(LogForkError):
            mark.check(Mark(LOG, 1, 1))
        mark.raise_to(Mark(LOG, 4, 4))
        mark.check(Mark(LOG, 4, 4))
    assert steps_taken > 5


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"a": 1}', b'{"a": [1, 2], "b": null}'])
def test_a_damaged_mark_is_none(tmp_path, content):
    mark = HighWaterMark(tmp_path, os.urandom)
    mark.raise_to(Mark(LOG, 1, 1))
    (tmp_path / FOLDER / SEEN).write_bytes(content)
    with pytest.raises(RestoredInstanceError):
        mark.check(Mark(LOG, 1, 1))
    mark.raise_to(Mark(LOG, 1, 1))
    mark.check(Mark(LOG, 1, 1))


def test_another_log_is_another_matter(tmp_path):
    mark = HighWaterMark(tmp_path, os.urandom)
    mark.raise_to(Mark(LOG, 70_000, 300))
    mark.check(Mark(f"{LOG}-2", 5, 1))
