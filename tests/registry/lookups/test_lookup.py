"""Live answers are the filter's own, now and as of any time."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from crawler_filter.checks.asset import Asset
from crawler_filter.checks.sources import FixedSource
from crawler_filter.decision import SnapshotId
from crawler_filter.filter import Filter
from crawler_filter.fingerprints.iscc import IsccUnit, MainType
from crawler_filter.fingerprints.registered import Film
from crawler_filter.fingerprints.text import Excerpts
from crawler_filter.formats.record import Assurance, LeafType, Scope, ScopeKind, rfc3339
from crawler_filter.log import Trust
from crawler_filter.policy import Policy
from crawler_filter.preference import Preference, Usage
from crawler_filter.snapshot import Snapshot
from crawler_filter.sync.directory import SnapshotDirectory
from crawler_filter.sync.source import FolderSource
from registry.errors import InvalidRequestError, UnavailableError
from registry.lookups.lookup import History, Lookup
from registry.store.log import size_at
from tests.profiles import examples
from tests.registry.publishing.instance import NOW, Instance, make_instance, opened, record, records_in_force
from tests.registry.publishing.mirror import FolderTransport

DIGEST = "ab" * 32
NEAR = "ab" * 31 + "54"  # eight bits from it
EXCERPTS = Excerpts(24, 16, b"".join(number.to_bytes(8, "little") for number in range(1, 6)))
WEAK = Excerpts(24, 16, b"".join(number.to_bytes(8, "little") for number in range(4, 9)))
CODE = IsccUnit(MainType.CONTENT, 1, bytes.fromhex(DIGEST))
SCOPES = [
    (ScopeKind.DOMAIN, "example.com"),
    (ScopeKind.HOST, "www.example.com"),
    (ScopeKind.PREFIX, "www.example.com/art/"),
    (ScopeKind.URL, "www.example.com/art/1.png"),
    (ScopeKind.DOMAIN, "art.example.com"),
    (ScopeKind.SHA256, DIGEST),
    (ScopeKind.ISBN, "9784873119328"),
    (ScopeKind.PDQ, f"{DIGEST},crop4:{'cd' * 32}"),
    (ScopeKind.VIDEO, Film(((3, bytes.fromhex(DIGEST)), (4, bytes(32)))).encode()),
    (ScopeKind.TEXT, EXCERPTS.encode()),
    (ScopeKind.ISCC, CODE.encode()),
]
ASSETS = [
    Asset("https://www.example.com/art/1.png"),
    Asset("https://www.example.com/"),
    Asset("https://cdn.example.net/1.png", found_on=["https://a.art.example.com/page"]),
    Asset("http://other.example/", sha256=DIGEST),
    Asset(identifiers={"isbn": "978-4-87311-932-8"}),
    Asset("not a url"),
    Asset(sha256="not a digest"),
    Asset("https://example.com/", identifiers={"isbn": "1"}),
]
CONTENT_ASSETS = [
    Asset(fingerprints=[fingerprint])
    for fingerprint in (
        f"pdq:{NEAR}",
        f"pdq:{'cd' * 32}",
        f"pdq:{'00' * 32}",
        f"text:{EXCERPTS.encode()}",
        f"text:{WEAK.encode()}",
        f"iscc:{CODE.encode()}",
        f"video:{Film(((0, bytes.fromhex(NEAR)),)).encode()}",
        "pdq:nothing",
    )
]

scopes = st.builds(
    lambda scope, preferences, verified: Scope(
        *scope, preferences, Assurance.VERIFIED if verified else Assurance.ATTESTED
    ),
    st.sampled_from(SCOPES),
    st.dictionaries(
        st.sampled_from(Usage),
        st.sampled_from([Preference.ALLOWED, Preference.DISALLOWED]),
        min_size=1,
        max_size=2,
    ),
    st.booleans(),
)
changes = st.lists(
    st.tuples(
        st.sampled_from([LeafType.DECLARE] * 3 + [LeafType.AMEND, LeafType.WITHDRAW, LeafType.NOTICE]),
        st.integers(0, 4),
        st.lists(scopes, min_size=1, max_size=3),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=8,
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("empty")
    make_instance(directory)
    return directory


def log_changes(instance: Instance, logged) -> None:
    for leaf_type, number, stated, pause in logged:
        instance.now += pause
        instance.append(leaf_type, record(number, *stated), now=instance.now)


@pytest.mark.whole
@examples(10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(logged=changes)
def test_a_live_answer_is_the_answer_of_a_filter_that_synced_the_same_snapshot(logged, tmp_path_factory):
    directory = tmp_path_factory.mktemp("instance")
    make_instance(directory)
    with opened(directory) as instance:
        log_changes(instance, logged)
        publisher = instance.publisher()
        lookup = Lookup(publisher.snapshot, clock=lambda: instance.now)
        source = FolderSource(
            SnapshotDirectory(directory / "filter"),
            Trust.parse((directory / "registry.policy").read_bytes()),
            url=FolderTransport.URL,
            transport=lambda: FolderTransport(directory / "public"),
            clock=lambda: instance.now,
        )
        source.sync()
        for usage in Usage:
            offline = Filter(source, Policy.opt_out(usage), clock=lambda: instance.now)
            expected = [
                offline.check(
                    one.url,
                    found_on=one.found_on,
                    sha256=one.sha256,
                    identifiers=one.identifiers,
                    fingerprints=one.fingerprints,
                )
                for one in ASSETS + CONTENT_ASSETS
            ]
            assert list(lookup.lookups(ASSETS + CONTENT_ASSETS, usage)) == expected
            assert [lookup.lookup(one, usage) for one in ASSETS + CONTENT_ASSETS] == expected


@examples(6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(logged=changes)
def test_an_answer_about_the_past_is_that_of_everything_in_force_then(logged, tmp_path_factory):
    directory = tmp_path_factory.mktemp("instance")
    make_instance(directory)
    with opened(directory) as instance:
        log_changes(instance, logged)
        publisher = instance.publisher()
        lookup = Lookup(publisher.snapshot, clock=lambda: instance.now, history=History(publisher, instance.store))
        for at in range(NOW - 1, instance.now + 1):
            with instance.store.read() as database:
                size = size_at(database, at)
            for one in ASSETS:
                past = lookup.lookup(one, Usage.TRAIN_AI, at=at)
                everything = Snapshot.from_records(records_in_force(instance, size), past.snapshot)
                optout = Filter(FixedSource(everything), Policy.opt_out(Usage.TRAIN_AI), clock=lambda at=at: at)
                expected = optout.check(
                    one.url, found_on=one.found_on, sha256=one.sha256, identifiers=one.identifiers
                )
                assert past == expected
                assert past.snapshot.log_size == size


def test_the_past_names_the_root_that_the_log_had_then(tmp_path):
    make_instance(tmp_path)
    with opened(tmp_path) as instance:
        instance.declare(1)
        first = instance.publisher().current.state.snapshot.id
        instance.declare(2, now=NOW + 10)
        instance.now = NOW + 10
        publisher = instance.publisher()
        past = History(publisher, instance.store).lookup(Asset("https://site1.example/"), Usage.TRAIN_AI, NOW + 5)
        assert past.snapshot == replace(first, sequence=0, issued=NOW, as_of=NOW + 5)
        assert SnapshotId.from_dict(past.snapshot.to_dict()) == past.snapshot
        assert f"as of {rfc3339(NOW + 5)}: 1 entries, the last one of {rfc3339(NOW)}" in past.explain(), (
            "the time that was asked about, and that of the state that held then"
        )
        assert not past.keep


def test_the_future_and_the_past_of_a_replica_are_refused(tmp_path):
    make_instance(tmp_path)
    with opened(tmp_path) as instance:
        publisher = instance.publisher()
        with pytest.raises(InvalidRequestError, match="newest snapshot"):
            History(publisher, instance.store).lookup(ASSETS[0], Usage.TRAIN_AI, NOW + 1)
        with pytest.raises(UnavailableError, match="replica"):
            Lookup(publisher.snapshot, clock=lambda: NOW).lookup(ASSETS[0], Usage.TRAIN_AI, at=NOW)
        with pytest.raises(InvalidRequestError, match="as of now"):
            History(publisher, instance.store).lookup(CONTENT_ASSETS[0], Usage.TRAIN_AI, NOW)


def test_an_erased_record_is_absent_from_the_past_as_well(tmp_path):
    make_instance(tmp_path)
    with opened(tmp_path) as instance:
        instance.declare(1)
        instance.append(LeafType.ERASE, record(1), now=NOW + 10)
        instance.now = NOW + 10
        history = History(instance.publisher(), instance.store)
        assert history.lookup(Asset("https://site1.example/"), Usage.TRAIN_AI, NOW).findings == ()
        with instance.store.read() as database:
            assert database.execute("SELECT count(*) FROM scope_keys").fetchone() == (0,)


def test_a_verified_record_elsewhere_tells_of_the_party_in_the_past_too(tmp_path):
    make_instance(tmp_path)
    stated = {Usage.TRAIN_AI: Preference.DISALLOWED}
    attested = Scope(ScopeKind.SHA256, DIGEST, stated, Assurance.ATTESTED)
    with opened(tmp_path) as instance:
        instance.append(LeafType.DECLARE, record(7, attested))
        instance.append(LeafType.DECLARE, record(14), now=NOW + 10)  # of the same party
        instance.now = NOW + 10
        history = History(instance.publisher(), instance.store)
        flags = [
            history.lookup(Asset(sha256=DIGEST), Usage.TRAIN_AI, at).findings[0].flags for at in (NOW, NOW + 10)
        ]
    assert flags == [("party-unverified",), ()]
