"""Closing an account by oneself: it waits while that loosens, can be taken back, and leaves no byte."""

import pytest

from registry.errors import ConflictError, GoneError, UnavailableError
from registry.model.dispute import DisputeRequest
from registry.publishing.backup import back_up
from registry.store.audit import actions_on
from tests.registry.declarations.test_erasure import EMAIL, Hanako, an_hour_later, traces
from tests.registry.studio import SHA, pass_time

DELAY = 72 * 3600


@pytest.fixture
def hanako(registry, letterbox, zone):
    return Hanako(registry, letterbox, zone)


def test_an_account_with_nothing_in_force_is_gone_at_once(registry, studio, letterbox):
    studio.declare(("domain", "pending.example.org"))
    assert registry.closing.close(studio.actor) is None
    assert registry.accounts.email(studio.actor) == f"erased {studio.actor.account}"
    assert letterbox.letters[-1][0] == "aoi@example.com"
    assert "is deleted" in letterbox.letters[-1][1]


def test_what_is_in_force_stays_for_three_days_and_then_no_byte_is_left(
    hanako, registry, clock, letterbox, tmp_path
):
    registry.disputes.make(hanako.proved.id, DisputeRequest("other", "hanako.yamada wrote this", EMAIL))
    closes = registry.closing.close(hanako.actor)
    assert closes == clock.now + DELAY
    to, subject, text = letterbox.letters[-1]
    assert (to, "will be deleted" in subject, "アカウントを残す" in text) == (EMAIL, True, True)
    pass_time(registry, clock, DELAY - 1)
    assert registry.declarations.get(hanako.proved.id).state.in_force
    pass_time(registry, clock, 1)
    with pytest.raises(GoneError):
        registry.declarations.get(hanako.proved.id)
    assert "is deleted" in letterbox.letters[-1][1]
    an_hour_later(registry, clock)
    back_up(tmp_path, tmp_path / "copy.db")
    assert traces(tmp_path) == {}
    with registry.store.read() as database:
        actions = [(actor, action) for _, actor, action in actions_on(database, hanako.actor.account)]
    mine = hanako.actor.account
    assert [(mine, "account-closing-announced"), (mine, "erase-account")] == actions[-2:]


def test_whoever_changes_her_mind_keeps_everything(studio, registry, clock):
    kept = studio.declare(("sha256", SHA))
    first = registry.closing.close(studio.actor)
    clock.pass_(60)
    assert registry.closing.close(studio.actor) == first
    registry.closing.keep(studio.actor)
    assert registry.closing.closes(studio.actor) is None
    pass_time(registry, clock, DELAY + 60)
    assert registry.declarations.get(kept.id).state.in_force
    with pytest.raises(ConflictError):
        registry.closing.keep(studio.actor)


def test_a_mail_server_that_is_down_keeps_nobody_in(studio, registry, monkeypatch):
    def refuse(*_):
        raise UnavailableError("down")

    monkeypatch.setattr(registry.mailer, "send", refuse)
    assert registry.closing.close(studio.actor) is None
    with registry.store.read() as database:
        assert list(database["letters"].rows) == []


def test_others_are_left_alone(studio, rival, registry, clock):
    theirs = rival.declare(("sha256", SHA))
    registry.closing.close(studio.actor)
    pass_time(registry, clock, DELAY)
    assert registry.declarations.get(theirs.id).state.in_force
    assert registry.accounts.email(rival.actor) == "midori@example.org"


def test_what_would_go_is_counted(studio, registry):
    studio.declare(("sha256", SHA))
    studio.declare(("domain", "pending.example.org"))
    leaving = registry.closing.preview(studio.actor)
    assert (leaving.parties, leaving.in_force, leaving.others, leaving.works) == (1, 1, 1, 0)
