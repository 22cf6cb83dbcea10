"""What time alone does: proofs lapse, scopes expire, and what nobody finished is forgotten."""

import pytest

from crawler_filter.formats.record import Assurance, ScopeKind
from crawler_filter.preference import Preference, Usage
from registry.control.challenges import Method, instructions
from registry.errors import (
    NotFoundError,
)
from registry.model.declaration import ScopeRequest, State
from registry.store.audit import actions_on
from registry.store.log import log_size
from tests.registry.studio import DAY, SHA, Studio, pass_time, replay_is_the_table


class TestLapsing:
    def fail_until_lapsed(self, registry, clock, zone):
        zone.txt("_optout-challenge.example.com")
        pass_time(registry, clock, registry.config.recheck_interval)
        for _ in range(14):
            pass_time(registry, clock, DAY)

    def test_a_proof_found_again_leaves_no_trace(self, studio, registry, clock, zone):
        made = studio.prove(zone, studio.declare(("domain", "example.com")))
        for _ in range(5):
            pass_time(registry, clock, registry.config.recheck_interval)
        assert studio.types(made) == ["declare"]

    def test_a_lost_proof_lapses_keeps_restricting_then_expires(self, studio, registry, clock, zone, letterbox):
        made = studio.prove(zone, studio.declare(("domain", "example.com"), ("sha256", SHA)))
        self.fail_until_lapsed(registry, clock, zone)
        lapsed = registry.declarations.get(made.id)
        assert (lapsed.state, studio.types(made)) == (State.LAPSED, ["declare", "prove", "lapse"])
        domain = lapsed.record.scopes[1]
        assert (domain.lapsed, domain.preferences) == (True, {Usage.TRAIN_AI: Preference.DISALLOWED})
        assert [made.id in subject or "example.com" in subject for _, subject, _ in letterbox.letters[1:]] == [
            True
        ] * 2
        replay_is_the_table(registry)
        pass_time(registry, clock, 179 * DAY)
        assert registry.declarations.get(made.id).state is State.LAPSED
        pass_time(registry, clock, DAY)
        left = registry.declarations.get(made.id)
        assert (left.state, [scope.kind for scope in left.record.scopes]) == (State.ACTIVE, [ScopeKind.SHA256])
        replay_is_the_table(registry)

    def test_a_declaration_of_lapsed_scopes_alone_expires_whole(self, studio, registry, clock, zone):
        made = studio.prove(zone, studio.declare(("domain", "example.com")))
        self.fail_until_lapsed(registry, clock, zone)
        pass_time(registry, clock, 180 * DAY)
        assert registry.declarations.get(made.id).state is State.EXPIRED
        assert studio.types(made) == ["declare", "lapse", "expire"]
        replay_is_the_table(registry)

    def test_a_lapsed_scope_no_longer_allows(self, studio, registry, clock, zone):
        made = studio.prove(
            zone,
            studio.declare(
                ScopeRequest("domain", "example.com", {"train-ai": "disallowed", "search": "allowed"}),
                ScopeRequest("host", "press.example.com", {"train-ai": "allowed"}),
            ),
        )
        self.fail_until_lapsed(registry, clock, zone)
        (left,) = registry.declarations.get(made.id).record.scopes
        assert left.preferences == {Usage.TRAIN_AI: Preference.DISALLOWED}

    def test_an_address_that_needs_no_proof_is_stated_again_when_its_proof_goes(
        self, studio, registry, clock, zone
    ):
        made = studio.declare(("url", "example.com/a.png"))
        studio.prove(zone, made)
        self.fail_until_lapsed(registry, clock, zone)
        (scope,) = registry.declarations.get(made.id).record.scopes
        assert (scope.lapsed, scope.assurance) == (False, Assurance.ATTESTED)

    def test_a_new_proof_of_the_same_party_clears_the_flag(self, studio, registry, clock, zone):
        made = studio.prove(zone, studio.declare(("domain", "example.com")))
        self.fail_until_lapsed(registry, clock, zone)
        studio.prove(zone, made, "example.com")
        assert registry.declarations.get(made.id).state is State.ACTIVE
        assert studio.types(made) == ["declare", "lapse", "prove"]
        replay_is_the_table(registry)

    def test_a_proof_of_another_party_ends_it_and_revives_nothing(self, studio, rival, registry, clock, zone):
        made = studio.prove(zone, studio.declare(("domain", "example.com")))
        self.fail_until_lapsed(registry, clock, zone)
        theirs = rival.declare(("domain", "example.com"))
        assert registry.declarations.get(made.id).state is State.LAPSED
        rival.prove(zone, theirs)
        assert registry.declarations.get(theirs.id).state is State.ACTIVE
        assert registry.declarations.get(made.id).state is State.EXPIRED
        for _ in range(3):
            pass_time(registry, clock, 10 * DAY)
        assert studio.types(made) == ["declare", "lapse", "expire"]
        replay_is_the_table(registry)

    def test_a_second_proof_of_the_same_scope_holds_it(self, studio, registry, clock, zone):
        made = studio.prove(zone, studio.declare(("domain", "example.com")))
        challenge = registry.proofs.request_proof(studio.actor, made.id, Method.DNS_PERSIST, "example.com")
        what = instructions(challenge, "registry.example")
        zone.txt(what.at, what.value)
        registry.proofs.check_proof(studio.actor, made.id, challenge.id)
        self.fail_until_lapsed(registry, clock, zone)
        assert studio.types(made) == ["declare"]

    def test_an_announced_permission_is_cancelled_when_its_proof_is_gone_by_then(
        self, make_registry, letterbox, clock, zone
    ):
        registry = make_registry(loosening_delay=60 * DAY)
        studio = Studio(registry, letterbox)
        made = studio.prove(zone, studio.declare(("domain", "example.com")))
        studio.amend(made, ("domain", "example.com"), preferences={"train-ai": "allowed"})
        self.fail_until_lapsed(registry, clock, zone)
        pass_time(registry, clock, 60 * DAY)
        assert studio.types(made) == ["declare", "notice", "lapse", "cancel"]
        assert registry.declarations.get(made.id).record.scopes[0].preferences == {
            Usage.TRAIN_AI: Preference.DISALLOWED
        }


class TestForgetting:
    def test_pending_declarations_and_drafts_are_forgotten_after_a_week(self, studio, registry, clock):
        made = studio.declare(("domain", "example.com"))
        registry.proofs.request_proof(studio.actor, made.id, Method.DNS_TXT)
        draft = registry.drafts.save_draft(studio.actor, None, {"lines": "example.com"})
        pass_time(registry, clock, 7 * DAY - 1)
        assert registry.declarations.get(made.id).state is State.PENDING
        pass_time(registry, clock, 1)
        with pytest.raises(NotFoundError):
            registry.declarations.get(made.id)
        with pytest.raises(NotFoundError):
            registry.drafts.draft(studio.actor, draft)
        with registry.store.read() as database:
            assert log_size(database) == 0
            assert actions_on(database, made.id)[-1][1:] == ("registry", "forget")

    def test_what_was_never_in_force_is_given_up_without_a_trace_in_the_log(self, studio, registry):
        made = studio.declare(("domain", "example.com"))
        assert studio.withdraw(made).state is State.WITHDRAWN
        with pytest.raises(NotFoundError):
            registry.declarations.get(made.id)
