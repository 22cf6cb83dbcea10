"""The answer for one asset: its reason, its words, and the trip through JSON."""

import hashlib
import json
import re
from dataclasses import replace

import pytest

from crawler_filter import __version__
from crawler_filter.checks.combining import decide, joined
from crawler_filter.decision import Decision
from crawler_filter.finding import Finding, Match, Source, Unavailable
from crawler_filter.formats.record import ScopeKind
from crawler_filter.policy import MatcherRule, Mode, Policy
from crawler_filter.preference import Usage
from crawler_filter.reason import OURS, Reason
from tests.crawler_filter.checks.test_combining import (
    ATTESTED,
    DISALLOWED,
    DOMAIN_NO,
    POLICY,
    SNAPSHOT,
    UNAVAILABLE,
    UNKNOWN,
    decided,
    match,
)


def test_a_decision_has_no_truth_value() -> None:
    with pytest.raises(TypeError, match=r"decision\.keep"):
        bool(decided([]))


def test_a_decision_survives_the_trip_through_json() -> None:
    for decision in (
        decided([DOMAIN_NO], contents=(match("sha256", "00", "disallowed", **ATTESTED),)),
        decide(
            [],
            (),
            [Unavailable(Source.ASSET, "not a URL", Reason.UNCHECKED_ASSET)],
            POLICY,
            snapshot=None,
            stale=True,
        ),
    ):
        assert Decision.from_dict(json.loads(json.dumps(decision.to_dict()))) == decision


KINDS = {
    Reason.REGISTRY_DOMAIN: ["domain"],
    Reason.REGISTRY_HOST: ["host"],
    Reason.REGISTRY_PREFIX: ["prefix"],
    Reason.REGISTRY_URL: ["url"],
    Reason.REGISTRY_DIGEST: ["sha256", "sha1", "md5"],
    Reason.REGISTRY_IMAGE: ["pdq", "embed"],
    Reason.REGISTRY_VIDEO: ["video"],
    Reason.REGISTRY_TEXT: ["text"],
    Reason.REGISTRY_ISCC: ["iscc"],
    Reason.REGISTRY_IDENTIFIER: ["isbn", "doi", "eidr"],
}


@pytest.mark.parametrize("kind", list(ScopeKind))
def test_every_kind_of_scope_has_a_reason_of_its_own(kind: ScopeKind) -> None:
    row = match(kind, "example.com/", "disallowed")
    policy = replace(POLICY, matchers=MatcherRule.DECIDE)
    decision = decided([row], policy=policy) if kind.is_location else decided(contents=(row,), policy=policy)
    assert [kind in KINDS[reason] for reason in KINDS if reason is decision.reason] == [True]
    assert decision.cause is decision.findings[0]


@pytest.mark.parametrize("source", [source for source in Source if source is not Source.REGISTRY])
def test_every_source_of_signals_has_a_reason(source: Source) -> None:
    said = Finding(source, DISALLOWED, "noai", "line 3")
    assert joined(decided([]), [said], (), POLICY).reason.startswith("signal.")


ROBOTS = Finding(Source.ROBOTS_TXT, UNKNOWN, "Disallow: /", "robots.txt line 2", crawl=False)


@pytest.mark.parametrize(
    ("decision", "reason"),
    [
        (decided([]), Reason.KEPT),
        (decided([match("domain", "example.com", "allowed")]), Reason.ALLOWED),
        (decided([], policy=Policy.permission_first(Usage.TRAIN_AI)), Reason.NO_PERMISSION),
        (joined(decided([]), [ROBOTS], (), POLICY), Reason.ROBOTS),
        (joined(decided([DOMAIN_NO]), [ROBOTS], (), POLICY), Reason.REGISTRY_DOMAIN),
        (decide([[DOMAIN_NO]], (), UNAVAILABLE, POLICY, snapshot=None), Reason.REGISTRY_DOMAIN),
        (decide([], (), UNAVAILABLE[::-1], POLICY, snapshot=None), Reason.UNCHECKED_SNAPSHOT),
        (decide([], (), UNAVAILABLE[:0:-1], POLICY, snapshot=None), Reason.UNCHECKED_EXTRA),
        (decide([], (), UNAVAILABLE[2:], POLICY, snapshot=None), Reason.UNCHECKED_ASSET),
        (decide([], (), UNAVAILABLE[3:], replace(POLICY, keep_unavailable=True), snapshot=None), Reason.KEPT),
    ],
    ids=[
        "silence", "allowed", "silence where permission is asked", "not to be crawled", "reserved, not to be crawled",
        "reserved, unchecked", "no snapshot", "no extra", "a broken file", "unchecked and kept",
    ],
)  # fmt: skip
def test_a_decision_has_one_reason(decision: Decision, reason: Reason) -> None:
    assert decision.reason is reason
    assert decision.retry is (reason in OURS)
    assert (reason in (Reason.KEPT, Reason.ALLOWED)) is decision.would_keep


@pytest.mark.parametrize("rows", [[DOMAIN_NO], []])
def test_audit_says_why_enforcing_would_exclude(rows: list[Match]) -> None:
    for policy in (POLICY, Policy.permission_first(Usage.TRAIN_AI)):
        enforced = decided(rows, policy=policy)
        audited = decided(rows, policy=replace(policy, mode=Mode.AUDIT))
        assert (audited.keep, audited.would_keep, audited.reason) == (True, enforced.keep, enforced.reason)


def test_a_summary_is_one_line_with_the_rule_and_the_page_of_the_declaration() -> None:
    page = f"https://registry.example/d/{'a' * 26}"
    assert decided([DOMAIN_NO]).summary() == f"exclude: reserved by domain example.com ({page})"
    audited = decided([DOMAIN_NO], policy=replace(POLICY, mode=Mode.AUDIT))
    assert audited.summary().startswith("would exclude: reserved by domain example.com")
    assert decided([]).summary() == "keep: nobody has reserved it"
    unread = decide([], (), [Unavailable(Source.ASSET, "cut off", Reason.UNCHECKED_ASSET)], POLICY, snapshot=None)
    assert unread.summary() == "exclude: could not be checked, because it cannot be read: cut off"


def test_an_explanation_in_japanese_leaves_no_sentence_of_ours_in_english() -> None:
    attested = match(
        "url", "example.com/x", "disallowed", disputed=True, lapsed=True, party_verified=False, **ATTESTED
    )
    loud = replace(SNAPSHOT, first_use=True)
    decisions = [
        decide([[attested]], (), UNAVAILABLE[:1], POLICY, snapshot=loud, stale=True),
        *(decide([], (), [each], POLICY, snapshot=None) for each in UNAVAILABLE),
        joined(decided([]), [ROBOTS], (), POLICY),
        decided([], policy=Policy.permission_first(Usage.TRAIN_AI)),
        decided([match("domain", "example.com", "allowed"), match("prefix", "example.com/a/", "allowed")]),
    ]
    quoted = r"https://[\w./-]+|[\w-]+\.[\w./-]+|opt-out train-ai|permission-first train-ai|asset|Disallow|line|url|domain|prefix"
    for decision in decisions:
        assert re.findall(r"[A-Za-z]{2,}", re.sub(quoted, "", decision.explain("ja"), flags=re.ASCII)) == []
        assert decision.explain("ja").startswith(decision.summary("ja"))


def test_a_record_identifies_the_content_and_does_not_hold_it() -> None:
    record = decided([DOMAIN_NO]).record("ことば")
    assert record["content"] == {"sha256": hashlib.sha256("ことば".encode()).hexdigest(), "bytes": 9}
    assert record["reason"] == "registry.domain"
    assert record["software"] == f"training-optout {__version__}"
    assert Decision.from_dict(json.loads(json.dumps(record))) == decided([DOMAIN_NO])
    assert decided([]).record()["content"] is None


def test_an_answer_of_an_older_registry_is_read() -> None:
    older = decide([], (), UNAVAILABLE[2:3], POLICY, snapshot=None).to_dict()
    del older["would_keep"], older["reason"], older["unavailable"][0]["cause"]
    assert Decision.from_dict(older).reason is Reason.UNCHECKED_ASSET
