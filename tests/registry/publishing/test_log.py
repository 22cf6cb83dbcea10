"""Publishing the log: what is served always verifies, whatever moment the process stops at."""

import shutil
from pathlib import Path

import pytest

from crawler_filter.log import Checkpoint, Edge
from registry.errors import LogDamagedError, LogForkError
from registry.publishing.log import LogPublisher
from registry.store.snapshots import SignedCheckpoint, swap_checkpoint
from tests.registry.publishing.faults import FaultyWriter, Killed, Steps, inject
from tests.registry.publishing.instance import (
    Instance,
    make_instance,
    opened,
    published_checkpoint,
    verify_published,
)

FINISHED = 1_000


def publish(instance: Instance) -> int:
    publisher = instance.log_publisher()
    return publisher.extend(publisher.recover(), instance.size).size


@pytest.mark.parametrize(
    "sizes", [(0,), (1,), (255, 256, 257), (1, 600), (511, 513), pytest.param((70_000,), marks=pytest.mark.slow)]
)
def test_every_published_size_verifies_from_the_tiles_alone(instance, sizes):
    publisher = instance.log_publisher()
    log = publisher.recover()
    for size in sizes:
        instance.declare(*range(log.size, size))
        log = publisher.extend(log, instance.size)
        assert verify_published(instance.files) == size


def test_an_empty_log_is_published_with_the_empty_root(instance):
    assert publish(instance) == 0
    assert published_checkpoint(instance.files).root == Edge().root


def test_nothing_is_signed_twice_when_nothing_was_logged(instance):
    instance.declare(1)
    publisher = instance.log_publisher()
    log = publisher.extend(publisher.recover(), instance.size)
    assert publisher.extend(log, instance.size) is log
    assert instance.log_publisher().recover().signed == log.signed


def test_growing_across_restarts_gives_the_same_tree_as_growing_at_once(tmp_path):
    roots = []
    for name, steps in (("once", [range(700)]), ("often", [range(3), range(3, 256), range(256, 700)])):
        folder = tmp_path / name
        folder.mkdir()
        make_instance(folder)
        for step in steps:
            with opened(folder) as instance:
                instance.declare(*step)
                publish(instance)
        roots.append(published_checkpoint(instance.files).root)
    assert roots[0] == roots[1]


@pytest.mark.whole
def test_a_killed_update_leaves_the_old_log_or_a_newer_one_at_every_step(directory, tmp_path_factory, monkeypatch):
    with opened(directory) as instance:
        instance.declare(*range(253))
        publish(instance)
        instance.declare(*range(253, 258))
    step, reached = 0, [253]
    while reached[-1] != FINISHED:
        step += 1
        copy = tmp_path_factory.mktemp("killed") / "instance"
        shutil.copytree(directory, copy)
        reached.append(_update_killed_at(step, copy, monkeypatch))
        with opened(copy) as instance:
            publish(instance)
            assert verify_published(instance.files) == 258
        shutil.rmtree(copy.parent)
    assert step > 100
    assert reached == sorted(reached)


def _update_killed_at(step: int, directory: Path, monkeypatch) -> int:
    """Publish five leaves one at a time, stopping at `step`; return the size that is published then."""

    def die():
        raise Killed

    steps = Steps(step, die)
    with opened(directory) as instance, monkeypatch.context() as patch:
        log = instance.log_publisher().recover()
        inject(patch, steps)
        writer = FaultyWriter(instance.writer, steps)
        publisher = LogPublisher(instance.store, writer, instance.files, instance.keyring.online().log)
        try:
            for size in range(254, 259):
                log = publisher.extend(log, size)
        except Killed:
            return verify_published(instance.files)
    return FINISHED


def test_an_old_database_under_a_newer_published_log_is_refused(directory, tmp_path):
    with opened(directory) as instance:
        instance.declare(*range(10))
        publish(instance)
    shutil.copy(directory / "registry.db", tmp_path / "backup.db")
    with opened(directory) as instance:
        instance.declare(*range(10, 12))
        publish(instance)
    shutil.copy(tmp_path / "backup.db", directory / "registry.db")
    with opened(directory) as instance:
        instance.declare(*range(20, 30))  # new leaves make it longer than what was published, and still a fork
        with pytest.raises(LogForkError, match="has 12 leaves, this database has signed 10"):
            instance.log_publisher().recover()
        assert verify_published(instance.files) == 12


def test_a_published_root_that_the_database_never_signed_is_refused(instance):
    instance.declare(1, 2)
    publish(instance)
    forged = Checkpoint(published_checkpoint(instance.files).origin, 2, bytes(32))
    instance.files.write("checkpoint", forged.sign(instance.keyring.online().log).encode())
    with pytest.raises(LogForkError, match="two roots of 2 leaves"):
        instance.log_publisher().recover()


def test_a_database_that_lost_signed_leaves_is_refused(directory):
    with opened(directory) as instance:
        signer = instance.keyring.online().log
        signed = SignedCheckpoint.parse(Checkpoint(signer.name, 5, bytes(32)).sign(signer).encode())
        instance.writer.run(lambda database: swap_checkpoint(database, None, signed))
        with pytest.raises(LogDamagedError, match="5 leaves were signed, the database has 0"):
            instance.log_publisher().recover()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("tile/0/000.p/44", None, "found none"),
        ("tile/0/000.p/44", b"short", "damaged"),
        ("tile/0/000.p/44", bytes(44 * 32), "do not|does not"),
        ("checkpoint", b"not a note", "is not a checkpoint"),
    ],
)
def test_a_damaged_publication_is_refused_at_the_start(instance, name, content, message):
    instance.declare(*range(44))
    publish(instance)
    instance.files.remove(name)
    if content is not None:
        instance.files.write(name, content)
    with pytest.raises(LogDamagedError, match=message):
        instance.log_publisher().recover()


def test_two_publishers_of_one_log_cannot_both_sign(instance):
    first, second = instance.log_publisher(), instance.log_publisher()
    log, same = first.recover(), second.recover()
    instance.declare(1)
    first.extend(log, 1)
    with pytest.raises(LogForkError, match="another process"):
        second.extend(same, 1)


def test_partial_tiles_are_removed_once_their_full_tile_is_old(instance):
    publisher = instance.log_publisher()
    log = publisher.recover()
    for size in (10, 20, 5000):
        instance.declare(*range(log.size, size))
        log = publisher.extend(log, instance.size)
    assert list(instance.files.names("tile/0/000.p/*")) == []
    assert verify_published(instance.files) == 5000
