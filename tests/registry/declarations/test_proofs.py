"""Proofs: asked for, looked for, and what each of them puts into force."""

import pytest

from crawler_filter.formats.record import Assurance
from registry.control.challenges import Method
from registry.errors import (
    InvalidRequestError,
    NotFoundError,
    ProofMissingError,
    RateLimitedError,
)
from registry.model.declaration import ScopeRequest, State
from tests.registry.studio import SHA, replay_is_the_table


def test_a_proof_that_is_not_there_changes_nothing(studio, zone):
    made = studio.declare(("domain", "example.com"))
    challenge = studio.registry.proofs.request_proof(studio.actor, made.id, Method.DNS_TXT)
    zone.txt("_optout-challenge.example.com", "token=" + "a" * 26)
    with pytest.raises(ProofMissingError, match="another token"):
        studio.registry.proofs.check_proof(studio.actor, made.id, challenge.id)
    assert studio.declarations.get(made.id) == made


def test_a_proof_is_looked_for_in_vain_so_often_an_hour(studio, registry, clock, zone):
    made = studio.declare(("domain", "example.com"))
    challenge = studio.registry.proofs.request_proof(studio.actor, made.id, Method.DNS_TXT)
    zone.txt("_optout-challenge.example.com")
    for _ in range(registry.config.limits.failed_checks_per_hour):
        with pytest.raises(ProofMissingError):
            studio.registry.proofs.check_proof(studio.actor, made.id, challenge.id)
    with pytest.raises(RateLimitedError):
        studio.registry.proofs.check_proof(studio.actor, made.id, challenge.id)
    clock.pass_(3600)
    assert studio.prove(zone, made).state is State.ACTIVE


def test_a_live_proof_counts_at_once_for_the_next_declaration(studio, zone):
    studio.prove(zone, studio.declare(("domain", "example.com")))
    made = studio.declare(("host", "img.example.com"), ("prefix", "example.com/art/"))
    assert made.state is State.ACTIVE
    assert {scope.assurance for scope in made.record.scopes} == {Assurance.VERIFIED}


def test_a_late_proof_of_an_attested_address_is_a_leaf(studio, zone):
    made = studio.declare(("url", "https://example.com/a.png"))
    assert made.record.scopes[0].assurance is Assurance.ATTESTED
    studio.prove(zone, made)
    assert studio.types(made) == ["declare", "prove"]
    proved = studio.declarations.get(made.id)
    assert (proved.record.revision, proved.record.scopes[0].assurance) == (2, Assurance.VERIFIED)


def test_one_proof_activates_every_declaration_it_covers_and_no_other(studio, zone):
    inside = studio.declare(("host", "img.example.com"))
    outside = studio.declare(("host", "img.example.org"))
    both = studio.declare(("domain", "example.com"), ("host", "example.org"))
    studio.prove(zone, inside, "example.com")
    assert studio.declarations.get(inside.id).state is State.ACTIVE
    assert studio.declarations.get(outside.id).state is State.PENDING
    half = studio.declarations.get(both.id)
    assert (half.state, [scope.value for scope in half.record.scopes]) == (State.ACTIVE, ["example.com"])
    assert [scope.value for scope in half.waiting] == [scope.value for scope in half.unproved] == ["example.org"]


def test_a_place_that_cannot_be_proved_holds_back_none_of_the_others(studio, zone, registry):
    made = studio.declare(("domain", "example.com"), ("domain", "example.org"), ("sha256", SHA))
    assert (made.state, [scope.value for scope in made.record.scopes]) == (State.ACTIVE, [SHA])
    proved = studio.prove(zone, made, "example.org")
    assert [scope.value for scope in proved.record.scopes] == [SHA, "example.org"]
    replay_is_the_table(registry)
    assert "example.com" not in str(proved.to_json())
    whole = studio.prove(zone, made, "example.com")
    assert (whole.waiting, len(whole.record.scopes)) == ((), 3)
    assert studio.types(made) == ["declare", "prove", "prove"]
    replay_is_the_table(registry)


def test_what_waits_for_proof_and_would_allow_what_is_reserved_is_announced_first(studio, zone):
    made = studio.declare(
        ("domain", "example.com"), ScopeRequest("prefix", "www.tumblr.com/aoi/", {"train-ai": "allowed"})
    )
    assert studio.prove(zone, made, "example.com").change is None


def test_what_waits_goes_with_a_withdrawal_and_with_an_erasure(studio, zone, registry):
    made = studio.declare(("domain", "example.com"), ("sha256", SHA))
    other = studio.declare(("domain", "example.org"), ("md5", "1" * 32))
    registry.erasure.erase(other.id)
    studio.withdraw(made)
    with registry.store.read() as database:
        assert database.execute("SELECT waiting FROM declarations WHERE id = ?", (other.id,)).fetchone() == (None,)


def test_asking_twice_for_a_challenge_gives_the_same_one(studio):
    made = studio.declare(("domain", "example.com"))
    first = studio.registry.proofs.request_proof(studio.actor, made.id, Method.DNS_TXT)
    assert studio.registry.proofs.request_proof(studio.actor, made.id, Method.DNS_TXT, "EXAMPLE.com") == first
    assert studio.registry.proofs.challenges(studio.actor, made.id) == [first]


@pytest.mark.parametrize("target", ["co.jp", "github.io", "localhost.localdomain", "shop.test"])
def test_no_challenge_is_given_for_a_name_that_many_share(studio, target):
    made = studio.declare(("domain", "example.com"))
    with pytest.raises(InvalidRequestError):
        studio.registry.proofs.request_proof(studio.actor, made.id, Method.DNS_TXT, target)


def test_a_strangers_challenge_is_not_found(studio, rival):
    made = studio.declare(("domain", "example.com"))
    other = rival.declare(("domain", "example.org"))
    challenge = rival.registry.proofs.request_proof(rival.actor, other.id, Method.DNS_TXT)
    with pytest.raises(NotFoundError):
        studio.registry.proofs.check_proof(studio.actor, made.id, challenge.id)
    with pytest.raises(NotFoundError):
        studio.registry.proofs.check_proof(studio.actor, other.id, challenge.id)
