"""What two snapshots differ in covers everything that could have another answer, and little else."""

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler_filter.formats.record import Assurance, encode_id
from crawler_filter.preference import Preference
from crawler_filter.snapshot import Segment, Snapshot, build
from crawler_filter.snapshot.changes import changes, stated_only_in
from tests.simulators.published import PublishedRegistry, record_of, scope

HOSTS = ("a.example", "b.example", "www.a.example", "c.example", "x.c.example")
URLS = [f"{host}/{path}" for host in HOSTS for path in ("", "bob/", "bob/1.png")]


def segment(*records) -> Segment:
    return Segment.parse(build(records))


def found(segment: Segment, url: str) -> list[tuple[object, ...]]:
    snapshot = Snapshot(segment, PublishedRegistry().snapshot().id)
    return sorted(
        (match.kind, match.matched, match.statement.declaration, match.statement.preferences, match.flags)
        for match in snapshot.match_url(url)
    )


scopes = st.builds(
    scope,
    st.sampled_from(["domain", "host"]),
    st.sampled_from(HOSTS),
    st.sampled_from(list(Assurance)),
    preference=st.sampled_from([Preference.ALLOWED, Preference.DISALLOWED]),
) | st.builds(scope, st.just("prefix"), st.sampled_from([f"{host}/bob/" for host in HOSTS]))
records = st.dictionaries(st.integers(0, 12), st.lists(scopes, min_size=1, max_size=3), max_size=6)


@settings(max_examples=20)
@given(records, records)
def test_where_the_change_matches_nothing_both_snapshots_say_the_same(old, new) -> None:
    def stated(chosen):
        return [
            (leaf, record_of(encode_id(leaf.to_bytes(16)), encode_id((leaf % 3).to_bytes(16)), *own))
            for leaf, own in sorted(chosen.items())
        ]

    new = {leaf: old.get(leaf, own) for leaf, own in new.items()}  # the record of a leaf never changes
    before, after = segment(*stated(old)), segment(*stated(new))
    change = Segment.parse(changes(before, after))
    for url in URLS:
        if not found(change, url):
            assert found(before, url) == found(after, url)
    if old == new:
        assert not any(found(change, url) for url in URLS)


def test_what_came_and_what_went_are_told_apart_with_their_keys() -> None:
    published = PublishedRegistry()
    kept = published.declare(scope("domain", "a.example"))
    gone = published.declare(scope("domain", "b.example"))
    before = segment(*published.records.items())
    come = published.declare(scope("prefix", "c.example/bob/"), scope("sha256", "ab" * 32))
    after = segment(*((leaf, record) for leaf, record in published.records.items() if record.id != gone))
    (new,) = stated_only_in(after, before)
    assert new.declaration == come != kept
    assert {table for table, _, _ in new.rows} == {"path", "sha256"}
    assert bytes.fromhex("ab" * 16) in {key for _, key, _ in new.rows}
    assert [each.declaration for each in stated_only_in(before, after)] == [gone]
