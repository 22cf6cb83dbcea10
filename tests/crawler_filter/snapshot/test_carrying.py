"""What is carried over from a lost log's last snapshot: all that restricts and is lost, flagged, by the same laws."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.formats.record import Assurance, Scope, ScopeKind
from crawler_filter.preference import Preference, Usage, decode_preferences
from crawler_filter.snapshot import Segment, Snapshot, build, carried, compose, difference, merge, with_carried
from tests.crawler_filter.snapshot.test_laws import HOSTS, ID, PATHS, record, records
from tests.profiles import examples

NO, YES = {Usage.TRAIN_AI: Preference.DISALLOWED}, {Usage.TRAIN_AI: Preference.ALLOWED}
SITE = ("domain", "example.com")
ADDRESSES = [f"{host}{path}" for host in HOSTS for path in PATHS]


def found(segment):
    """(declaration, address, usage that is disallowed, carried) of all that covers any of the addresses."""
    snapshot = Snapshot(Segment.parse(segment), ID)
    return {
        (match.statement.declaration, url, usage, match.statement.carried)
        for url in ADDRESSES
        for match in snapshot.match_url(url)
        for usage, said in decode_preferences(match.statement.preferences).items()
        if said is Preference.DISALLOWED
    }


def flagged(found, carried):
    return {(*each[:3], carried) for each in found}


@examples(60)
@given(records, st.data())
def test_what_was_lost_restricts_as_before_and_base_and_deltas_merge_into_what_is_built(entries, data):
    kept = data.draw(st.integers(0, len(entries)))
    last = build(entries)
    content = carried(Segment.parse(last), entries[:kept])
    if content is None:
        assert not found(build(entries[kept:]))
        return
    carries = [(kept, content)]
    whole = with_carried(build(entries[:kept]), 0, carries)
    assert found(whole) == found(build(entries[:kept])) | flagged(found(build(entries[kept:])), True)
    assert flagged(found(whole), False) == found(last)
    later = [(kept + 1 + number, stated) for number, (_, stated) in enumerate(entries[:2])]
    first = data.draw(st.integers(0, kept))
    deltas = [with_carried(difference([], entries[first:kept]), first, carries), difference([], later)]
    parsed = [Segment.parse(delta) for delta in deltas]
    base = Segment.parse(build(entries[:first]))
    assert merge(base, parsed[:1]) == whole
    assert merge(base, parsed) == with_carried(build(entries[:kept] + later), 0, carries)
    assert compose(first, parsed) == with_carried(difference([], entries[first:kept] + later), first, carries)


def test_nothing_that_allows_is_carried_over():
    stated = record(0, [(SITE, NO, True), (("host", "a.example.com"), YES, True)])
    content = carried(Segment.parse(build([(0, stated)])), [])
    snapshot = Snapshot(Segment.parse(with_carried(build([]), 0, [(0, content)])), ID)
    (match,) = snapshot.match_url("a.example.com/x")
    assert (match.kind, match.statement.carried, match.flags) == (ScopeKind.DOMAIN, True, ("carried",))
    only_allowing = record(0, [(("host", "a.example.com"), YES, True)])
    assert carried(Segment.parse(build([(0, only_allowing)])), []) is None


def test_an_exception_below_a_domain_is_carried_with_it():
    site = Scope(ScopeKind.DOMAIN, "example.com", NO, Assurance.VERIFIED, exceptions=("pages.example.com",))
    content = carried(Segment.parse(build([(0, replace(record(0, []), scopes=(site,)))])), [])
    snapshot = Snapshot(Segment.parse(with_carried(build([]), 0, [(0, content)])), ID)
    assert snapshot.match_url("www.example.com/")
    assert not snapshot.match_url("member.pages.example.com/")


def test_a_record_at_the_same_leaf_of_another_declaration_is_not_the_lost_one():
    lost, other = record(1, [(SITE, NO, True)]), record(2, [(SITE, NO, True)])
    assert carried(Segment.parse(build([(0, lost)])), [(0, other)]) is not None
    assert carried(Segment.parse(build([(0, lost)])), [(0, lost)]) is None


@pytest.mark.parametrize("kept", [True, False])
def test_what_a_first_loss_carried_is_carried_again_only_where_a_second_loss_took_it(kept):
    content = carried(Segment.parse(build([(0, record(0, [(SITE, NO, True)]))])), [])
    second = Segment.parse(with_carried(build([]), 0, [(0, content)]))
    again = carried(second, [], [(0, content)] if kept else [])
    assert (again is None) is kept
