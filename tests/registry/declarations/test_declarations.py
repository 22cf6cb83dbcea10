"""The life of declarations, on a real instance with name servers and sites on loopback."""

import hashlib
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from crawler_filter.checks.asset import Asset
from crawler_filter.formats.record import Assurance, LeafType, ScopeKind, encode_id
from crawler_filter.preference import Preference, Usage
from registry.config import Config, Limits
from registry.control.challenges import Method, instructions
from registry.errors import (
    ConflictError,
    GoneError,
    IdempotencyMismatchError,
    InvalidRequestError,
    NotAuthorisedError,
    NotFoundError,
    ProofMissingError,
    RateLimitedError,
    TransitionError,
)
from registry.instance import open_registry
from registry.lookups.overmatching import WINDOW
from registry.model.declaration import Actor, ChangeKind, DeclarationRequest, Idempotency, ScopeRequest, State
from registry.model.party import AUTHORITY_STATEMENT
from registry.store.audit import actions_on
from registry.store.log import in_force, log_size
from tests.registry.instance import Clock, Letterbox, make_party, sign_in

DAY = 86_400
NO_TRAINING = {"train-ai": "disallowed"}
SHA = hashlib.sha256(b"a drawing").hexdigest()


class Studio:
    """One signed-in account with one party, and short ways to say what it does."""

    def __init__(self, registry, letterbox, email="aoi@example.com"):
        self.registry = registry
        self.declarations = registry.declarations
        self.actor = sign_in(registry, letterbox, email)
        self.party = make_party(registry, self.actor)

    def request(self, *scopes, preferences=None, **rest):
        return DeclarationRequest(
            party=self.party.id,
            scopes=tuple(scope if isinstance(scope, ScopeRequest) else ScopeRequest(*scope) for scope in scopes),
            preferences=NO_TRAINING if preferences is None else preferences,
            statement=AUTHORITY_STATEMENT,
            **rest,
        )

    def declare(self, *scopes, idempotency=None, **rest):
        return self.declarations.declare(self.actor, self.request(*scopes, **rest), idempotency=idempotency)

    def amend(self, declaration, *scopes, **rest):
        return self.registry.changes.amend(self.actor, declaration.id, self.request(*scopes, **rest))

    def withdraw(self, declaration):
        return self.registry.changes.withdraw(self.actor, declaration.id)

    def prove(self, zone, declaration, target=None, method=Method.DNS_TXT):
        """Publish what is asked for in the zone, for good, and have it looked for."""
        challenge = self.registry.proofs.request_proof(self.actor, declaration.id, method, target)
        zone.txt(instructions(challenge, "registry.example").at, f"token={challenge.token}")
        return self.registry.proofs.check_proof(self.actor, declaration.id, challenge.id)

    def types(self, declaration):
        return [entry.type.value for entry in self.declarations.history(declaration.id)]


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def letterbox():
    return Letterbox()


@pytest.fixture
def make_registry(tmp_path, clock, letterbox, fetcher):
    opened = []

    def make(**settings):
        config = Config(instance=tmp_path, origin="registry.example", **settings)
        registry = open_registry(
            config,
            create=not (tmp_path / "registry.db").exists(),
            clock=clock,
            entropy=random.Random(len(opened)).randbytes,
            mailer=letterbox,
            fetcher=fetcher,
        )
        opened.append(registry)
        return registry

    yield make
    for registry in opened:
        registry.close()


@pytest.fixture
def registry(make_registry):
    return make_registry()


@pytest.fixture
def studio(registry, letterbox):
    return Studio(registry, letterbox)


@pytest.fixture
def rival(registry, letterbox):
    return Studio(registry, letterbox, "midori@example.org")


def pass_time(registry, clock, seconds):
    clock.pass_(seconds)
    registry.schedule.due(clock.now)


def replay_is_the_table(registry):
    """The log, replayed, gives exactly the rows of the declarations in force."""
    with registry.store.read() as database:
        replayed = {record.id: record for _, record in in_force(database, log_size(database))}
        rows = database.execute("SELECT id FROM declarations WHERE state IN ('active', 'lapsed')").fetchall()
    assert replayed == {number: registry.declarations.get(number).record for (number,) in rows}


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
    assert studio.declarations.get(both.id).state is State.PENDING
    assert studio.declarations.get(both.id).record.scopes[0].assurance is Assurance.VERIFIED


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


def test_declaring_for_another_accounts_party_is_refused(studio, rival):
    with pytest.raises(NotFoundError):
        studio.declarations.declare(studio.actor, rival.request(("sha256", SHA)), idempotency=None)


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


class TestLoosening:
    def test_a_withdrawal_waits_keeps_restricting_and_is_mailed(self, studio, registry, clock, letterbox):
        made = studio.declare(("sha256", SHA))
        announced = studio.withdraw(made)
        assert (announced.state, announced.change.kind) == (State.ACTIVE, ChangeKind.WITHDRAW)
        assert announced.change.effective == clock.now + 3 * DAY
        to, subject, text = letterbox.letters[-1]
        assert (to, made.id in subject, "/stop/" in text) == ("aoi@example.com", True, True)
        when = datetime.fromtimestamp(announced.change.effective, UTC)
        assert f"takes effect on {when:%Y-%m-%d %H:%M} UTC" in text
        in_japan = when + timedelta(hours=9)
        assert f"{in_japan.year}年{in_japan.month}月{in_japan.day}日 {in_japan:%H:%M}" in text
        pass_time(registry, clock, 3 * DAY - 1)
        assert registry.declarations.get(made.id).state is State.ACTIVE
        replay_is_the_table(registry)
        pass_time(registry, clock, 1)
        assert registry.declarations.get(made.id).state is State.WITHDRAWN
        assert studio.types(made) == ["declare", "notice", "withdraw"]
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

    def test_an_amendment_needs_its_proofs_first(self, studio):
        made = studio.declare(("sha256", SHA))
        with pytest.raises(ProofMissingError) as refused:
            studio.amend(made, ("sha256", SHA), ("domain", "example.com"))
        assert [error.pointer for error in refused.value.errors] == ["/scopes/1"]

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
        assert (lapsed.state, studio.types(made)) == (State.LAPSED, ["declare", "lapse"])
        domain = lapsed.record.scopes[0]
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

    def test_drafts_are_seen_by_their_account_alone(self, studio, rival):
        draft = studio.registry.drafts.save_draft(studio.actor, None, {"lines": "a"})
        assert studio.registry.drafts.save_draft(studio.actor, draft, {"lines": "b"}) == draft
        assert [found.content for found in studio.registry.drafts.drafts(studio.actor)] == [{"lines": "b"}]
        with pytest.raises(NotFoundError):
            rival.registry.drafts.draft(rival.actor, draft)
        with pytest.raises(NotFoundError):
            rival.registry.drafts.save_draft(rival.actor, draft, {})
        rival.registry.drafts.discard_draft(rival.actor, draft)
        studio.registry.drafts.discard_draft(studio.actor, draft)
        assert studio.registry.drafts.drafts(studio.actor) == []

    def test_what_was_never_in_force_is_given_up_without_a_trace_in_the_log(self, studio, registry):
        made = studio.declare(("domain", "example.com"))
        assert studio.withdraw(made).state is State.WITHDRAWN
        with pytest.raises(NotFoundError):
            registry.declarations.get(made.id)


class TestErasing:
    CANARY = "canary-of-a-person"

    def files(self, registry):
        return b"".join(path.read_bytes() for path in registry.config.instance.iterdir() if path.is_file())

    def test_no_byte_of_what_was_erased_is_left(self, studio, registry):
        made = studio.declare(("url", f"example.com/{self.CANARY}/a.png"), contact=f"{self.CANARY}@example.com")
        studio.amend(made, ("url", f"example.com/{self.CANARY}/a.png"), ("md5", "1" * 32))
        studio.withdraw(made)
        assert self.CANARY.encode() in self.files(registry)
        registry.moderation.erase(made.id)
        assert self.CANARY.encode() not in self.files(registry)
        assert studio.types(made) == ["declare", "amend", "notice", "erase"]
        replay_is_the_table(registry)

    def test_a_reader_in_the_way_only_delays_it(self, studio, registry, clock):
        made = studio.declare(("url", f"example.com/{self.CANARY}"))
        with registry.store.read() as database:
            assert log_size(database) == 1
            registry.moderation.erase(made.id)
            assert self.CANARY.encode() in self.files(registry)
        pass_time(registry, clock, 1)
        assert self.CANARY.encode() not in self.files(registry)

    def test_the_number_of_an_erased_declaration_says_that_it_is_gone(self, studio, registry):
        made = studio.declare(("sha256", SHA))
        registry.moderation.erase(made.id)
        for _ in range(2):
            with pytest.raises(GoneError):
                registry.declarations.visible(made.id, None)
        with pytest.raises(GoneError):
            registry.moderation.erase(made.id)
        assert studio.declarations.of_account(studio.actor) == []

    def test_an_erased_domain_takes_its_proof_with_it_unless_another_needs_it(self, studio, registry, zone):
        first = studio.prove(zone, studio.declare(("domain", "canary-domain.com")))
        second = studio.declare(("host", "www.canary-domain.com"))
        registry.moderation.erase(first.id)
        assert registry.declarations.get(second.id).state is State.ACTIVE
        registry.moderation.erase(second.id)
        assert b"canary-domain" not in self.files(registry)

    def test_a_pending_declaration_is_erased_without_a_leaf(self, studio, registry):
        made = studio.declare(("domain", f"{self.CANARY}.com"))
        registry.proofs.request_proof(studio.actor, made.id, Method.DNS_TXT)
        registry.moderation.erase(made.id)
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
    def test_content_is_held_for_review_and_released(self, studio, registry):
        made = studio.declare(("pdq", "a5" * 32), ("sha256", SHA))
        held = registry.moderation.hold(made.id)
        assert [scope.held for scope in held.record.scopes] == [True, False]
        released = registry.moderation.release(made.id)
        assert released.record.scopes == made.record.scopes
        assert studio.types(made) == ["declare", "hold", "resolve"]
        replay_is_the_table(registry)

    @pytest.mark.parametrize("hold_floods", [False, True])
    def test_what_every_lookup_is_like_is_held_by_itself_only_where_the_operator_wants_it(
        self, make_registry, letterbox, hold_floods
    ):
        registry = make_registry(hold_floods=hold_floods)
        made = Studio(registry, letterbox).declare(("pdq", "a5" * 32))
        registry.publisher.publish()
        for _ in registry.lookup.lookups([Asset(fingerprints=["pdq:" + "a5" * 32])] * WINDOW, Usage.TRAIN_AI):
            pass
        assert registry.declarations.get(made.id).record.scopes[0].held is hold_floods

    def test_an_amendment_does_not_end_a_review(self, studio, registry):
        made = studio.declare(("pdq", "a5" * 32))
        registry.moderation.hold(made.id)
        assert studio.amend(made, ("pdq", "a5" * 32), ("md5", "1" * 32)).record.scopes[0].held

    def test_only_content_is_held_and_only_what_is_held_is_released(self, studio, registry):
        made = studio.declare(("sha256", SHA))
        with pytest.raises(TransitionError):
            registry.moderation.hold(made.id)
        with pytest.raises(TransitionError):
            registry.moderation.release(made.id)


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
    registry.moderation.erase(made.id)
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
    assert not {"expires", "change", "unproved_scopes"} & set(made.to_json())
    assert made.private_json()["unproved_scopes"] == [0]
    assert studio.actor.account not in str(made.to_json())


def test_ids_are_random_and_well_formed(studio):
    made = studio.declare(("sha256", SHA))
    assert len(made.id) == 26
    assert made.id != encode_id(bytes(16))
    assert isinstance(studio.actor, Actor)
    assert studio.declarations.history(made.id)[0].type is LeafType.DECLARE
