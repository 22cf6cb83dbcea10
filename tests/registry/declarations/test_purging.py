"""Who removes a thing of their own does not choose when everybody waits for the database to be written anew."""

import pytest

from registry.declarations import purging
from registry.model.declaration import WorkRequest

TITLE = "灯台守の夜明け"


@pytest.fixture
def seconds():
    """Steady seconds: each look at them takes one."""
    return iter(range(10**9))


@pytest.fixture
def settings(seconds):
    return {"steady": lambda: float(next(seconds))}


@pytest.fixture
def marker(tmp_path):
    return tmp_path / "erasing"


def remove_a_work(studio):
    work = studio.registry.works.create_work(studio.actor, WorkRequest(studio.party.id, "book", {"ja": TITLE}))
    studio.registry.works.delete_work(studio.actor, work.id)


def test_a_small_database_is_written_anew_at_once(studio, tmp_path, marker):
    remove_a_work(studio)
    assert not marker.exists()
    assert not any(TITLE.encode() in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


def test_a_large_one_waits_for_what_is_due_and_rests_fifty_times_as_long_as_it_took(
    studio, registry, marker, seconds, clock, monkeypatch
):
    monkeypatch.setattr(purging, "QUICK_BYTES", 0)
    remove_a_work(studio)
    assert marker.exists()
    registry.do_what_is_due()
    assert not marker.exists()
    remove_a_work(studio)
    registry.do_what_is_due()
    assert marker.exists()
    for _ in range(2 * purging.REST):
        next(seconds)
        clock.pass_(1)
    registry.do_what_is_due()
    assert not marker.exists()


def test_a_restart_goes_on_with_what_was_erased_before(studio, registry, make_registry, marker, monkeypatch):
    monkeypatch.setattr(purging, "QUICK_BYTES", 0)
    remove_a_work(studio)
    registry.close()
    assert marker.exists()
    make_registry().do_what_is_due()
    assert not marker.exists()


def test_what_the_operator_erases_is_gone_when_the_command_ends(studio, registry, marker, monkeypatch):
    monkeypatch.setattr(purging, "QUICK_BYTES", 0)
    registry.erasure.erase_party(studio.party.id)
    assert not marker.exists()
