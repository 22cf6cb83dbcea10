"""Records and leaves: one spelling of each, a commitment that only its own record opens, and the replay."""

import json
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import DigestMismatchError, FilterError, MalformedRecordError
from crawler_filter.formats.record import (
    MAX_LEAF_BYTES,
    REMOVES_RECORD,
    STATES_RECORD,
    Assurance,
    Leaf,
    LeafType,
    Record,
    Scope,
    ScopeKind,
    commit,
    decode_id,
    encode_id,
    rfc3339,
)
from crawler_filter.formats.terms import Route, RouteKind, Terms
from crawler_filter.preference import VOCABULARY, Preference, Usage
from tests.simulators.replay import replay

SALT = bytes(range(32))
ids = st.binary(min_size=16, max_size=16).map(encode_id)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
routes = st.builds(Route, st.sampled_from(RouteKind), *(st.none() | words,) * 3)
terms = st.builds(
    Terms, st.none() | words, st.none() | words, st.lists(routes, max_size=3).map(tuple),
    st.lists(words, max_size=3).map(tuple),
)  # fmt: skip
said = st.dictionaries(st.sampled_from(Usage), st.sampled_from([Preference.ALLOWED, Preference.DISALLOWED]))
scopes = st.builds(
    Scope,
    st.sampled_from(ScopeKind),
    words,
    said,
    st.sampled_from(Assurance),
    st.booleans(),
    st.booleans(),
    st.lists(words, max_size=2).map(tuple),
)
records = st.builds(
    Record,
    id=ids,
    revision=st.integers(1, 10**6),
    party=ids,
    capacity=words,
    vocabulary=words,
    statement=words,
    scopes=st.lists(scopes, max_size=3).map(tuple),
    party_name=st.none() | words,
    on_behalf_of=st.none() | words,
    territory=st.none() | words,
    terms=terms,
    works=st.lists(ids, max_size=2).map(tuple),
)
leaves = st.builds(
    Leaf,
    st.sampled_from(LeafType),
    ids,
    st.integers(0, 4_000_000_000).map(rfc3339),
    st.none() | st.binary(min_size=32, max_size=32),
)
PLAIN = Record(encode_id(bytes(16)), 1, encode_id(b"p" * 16), "author", VOCABULARY, "2026-11", ())


@given(records)
def test_records_round_trip(record: Record) -> None:
    assert Record.decode(record.encode()) == record


@given(leaves)
def test_leaves_round_trip_and_fit_into_the_log(leaf: Leaf) -> None:
    assert Leaf.decode(leaf.encode()) == leaf
    assert len(leaf.encode()) <= MAX_LEAF_BYTES


@given(st.one_of(st.binary(max_size=60), records.map(Record.encode), leaves.map(Leaf.encode)), st.data())
def test_any_bytes_are_of_one_spelling_or_refused(data: bytes, draw: st.DataObject) -> None:
    position = draw.draw(st.integers(0, max(len(data) - 1, 0)))
    changed = data[:position] + draw.draw(st.binary(max_size=2)) + data[position + 1 :]
    for kind in (Record, Leaf):
        try:
            read = kind.decode(changed)
        except FilterError:
            continue
        assert json.loads(read.encode()).items() <= json.loads(changed).items()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 100_000,
        PLAIN.encode() + b"\n",
        PLAIN.encode().replace(b",", b", ", 1),
        PLAIN.encode().replace(b'"revision":1', b'"revision":1.0'),
        PLAIN.encode().replace(b'"revision":1', b'"revision":true'),
        PLAIN.encode().replace(b'"v":1', b'"v":2'),
        PLAIN.encode().replace(b'"scopes":[]', b'"scopes":[1]'),
        PLAIN.encode().replace(b'"scopes":[]', b'"scopes":null'),
        PLAIN.encode().replace(b'"terms":{', b'"termz":{'),
        PLAIN.encode().replace(encode_id(bytes(16)).encode(), b"a" * 25 + b"b"),
        PLAIN.encode().replace(encode_id(bytes(16)).encode(), b"A" * 26),
    ],
    ids=[
        "nothing", "a list", "null", "no UTF-8", "nested", "a line feed after it", "a space", "a fraction", "a boolean",
        "a newer version", "a scope that is a number", "no scopes", "no terms", "an id with stray bits", "an id in capitals",
    ],
)  # fmt: skip
def test_what_is_not_a_record_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedRecordError):
        Record.decode(data)


def test_a_field_that_this_version_does_not_know_is_passed_over() -> None:
    newer = PLAIN.encode()[:-1] + b',"zebra":{"stripes":[1,2]}}'
    assert Record.decode(newer) == PLAIN


@pytest.mark.parametrize("kind", ["planet", "DOMAIN", ""])
def test_a_scope_of_a_kind_that_this_version_does_not_know_is_refused_and_never_passed_over(kind: str) -> None:
    scope = Scope(ScopeKind.MD5, "0" * 32, {Usage.TDM: Preference.DISALLOWED}, Assurance.ATTESTED)
    value = PLAIN.to_json() | {"scopes": [scope.to_json() | {"kind": kind}]}
    with pytest.raises(MalformedRecordError):
        Record.from_json(value)


@given(records, records)
def test_a_leaf_opens_with_its_own_salt_and_record_alone(record: Record, other: Record) -> None:
    leaf = Leaf(LeafType.DECLARE, record.id, rfc3339(0), commit(SALT, record.encode()))
    assert leaf.open(SALT, record.encode()) == record
    with pytest.raises(DigestMismatchError):
        leaf.open(bytes(32), record.encode())
    if other != record:
        with pytest.raises(DigestMismatchError):
            leaf.open(SALT, other.encode())


def test_a_record_about_another_declaration_does_not_belong_to_a_leaf_that_commits_to_it() -> None:
    leaf = Leaf(LeafType.DECLARE, encode_id(b"x" * 16), rfc3339(0), commit(SALT, PLAIN.encode()))
    with pytest.raises(MalformedRecordError, match="its record about"):
        leaf.open(SALT, PLAIN.encode())


@pytest.mark.parametrize("salt", [b"", bytes(31), bytes(33)], ids=len)
def test_a_salt_has_one_length(salt: bytes) -> None:
    with pytest.raises(MalformedRecordError):
        commit(salt, b"")


@given(st.lists(st.tuples(st.sampled_from(LeafType), st.sampled_from("abc")), max_size=20))
def test_replay_is_the_last_leaf_of_each_declaration_that_has_effect(events: list[tuple[LeafType, str]]) -> None:
    log = [(index, Leaf(kind, name, rfc3339(0), None)) for index, (kind, name) in enumerate(events)]
    effective = [(index, leaf) for index, leaf in log if leaf.type in STATES_RECORD | REMOVES_RECORD]
    last = {leaf.id: (index, leaf) for index, leaf in effective}
    assert replay(log) == {name: index for name, (index, leaf) in last.items() if leaf.type in STATES_RECORD}


@pytest.mark.parametrize("kind", [LeafType.NOTICE, LeafType.CANCEL, LeafType.GRANT])
def test_what_only_announces_or_loosens_changes_no_answer(kind: LeafType) -> None:
    declared, later = (Leaf(each, "a", rfc3339(0), None) for each in (LeafType.DECLARE, kind))
    assert replay([(0, declared), (1, later)]) == {"a": 0}


@given(st.binary(min_size=16, max_size=16))
def test_ids_round_trip(raw: bytes) -> None:
    assert decode_id(encode_id(raw)) == raw
    assert len(encode_id(raw)) == 26


def test_the_numbers_of_few_declarations_are_remembered_and_never_told_for_another() -> None:
    most = encode_id.cache_info().maxsize
    assert most is not None
    for raw in (number.to_bytes(16, "big") for number in range(2 * most)):
        assert decode_id(encode_id(raw)) == raw
    assert encode_id.cache_info().currsize == most
    assert encode_id(bytes(16)) == "a" * 26  # forgotten since, and made anew


@given(st.text(max_size=30) | st.none() | st.integers())
def test_any_value_is_an_id_of_one_spelling_or_refused(value: object) -> None:
    with suppress(MalformedRecordError):
        assert encode_id(decode_id(value)) == value


def test_terms_that_say_nothing_new_have_the_bytes_they_always_had() -> None:
    old = replace(PLAIN, terms=Terms("https://example.com/terms", None))
    assert b'"terms":{"contact":null,"policy":"https://example.com/terms"}' in old.encode()


def test_a_reader_passes_over_a_kind_of_route_that_it_does_not_know() -> None:
    routes = [{"kind": "oracle", "name": "Delphi"}, {"kind": "agent", "name": "Agency", "address": None}]
    said = PLAIN.to_json() | {"terms": {"policy": None, "contact": None, "routes": routes, "more": 1}}
    assert Record.from_json(said).terms == Terms(routes=(Route(RouteKind.AGENT, "Agency"),))


@pytest.mark.parametrize("routes", [5, "agent", [1], [{"name": "A"}], [{"kind": "agent", "name": 3}], None])
def test_terms_of_another_shape_are_refused(routes: object) -> None:
    said = PLAIN.to_json() | {"terms": {"policy": None, "contact": None, "routes": routes}}
    with pytest.raises(MalformedRecordError):
        Record.from_json(said)
