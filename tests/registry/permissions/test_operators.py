"""An operator is whoever proved a domain and shows a key there; its keys come and go with an overlap."""

import json

import pytest

from registry.control.challenges import Method
from registry.errors import (
    ConflictError,
    InvalidRequestError,
    NotAuthorisedError,
    NotFoundError,
    ProofMissingError,
)
from registry.model.operator import CARD_EVERY, CARD_RETRY, KEY_OVERLAP, OperatorState
from registry.permissions.operators import KEPT, MOST_OPERATORS
from tests.simulators.crawler import CLIENT_ID, HOST, JWKS_URI, jwk, make_key, print_of
from tests.simulators.site import page


def prints(operator):
    return [key.thumbprint for key in operator.keys]


def test_an_operator_is_active_once_its_domain_is_proved_and_its_card_was_read(lab, crawler, zone, clock):
    added = lab.add()
    assert added.state(clock.now) is OperatorState.PENDING
    assert (added.proved, added.card) == (False, None)
    assert f"Prove control of {HOST} first" in added.problem
    lab.prove_domain(zone)
    assert lab.registry.operators.get(added.id).state(clock.now) is OperatorState.PENDING
    known = lab.registry.operators.check(lab.actor, added.id)
    assert known.state(clock.now) is OperatorState.ACTIVE
    assert prints(known) == [print_of(make_key(1))]
    assert known.card.to_json() == {
        "client_id": CLIENT_ID,
        "client_name": "Example Crawler",
        "client_uri": f"https://{HOST}/about",
        "contacts": ["mailto:crawl@example-lab.com"],
        "rfc9309-product-token": "ExampleBot",
        "rfc9309-compliance": True,
        "purpose": "training of a picture model",
        "trigger": "crawler",
    }


def test_naming_a_card_again_is_the_same_operator(lab, operator):
    assert lab.add().id == operator.id
    assert [each.id for each in lab.registry.operators.of_party(lab.party.id)] == [operator.id]


def test_nothing_is_read_from_a_domain_that_is_not_proved(lab, studio, operator, crawler, internet, clock):
    dialled = len(internet.dialled)
    claimed = studio.registry.operators.add(studio.actor, studio.party.id, CLIENT_ID)
    studio.registry.operators.check(studio.actor, claimed.id)
    clock.pass_(CARD_RETRY)
    lab.registry.permissions_due.due(clock.now)
    assert len(internet.dialled) == dialled


def test_keys_may_stand_in_the_card_itself(lab, crawler, zone):
    lab.prove_domain(zone)
    del crawler.card["jwks_uri"]
    crawler.card["jwks"] = {"keys": [jwk(make_key(9))]}
    assert prints(lab.add()) == [print_of(make_key(9))]


def test_a_new_key_counts_beside_the_old_one_which_ends_a_week_after_it_was_last_shown(
    lab, operator, crawler, clock
):
    old, new = print_of(make_key(1)), print_of(make_key(2))
    crawler.keys.append(make_key(2))
    both = lab.registry.operators.look(operator.id)
    assert {key.thumbprint for key in both.live_keys(clock.now)} == {old, new}
    crawler.keys.pop(0)
    clock.pass_(60)
    rotated = lab.registry.operators.look(operator.id)
    assert {key.thumbprint for key in rotated.live_keys(clock.now)} == {old, new}
    clock.pass_(KEY_OVERLAP)
    lab.registry.operators.look(operator.id)  # looking again does not put the end off
    assert {key.thumbprint for key in rotated.live_keys(clock.now)} == {old, new}
    assert [key.thumbprint for key in rotated.live_keys(clock.now + 1)] == [new]
    clock.pass_(KEPT + 1)
    assert prints(lab.registry.operators.look(operator.id)) == [new]


def test_a_key_that_is_shown_again_within_its_week_does_not_end(lab, operator, crawler, clock):
    kept = crawler.keys
    crawler.keys = [make_key(2)]
    lab.registry.operators.look(operator.id)
    crawler.keys = kept
    assert next(key.until for key in lab.registry.operators.look(operator.id).keys) is None


def test_a_card_that_cannot_be_read_is_said_and_ends_no_key(lab, operator, crawler, clock):
    crawler.break_("/card")
    clock.pass_(CARD_EVERY)
    assert lab.registry.permissions_due.due(clock.now) == 0
    seen = lab.registry.operators.get(operator.id)
    assert "answered 503" in seen.problem
    assert (seen.failures, seen.next_check) == (1, clock.now + CARD_RETRY)
    assert seen.state(clock.now) is OperatorState.ACTIVE
    crawler.answers.clear()
    clock.pass_(CARD_RETRY)
    lab.registry.permissions_due.due(clock.now)
    mended = lab.registry.operators.get(operator.id)
    assert (mended.problem, mended.failures, mended.read) == ("", 0, clock.now)


def test_a_card_is_read_again_every_day_and_no_sooner(lab, operator, crawler, clock):
    crawler.keys.append(make_key(3))
    clock.pass_(CARD_EVERY - 1)
    lab.registry.permissions_due.due(clock.now)
    assert len(lab.registry.operators.get(operator.id).keys) == 1
    clock.pass_(1)
    lab.registry.permissions_due.due(clock.now)
    assert len(lab.registry.operators.get(operator.id).keys) == 2


WRONG = {
    "another client_id": ({"client_id": f"https://{HOST}/other"}, "another client_id"),
    "no client_id": ({"client_id": None}, "another client_id"),
    "keys twice": ({"jwks": {"keys": []}}, "not both"),
    "no keys": ({"jwks_uri": None}, "not both"),
    "keys over http": ({"jwks_uri": f"http://{HOST}/keys"}, "not an https address"),
    "keys on another host that is not there": (
        {"jwks_uri": "https://127.0.0.1/keys"},
        "not the name of a web host",
    ),
    "a set that is none": ({"jwks_uri": None, "jwks": {"keys": 3}}, "a list named keys"),
    "no key of this kind": ({"jwks_uri": None, "jwks": {"keys": [{"kty": "RSA"}]}}, "no Ed25519 key"),
    "a private key": ({"jwks_uri": None, "jwks": {"keys": [jwk(make_key(1), d="AA")]}}, "private key"),
    "a key that has ended": ({"jwks_uri": None, "jwks": {"keys": [jwk(make_key(1), exp=1)]}}, "counts now"),
    "a key too short": ({"jwks_uri": None, "jwks": {"keys": [jwk(make_key(1)) | {"x": "AAAA"}]}}, "32 bytes"),
    "too many keys": ({"jwks_uri": None, "jwks": {"keys": [{}] * 21}}, "at most 20"),
}


@pytest.mark.parametrize(("change", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_card_gives_no_key(lab, crawler, zone, clock, change, said):
    lab.prove_domain(zone)
    crawler.card |= change
    added = lab.add()
    assert said in added.problem
    assert (added.keys, added.state(clock.now)) == ((), OperatorState.PENDING)


@pytest.mark.parametrize("path", ["/card", "/.well-known/http-message-signatures-directory"])
def test_neither_card_nor_keys_are_read_through_a_redirect(lab, crawler, zone, path):
    lab.prove_domain(zone)
    crawler.answers["/elsewhere"] = page(json.dumps(crawler.card))
    crawler.move(path, "/elsewhere")
    assert "redirects" in lab.add().problem


@pytest.mark.parametrize("name", ["client_id", "jwks_uri"])
def test_a_card_that_gives_a_name_two_values_is_refused(lab, crawler, zone, name):
    lab.prove_domain(zone)
    crawler.answers["/card"] = page(f'{{"{name}": "https://other.example/", {json.dumps(crawler.card)[1:]}')
    assert "two values" in lab.add().problem


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"[" * 100_000, b"\xff\xfe", b"{" + b" " * 70_000 + b"}"], ids=lambda body: str(body[:4])
)
def test_a_card_that_is_no_json_object_is_said(lab, crawler, zone, body):
    lab.prove_domain(zone)
    crawler.answers["/card"] = page(body)
    assert "not a JSON object" in lab.add().problem


@pytest.mark.parametrize(
    "client_id",
    [
        "http://crawler.example/card", "https://crawler.example/", "https://crawler.example", "card",
        "https://u@crawler.example/card", "https://crawler.example:8443/card", "https://crawler.example/card#a",
        "https://crawler.example/a/../card", "https://CRAWLER.example/card", "https://crawler.example/" + "a" * 500,
        "", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_a_client_id_is_refused(lab, client_id):
    with pytest.raises(InvalidRequestError, match="https address of a card"):
        lab.add(client_id)


def test_only_its_own_account_touches_an_operator(lab, studio, operator):
    with pytest.raises(NotAuthorisedError):
        studio.registry.operators.check(studio.actor, operator.id)
    with pytest.raises(NotFoundError):
        studio.registry.operators.add(studio.actor, lab.party.id, CLIENT_ID)


def test_a_proof_of_another_party_makes_nobody_an_operator(lab, studio, operator, clock):
    claimed = studio.registry.operators.add(studio.actor, studio.party.id, CLIENT_ID)
    assert (claimed.proved, claimed.state(clock.now)) == (False, OperatorState.PENDING)
    known = lab.registry.operators.with_key(print_of(make_key(1)))
    assert [each.id for each, _ in known] == [operator.id]


def test_a_party_has_so_many_operators_and_no_more(lab, crawler, clock):
    for number in range(MOST_OPERATORS):
        lab.add(f"https://{HOST}/{number}")
    with pytest.raises(ConflictError, match=str(MOST_OPERATORS)):
        lab.add()


def test_a_challenge_without_a_declaration_is_the_partys_alone(lab, studio, zone):
    proofs = lab.registry.proofs
    asked = proofs.request_party_proof(lab.actor, lab.party.id, Method.DNS_TXT, HOST)
    assert proofs.request_party_proof(lab.actor, lab.party.id, Method.DNS_TXT, HOST) == asked
    with pytest.raises(NotFoundError):
        proofs.check_party_proof(studio.actor, studio.party.id, asked.id)
    with pytest.raises(NotFoundError):
        proofs.check_party_proof(studio.actor, lab.party.id, asked.id)
    with pytest.raises(ProofMissingError):
        proofs.check_party_proof(lab.actor, lab.party.id, asked.id)


def test_keys_of_the_set_lead_to_their_operators_while_they_count(lab, operator, crawler, clock):
    crawler.keys = [make_key(2)]
    lab.registry.operators.look(operator.id)
    old = print_of(make_key(1))
    assert [each.id for each, _ in lab.registry.operators.with_key(old)] == [operator.id]
    clock.pass_(KEY_OVERLAP + 1)
    assert lab.registry.operators.with_key(old) == []


def test_listed_are_those_whose_card_was_read(lab, operator, crawler):
    lab.add(f"https://{HOST}/absent")
    assert [each.id for each in lab.registry.operators.listed().rows] == [operator.id]
    assert JWKS_URI.startswith("https://")
