"""Passkeys sign their owner in, and nothing that is not wholly right does."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.accounts.ceremonies import MAX_ANSWER, MadePasskey, Place
from registry.accounts.challenges import CHALLENGE_SECONDS, Challenges
from registry.accounts.passkeys import MOST_PASSKEYS
from registry.errors import ConflictError, InvalidRequestError, NotFoundError, WrongPasskeyError
from tests.registry.accounts.test_addresses import told
from tests.registry.accounts.test_export import take_away
from tests.registry.instance import open_instance
from tests.simulators.authenticator import PRESENT, Authenticator

CLIENT = "203.0.113.7"


@pytest.fixture
def passkeys(registry):
    return registry.passkeys


@pytest.fixture
def device():
    return Authenticator()


@pytest.fixture
def add(passkeys, studio):
    def add(device, actor=studio.actor, label="phone"):
        begun = passkeys.begin_adding(actor, network=CLIENT)
        return passkeys.add(actor, begun.nonce, device.make(begun.options), label)

    return add


@pytest.fixture
def enter(passkeys):
    def enter(device):
        begun = passkeys.begin_sign_in(network=CLIENT)
        return passkeys.sign_in(begun.nonce, device.use(begun.options), label="Firefox")

    return enter


def test_a_passkey_signs_its_owner_in_without_naming_anybody(registry, studio, device, add, enter, clock):
    made = add(device)
    clock.pass_(60)
    signed_in = enter(device)
    assert signed_in.actor == studio.actor
    assert registry.accounts.actor_for_session(signed_in.secret) == studio.actor
    assert registry.accounts.is_recent(signed_in.secret)
    kept = registry.passkeys.of(studio.actor)
    assert [(each.id, each.label, each.used) for each in kept] == [(made.id, "phone", clock.now)]


def test_what_browsers_are_asked_for_is_a_verified_person_and_a_passkey_that_names_its_account(passkeys, studio):
    asked = json.loads(passkeys.begin_adding(studio.actor, network=CLIENT).options)
    assert asked["rp"]["id"] == "registry.example"
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["attestation"] == "none"
    known = json.loads(passkeys.begin_sign_in(network=CLIENT).options)
    assert known["userVerification"] == "required"
    assert known["allowCredentials"] == []


WRONG = {
    "another origin": {"origin": "https://registry.example.evil.example"},
    "plain http": {"origin": "http://registry.example"},
    "another name": {"rp_id": "evil.example"},
    "nobody verified": {"flags": PRESENT},
    "nobody present": {"flags": 0},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_nothing_is_made_or_entered_with_what_is_not_right(passkeys, studio, device, add, enter, wrong):
    with pytest.raises(WrongPasskeyError):
        add(replace(device, **wrong))
    assert passkeys.of(studio.actor) == []
    add(device)
    for name, value in wrong.items():
        setattr(device, name, value)
    with pytest.raises(WrongPasskeyError):
        enter(device)


def test_a_challenge_is_answered_once(passkeys, studio, device, add):
    begun = passkeys.begin_adding(studio.actor, network=CLIENT)
    answer = device.make(begun.options)
    passkeys.add(studio.actor, begun.nonce, answer, "phone")
    with pytest.raises(WrongPasskeyError):
        passkeys.add(studio.actor, begun.nonce, answer, "phone")
    entering = passkeys.begin_sign_in(network=CLIENT)
    answer = device.use(entering.options)
    passkeys.sign_in(entering.nonce, answer)
    with pytest.raises(WrongPasskeyError):
        passkeys.sign_in(entering.nonce, answer)


def test_an_answer_to_another_challenge_is_refused(passkeys, device, add):
    add(device)
    mine, theirs = passkeys.begin_sign_in(network=CLIENT), passkeys.begin_sign_in(network=CLIENT)
    with pytest.raises(WrongPasskeyError):
        passkeys.sign_in(mine.nonce, device.use(theirs.options))
    with pytest.raises(WrongPasskeyError):
        passkeys.sign_in(None, device.use(theirs.options))


def test_a_challenge_for_one_purpose_or_account_is_none_for_another(passkeys, studio, rival, device, add):
    add(device)
    adding = passkeys.begin_adding(studio.actor, network=CLIENT)
    with pytest.raises(WrongPasskeyError):
        passkeys.sign_in(adding.nonce, device.use(adding.options))
    theirs = passkeys.begin_adding(rival.actor, network=CLIENT)
    with pytest.raises(WrongPasskeyError):
        passkeys.add(studio.actor, theirs.nonce, Authenticator().make(theirs.options), "phone")


def test_a_challenge_is_too_old_after_five_minutes(passkeys, device, add, clock):
    add(device)
    begun = passkeys.begin_sign_in(network=CLIENT)
    clock.pass_(CHALLENGE_SECONDS)
    with pytest.raises(WrongPasskeyError):
        passkeys.sign_in(begun.nonce, device.use(begun.options))


def test_a_copy_whose_counter_is_behind_is_refused(device, add, enter):
    add(device)
    copy = replace(device)
    enter(device)
    enter(device)
    with pytest.raises(WrongPasskeyError):
        enter(copy)


def test_a_passkey_that_counts_nothing_signs_in_again_and_again(add, enter):
    synced = Authenticator(counts=False)
    add(synced)
    assert enter(synced).actor == enter(synced).actor


def test_another_key_or_another_account_behind_a_passkey_is_refused(studio, rival, device, add, enter):
    add(device)
    with pytest.raises(WrongPasskeyError):
        enter(replace(device, _key=Authenticator()._key))
    with pytest.raises(WrongPasskeyError):
        enter(replace(device, account=rival.actor.account.encode()))
    with pytest.raises(WrongPasskeyError):
        enter(Authenticator(account=studio.actor.account.encode()))


@pytest.mark.parametrize("length", [1_024, 8_000])
def test_a_passkey_with_a_longer_name_than_one_may_have_is_refused(device, add, length):
    device.credential = bytes(length)
    with pytest.raises(WrongPasskeyError):
        add(device)


def test_a_passkey_belongs_to_one_account(rival, device, add):
    add(device)
    with pytest.raises(ConflictError, match="in use"):
        add(device, rival.actor)


def test_there_is_a_most_and_a_name(studio, passkeys, add):
    for label in ("", " ", "x" * 101, "a\u202eb"):
        with pytest.raises(InvalidRequestError):
            add(Authenticator(), label=label)
    for _ in range(MOST_PASSKEYS):
        add(Authenticator())
    with pytest.raises(ConflictError, match="at most"):
        add(Authenticator())


def test_it_is_renamed_and_removed_by_its_owner_alone_and_the_addresses_hear_of_it(
    registry, letterbox, studio, rival, passkeys, device, add, enter
):
    made = add(device)
    assert told(letterbox, "passkey was added") == ["aoi@example.com"]
    for act in (
        lambda: passkeys.rename(rival.actor, made.id, "mine"),
        lambda: passkeys.remove(rival.actor, made.id),
    ):
        with pytest.raises(NotFoundError):
            act()
    passkeys.rename(studio.actor, made.id, "old phone")
    passkeys.remove(studio.actor, made.id)
    assert told(letterbox, "passkey was removed") == ["aoi@example.com"]
    assert "old phone" in letterbox.letters[-1][2]
    with pytest.raises(WrongPasskeyError):
        enter(device)


def test_a_suspended_account_enters_and_its_session_is_what_any_session_is(registry, studio, device, add, enter):
    add(device)
    registry.moderation.suspend(studio.actor.account, "a reason")
    assert registry.roles.suspension(enter(device).actor) is not None


def test_passkeys_end_with_a_change_of_the_first_address(registry, studio, clock, device, add, enter, letterbox):
    add(device)
    nonce = registry.addresses.request_code(studio.actor, "aoi@new.example")
    registry.addresses.change_by_code(studio.actor, nonce, letterbox.last_code())
    clock.pass_(72 * 3600)
    registry.do_what_is_due()
    with pytest.raises(WrongPasskeyError):
        enter(device)


def test_what_is_kept_is_exported_without_what_opens_anything_and_erased(registry, studio, device, add):
    made = add(device, label="phone of Aoi")
    (row,) = take_away(registry, studio.actor)["passkeys"]
    assert (row["id"], row["label"], row["counter"]) == (made.id, "phone of Aoi", 0)
    assert {"credential", "key"}.isdisjoint(row)
    registry.closing.close(studio.actor)
    with registry.store.read() as database:
        assert list(database["passkeys"].rows) == []


def test_they_are_not_offered_at_a_bare_ip_address(tmp_path, clock, letterbox, fetcher, registry):
    assert registry.passkeys.offered
    for number, origin in enumerate(("127.0.0.1:8080", "localhost:8080")):
        with open_instance(
            tmp_path / str(number), clock, letterbox, fetcher=fetcher, origin=origin, dev=True
        ) as other:
            assert other.passkeys.offered is (origin == "localhost:8080")


def test_a_network_that_asks_most_makes_room_for_the_others():
    challenges = Challenges(lambda: 0.0, most=5)
    challenges.issue("mine", b"mine", network="192.0.2.1")
    for number in range(50):
        challenges.issue(f"flood{number}", b"theirs", network="198.51.100.1")
    assert challenges.take("mine") == b"mine"
    assert sum(challenges.take(f"flood{number}") is not None for number in range(50)) == 4


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=12,
)
PARTS = (
    "id",
    "rawId",
    "type",
    "response",
    "clientDataJSON",
    "attestationObject",
    "authenticatorData",
    "signature",
)


@given(st.data())
def test_whatever_a_browser_sends_is_right_or_one_refusal(data):
    place = Place("registry.example", "https://registry.example")
    device = Authenticator(account=b"x")
    asked = json.dumps({"challenge": "AAAA", "user": {"id": "eA"}})
    answer = json.loads(data.draw(st.sampled_from([device.make, device.use]))(asked))
    name = data.draw(st.sampled_from(PARTS))
    (answer["response"] if name in answer["response"] else answer)[name] = data.draw(JSON)
    whole = json.dumps(answer)
    for text in (whole, whole[: data.draw(st.integers(0, 400))]):
        assert isinstance(judged(place.made, b"\0\0\0", text), MadePasskey | None)
        assert judged(place.used, b"\0\0\0", text, lambda _: None) is None


def judged(judge, *given):
    """What is made of an answer; None where it is refused. Nothing else may be raised."""
    try:
        return judge(*given)
    except WrongPasskeyError:
        return None


def test_too_long_an_answer_is_not_looked_at():
    with pytest.raises(WrongPasskeyError):
        Place("registry.example", "https://registry.example").made(b"x", "[" * (MAX_ANSWER + 1))
