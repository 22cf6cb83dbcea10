"""Several registries read as one: what any of them reserves is reserved, and nobody speaks for another's party."""

import inspect
from dataclasses import replace

import pytest

from crawler_filter import Filter, Policy, Usage
from crawler_filter.checks.sources import FixedSource
from crawler_filter.errors import UnsupportedVersionError
from crawler_filter.formats.record import encode_id
from crawler_filter.preference import Preference
from crawler_filter.snapshot import Snapshot
from crawler_filter.snapshot.union import Member, SnapshotUnion
from tests.simulators.published import NOW, PublishedRegistry, scope

POLICY = Policy.opt_out(Usage.TRAIN_AI)
PARTY = encode_id(b"p" * 16)


def snapshot(*scopes, origin: str = "registry.example", issued: int = NOW, party: str = "") -> Snapshot:
    published = PublishedRegistry()
    published.declare(*scopes, party=party)
    found = published.snapshot(issued)
    found.id = replace(found.id, origin=origin)
    return found


def filter_of(*snapshots: Snapshot, now: float = NOW) -> Filter:
    union = SnapshotUnion([Member(each) for each in snapshots])
    return Filter(FixedSource(union), POLICY, clock=lambda: now)


def test_it_has_the_face_of_a_snapshot() -> None:
    def face(cls: type) -> dict[str, inspect.Signature]:
        made = {name: value for name, value in vars(cls).items() if not name.startswith("_") and callable(value)}
        return {name: inspect.signature(value) for name, value in made.items()}

    own, union = face(Snapshot), face(SnapshotUnion)
    only_of_one = {"first_halves", "holds_leaf"}
    assert set(own) - set(union) <= only_of_one
    assert all(union[name] == own[name] for name in set(own) & set(union))
    made = SnapshotUnion([Member(snapshot(scope("domain", "a.example")))])
    for name in ("id", "expires", "ages", "canonical", "models", "others", "path", "profile"):
        assert hasattr(made, name)


def test_what_any_of_them_reserves_is_reserved_and_says_whose_it_is() -> None:
    optout = filter_of(
        snapshot(scope("domain", "a.example"), origin="one.example"),
        snapshot(scope("host", "b.example"), scope("sha256", "ab" * 32), origin="two.example"),
    )
    (one,) = optout.check("https://a.example/").findings
    (two,) = optout.check("https://b.example/").findings
    (three,) = optout.check(sha256="ab" * 32).findings
    assert [one.origin, two.origin, three.origin] == ["one.example", "two.example", "two.example"]
    assert two.locator.startswith("https://two.example/d/")
    assert optout.check("https://c.example/").keep


def test_a_party_of_one_registry_does_not_loosen_what_one_of_the_same_number_reserved_in_another() -> None:
    honest = snapshot(scope("domain", "a.example"), origin="one.example", party=PARTY)
    allowed = scope("prefix", "a.example/art/", preference=Preference.ALLOWED)
    other = snapshot(allowed, origin="two.example", party=PARTY)
    assert not filter_of(honest, other).check("https://a.example/art/1").keep
    assert (
        filter_of(snapshot(scope("domain", "a.example"), allowed, party=PARTY))
        .check("https://a.example/art/1")
        .keep
    )


def test_columns_are_answered_as_single_assets_are() -> None:
    pa = pytest.importorskip("pyarrow", reason="the arrow extra is not installed")
    optout = filter_of(
        snapshot(scope("domain", "a.example"), origin="one.example"),
        snapshot(scope("prefix", "b.example/bob/"), scope("sha1", "cd" * 20), origin="two.example"),
    )
    urls = ["https://a.example/", "https://b.example/bob/1", "https://b.example/", None, "https://c.example/"]
    digests = [None, None, None, "cd" * 20, None]
    mask = optout.mask(pa.array(urls), sha1=pa.array(digests)).to_pylist()
    assert mask == [optout.check(url, sha1=sha1).keep for url, sha1 in zip(urls, digests, strict=True)]
    table = optout.explain_rows(pa.array(urls), sha1=pa.array(digests))
    assert table["source"].to_pylist() == ["one.example", "two.example", "two.example"]


def test_the_oldest_registry_decides_how_old_they_are() -> None:
    fresh = snapshot(scope("domain", "a.example"))
    old = snapshot(scope("domain", "b.example"), issued=NOW - 30 * 86_400, origin="old.example")
    assert not filter_of(fresh, old).check("https://c.example/").keep
    assert filter_of(fresh).check("https://c.example/").keep


def test_what_does_not_age_never_makes_others_old_nor_young() -> None:
    own = snapshot(scope("domain", "b.example"), issued=5, origin="own-list")
    own.ages = False
    fresh = snapshot(scope("domain", "a.example"))
    assert filter_of(fresh, own).check("https://c.example/").keep
    assert not filter_of(fresh, own, now=NOW + 30 * 86_400).check("https://c.example/").keep
    assert filter_of(own).check("https://c.example/").keep


def test_registries_of_different_profiles_are_not_mixed() -> None:
    old = snapshot(scope("domain", "a.example"))
    old.profile = 1
    with pytest.raises(UnsupportedVersionError):
        SnapshotUnion([Member(snapshot(scope("domain", "b.example"))), Member(old)])
