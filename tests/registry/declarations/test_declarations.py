"""Declaring: what comes into force at once, what waits for proof, what is refused, and what is limited."""

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from crawler_filter.formats.record import Assurance, LeafType, Record, ScopeKind, encode_id
from registry.config import Limits
from registry.errors import (
    ConflictError,
    IdempotencyMismatchError,
    InvalidRequestError,
    NotFoundError,
    RateLimitedError,
)
from registry.model.declaration import Actor, Idempotency, State
from registry.model.listing import PAGE_ROWS
from registry.store.audit import actions_on
from registry.store.log import log_size
from tests.registry.studio import DAY, SHA, Studio, pass_time, replay_is_the_table


def test_a_fingerprint_needs_no_proof_and_is_in_force_at_once(studio):
    made = studio.declare(("sha256", SHA.upper()))
    assert made.state is State.ACTIVE
    assert studio.types(made) == ["declare"]
    (scope,) = made.record.scopes
    assert (scope.kind, scope.value, scope.assurance) == (ScopeKind.SHA256, SHA, Assurance.ATTESTED)
    assert studio.declarations.get(made.id) == made
    replay_is_the_table(studio.registry)


def test_a_domain_is_private_until_it_is_proved(studio, rival, zone):
    made = studio.declare(("domain", "Example.COM"))
    assert (made.state, made.leaf, studio.types(made)) == (State.PENDING, None, [])
    for stranger in (None, rival.actor):
        with pytest.raises(NotFoundError):
            studio.declarations.visible(made.id, stranger)
    assert studio.declarations.visible(made.id, studio.actor) == made
    proved = studio.prove(zone, made)
    assert proved.state is State.ACTIVE
    assert proved.record.scopes[0].assurance is Assurance.VERIFIED
    assert studio.types(made) == ["declare"]
    assert studio.declarations.visible(made.id, None) == proved
    replay_is_the_table(studio.registry)


def test_declaring_for_another_accounts_party_is_refused(studio, rival):
    with pytest.raises(NotFoundError):
        studio.declarations.declare(studio.actor, rival.request(("sha256", SHA)), idempotency=None)


def _questions(registry, ask):
    """What is read from the database in the writer's transactions while `ask` runs, values filled in."""
    asked = []
    connection = registry.writer.run(lambda database: database.conn)
    connection.set_trace_callback(lambda text: asked.append(text) if text.startswith("SELECT") else None)
    try:
        ask()
    finally:
        connection.set_trace_callback(None)
    return asked


@pytest.mark.parametrize("verified", [False, True], ids=["unverified", "verified"])
def test_a_declaration_asks_the_database_nothing_twice(studio, zone, verified):
    if verified:
        studio.prove(zone, studio.declare(("domain", "example.com")))
    allowing = {"preferences": {"train-ai": "allowed"}} if verified else {}
    waiting = studio.declare(("domain", "example.org"), ("url", "https://example.com/a"))
    for ask in (
        lambda: studio.declare(("sha256", SHA), ("url", "https://example.com/b")),
        lambda: studio.declare(("prefix", "example.com/c/"), **allowing),
        lambda: studio.amend(waiting, ("domain", "example.net"), ("url", "https://example.com/a")),
        lambda: studio.amend(waiting, ("url", "https://example.com/a")),
    ):
        asked = _questions(studio.registry, ask)
        assert len(asked) > 3
        assert sorted(set(asked)) == sorted(asked)


class TestWhatIsSaidTwice:
    def test_a_repeated_statement_is_refused_with_the_number_of_the_first(self, studio):
        first = studio.declare(("sha256", SHA))
        with pytest.raises(ConflictError, match=first.id) as refused:
            studio.declare(("md5", "0" * 31 + "1"), ("sha256", SHA))
        assert [error.pointer for error in refused.value.errors] == ["/scopes/1"]

    def test_another_usage_of_the_same_scope_is_no_repetition(self, studio):
        studio.declare(("sha256", SHA))
        assert studio.declare(("sha256", SHA), preferences={"search": "disallowed"}).state is State.ACTIVE

    def test_another_party_may_say_the_same(self, studio, rival):
        studio.declare(("sha256", SHA))
        assert rival.declare(("sha256", SHA)).state is State.ACTIVE

    def test_what_was_withdrawn_may_be_said_again(self, make_registry, letterbox):
        studio = Studio(make_registry(loosening_delay=0), letterbox)
        first = studio.declare(("sha256", SHA))
        studio.withdraw(first)
        studio.registry.schedule.due(studio.registry.clock())
        assert studio.declarations.get(first.id).state is State.WITHDRAWN
        assert studio.declare(("sha256", SHA)).state is State.ACTIVE


class TestIdempotency:
    def test_the_same_request_leads_to_the_same_declaration(self, studio):
        key = Idempotency("k1", hashlib.sha256(b"body").digest())
        first = studio.declare(("sha256", SHA), idempotency=key)
        assert studio.declare(("sha256", SHA), idempotency=key) == first
        with studio.registry.store.read() as database:
            assert log_size(database) == 1

    def test_another_request_under_the_same_key_is_refused(self, studio):
        studio.declare(("sha256", SHA), idempotency=Idempotency("k1", hashlib.sha256(b"body").digest()))
        with pytest.raises(IdempotencyMismatchError):
            studio.declare(("md5", "1" * 32), idempotency=Idempotency("k1", hashlib.sha256(b"other").digest()))

    def test_keys_belong_to_accounts(self, studio, rival):
        key = Idempotency("k1", hashlib.sha256(b"body").digest())
        assert (
            studio.declare(("sha256", SHA), idempotency=key).id
            != rival.declare(("sha256", SHA), idempotency=key).id
        )

    def test_a_refused_request_does_not_use_up_its_key(self, studio):
        key = Idempotency("k1", hashlib.sha256(b"body").digest())
        first = studio.declare(("sha256", SHA))
        with pytest.raises(ConflictError):
            studio.declare(("sha256", SHA), idempotency=key)
        assert studio.declare(("md5", "1" * 32), idempotency=key).id != first.id

    def test_a_hundred_at_once_make_one_declaration(self, studio):
        key = Idempotency("k1", hashlib.sha256(b"body").digest())
        start = threading.Barrier(100)

        def send(_):
            start.wait()
            return studio.declare(("sha256", SHA), idempotency=key).id

        with ThreadPoolExecutor(100) as pool:
            assert len(set(pool.map(send, range(100)))) == 1
        with studio.registry.store.read() as database:
            assert log_size(database) == 1


class TestLimits:
    def many(self, studio, count, start=0):
        for number in range(start, start + count):
            studio.declare(("md5", f"{number + 1:032x}"))

    def test_declarations_a_day_are_limited_and_more_strictly_for_an_unverified_party(
        self, make_registry, letterbox, clock, zone
    ):
        registry = make_registry(limits=Limits(unverified_declarations_per_day=3, declarations_per_day=5))
        studio = Studio(registry, letterbox)
        self.many(studio, 2)
        pending = studio.declare(("domain", "example.com"))
        with pytest.raises(RateLimitedError) as refused:
            self.many(studio, 1, 10)
        assert 0 < refused.value.retry_after <= DAY
        studio.prove(zone, pending)
        self.many(studio, 2, 10)
        with pytest.raises(RateLimitedError):
            self.many(studio, 1, 20)
        clock.pass_(DAY)
        self.many(studio, 1, 20)

    def test_an_unverified_party_has_so_many_in_force(self, make_registry, letterbox):
        studio = Studio(make_registry(limits=Limits(unverified_declarations_per_party=2)), letterbox)
        self.many(studio, 2)
        with pytest.raises(ConflictError, match="prove control"):
            self.many(studio, 1, 5)

    def test_so_many_wait_for_proof(self, make_registry, letterbox):
        studio = Studio(make_registry(limits=Limits(drafts_per_account=1)), letterbox)
        studio.declare(("domain", "example.com"))
        with pytest.raises(ConflictError, match="wait for proof"):
            studio.declare(("domain", "example.org"))

    def test_scopes_of_one_declaration_are_limited(self, make_registry, letterbox):
        studio = Studio(make_registry(limits=Limits(unverified_scopes_per_declaration=2)), letterbox)
        with pytest.raises(InvalidRequestError, match="one field"):
            studio.declare(*(("md5", f"{number + 1:032x}") for number in range(3)))


def test_every_change_of_state_leaves_one_line_in_the_audit_trail(studio, registry, clock, zone):
    made = studio.declare(("domain", "example.com"))
    studio.prove(zone, made)
    studio.withdraw(made)
    pass_time(registry, clock, 3 * DAY)
    registry.erasure.erase(made.id)
    with registry.store.read() as database:
        trail = [(actor, action) for _, actor, action in actions_on(database, made.id)]
    assert trail == [
        (studio.actor.account, "open"),
        (studio.actor.account, "declare"),
        (studio.actor.account, "announce-withdraw"),
        ("registry", "withdraw"),
        ("operator", "erase"),
    ]


def test_a_private_part_is_not_in_the_public_json(studio, registry):
    made = studio.declare(("domain", "example.com"), contact="licence@example.com")
    assert not {"expires", "change", "unproved_scopes", "waiting_scopes"} & set(made.to_json())
    assert made.private_json()["unproved_scopes"] == [0]
    assert studio.actor.account not in str(made.to_json())


def test_ids_are_random_and_well_formed(studio):
    made = studio.declare(("sha256", SHA))
    assert len(made.id) == 26
    assert made.id != encode_id(bytes(16))
    assert isinstance(studio.actor, Actor)
    assert studio.declarations.history(made.id)[0].type is LeafType.DECLARE


def test_a_long_list_is_read_a_page_at_a_time_newest_first_with_nothing_lost_or_twice(studio, rival):
    made = [studio.declare(("sha256", f"{number:064x}")).id for number in range(2 * PAGE_ROWS + 3)]
    rival.declare(("sha256", SHA))
    for of in (
        lambda after: studio.declarations.of_party(studio.party.id, after),
        lambda after: studio.declarations.of_account(studio.actor, after),
    ):
        pages, after = [], None
        while not pages or after is not None:
            pages.append(of(after))
            after = pages[-1].following
        assert [len(page.rows) for page in pages] == [PAGE_ROWS, PAGE_ROWS, 3]
        assert [row.id for page in pages for row in page.rows] == made[::-1]


def test_a_page_of_a_list_reads_no_more_records_than_it_shows(studio, monkeypatch):
    for number in range(PAGE_ROWS + 30):
        studio.declare(("sha256", f"{number:064x}"))
    read = []
    decode = Record.decode
    monkeypatch.setattr(Record, "decode", lambda body: read.append(1) or decode(body))
    studio.declarations.of_party(studio.party.id)
    assert len(read) == PAGE_ROWS
