"""What is due is done for everybody, whatever one declaration, proof or site does, and never by a clock in doubt."""

import pytest

from registry.background.clock import ClockInDoubtError
from registry.config import Config
from registry.declarations import schedule
from registry.instance import open_registry
from registry.model.declaration import State
from registry.publishing.closed_instance import confirm_clock
from tests.registry.instance import Clock, open_instance, sign_in
from tests.registry.studio import DAY, Studio

YEAR = 365 * DAY


def withdrawn(studio, value):
    """A declaration whose withdrawal was announced."""
    made = studio.declare(("md5", value))
    studio.withdraw(made)
    return made


def state(studio, declaration):
    return studio.registry.declarations.get(declaration.id).state


def test_one_change_that_cannot_be_carried_out_holds_up_no_other(studio, clock, monkeypatch):
    made = [withdrawn(studio, f"{number:032x}") for number in (1, 2, 3)]
    poison, apply = made[0].id, schedule.apply_change

    def applying(backing, declaration):
        if declaration.id == poison:
            raise RecursionError("whatever it is")
        return apply(backing, declaration)

    monkeypatch.setattr(schedule, "apply_change", applying)
    clock.pass_(3 * DAY)
    assert studio.registry.do_what_is_due() == 1
    assert [state(studio, each) for each in made] == [State.ACTIVE, State.WITHDRAWN, State.WITHDRAWN]
    monkeypatch.undo()
    clock.pass_(2 * 3600)
    assert studio.registry.do_what_is_due() == 0
    assert state(studio, made[0]) is State.WITHDRAWN


def test_proofs_that_raise_what_nobody_foresaw_hold_up_no_other(studio, clock, zone, monkeypatch):
    looked, real = [], schedule.check_again

    def looking(challenge, *arguments, **named):
        looked.append(challenge.target)
        if challenge.target != "good.com":
            raise ValueError("a chunk of -5 bytes, or whatever comes next")
        return real(challenge, *arguments, **named)

    for number in range(4):
        studio.prove(zone, studio.declare(("domain", f"bad{number}.com")))
    clock.pass_(1)
    studio.prove(zone, studio.declare(("domain", "good.com")))
    monkeypatch.setattr(schedule, "PROOFS_AT_ONCE", 2)
    monkeypatch.setattr(schedule, "check_again", looking)
    clock.pass_(10 * DAY + 2)
    failures = [studio.registry.do_what_is_due() for _ in range(3)]
    assert failures == [2, 2, 0]
    assert sorted(looked) == ["bad0.com", "bad1.com", "bad2.com", "bad3.com", "good.com"]


def test_a_step_that_fails_holds_up_no_other_step(studio, clock, monkeypatch):
    made = withdrawn(studio, "0" * 31 + "1")

    def failing(*_):
        raise MemoryError

    monkeypatch.setattr(schedule, "due_changes", failing)
    clock.pass_(3 * DAY)
    studio.registry.drafts.save_draft(studio.actor, None, {})
    clock.pass_(8 * DAY)
    assert studio.registry.do_what_is_due() == 1
    assert studio.registry.drafts.drafts(studio.actor) == []
    assert state(studio, made) is State.ACTIVE


class TestClockThatJumps:
    """+365 days for seconds: nothing that is due is done, nothing is signed, and nobody is locked out."""

    @pytest.fixture
    def steady(self):
        return Clock(5)

    @pytest.fixture
    def studio(self, tmp_path, clock, steady, letterbox, fetcher):
        open_instance(tmp_path, clock, letterbox).close()
        config = Config(instance=tmp_path, origin="registry.example")
        with open_registry(config, clock=clock, steady=steady, mailer=letterbox, fetcher=fetcher) as registry:
            yield Studio(registry, letterbox)

    def test_a_year_ahead_for_a_while_changes_nothing(self, studio, clock, letterbox):
        manifest = studio.registry.publisher.publish().state.manifest
        leaving = withdrawn(studio, "0" * 31 + "1")
        pending = studio.declare(("domain", "example.com"))
        clock.pass_(YEAR)
        with pytest.raises(ClockInDoubtError):
            studio.registry.do_what_is_due()
        with pytest.raises(ClockInDoubtError):
            studio.registry.schedule._context.ledger(None, studio.actor)
        with pytest.raises(ClockInDoubtError):
            studio.declare(("md5", "0" * 31 + "2"))
        with pytest.raises(ClockInDoubtError):
            studio.registry.publisher.publish()
        assert "clock has jumped by +31536000 s" in studio.registry.not_ready()
        assert studio.registry.fatal() is None
        clock.pass_(-YEAR)
        assert studio.registry.not_ready() is None
        assert studio.registry.do_what_is_due() == 0
        assert [state(studio, each) for each in (leaving, pending)] == [State.ACTIVE, State.PENDING]
        assert studio.registry.publisher.publish().state.manifest.issued == manifest.issued
        assert studio.registry.publisher.current.log.size == 2
        assert sign_in(studio.registry, letterbox, "aoi@example.com") == studio.actor

    def test_rates_do_not_notice_it(self, studio, clock, letterbox):
        clock.pass_(YEAR)
        sign_in(studio.registry, letterbox, "midori@example.org")
        clock.pass_(-YEAR)
        sign_in(studio.registry, letterbox, "midori@example.org")

    def test_lookups_go_on(self, studio, clock):
        clock.pass_(YEAR)
        assert studio.registry.clock() < clock() - YEAR + 10

    def test_the_operator_leads_out(self, studio, clock):
        clock.pass_(YEAR)
        studio.registry.trusted_clock.confirm()
        assert studio.registry.do_what_is_due() == 0
        assert studio.registry.publisher.publish().state.manifest.issued == clock()


def test_a_start_a_year_ahead_signs_nothing_until_it_is_confirmed(tmp_path, clock, letterbox):
    open_instance(tmp_path, clock, letterbox).close()
    config = Config(instance=tmp_path, origin="registry.example")
    clock.pass_(YEAR)
    with open_registry(config, clock=clock, mailer=letterbox) as registry:
        assert "365.0 days ahead of what was signed last" in registry.not_ready()
        assert registry.publisher.current.state.manifest.issued == clock() - YEAR
        with pytest.raises(ClockInDoubtError):
            registry.do_what_is_due()
    confirm_clock(tmp_path, clock())
    with open_registry(config, clock=clock, mailer=letterbox) as registry:
        assert registry.not_ready() is None
        assert registry.publisher.current.state.manifest.issued == clock()
    clock.pass_(-YEAR)
    with open_registry(config, clock=clock, mailer=letterbox) as registry:
        assert "behind what was signed last" in registry.not_ready()
