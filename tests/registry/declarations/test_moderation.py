"""What the operator does: erasing, disputes, and holding what matches too much."""

import pytest

from crawler_filter.checks.asset import Asset
from crawler_filter.preference import Usage
from registry.control.challenges import Method
from registry.errors import (
    GoneError,
    TransitionError,
)
from registry.lookups.overmatching import WINDOW
from registry.model.declaration import State
from registry.store.log import log_size
from tests.registry.studio import SHA, Studio, pass_time, replay_is_the_table


class TestErasing:
    CANARY = "canary-of-a-person"

    def files(self, registry):
        return b"".join(path.read_bytes() for path in registry.config.instance.iterdir() if path.is_file())

    def test_no_byte_of_what_was_erased_is_left(self, studio, registry):
        made = studio.declare(("url", f"example.com/{self.CANARY}/a.png"), contact=f"{self.CANARY}@example.com")
        studio.amend(made, ("url", f"example.com/{self.CANARY}/a.png"), ("md5", "1" * 32))
        studio.withdraw(made)
        assert self.CANARY.encode() in self.files(registry)
        registry.erasure.erase(made.id)
        assert self.CANARY.encode() not in self.files(registry)
        assert studio.types(made) == ["declare", "amend", "notice", "erase"]
        replay_is_the_table(registry)

    @pytest.mark.whole
    def test_a_reader_in_the_way_only_delays_it(self, studio, registry, clock):
        made = studio.declare(("url", f"example.com/{self.CANARY}"))
        with registry.store.read() as database:
            assert log_size(database) == 1
            registry.erasure.erase(made.id)
            assert self.CANARY.encode() in self.files(registry)
        pass_time(registry, clock, 1)
        assert self.CANARY.encode() not in self.files(registry)

    def test_the_number_of_an_erased_declaration_says_that_it_is_gone(self, studio, registry):
        made = studio.declare(("sha256", SHA))
        registry.erasure.erase(made.id)
        for _ in range(2):
            with pytest.raises(GoneError):
                registry.declarations.visible(made.id, None)
        with pytest.raises(GoneError):
            registry.erasure.erase(made.id)
        assert studio.declarations.of_account(studio.actor).rows == []

    def test_an_erased_domain_takes_its_proof_with_it_unless_another_needs_it(self, studio, registry, zone):
        first = studio.prove(zone, studio.declare(("domain", "canary-domain.com")))
        second = studio.declare(("host", "www.canary-domain.com"))
        registry.erasure.erase(first.id)
        assert registry.declarations.get(second.id).state is State.ACTIVE
        registry.erasure.erase(second.id)
        assert b"canary-domain" not in self.files(registry)

    def test_a_pending_declaration_is_erased_without_a_leaf(self, studio, registry):
        made = studio.declare(("domain", f"{self.CANARY}.com"))
        registry.proofs.request_proof(studio.actor, made.id, Method.DNS_TXT)
        registry.erasure.erase(made.id)
        assert self.CANARY.encode() not in self.files(registry)
        assert studio.types(made) == []


class TestDisputes:
    def test_a_disputed_scope_keeps_restricting_until_it_is_resolved(self, studio, registry):
        made = studio.declare(("sha256", SHA), ("md5", "1" * 32))
        disputed = registry.moderation.dispute(made.id, {1})
        assert [scope.disputed for scope in disputed.record.scopes] == [False, True]
        assert disputed.record.scopes[1].preferences == made.record.scopes[1].preferences
        resolved = registry.moderation.resolve(made.id, upheld=False)
        assert not resolved.is_disputed
        assert studio.types(made) == ["declare", "dispute", "resolve"]
        replay_is_the_table(registry)

    def test_an_upheld_dispute_removes_the_scope(self, studio, registry):
        made = studio.declare(("sha256", SHA), ("md5", "1" * 32))
        registry.moderation.dispute(made.id, {1})
        assert [scope.kind for scope in registry.moderation.resolve(made.id, upheld=True).record.scopes] == [
            "sha256"
        ]
        registry.moderation.dispute(made.id)
        assert registry.moderation.resolve(made.id, upheld=True).state is State.EXPIRED
        replay_is_the_table(registry)

    def test_an_amendment_does_not_wash_a_dispute_away(self, studio, registry):
        made = studio.declare(("sha256", SHA))
        registry.moderation.dispute(made.id)
        assert studio.amend(made, ("sha256", SHA), ("md5", "1" * 32)).record.scopes[0].disputed

    def test_only_what_is_disputed_can_be_resolved(self, studio, registry):
        made = studio.declare(("sha256", SHA))
        with pytest.raises(TransitionError):
            registry.moderation.resolve(made.id, upheld=False)


class TestHolding:
    def test_every_kind_of_scope_is_held_for_review_and_released(self, studio, registry):
        isbn, page = "9784873119328", "https://example.com/a.png"
        made = studio.declare(("pdq", "a5b1c93e70d2684f" * 4), ("sha256", SHA), ("isbn", isbn), ("url", page))
        held = registry.moderation.hold(made.id)
        assert [scope.held for scope in held.record.scopes] == [True] * 4
        released = registry.moderation.release(made.id)
        assert released.record.scopes == made.record.scopes
        assert studio.types(made) == ["declare", "hold", "resolve"]
        replay_is_the_table(registry)

    @pytest.mark.parametrize("hold_floods", [False, True])
    def test_what_every_lookup_is_like_is_held_by_itself_only_where_the_operator_wants_it(
        self, make_registry, letterbox, hold_floods
    ):
        registry = make_registry(hold_floods=hold_floods)
        made = Studio(registry, letterbox).declare(("pdq", "a5b1c93e70d2684f" * 4))
        registry.publisher.publish()
        for _ in registry.lookup.lookups(
            [Asset(fingerprints=["pdq:" + "a5b1c93e70d2684f" * 4])] * WINDOW, Usage.TRAIN_AI
        ):
            pass
        assert registry.declarations.get(made.id).record.scopes[0].held is hold_floods

    def test_an_amendment_does_not_end_a_review(self, studio, registry):
        made = studio.declare(("pdq", "a5b1c93e70d2684f" * 4))
        registry.moderation.hold(made.id)
        assert studio.amend(made, ("pdq", "a5b1c93e70d2684f" * 4), ("md5", "1" * 32)).record.scopes[0].held

    def test_what_is_held_is_not_held_again_and_only_that_is_released(self, studio, registry):
        made = studio.declare(("sha256", SHA))
        with pytest.raises(TransitionError):
            registry.moderation.release(made.id)
        registry.moderation.hold(made.id)
        with pytest.raises(TransitionError):
            registry.moderation.hold(made.id)

    def test_what_a_party_without_proof_holds_no_longer_decides_and_is_still_found(self, studio, registry):
        made = studio.declare(("sha256", SHA))
        registry.moderation.hold(made.id)
        registry.publisher.publish()
        decision = registry.lookup.lookup(Asset(sha256=SHA), Usage.TRAIN_AI)
        assert (decision.keep, [finding.decides for finding in decision.findings]) == (True, [False])
        assert decision.findings[0].flags == ("held", "party-unverified")
