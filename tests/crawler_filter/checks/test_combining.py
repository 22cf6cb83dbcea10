"""The rules of meaning, each a table of cases: who speaks, what combines, what is kept."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.checks.combining import decide
from crawler_filter.decision import Decision, SnapshotId
from crawler_filter.finding import Match, Source, Statement, Unavailable
from crawler_filter.formats.record import Assurance, ScopeKind
from crawler_filter.policy import Mode, Policy
from crawler_filter.preference import Preference, Usage, combine, encode_preferences
from crawler_filter.reason import UNCHECKED, Reason

ALLOWED, DISALLOWED, UNKNOWN = Preference.ALLOWED, Preference.DISALLOWED, Preference.UNKNOWN
SNAPSHOT = SnapshotId("registry.example", 1, 10, "", 0)
POLICY = Policy.opt_out(Usage.TRAIN_AI)


def match(kind: str, matched: str, said: dict[str, str] | str, party: int = 1, **changes: object) -> Match:
    preferences = {"train-ai": said} if isinstance(said, str) else said
    statement = Statement(
        leaf=0,
        declaration="a" * 26,
        party=party,
        preferences=encode_preferences({Usage(usage): Preference(what) for usage, what in preferences.items()}),
        assurance=Assurance.VERIFIED,
        disputed=False,
        lapsed=False,
        party_verified=True,
    )
    return Match(ScopeKind(kind), matched, replace(statement, **changes))


def decided(*locations: list[Match], contents: tuple[Match, ...] = (), policy: Policy = POLICY) -> Decision:
    return decide(locations, contents, (), policy, snapshot=SNAPSHOT)


DOMAIN_NO = match("domain", "example.com", "disallowed")
UNAVAILABLE = [Unavailable(Source.ASSET, reason.value, reason) for reason in UNCHECKED]
ATTESTED = {"assurance": Assurance.ATTESTED}

RULES = [
    ("nobody said anything", [[]], [], UNKNOWN),
    ("a domain is reserved", [[DOMAIN_NO]], [], DISALLOWED),
    ("a deeper path of the same party speaks", [[DOMAIN_NO, match("prefix", "example.com/a/", "allowed")]], [], ALLOWED),
    ("a deeper path that states only search does not", [[DOMAIN_NO, match("prefix", "example.com/a/", {"search": "allowed"})]], [], DISALLOWED),
    ("the longest prefix speaks", [[match("prefix", "example.com/a/", "allowed"), match("prefix", "example.com/a/b/", "disallowed")]], [], DISALLOWED),
    ("a url outranks a prefix", [[match("prefix", "example.com/a/", "disallowed"), match("url", "example.com/a/b", "allowed")]], [], ALLOWED),
    ("a host outranks a longer domain", [[match("host", "a.example.com", "allowed"), DOMAIN_NO]], [], ALLOWED),
    ("the longest domain speaks", [[DOMAIN_NO, match("domain", "a.example.com", "allowed")]], [], ALLOWED),
    ("equally specific ones combine by most restrictive", [[DOMAIN_NO, match("domain", "example.com", "allowed")]], [], DISALLOWED),
    ("another party cannot loosen", [[DOMAIN_NO, match("url", "example.com/x", "allowed", party=2)]], [], DISALLOWED),
    ("another party can tighten", [[match("domain", "example.com", "allowed"), match("url", "example.com/x", "disallowed", party=2)]], [], DISALLOWED),
    ("two parties allow", [[match("domain", "example.com", "allowed"), match("host", "example.com", "allowed", party=2)]], [], ALLOWED),
    ("an attested url restricts", [[match("url", "example.com/x", "disallowed", **ATTESTED)]], [], DISALLOWED),
    ("an attested url cannot allow", [[match("url", "example.com/x", "allowed", **ATTESTED)]], [], UNKNOWN),
    ("an attested allowed does not silence the domain", [[DOMAIN_NO, match("url", "example.com/x", "allowed", **ATTESTED)]], [], DISALLOWED),
    ("a digest restricts whatever the place says", [[match("domain", "example.com", "allowed")]], [match("sha256", "00", "disallowed", **ATTESTED)], DISALLOWED),
    ("a digest cannot allow", [[]], [match("sha256", "00", "allowed")], UNKNOWN),
    ("a disputed scope keeps restricting", [[match("domain", "example.com", "disallowed", disputed=True)]], [], DISALLOWED),
    ("a held scope of a party that verified something keeps restricting", [], [match("pdq", "a5", "disallowed", held=True, **ATTESTED)], DISALLOWED),
    ("a held scope of any other party does not", [], [match("pdq", "a5", "disallowed", held=True, party_verified=False, **ATTESTED)], UNKNOWN),
    ("a lapsed scope keeps restricting", [[match("domain", "example.com", "disallowed", lapsed=True)]], [], DISALLOWED),
    ("reserving tdm reserves training", [[match("domain", "example.com", {"tdm": "disallowed"})]], [], DISALLOWED),
    ("allowing tdm allows no training", [[match("domain", "example.com", {"tdm": "allowed"})]], [], UNKNOWN),
    ("the page it was found on is reserved", [[match("domain", "cdn.example", "allowed")], [DOMAIN_NO]], [], DISALLOWED),
    ("specificity does not reach from one url to another", [[match("url", "cdn.example/x", "allowed")], [DOMAIN_NO]], [], DISALLOWED),
]  # fmt: skip


@pytest.mark.parametrize(
    ("locations", "contents", "expected"), [rule[1:] for rule in RULES], ids=[r[0] for r in RULES]
)
def test_rules_of_combining(locations: list[list[Match]], contents: list[Match], expected: Preference) -> None:
    for ordered in itertools.permutations(locations):
        assert decided(*[rows[::-1] for rows in ordered], contents=tuple(contents)).preference is expected


@pytest.mark.parametrize(
    ("preference", "unchecked", "opt_out", "permission_first"),
    [
        (ALLOWED, False, True, True),
        (UNKNOWN, False, True, False),
        (DISALLOWED, False, False, False),
        (ALLOWED, True, False, False),
        (UNKNOWN, True, False, False),
        (DISALLOWED, True, False, False),
    ],
)
def test_neither_policy_keeps_what_is_reserved_or_could_not_be_checked(
    preference: Preference, unchecked: bool, opt_out: bool, permission_first: bool
) -> None:
    rows = [] if preference is UNKNOWN else [match("domain", "example.com", preference.value)]
    missing = [Unavailable(Source.REGISTRY, "too old", Reason.UNCHECKED_SNAPSHOT)] if unchecked else []
    for policy, expected in ((POLICY, opt_out), (Policy.permission_first(Usage.TRAIN_AI), permission_first)):
        assert decide([rows], (), missing, policy, snapshot=SNAPSHOT).keep is expected


@pytest.mark.parametrize(("mode", "keep"), [(Mode.ENFORCE, False), (Mode.AUDIT, True), (Mode.OFF, True)])
def test_only_enforce_excludes_and_audit_still_says_what_it_found(mode: Mode, keep: bool) -> None:
    decision = decided([DOMAIN_NO], policy=replace(POLICY, mode=mode))
    assert decision.keep is keep
    assert decision.preference is DISALLOWED


def test_a_policy_may_count_verified_statements_only() -> None:
    verified = replace(POLICY, assurance=frozenset({Assurance.VERIFIED}))
    decision = decided([match("url", "example.com/x", "disallowed", **ATTESTED)], policy=verified)
    assert decision.preference is UNKNOWN
    assert [finding.decides for finding in decision.findings] == [False]


def test_what_does_not_speak_is_still_shown() -> None:
    decision = decided([DOMAIN_NO, match("prefix", "example.com/a/", "allowed")])
    assert [(finding.rule, finding.decides) for finding in decision.findings] == [
        ("domain example.com", False),
        ("prefix example.com/a/", True),
    ]


def test_a_finding_says_what_a_reader_should_know() -> None:
    row = match("url", "example.com/x", "disallowed", disputed=True, lapsed=True, party_verified=False, **ATTESTED)
    decision = decided([row])
    assert decision.findings[0].flags == ("disputed", "lapsed", "party-unverified")
    assert "[attested, disputed, lapsed, party-unverified]" in decision.explain()
    assert f"https://registry.example/d/{'a' * 26}" in decision.explain()


preferences = st.sampled_from(Preference)


@given(preferences, preferences, preferences)
def test_combining_is_a_lattice(a: Preference, b: Preference, c: Preference) -> None:
    assert combine([a, a]) is a
    assert combine([a, b]) is combine([b, a])
    assert combine([combine([a, b]), c]) is combine([a, combine([b, c])])
    assert combine([a, UNKNOWN]) is a
    assert combine([a, DISALLOWED]) is DISALLOWED
    assert combine([]) is UNKNOWN


def test_a_matcher_of_the_operators_own_only_flags_by_default() -> None:
    decision = decided(contents=(match("embed", "example.com/", "disallowed"),))
    assert (decision.keep, decision.findings[0].decides) == (True, False)
