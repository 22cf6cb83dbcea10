"""A list arrives in parts and belongs to one account."""

import errno
import threading
from contextlib import suppress
from dataclasses import replace
from types import SimpleNamespace

import pytest

from registry.errors import (
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    RateLimitedError,
    TooLargeError,
    UnavailableError,
)
from registry.imports.imports import KEPT, MAX_OPEN, ROOM_LEFT, UNSENT_KEPT
from registry.model.imports import WRONG, ImportRequest, ImportState
from registry.rate_limits import IMPORTS
from tests.registry.imports.lists import accept, upload, urls


def request(studio, **changes):
    return replace(ImportRequest(studio.party.id, "works.csv", 10, ("train-ai",)), **changes)


def test_a_list_that_was_broken_off_goes_on_where_it_stopped(studio, registry):
    content = urls(range(3))
    made = registry.imports.start(studio.actor, request(studio, size=len(content)))
    assert registry.imports.receive(studio.actor, made.id, 0, content[:7]) == 7
    with pytest.raises(ConflictError, match="from 7 on"):
        registry.imports.receive(studio.actor, made.id, 0, content[:7])
    with pytest.raises(ConflictError, match="bytes in all"):
        registry.imports.receive(studio.actor, made.id, 7, content)
    registry.import_work.work()
    assert registry.imports.get(studio.actor, made.id).state is ImportState.SENDING
    assert registry.imports.receive(studio.actor, made.id, 7, content[7:]) == len(content)
    with pytest.raises(ConflictError, match="arrived already"):
        registry.imports.receive(studio.actor, made.id, 7, content[7:])
    registry.import_work.work()
    assert registry.imports.get(studio.actor, made.id).state is ImportState.READY


def test_of_parts_that_come_at_once_one_is_taken(studio, registry):
    made = registry.imports.start(studio.actor, request(studio, size=1000))
    start, taken = threading.Barrier(8), []

    def send():
        start.wait()
        with suppress(ConflictError):
            taken.append(registry.imports.receive(studio.actor, made.id, 0, b"x" * 100))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken == [100]
    assert registry.imports.path(made.id).stat().st_size == 100


@pytest.mark.parametrize("call", ["fsync", "disk_usage"])
def test_a_list_never_takes_the_last_room_of_the_disk_and_a_part_is_kept_whole_or_not(
    studio, registry, monkeypatch, call
):
    made = registry.imports.start(studio.actor, request(studio, size=20))
    registry.imports.receive(studio.actor, made.id, 0, b"0123456789")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        if call == "fsync":
            patch.setattr("registry.imports.imports.os.fsync", full)
        else:
            patch.setattr("registry.imports.imports.disk_usage", lambda _: SimpleNamespace(free=ROOM_LEFT))
        with pytest.raises(UnavailableError, match="disk is full"):
            registry.imports.receive(studio.actor, made.id, 10, b"abcde")
    assert registry.imports.path(made.id).read_bytes() == b"0123456789"
    assert registry.imports.receive(studio.actor, made.id, 10, b"abcde") == 15


def test_a_long_list_that_is_discarded_is_gone_at_once_and_its_rows_with_the_next_round(
    studio, registry, clock, monkeypatch
):
    monkeypatch.setattr("registry.imports.imports.PIECE", 2)
    made, kept = upload(studio, urls(range(5))), upload(studio, urls(range(3)))
    registry.import_work.work()
    registry.imports.discard(studio.actor, made.id)
    assert [each.id for each in registry.imports.of_account(studio.actor)] == [kept.id]
    registry.import_work.work()
    with registry.store.read() as database:
        assert database.execute("SELECT count(*) FROM import_rows").fetchone() == (8,)
    registry.imports.forget_old(clock.now)
    with registry.store.read() as database:
        assert database.execute("SELECT count(*) FROM import_rows").fetchone() == (3,)


def test_a_list_is_its_accounts_alone(studio, rival, registry):
    made = upload(studio, urls(range(2)))
    imports = registry.imports
    for act in (
        lambda: imports.get(rival.actor, made.id),
        lambda: imports.problems(rival.actor, made.id, 1),
        lambda: list(imports.report(rival.actor, made.id, WRONG, skip=0, most=1)),
        lambda: imports.confirm(rival.actor, made.id, statement="2026-11", unstated=False),
        lambda: imports.receive(rival.actor, made.id, 0, b"x"),
        lambda: imports.start(rival.actor, request(studio)),
    ):
        with pytest.raises(NotFoundError):
            act()
    imports.discard(rival.actor, made.id)
    assert imports.get(studio.actor, made.id).rows == 2
    assert imports.of_account(rival.actor) == []


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"size": 0}, InvalidRequestError),
        ({"size": 1 << 40}, TooLargeError),
        ({"usages": ()}, InvalidRequestError),
        ({"usages": ("fly",)}, InvalidRequestError),
        ({"name": ""}, InvalidRequestError),
        ({"name": "a\u202eb.csv"}, InvalidRequestError),
    ],
)
def test_a_list_that_cannot_be_taken_is_refused_before_its_bytes(studio, registry, changes, error):
    with pytest.raises(error):
        registry.imports.start(studio.actor, request(studio, **changes))


def test_an_account_has_few_lists_at_once(studio, registry):
    for _ in range(MAX_OPEN):
        made = registry.imports.start(studio.actor, request(studio))
    with pytest.raises(ConflictError, match="not finished"):
        registry.imports.start(studio.actor, request(studio))
    registry.imports.discard(studio.actor, made.id)
    assert not registry.imports.path(made.id).exists()
    registry.imports.start(studio.actor, request(studio))


def test_a_list_is_declared_once_it_is_accepted_and_not_before(studio, registry):
    made = upload(studio, urls(range(2)))
    with pytest.raises(InvalidRequestError):
        registry.imports.confirm(studio.actor, made.id, statement="2020-01", unstated=False)
    assert registry.declarations.of_account(studio.actor).rows == []
    assert accept(studio, made).state is ImportState.DONE
    with pytest.raises(ConflictError):
        registry.imports.confirm(studio.actor, made.id, statement="2026-11", unstated=False)


def test_lists_are_forgotten_with_their_files_and_what_they_declared_stays(studio, registry, clock):
    done = accept(studio, upload(studio, urls(range(2))))
    left = registry.imports.start(studio.actor, request(studio))
    clock.pass_(KEPT + 1)
    registry.imports.forget_old(clock.now)
    assert registry.imports.of_account(studio.actor) == []
    assert not registry.imports.path(left.id).exists()
    assert len(registry.declarations.of_account(studio.actor).rows) == 1
    with pytest.raises(NotFoundError):
        registry.imports.get(studio.actor, done.id)


def test_a_list_that_never_arrives_is_forgotten_after_a_day(studio, registry, clock):
    left, whole = registry.imports.start(studio.actor, request(studio)), upload(studio, urls(range(2)))
    clock.pass_(UNSENT_KEPT + 1)
    registry.imports.forget_old(clock.now)
    assert [each.id for each in registry.imports.of_account(studio.actor)] == [whole.id]
    assert not registry.imports.path(left.id).exists()


def test_the_work_is_charged_to_its_account(studio, registry):
    ticks = iter(range(10_000))
    registry.import_work._cpu = lambda: next(ticks) * 700.0
    upload(studio, urls(range(2)))
    with pytest.raises(RateLimitedError):
        registry.limiter.take(IMPORTS, studio.actor.account)
