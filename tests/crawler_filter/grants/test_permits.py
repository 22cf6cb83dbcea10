"""What is lifted, as laws over `decide`; and ten thousand attempts with one thing wrong, none of which lifts anything."""

import random
from collections import Counter
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.checks.combining import decide
from crawler_filter.checks.freshness import Freshness
from crawler_filter.checks.permitting import permits_of
from crawler_filter.decision import SnapshotId
from crawler_filter.filter import Filter
from crawler_filter.finding import Match, Statement
from crawler_filter.formats.jwk import thumbprint
from crawler_filter.formats.record import Assurance, Record, Scope, ScopeKind, encode_id
from crawler_filter.formats.urls import key
from crawler_filter.grants.operator import Identity, Operator
from crawler_filter.grants.permits import CLOCK_DOUBT, NOBODY, GrantDoubt, Permits
from crawler_filter.grants.rows import GrantRow, client_digest, encode_full, scope_digest
from crawler_filter.policy import Policy
from crawler_filter.preference import Preference, Usage, encode_preferences
from crawler_filter.snapshot import Snapshot

NOW = 1_800_000_000
CLIENT = "https://bots.example/card"
SECRET = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PRINT = thumbprint(SECRET.public_key().public_bytes_raw())
ORIGIN = "registry.example"
SNAPSHOT = SnapshotId(ORIGIN, 7, 9, "root", NOW)
PLACES = [(ScopeKind.DOMAIN, "example.com"), (ScopeKind.HOST, "www.example.com"),
          (ScopeKind.PREFIX, "www.example.com/art/"), (ScopeKind.URL, "www.example.com/art/1.png")]  # fmt: skip
CONTENT = [(ScopeKind.SHA256, "ab" * 32), (ScopeKind.ISBN, "9784873119328"), (ScopeKind.PDQ, "cd" * 32)]
ORDER = [Preference.UNKNOWN, Preference.ALLOWED, Preference.DISALLOWED]


def digest(kind: ScopeKind, value: str) -> str:
    return scope_digest(kind, bytes.fromhex(value)[:16] if kind is ScopeKind.SHA256 else key(value))


def row(number: int = 1, **change) -> GrantRow:
    base = GrantRow(
        encode_id(bytes([number]) * 16), 5, 1, client_digest(CLIENT), (PRINT,), (Usage.TRAIN_AI,), NOW - 100, None, None,
        (digest(*PLACES[0]),), (),
    )  # fmt: skip
    return replace(base, **change)


def match(
    kind: ScopeKind, value: str, party: int = 1, *, said=Preference.DISALLOWED, verified=True, leaf=3, **flags
):
    stated = encode_preferences({Usage.TRAIN_AI: said})
    assurance = Assurance.VERIFIED if verified else Assurance.ATTESTED
    statement = Statement(
        leaf, encode_id(bytes(16)), party, stated, assurance, flags.get("disputed", False), False, True
    )
    return Match(kind, value, statement)


def permits(*rows: GrantRow, who=None, now=NOW) -> Permits:
    return Permits.of(who or Identity(CLIENT, PRINT), ORIGIN, rows, issued=NOW, now=now)


def decided(locations, contents, granted: Permits = NOBODY, policy=None):
    return decide(
        locations, contents, (), policy or Policy.opt_out(Usage.TRAIN_AI), snapshot=SNAPSHOT, permits=granted
    )


SAID = st.sampled_from([Preference.DISALLOWED, Preference.DISALLOWED, Preference.ALLOWED])
LOCATIONS = st.lists(
    st.lists(st.builds(
        lambda place, party, said, verified: match(*place, party, said=said, verified=verified),
        st.sampled_from(PLACES), st.integers(1, 3), SAID, st.booleans(),
    ), max_size=5), max_size=2,
)  # fmt: skip
CONTENTS = st.lists(st.builds(
    lambda scope, party, leaf: match(*scope, party, verified=False, leaf=leaf),
    st.sampled_from(CONTENT), st.integers(1, 3), st.integers(3, 4),
), max_size=3)  # fmt: skip
ROWS = st.lists(st.builds(
    lambda number, party, scopes, content: row(
        number, party=party, scopes=tuple(digest(*scope) for scope in scopes), content=tuple(content)),
    st.integers(1, 9), st.integers(1, 3), st.lists(st.sampled_from(PLACES + CONTENT[:2]), max_size=4),
    st.lists(st.integers(3, 4), max_size=2),
), max_size=3)  # fmt: skip


@given(LOCATIONS, CONTENTS, ROWS)
def test_a_grant_only_loosens_and_never_what_another_party_says(locations, contents, rows):
    without, with_ = decided(locations, contents), decided(locations, contents, permits(*rows))
    assert ORDER.index(with_.preference) <= ORDER.index(without.preference)
    parties = {each.party for each in rows}
    rest = decided(
        [[each for each in matches if each.statement.party not in parties] for matches in locations],
        [each for each in contents if each.statement.party not in parties],
    )
    assert ORDER.index(with_.preference) >= ORDER.index(rest.preference)
    if not with_.grants:
        assert (with_.findings, with_.preference) == (without.findings, without.preference)


@given(LOCATIONS, CONTENTS, ROWS, st.randoms())
def test_the_order_of_matches_and_grants_says_nothing(locations, contents, rows, chance):
    before = decided(locations, contents, permits(*rows))
    for each in (*locations, locations, contents, rows):
        chance.shuffle(each)
    after = decided(locations, contents, permits(*rows))
    assert (after.preference, after.keep) == (before.preference, before.keep)


@given(LOCATIONS, CONTENTS, ROWS, ROWS)
def test_more_grants_never_lift_less(locations, contents, some, more):
    less, lot = decided(locations, contents, permits(*some)), decided(locations, contents, permits(*some, *more))
    assert ORDER.index(lot.preference) <= ORDER.index(less.preference)


@given(LOCATIONS, CONTENTS, ROWS)
def test_a_grant_allows_only_where_a_permission_could_be_given(locations, contents, rows):
    said = decided(locations, contents, permits(*rows))
    for finding in said.findings:
        if finding.grant and finding.preference is Preference.ALLOWED:
            assert finding.assurance is Assurance.VERIFIED
            assert finding.rule == f"grant {finding.grant}"


def stranger(seed: random.Random) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed.randbytes(32))


WHO = {
    "another's key": lambda seed: Operator(CLIENT, stranger(seed)),
    "another address": lambda seed: Operator(f"{CLIENT}{seed.randrange(10**6)}", SECRET),
    "no key": lambda seed: Operator(CLIENT),
    "a name alone": lambda seed: CLIENT,
}
WHAT = {
    "other usages": lambda seed: {"usages": tuple(usage for usage in Usage if usage is not Usage.TRAIN_AI)},
    "over, or nearly": lambda seed: {"until": NOW + seed.randrange(-(10**6), CLOCK_DOUBT + 1)},
    "not begun": lambda seed: {"start": NOW + seed.randrange(1, 10**6)},
    "another territory": lambda seed: {"territory": (seed.choice(["DE", "US", "KR"]),)},
    "a smaller scope": lambda seed: {"scopes": (digest(*seed.choice(PLACES[1:])),)},
    "another kind of scope": lambda seed: {"scopes": (scope_digest(ScopeKind.HOST, key("example.com")),)},
    "another scope": lambda seed: {"scopes": (seed.randbytes(16).hex(),)},
    "another party": lambda seed: {"party": seed.randrange(2, 2**63)},
    "another key named": lambda seed: {"keys": (thumbprint(seed.randbytes(32)),)},
    "another operator named": lambda seed: {"client": seed.randbytes(16).hex()},
}


PARTY = encode_id((1).to_bytes(8) + bytes(8))


def snapshot(scope: Scope, rows: bytes | None) -> Snapshot:
    record = Record(encode_id(bytes(16)), 1, PARTY, "author", "v", "s", (scope,))
    made = Snapshot.from_records([(3, record)], SNAPSHOT)
    made.grants = rows
    return made


def scope(**flags) -> Scope:
    return Scope(
        ScopeKind.DOMAIN, "example.com", {Usage.TRAIN_AI: Preference.DISALLOWED}, Assurance.VERIFIED, **flags
    )


def test_the_right_grant_lifts():
    made = snapshot(scope(), encode_full([row()]))
    policy = replace(Policy.opt_out(Usage.TRAIN_AI), operator=Operator(CLIENT, SECRET))
    standing = Freshness.of(made, policy, NOW)
    assert decided([made.match_url("www.example.com/")], [], standing.permits).grants == (row().id,)


ATTEMPTS = [*((name, WHO[name], lambda seed: {}) for name in WHO),
            *((name, lambda seed: Operator(CLIENT, SECRET, seed.choice([None, "JP"])), WHAT[name]) for name in WHAT)]  # fmt: skip


@pytest.mark.whole
@pytest.mark.parametrize(("who", "what"), [one[1:] for one in ATTEMPTS], ids=[one[0] for one in ATTEMPTS])
def test_of_ten_thousand_attempts_with_one_thing_wrong_none_lifts_anything(who, what):
    seed = random.Random(2026)
    made, kept = snapshot(scope(), None), Counter()
    for _ in range(10_000 // len(ATTEMPTS) + 1):
        made.grants = encode_full([row(**what(seed))])
        policy = replace(Policy.opt_out(Usage.TRAIN_AI), operator=who(seed))
        granted = permits_of(made, policy, NOW, stale=False, shown=None)
        kept[decided([made.match_url("www.example.com/")], [], granted, policy).keep] += 1
    assert kept.keys() == {False}


def test_a_disputed_scope_and_a_stale_snapshot_are_not_lifted():
    policy = replace(Policy.opt_out(Usage.TRAIN_AI), operator=Operator(CLIENT, SECRET))
    for made, stale in ((snapshot(scope(disputed=True), encode_full([row()])), False),
                        (snapshot(scope(), encode_full([row()])), True)):  # fmt: skip
        granted = permits_of(made, policy, NOW, stale=stale, shown=None)
        assert not decided([made.match_url("www.example.com/")], [], granted, policy).keep


class Liar:
    """A device that has another's public key and signs with its own."""

    def __init__(self, sign=None) -> None:
        self._sign = sign or Ed25519PrivateKey.from_private_bytes(bytes(32)).sign

    def sign(self, data: bytes) -> bytes:
        return self._sign(data)

    def public_key(self):
        return SECRET.public_key()


def _fails(data: bytes) -> bytes:
    raise OSError("the device is not there")


@pytest.mark.parametrize("sign", [None, _fails, lambda data: b"", lambda data: SECRET.sign(b"another challenge")])
def test_a_public_key_that_anybody_may_copy_shows_nothing(sign):
    assert Operator(CLIENT, Liar(sign)).identify(ORIGIN, 1, "root") is None
    made = snapshot(scope(), encode_full([row()]))
    policy = replace(Policy.opt_out(Usage.TRAIN_AI), operator=Operator(CLIENT, Liar(sign)))
    assert permits_of(made, policy, NOW, stale=False, shown=None).doubts[0].doubt is GrantDoubt.UNPROVED


def test_a_challenge_of_one_snapshot_is_no_answer_to_that_of_another():
    answers = []

    def recorded(data: bytes) -> bytes:
        answers.append(SECRET.sign(data))
        return answers[0]

    replayed = Operator(CLIENT, Liar(recorded))
    assert replayed.identify(ORIGIN, 1, "root") is not None
    for other in ((ORIGIN, 2, "root"), (ORIGIN, 1, "toor"), ("other.example", 1, "root")):
        assert replayed.identify(*other) is None


def test_the_key_signs_once_for_each_standing_of_a_snapshot():
    signed = []

    def counted(data: bytes) -> bytes:
        signed.append(data)
        return SECRET.sign(data)

    from crawler_filter.checks.sources import FixedSource

    made = snapshot(scope(), encode_full([row()]))
    policy = replace(Policy.opt_out(Usage.TRAIN_AI), operator=Operator(CLIENT, Liar(counted)))
    optout = Filter(FixedSource(made), policy, clock=lambda: NOW)
    assert all(optout.check(f"https://www.example.com/{page}").keep for page in range(50))
    assert len(signed) == 1


def test_a_grant_with_no_end_needs_no_look_at_the_clock_and_one_with_an_end_is_looked_at_in_time():
    assert permits(row()).until == float("inf")
    assert permits(row(until=NOW + 5_000)).until == NOW + 5_000 - CLOCK_DOUBT
