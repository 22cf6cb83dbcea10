from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from registry.accounts.accounts import LINK_SECONDS, SESSION_ABSOLUTE, SESSION_IDLE
from registry.accounts.sign_in_queue import LinkRequest, SignInQueue
from registry.errors import (
    ConflictError,
    GoneError,
    InvalidRequestError,
    NotFoundError,
    OtherBrowserError,
    RegistryError,
    UnavailableError,
)
from registry.model.credentials import TokenScope, new_secret, new_token
from registry.model.party import AUTHORITY_STATEMENT, Capacity, PartyRequest
from registry.rate_limits import RateLimiter, networks
from registry.store.audit import actions_on
from tests.registry.instance import make_party, open_instance, session, sign_in

EMAIL = "aoi@studio.example"
CLIENT = "203.0.113.7"


@pytest.fixture
def accounts(registry):
    return registry.accounts


def rows(registry, table):
    with registry.store.read() as database:
        return list(database[table].rows)


def ask(accounts, letterbox, email=EMAIL):
    nonce = accounts.request_link(email, client=CLIENT)
    return letterbox.last_link(), nonce


def test_a_link_signs_its_browser_in(accounts, letterbox):
    link, nonce = ask(accounts, letterbox)
    accounts.check_link(link, nonce)
    signed_in = accounts.confirm_link(link, nonce)
    assert accounts.actor_for_session(signed_in.secret) == signed_in.actor
    assert accounts.email(signed_in.actor) == EMAIL


def test_the_letter_goes_to_the_address_and_leads_to_the_registry(accounts, letterbox):
    ask(accounts, letterbox)
    to, subject, text = letterbox.letters[0]
    assert to == EMAIL
    assert subject == "Sign in to the opt-out registry registry.example"
    assert "https://registry.example/sign-in/" in text


def test_the_letter_is_in_the_language_of_the_page(accounts, letterbox):
    accounts.request_link(EMAIL, client=CLIENT, language="ja")
    assert "サインイン" in letterbox.letters[0][1]


def test_looking_at_a_link_does_not_use_it(accounts, letterbox):
    link, nonce = ask(accounts, letterbox)
    for _ in range(3):  # a scanner of mail fetches it, then the person
        accounts.check_link(link, nonce)
    assert accounts.confirm_link(link, nonce)


def test_a_link_works_once(accounts, letterbox):
    link, nonce = ask(accounts, letterbox)
    accounts.confirm_link(link, nonce)
    with pytest.raises(GoneError):
        accounts.check_link(link, nonce)
    with pytest.raises(GoneError):
        accounts.confirm_link(link, nonce)


def test_fifty_requests_at_once_with_one_link_make_one_session(registry, accounts, letterbox):
    link, nonce = ask(accounts, letterbox)

    def confirm(_):
        try:
            return accounts.confirm_link(link, nonce)
        except GoneError:
            return None

    with ThreadPoolExecutor(50) as pool:
        results = list(pool.map(confirm, range(50)))
    assert sum(result is not None for result in results) == 1
    assert len(rows(registry, "sessions")) == 1


def test_a_link_in_another_browser_is_refused_and_stays_usable_in_its_own(accounts, letterbox):
    link, nonce = ask(accounts, letterbox)
    for other in (None, "", new_secret(lambda n: b"x" * n)):
        with pytest.raises(OtherBrowserError, match="not the browser that asked"):
            accounts.confirm_link(link, other)
    assert accounts.confirm_link(link, nonce)


@pytest.mark.parametrize(("age", "works"), [(LINK_SECONDS - 1, True), (LINK_SECONDS, False)])
def test_a_link_works_for_ten_minutes(accounts, letterbox, clock, age, works):
    link, nonce = ask(accounts, letterbox)
    clock.pass_(age)
    if works:
        assert accounts.confirm_link(link, nonce)
    else:
        with pytest.raises(GoneError):
            accounts.confirm_link(link, nonce)


def test_an_invented_link_is_gone_like_a_used_one(accounts, letterbox):
    ask(accounts, letterbox)
    with pytest.raises(GoneError):
        accounts.check_link("x" * 43, "y" * 43)


def test_a_browser_that_asks_twice_may_use_either_letter(accounts, letterbox):
    first, nonce = ask(accounts, letterbox)
    assert accounts.request_link(EMAIL, client=CLIENT, nonce=nonce) == nonce
    assert accounts.confirm_link(first, nonce)
    assert accounts.confirm_link(letterbox.last_link(), nonce)


def test_a_nonce_that_we_did_not_make_is_replaced(accounts):
    assert (
        accounts.request_link(EMAIL, client=CLIENT, nonce="chosen by somebody else") != "chosen by somebody else"
    )


def test_asking_for_a_link_is_the_same_for_known_and_unknown_addresses(registry, accounts, letterbox):
    sign_in(registry, letterbox, EMAIL)
    before = rows(registry, "accounts")
    letterbox.letters.clear()
    for email in (EMAIL, "nobody@studio.example"):
        accounts.request_link(email, client=CLIENT)
    (_, subject, known), (_, other_subject, unknown) = letterbox.letters
    assert subject == other_subject
    assert len(known) == len(unknown)
    assert rows(registry, "accounts") == before, "an account is made by following a link, not by asking for one"


def test_the_same_address_is_the_same_account_however_it_is_typed(registry, letterbox):
    typed = (EMAIL, "  Aoi@Studio.Example ", "AOI@STUDIO.EXAMPLE")
    assert len({sign_in(registry, letterbox, email) for email in typed}) == 1


@pytest.mark.parametrize(
    "email",
    ["", "aoi", "@studio.example", "aoi@", "aoi@localhost", "a b@studio.example", "aoi@studio.example\r\nBcc: x@y.zz",
     "aoi@studio..example", "葵@studio.example", f"{'a' * 65}@studio.example", f"a@{'b' * 63}.{'c' * 63}.{'d' * 63}.{'e' * 63}.example"],
)  # fmt: skip
def test_what_is_no_mail_address_is_refused_before_anything_is_sent(accounts, letterbox, email):
    with pytest.raises(InvalidRequestError) as caught:
        accounts.request_link(email, client=CLIENT)
    assert caught.value.errors[0].pointer == "/email"
    assert letterbox.letters == []


def test_a_unicode_domain_is_mailed_by_its_a_label(accounts, letterbox):
    accounts.request_link("aoi@例え.jp", client=CLIENT)
    assert letterbox.letters[0][0] == "aoi@xn--r8jz45g.jp"


def test_an_address_that_others_keep_asking_for_gets_its_letter_in_turn_and_it_works_for_its_owner(
    accounts, letterbox, clock
):
    for host in range(300):
        accounts.request_link(EMAIL, client=f"192.0.{host // 200}.{host % 200}")
    assert len(letterbox.letters) == 5
    nonce = accounts.request_link(EMAIL, client="192.0.2.99")
    accounts.request_link("other@studio.example", client="192.0.2.99")
    assert [to for to, _, _ in letterbox.letters[5:]] == ["other@studio.example"]
    clock.pass_(720)
    accounts.send_waiting()
    assert [to for to, _, _ in letterbox.letters[6:]] == [EMAIL]
    clock.pass_(LINK_SECONDS - 1)
    assert accounts.confirm_link(letterbox.last_link(), nonce).actor
    accounts.send_waiting()
    assert len(letterbox.letters) == 7


@pytest.mark.parametrize(
    ("clients", "most", "neighbour"),
    [
        ([f"2001:db8:1:2::{host:x}" for host in range(50)], 10, "2001:db8:1:3::1"),
        ([f"2001:db8:1:{network:x}::1" for network in range(200)], 30, "2001:db8:1:100::1"),
        ([f"2001:db8:1:{network << 8:x}::1" for network in range(200)], 100, "2001:db8:2::1"),
    ],
    ids=["/64", "/56", "/48"],
)
def test_one_ipv6_customer_gets_so_many_letters_in_five_minutes_and_the_others_wait_for_their_turn(
    accounts, letterbox, clock, clients, most, neighbour
):
    for number, client in enumerate(clients):
        accounts.request_link(f"a{number}@studio.example", client=client)
    assert len(letterbox.letters) == most
    accounts.request_link("b@studio.example", client=neighbour)
    assert len(letterbox.letters) == most + 1
    for _ in range(40):
        clock.pass_(300)
        accounts.send_waiting()
    assert len({to for to, _, _ in letterbox.letters}) == len(clients) + 1


def test_a_full_queue_drops_what_the_busiest_network_asked_first(registry, clock):
    queue = SignInQueue(RateLimiter(clock), most=20)
    for number in range(60):
        queue.ask(LinkRequest(f"{number}@flood.example", networks("192.0.2.1"), "en", "n"))
    for number in range(7):
        asked, _ = queue.ask(LinkRequest("aoi@studio.example", networks("198.51.100.1"), "en", f"nonce {number}"))
    assert len(queue._waiting) == 20
    assert asked.nonce in {"nonce 5", "nonce 6"}


def test_a_letter_that_is_not_taken_is_said_to_be_our_fault(tmp_path, clock):
    class Broken:
        def send(self, to, subject, text):
            raise UnavailableError("the mail could not be sent", retry_after=60)

    with (
        open_instance(tmp_path, clock, Broken()) as registry,
        pytest.raises(UnavailableError),
    ):
        registry.accounts.request_link(EMAIL, client=CLIENT)


def test_secrets_are_not_in_the_database(registry, accounts, letterbox, tmp_path):
    link, nonce = ask(accounts, letterbox)
    signed_in = accounts.confirm_link(link, nonce)
    text, _ = accounts.create_token(signed_in.actor, label="ci", scope=TokenScope.READ, days=1)
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert EMAIL.encode() in stored
    for secret in (link, nonce, signed_in.secret, text):
        assert secret.encode() not in stored


@pytest.mark.parametrize(
    ("steps", "lives"),
    [
        pytest.param([SESSION_IDLE - 1], True, id="idle for just under 12 h"),
        pytest.param([SESSION_IDLE], False, id="idle for 12 h"),
        pytest.param([SESSION_IDLE - 1] * 60, True, id="used every 12 h for just under 30 days"),
        pytest.param([SESSION_IDLE - 1] * 60 + [60], False, id="30 days old, however busy"),
    ],
)
def test_a_session_ends_when_idle_for_12_hours_or_after_30_days(registry, letterbox, clock, steps, lives):
    secret = session(registry, letterbox, EMAIL).secret
    for step in steps:
        clock.pass_(step)
        actor = registry.accounts.actor_for_session(secret)
    assert (actor is not None) is lives
    assert SESSION_ABSOLUTE == 60 * SESSION_IDLE


def test_signing_in_again_ends_the_session_before_it(accounts, letterbox):
    link, nonce = ask(accounts, letterbox)
    before = accounts.confirm_link(link, nonce)
    link, nonce = ask(accounts, letterbox)
    after = accounts.confirm_link(link, nonce, previous=before.secret)
    assert accounts.actor_for_session(before.secret) is None
    assert accounts.actor_for_session(after.secret) == before.actor


def test_signing_out_ends_the_session_on_the_server(accounts, registry, letterbox):
    secret = session(registry, letterbox, EMAIL).secret
    accounts.sign_out(secret)
    assert accounts.actor_for_session(secret) is None
    accounts.sign_out(secret)


def test_signing_out_is_in_the_audit_trail_once(accounts, registry, letterbox):
    signed_in = session(registry, letterbox, EMAIL)
    number = accounts.session_id(signed_in.secret)
    accounts.sign_out(signed_in.secret)
    accounts.sign_out(signed_in.secret)
    with registry.store.read() as database:
        trail = [(actor, action) for _, actor, action in actions_on(database, number)]
    assert trail == [(signed_in.actor.account, "signed-in"), (signed_in.actor.account, "signed-out")]


def test_an_account_sees_its_sessions_and_ends_any_of_them(accounts, registry, letterbox, clock):
    here, there = session(registry, letterbox, EMAIL), session(registry, letterbox, EMAIL)
    clock.pass_(600)
    accounts.actor_for_session(here.secret)
    first, second = accounts.sessions(here.actor)
    assert (first.id, first.seen - second.seen) == (accounts.session_id(here.secret), 600)
    accounts.end_session(here.actor, second.id)
    assert accounts.actor_for_session(there.secret) is None
    assert accounts.sessions(here.actor) == [first]


@pytest.mark.parametrize("secret", ["", "x", "x" * 43, "x" * 10_000, "\udcff" * 43])
def test_what_is_no_session_is_nobody(accounts, secret):
    assert accounts.actor_for_session(secret) is None


def test_nobody_ends_or_revokes_what_is_another_accounts(registry, accounts, letterbox):
    aoi, eve = session(registry, letterbox, EMAIL), session(registry, letterbox, "eve@other.example")
    text, token = accounts.create_token(aoi.actor, label="ci", scope=TokenScope.DECLARE, days=30)
    party = make_party(registry, aoi.actor)
    with pytest.raises(NotFoundError):
        accounts.end_session(eve.actor, accounts.session_id(aoi.secret))
    with pytest.raises(NotFoundError):
        accounts.revoke_token(eve.actor, token.id)
    with pytest.raises(NotFoundError):
        registry.parties.get(eve.actor, party.id)
    assert accounts.actor_for_session(aoi.secret) == aoi.actor
    assert accounts.bearer(text).actor == aoi.actor
    assert registry.parties.that_declare(eve.actor) == accounts.tokens(eve.actor) == []


def test_a_token_stands_for_its_account_until_it_is_revoked(registry, accounts, letterbox):
    actor = sign_in(registry, letterbox, EMAIL)
    text, token = accounts.create_token(actor, label="ci", scope=TokenScope.READ, days=30)
    bearer = accounts.bearer(text)
    assert (bearer.actor, bearer.scope) == (actor, TokenScope.READ)
    assert accounts.tokens(actor) == [token]
    accounts.revoke_token(actor, token.id)
    assert accounts.bearer(text) is None
    assert accounts.tokens(actor) == []


def test_a_token_expires(registry, accounts, letterbox, clock):
    text, _ = accounts.create_token(sign_in(registry, letterbox, EMAIL), label="ci", scope=TokenScope.READ, days=2)
    clock.pass_(2 * 86_400 - 1)
    assert accounts.bearer(text)
    clock.pass_(1)
    assert accounts.bearer(text) is None


@pytest.mark.parametrize(("label", "days"), [("ci", 0), ("ci", 366), ("ci", -1), ("  ", 30), ("x" * 101, 30)])
def test_a_token_has_a_name_and_lives_at_most_a_year(registry, accounts, letterbox, label, days):
    actor = sign_in(registry, letterbox, EMAIL)
    with pytest.raises(InvalidRequestError):
        accounts.create_token(actor, label=label, scope=TokenScope.READ, days=days)


def test_an_account_holds_a_limited_number_of_tokens(registry, accounts, letterbox):
    actor = sign_in(registry, letterbox, EMAIL)
    made = [accounts.create_token(actor, label="ci", scope=TokenScope.READ, days=1)[1] for _ in range(20)]
    with pytest.raises(ConflictError, match="at most 20 tokens"):
        accounts.create_token(actor, label="ci", scope=TokenScope.READ, days=1)
    accounts.revoke_token(actor, made[0].id)
    accounts.create_token(actor, label="ci", scope=TokenScope.READ, days=1)


def test_a_token_with_a_wrong_checksum_never_reaches_the_database(registry, accounts, letterbox):
    text, _ = accounts.create_token(sign_in(registry, letterbox, EMAIL), label="ci", scope=TokenScope.READ, days=1)
    registry.close()
    assert accounts.bearer(text[:-1] + ("0" if text[-1] != "0" else "1")) is None
    assert accounts.bearer("orp_" + "0" * 36) is None


def test_an_unknown_token_with_a_right_checksum_is_nobodys(accounts):
    assert accounts.bearer(new_token(lambda n: b"z" * n)) is None


GOOD_PARTY = PartyRequest("Studio Aoi", Capacity.RIGHTS_HOLDER, public=True, statement=AUTHORITY_STATEMENT)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        pytest.param({"name": "  "}, "/name", id="no name"),
        pytest.param({"name": "x" * 201}, "/name", id="a name too long"),
        pytest.param({"name": "Studio\u202eAoi"}, "/name", id="a name that turns the text around"),
        pytest.param({"name": "Studio\nAoi"}, "/name", id="a name of two lines"),
        pytest.param({"capacity": Capacity.AGENT}, "/on_behalf_of", id="an agent of nobody"),
        pytest.param({"on_behalf_of": "Somebody"}, "/on_behalf_of", id="on behalf of somebody, and no agent"),
        pytest.param({"capacity": Capacity.AGENT, "on_behalf_of": " "}, "/on_behalf_of", id="an agent of a space"),
        pytest.param({"territory": "Japan"}, "/territory", id="a territory that is no code"),
        pytest.param({"statement": "2020-01"}, "/statement", id="a statement that is not in force"),
    ],
)
def test_a_party_that_is_not_right_is_refused_at_the_field(registry, accounts, letterbox, change, pointer):
    actor = sign_in(registry, letterbox, EMAIL)
    with pytest.raises(InvalidRequestError) as caught:
        registry.parties.create(actor, replace(GOOD_PARTY, **change))
    assert [error.pointer for error in caught.value.errors] == [pointer]
    assert registry.parties.that_declare(actor) == []


def test_an_account_acts_for_its_parties(registry, accounts, letterbox, clock):
    actor = sign_in(registry, letterbox, EMAIL)
    request = replace(GOOD_PARTY, capacity=Capacity.AGENT, on_behalf_of="青木", territory="JP", public=False)
    party = registry.parties.create(actor, request)
    assert registry.parties.that_declare(actor) == [party] == [registry.parties.get(actor, party.id)]
    assert (party.name, party.published.party, party.on_behalf_of, party.created) == (
        "Studio Aoi", None, "青木", clock.now,
    )  # fmt: skip
    assert [each.email for each in registry.members.of(actor, party.id)] == [EMAIL]


def test_an_account_acts_for_a_limited_number_of_parties(registry, accounts, letterbox):
    actor = sign_in(registry, letterbox, EMAIL)
    for _ in range(registry.config.limits.parties_per_account):
        registry.parties.create(actor, GOOD_PARTY)
    with pytest.raises(ConflictError, match="at most 200 parties"):
        registry.parties.create(actor, GOOD_PARTY)


def test_every_change_of_an_account_is_in_the_audit_trail_once(registry, accounts, letterbox):
    signed_in = session(registry, letterbox, EMAIL)
    actor, session_id = signed_in.actor, accounts.session_id(signed_in.secret)
    _, token = accounts.create_token(actor, label="ci", scope=TokenScope.READ, days=1)
    party = registry.parties.create(actor, GOOD_PARTY)
    accounts.revoke_token(actor, token.id)
    accounts.end_session(actor, session_id)
    with pytest.raises(RegistryError):
        accounts.revoke_token(actor, token.id)
    with registry.store.read() as database:
        trail = {target: [action for _, who, action in actions_on(database, target) if who == actor.account]
                 for target in (actor.account, session_id, token.id, party.id)}  # fmt: skip
    assert trail == {
        actor.account: ["account-created"],
        session_id: ["signed-in", "session-ended"],
        token.id: ["token-created-read", "token-revoked"],
        party.id: ["party-created"],
    }


def test_what_has_expired_is_forgotten_and_the_rest_is_kept(registry, accounts, letterbox, clock):
    actor = sign_in(registry, letterbox, EMAIL)
    accounts.create_token(actor, label="short", scope=TokenScope.READ, days=1)
    accounts.create_token(actor, label="long", scope=TokenScope.READ, days=3)
    clock.pass_(2 * 86_400)
    live = session(registry, letterbox, EMAIL)
    accounts.request_link(EMAIL, client=CLIENT)
    accounts.forget_expired(clock())
    assert [row["label"] for row in rows(registry, "api_tokens")] == ["long"]
    assert [row["account"] for row in rows(registry, "sessions")] == [actor.account]
    assert len(rows(registry, "sign_in_links")) == 2
    assert accounts.actor_for_session(live.secret) == actor
