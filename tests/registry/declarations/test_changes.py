"""Changes: tightening acts at once, loosening waits, and only the party that declared may change anything."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler_filter.formats.record import ScopeKind
from registry.config import Limits
from registry.control.challenges import Method
from registry.errors import (
    ConflictError,
    GoneError,
    NotAuthorisedError,
    ProofMissingError,
    RateLimitedError,
    TransitionError,
)
from registry.model.declaration import ChangeKind, ScopeRequest, State
from tests.registry.studio import DAY, SHA, Studio, pass_time, replay_is_the_table


@pytest.mark.parametrize(
    ("service", "act"),
    [
        ("changes", "amend"),
        ("changes", "withdraw"),
        ("changes", "cancel_change"),
        ("proofs", "request_proof"),
        ("proofs", "challenges"),
    ],
)
def test_only_its_party_may_act_on_a_declaration(studio, rival, service, act):
    made = studio.declare(("sha256", SHA))
    arguments = {"amend": (rival.request(("sha256", SHA)),), "request_proof": (Method.DNS_TXT, "example.com")}
    with pytest.raises(NotAuthorisedError):
        getattr(getattr(rival.registry, service), act)(rival.actor, made.id, *arguments.get(act, ()))
    assert studio.types(made) == ["declare"]


class TestLoosening:
    def test_a_withdrawal_waits_keeps_restricting_and_is_mailed(self, studio, registry, clock, letterbox):
        made = studio.declare(("sha256", SHA))
        announced = studio.withdraw(made)
        assert (announced.state, announced.change.kind) == (State.ACTIVE, ChangeKind.WITHDRAW)
        assert announced.change.effective == clock.now + 3 * DAY
        to, subject, text = letterbox.letters[-1]
        assert (to, made.id in subject, "/stop/" in text) == ("aoi@example.com", True, True)
        when = datetime.fromtimestamp(announced.change.effective, UTC)
        assert f"From {when:%Y-%m-%d %H:%M} UTC, crawlers no longer leave out what it covers." in text
        in_japan = when + timedelta(hours=9)
        assert f"{in_japan.year}年{in_japan.month}月{in_japan.day}日 {in_japan:%H:%M}" in text
        pass_time(registry, clock, 3 * DAY - 1)
        assert registry.declarations.get(made.id).state is State.ACTIVE
        replay_is_the_table(registry)
        pass_time(registry, clock, 1)
        assert registry.declarations.get(made.id).state is State.WITHDRAWN
        assert studio.types(made) == ["declare", "notice", "withdraw"]
        to, subject, _ = letterbox.letters[-1]
        assert (to, subject.startswith("1 file: "), "is withdrawn" in subject) == ("aoi@example.com", True, True)
        replay_is_the_table(registry)

    def test_the_mailed_link_stops_it_once(self, studio, registry, clock, letterbox):
        made = studio.declare(("sha256", SHA))
        studio.withdraw(made)
        secret = letterbox.letters[-1][2].split("/stop/")[1].split()[0]
        stopped = registry.changes.stop_change(secret)
        assert (stopped.state, stopped.change) == (State.ACTIVE, None)
        with pytest.raises(GoneError):
            registry.changes.stop_change(secret)
        pass_time(registry, clock, 4 * DAY)
        assert registry.declarations.get(made.id).state is State.ACTIVE
        assert studio.types(made) == ["declare", "notice", "cancel"]

    def test_its_party_stops_it_too(self, studio):
        made = studio.declare(("sha256", SHA))
        studio.withdraw(made)
        assert studio.registry.changes.cancel_change(studio.actor, made.id).change is None
        with pytest.raises(ConflictError):
            studio.registry.changes.cancel_change(studio.actor, made.id)

    def test_tightening_acts_at_once(self, studio):
        made = studio.declare(("sha256", SHA))
        amended = studio.amend(
            made, ("sha256", SHA), ("md5", "1" * 32), preferences={"train-ai": "disallowed", "tdm": "disallowed"}
        )
        assert (amended.change, len(amended.record.scopes), amended.record.revision) == (None, 2, 2)
        assert studio.types(made) == ["declare", "amend"]

    def test_an_amendment_that_loosens_anything_waits_whole(self, studio, registry, clock):
        made = studio.declare(("sha256", SHA), ("md5", "1" * 32))
        announced = studio.amend(made, ("sha256", SHA), ("sha1", "2" * 40))
        assert (announced.record, announced.change.kind) == (made.record, ChangeKind.AMEND)
        pass_time(registry, clock, 3 * DAY)
        amended = registry.declarations.get(made.id)
        assert [scope.kind for scope in amended.record.scopes] == [ScopeKind.SHA256, ScopeKind.SHA1]
        assert (amended.change, studio.types(made)) == (None, ["declare", "notice", "amend"])
        replay_is_the_table(registry)

    def test_a_second_change_is_refused_while_one_waits(self, studio):
        made = studio.declare(("sha256", SHA))
        studio.withdraw(made)
        with pytest.raises(ConflictError, match="waits"):
            studio.amend(made, ("sha256", SHA), ("md5", "1" * 32))
        with pytest.raises(ConflictError, match="waits"):
            studio.withdraw(made)

    def test_a_new_permission_below_an_own_reservation_waits_like_an_amendment(
        self, studio, registry, clock, zone, letterbox
    ):
        studio.prove(zone, studio.declare(("domain", "example.com")))
        made = studio.declare(("prefix", "example.com/press/"), preferences={"train-ai": "allowed"})
        assert (made.state, made.change.kind, studio.types(made)) == (
            State.PENDING,
            ChangeKind.DECLARE,
            ["notice"],
        )
        assert "/stop/" in letterbox.letters[-1][2]
        assert registry.declarations.visible(made.id, None) == made
        pass_time(registry, clock, 3 * DAY)
        assert (registry.declarations.get(made.id).state, studio.types(made)) == (
            State.ACTIVE,
            ["notice", "declare"],
        )
        replay_is_the_table(registry)

    def test_a_permission_within_one_declaration_is_in_force_at_once(self, studio, zone):
        made = studio.declare(
            ("domain", "example.com"), ScopeRequest("prefix", "example.com/press/", {"train-ai": "allowed"})
        )
        assert studio.prove(zone, made).state is State.ACTIVE

    def test_stopping_an_announced_declaration_ends_it(self, studio, zone):
        studio.prove(zone, studio.declare(("domain", "example.com")))
        made = studio.declare(("prefix", "example.com/press/"), preferences={"train-ai": "allowed"})
        assert studio.withdraw(made).state is State.WITHDRAWN
        assert studio.types(made) == ["notice", "cancel"]

    def test_withdrawing_what_only_allows_is_no_loosening(self, studio, zone):
        made = studio.prove(zone, studio.declare(("domain", "example.com"), preferences={"train-ai": "allowed"}))
        assert studio.withdraw(made).state is State.WITHDRAWN

    def test_what_is_withdrawn_cannot_be_changed(self, studio, zone):
        made = studio.prove(zone, studio.declare(("domain", "example.com"), preferences={"train-ai": "allowed"}))
        studio.withdraw(made)
        with pytest.raises(TransitionError):
            studio.amend(made, ("domain", "example.com"))

    def test_what_an_amendment_adds_waits_for_its_proof_and_the_rest_is_in_force(self, studio, zone):
        made = studio.declare(("sha256", SHA))
        amended = studio.amend(made, ("sha256", SHA), ("md5", "1" * 32), ("domain", "example.com"))
        assert [scope.kind for scope in amended.record.scopes] == ["sha256", "md5"]
        assert [scope.kind for scope in amended.waiting] == ["domain"]
        with pytest.raises(ConflictError, match="already"):
            studio.amend(made, ("sha256", SHA), ("md5", "1" * 32), ("domain", "example.com"))
        assert len(studio.prove(zone, made).record.scopes) == 3

    def test_an_amendment_that_would_leave_nothing_in_force_needs_its_proofs_first(self, studio):
        made = studio.declare(("sha256", SHA))
        with pytest.raises(ProofMissingError) as refused:
            studio.amend(made, ("domain", "example.com"))
        assert [error.pointer for error in refused.value.errors] == ["/scopes/0"]

    def test_an_amendment_that_says_the_same_is_refused(self, studio):
        made = studio.declare(("sha256", SHA))
        with pytest.raises(ConflictError, match="already"):
            studio.amend(made, ("sha256", SHA))

    def test_a_declaration_changes_so_often_a_day_and_no_more(self, make_registry, letterbox, clock):
        studio = Studio(make_registry(limits=Limits(changes_per_day=3)), letterbox)
        made = studio.declare(("sha256", SHA))
        studio.amend(made, ("sha256", SHA), ("md5", "1" * 32))
        studio.amend(made, ("sha256", SHA), ("md5", "1" * 32), ("md5", "2" * 32))
        with pytest.raises(RateLimitedError):
            studio.amend(made, ("sha256", SHA), ("md5", "1" * 32), ("md5", "2" * 32), ("md5", "3" * 32))
        clock.pass_(DAY)
        studio.amend(made, ("sha256", SHA), ("md5", "1" * 32), ("md5", "2" * 32), ("md5", "3" * 32))
