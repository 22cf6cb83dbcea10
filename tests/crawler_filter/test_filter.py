"""A check never raises for what an asset is, and never keeps anything because something failed."""

import base64
import hashlib
import threading
from array import array
from dataclasses import replace
from datetime import timedelta

import pytest

from crawler_filter import (
    Decision,
    Filter,
    Mode,
    Policy,
    Preference,
    Reason,
    SnapshotId,
    SnapshotMissingError,
    Source,
    Usage,
)
from crawler_filter.checks.sources import FixedSource
from crawler_filter.formats.record import Assurance
from crawler_filter.policy import ContentLookup
from crawler_filter.snapshot import Segment, Snapshot, build
from tests.simulators.published import NOW, PublishedRegistry, scope

FILE = b"the picture itself"
POLICY = Policy.opt_out(Usage.TRAIN_AI)
ATTESTED = Assurance.ATTESTED


def registry() -> PublishedRegistry:
    published = PublishedRegistry()
    published.declare(scope("domain", "reserved.example.com"))
    published.declare(scope("domain", "free.example.org", preference=Preference.ALLOWED))
    published.declare(
        scope("sha256", hashlib.sha256(FILE).hexdigest(), ATTESTED),
        scope("sha1", hashlib.sha1(b"by sha1", usedforsecurity=False).hexdigest(), ATTESTED),
        scope("isbn", "9780306406157", ATTESTED),
    )
    return published


def snapshot(issued: int = NOW) -> Snapshot:
    return registry().snapshot(issued)


def opened(policy: Policy = POLICY, *, now: float = NOW, issued: int = NOW) -> Filter:
    return Filter(FixedSource(snapshot(issued)), policy, clock=lambda: now)


def rules(decision: Decision) -> list[str]:
    return [finding.rule.split(" ")[0] for finding in decision.findings]


NOT_URLS = [
    None, b"http://a.example/\xff", b"\xff", "", " ", "no url", "ftp://a.example/", "http://", "http://[::1", 7, [],
    "data:,x", "http://a\x00.example/", "http://" + "a" * 70_000 + ".example/", "http://\ud800.example/",
]  # fmt: skip


@pytest.mark.parametrize("asset", NOT_URLS, ids=lambda asset: repr(asset)[:40])
@pytest.mark.parametrize(
    "policy", [POLICY, Policy.permission_first(Usage.TRAIN_AI)], ids=lambda policy: policy.name
)
def test_what_is_not_a_url_could_not_be_checked(asset: object, policy: Policy) -> None:
    optout = opened(policy)
    between = ["http://free.example.org/", asset, "http://free.example.org/"]
    decision = optout.check(asset)
    assert not decision.keep
    assert decision.preference is Preference.UNKNOWN
    assert [missing.source for missing in decision.unavailable] == [Source.ASSET]
    assert decision.unavailable[0].reason.startswith("not a URL: ")
    assert list(optout.check_many(between))[1] == decision
    assert optout.mask(between) == [True, False, True]


def test_a_batch_with_bad_items_answers_each_of_them() -> None:
    items = ["http://reserved.example.com/", None, "http://other.example/", {"url": "nonsense"}, {"content": FILE}]
    assert [decision.keep for decision in opened().check_many(items)] == [False, False, True, False, False]


@pytest.mark.parametrize(
    ("asset", "expected"),
    [
        ({"url": "http://cdn.example/1.png", "content": FILE}, ["sha256"]),
        ({"sha256": hashlib.sha256(FILE).hexdigest().upper()}, ["sha256"]),
        ({"sha256": hashlib.sha256(FILE).digest()}, ["sha256"]),
        ({"sha1": base64.b32encode(hashlib.sha1(b"by sha1", usedforsecurity=False).digest()).decode()}, ["sha1"]),
        ({"identifiers": {"isbn": "0-306-40615-2"}}, ["isbn"]),
        ({"url": "http://cdn.example/1.png", "found_on": ["http://www.reserved.example.com/"]}, ["domain"]),
    ],
    ids=["content", "hex", "bytes", "base32 of WARC", "isbn-10", "found on a reserved page"],
)
def test_a_work_is_known_by_whatever_is_given_of_it(asset: dict, expected: list[str]) -> None:
    decision = opened().check(**asset)
    assert not decision.keep
    assert rules(decision) == expected


@pytest.mark.parametrize(
    "asset",
    [
        {"sha256": "zz"},
        {"md5": b"short"},
        {"identifiers": {"isbn": "123"}},
        {"identifiers": {"planet": "mars"}},
        {"identifiers": "9780306406157"},
        {"content": 7},
        {"found_on": ["nonsense"]},
        {"found_on": [None]},
    ],
    ids=repr,
)
def test_a_digest_or_identifier_that_cannot_be_one_could_not_be_checked(asset: dict) -> None:
    decision = opened().check("http://other.example/", **asset)
    assert not decision.keep
    assert decision.unavailable


def test_a_miss_is_one_shared_decision_that_costs_no_allocation() -> None:
    optout = opened()
    assert optout.check("http://one.example/") is optout.check("http://two.example/")


@pytest.mark.parametrize(
    ("age", "keep", "stale"),
    [
        (timedelta(hours=1), True, False),
        (timedelta(hours=25), True, True),
        (timedelta(days=8), False, True),
        (timedelta(minutes=-4), True, False),
        (timedelta(minutes=-6), False, False),
    ],
    ids=["fresh", "stale", "too old", "a little ahead", "from the future"],
)
def test_the_age_of_the_snapshot_is_part_of_the_answer(age: timedelta, keep: bool, stale: bool) -> None:
    decision = opened(now=NOW + age.total_seconds()).check("http://other.example/")
    assert decision.keep is keep
    assert bool(decision.unavailable) is not keep
    if keep:
        assert decision.stale is stale


@pytest.mark.parametrize(
    ("age", "said"),
    [(timedelta(minutes=5), "5 minutes"), (timedelta(hours=30), "30 hours"), (timedelta(days=8), "8.0 days")],
)
def test_the_age_of_a_snapshot_that_is_too_old_is_said_in_a_fitting_unit(age: timedelta, said: str) -> None:
    policy = replace(Policy.opt_out(Usage.TRAIN_AI), fresh_for=timedelta(0), max_age=timedelta(minutes=1))
    decision = opened(policy, now=NOW + age.total_seconds()).check("http://other.example/")
    assert f"the snapshot is {said} old; sync a newer one" in decision.summary()


def test_a_reserved_work_stays_reserved_however_old_the_snapshot() -> None:
    decision = opened(now=NOW + 30 * 86_400).check("http://reserved.example.com/")
    assert not decision.keep


def test_permission_first_keeps_only_what_was_allowed() -> None:
    optout = opened(Policy.permission_first(Usage.TRAIN_AI))
    assert optout.check("http://free.example.org/").keep
    assert not optout.check("http://other.example/").keep


def test_a_source_without_snapshot_is_not_an_allowed() -> None:
    class Empty(FixedSource):
        def current(self) -> Snapshot:
            raise SnapshotMissingError("there is nothing here")

    decision = Filter(Empty(snapshot()), POLICY, clock=lambda: NOW).check("http://other.example/")
    assert not decision.keep
    assert "there is nothing here" in decision.unavailable[0].reason


@pytest.mark.parametrize(
    "asset", [{"url": "http://www.reserved.example.com/"}, {"content": FILE}], ids=["url", "content"]
)
def test_a_snapshot_that_rots_while_it_is_read_is_not_an_allowed(asset: dict) -> None:
    intact = Segment.parse(build(registry().records.items()))
    columns = dict(intact.columns)
    for name in ("host.statement", "sha256.statement"):
        columns[name] = memoryview(array("I", [2**32 - 1] * len(columns[name])))
    rotten = Snapshot(Segment(intact.kind, columns), SnapshotId("registry.example", 1, 3, "", NOW))
    optout = Filter(FixedSource(rotten), POLICY, clock=lambda: NOW)
    decision = optout.check(**asset)
    assert not decision.keep
    assert [missing.source for missing in decision.unavailable] == [Source.REGISTRY]
    assert "cannot be read" in decision.unavailable[0].reason
    assert decision.reason is Reason.UNCHECKED_SNAPSHOT


def test_audit_keeps_everything_and_says_what_it_found() -> None:
    optout = opened(replace(POLICY, mode=Mode.AUDIT))
    decision = optout.check("http://reserved.example.com/")
    assert decision.keep
    assert decision.preference is Preference.DISALLOWED
    assert optout.check("no url").keep
    assert (optout.stats.kept, optout.stats.excluded, optout.stats.unchecked) == (2, 0, 1)


def test_threads_share_one_filter_and_its_counts() -> None:
    optout = opened()

    def work() -> None:
        for _ in range(200):
            optout.check("http://reserved.example.com/")
            optout.check("http://other.example/")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (optout.stats.checked, optout.stats.kept, optout.stats.excluded) == (1600, 800, 800)


class Url:
    """A URL as yarl, httpx and others hold it."""

    scheme, host = "http", "reserved.example.com"

    def __str__(self) -> str:
        return "http://reserved.example.com/x"


@pytest.mark.parametrize(
    "url", [b"http://reserved.example.com/x", bytearray(b"http://reserved.example.com/"), Url()]
)
def test_bytes_and_objects_of_libraries_are_urls(url: object) -> None:
    optout = opened()
    for decision in (
        optout.check(url),
        optout.check(found_on=url),
        optout.check(found_on=[url]),
        optout.check(url, sha256="0" * 64),
    ):
        assert decision.reason is Reason.REGISTRY_DOMAIN
    assert optout.mask([url, b"http://free.example.org/"]) == [False, True]
    blocked = optout.check(url, robots_txt=b"User-agent: *\nDisallow: /x")
    assert blocked.reason is Reason.REGISTRY_DOMAIN
    assert (
        optout.check(b"http://free.example.org/x", robots_txt=b"User-agent: *\nDisallow: /x").reason
        is Reason.ROBOTS
    )


@pytest.mark.parametrize(("lookup", "found"), [("likeness", 2), ("digests", 2), ("off", 0)])
def test_how_far_content_is_looked_up_is_the_policys(lookup: str, found: int) -> None:
    optout = opened(replace(POLICY, content=ContentLookup(lookup)))
    pages = [optout.check("http://a.example/", html=FILE), optout.check("http://a.example/", content=FILE)]
    assert sum(decision.reason is Reason.REGISTRY_DIGEST for decision in pages) == found
    assert (
        optout.check("http://a.example/", sha256=hashlib.sha256(FILE).hexdigest()).reason is Reason.REGISTRY_DIGEST
    )
    said = optout.check("http://a.example/", html='<meta name="robots" content="noai">')
    assert said.reason is Reason.HTML


def test_a_filter_says_what_it_answers_from() -> None:
    optout = opened(now=NOW + 3600)
    assert optout.snapshot == snapshot().id
    assert optout.age == timedelta(hours=1)
    assert repr(optout) == "<Filter registry.example 1, 60 minutes old, opt-out train-ai, enforce>"
    off = opened(replace(POLICY, mode=Mode.OFF))
    assert (off.snapshot, off.age, off.missing_extras) == (None, None, ())
    assert repr(off) == "<Filter no snapshot, opt-out train-ai, off>"


def test_warming_loads_and_counts_nothing() -> None:
    optout = opened()
    optout.warm()
    assert optout.stats.checked == 0
    opened(replace(POLICY, mode=Mode.OFF)).warm()
