"""A grant has one spelling, and a reader that meets anything it does not know does not count it."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import MalformedRecordError
from crawler_filter.formats import canonical_json
from crawler_filter.formats.grant import MAX_GRANT_BYTES, Grant, GrantedScope, GrantEnd, in_order
from crawler_filter.formats.jwk import thumbprint
from crawler_filter.formats.record import ScopeKind, encode_id
from crawler_filter.preference import Usage

IDS = st.binary(min_size=16, max_size=16).map(encode_id)
TIMES = st.integers(0, 4_000_000_000)
SOME_IDS = st.lists(IDS, min_size=1, max_size=3).map(in_order)
EXACT = [kind for kind in ScopeKind if not kind.is_content]
SCOPES = st.builds(
    GrantedScope, st.sampled_from(EXACT), st.sampled_from(["example.com", "example.com/a/", "ab" * 32])
) | st.builds(GrantedScope.of, st.sampled_from([kind for kind in ScopeKind if kind.is_content]), st.text())


@st.composite
def grants(draw) -> Grant:
    start = draw(TIMES)
    ended = draw(st.none() | TIMES)
    return Grant(
        id=draw(IDS),
        revision=draw(st.integers(1, 9)),
        party=draw(IDS),
        client_id="https://bots.example/card",
        keys=draw(
            st.lists(st.binary(min_size=32, max_size=32).map(thumbprint), min_size=1, max_size=3).map(in_order)
        ),
        scopes=draw(st.lists(SCOPES, min_size=1, max_size=4).map(in_order)),
        declarations=draw(SOME_IDS),
        works=draw(st.just(()) | SOME_IDS),
        usages=draw(st.lists(st.sampled_from(Usage), min_size=1).map(in_order)),
        start=start,
        until=draw(st.none() | st.integers(start + 1, start + 100_000_000)),
        territory=draw(st.none() | st.just(("DE", "JP"))),
        policy=draw(st.none() | st.just("https://studio.example/terms")),
        terms_digest=draw(st.none() | st.just("sha256:" + "0f" * 32)),
        ended=ended,
        end=None if ended is None else draw(st.sampled_from(GrantEnd)),
    )


@given(grants())
def test_a_grant_reads_back_as_it_was_written(grant):
    assert Grant.decode(grant.encode()) == grant


@given(grants(), st.data())
def test_a_field_more_or_less_or_another_order_is_refused(grant, data):
    value = grant.to_json()
    places = [value, value["operator"], value["terms"], value["scopes"][0]]
    changed = data.draw(st.sampled_from(places))
    if data.draw(st.booleans()):
        changed["only_on_mondays"] = True
    else:
        changed.pop(data.draw(st.sampled_from(sorted(changed))))
    with pytest.raises(MalformedRecordError):
        Grant.decode(canonical_json.encode(value))


@given(grants())
def test_lists_stand_in_one_order_and_nothing_twice(grant):
    for name in ("scopes", "declarations", "usages"):
        value = grant.to_json()
        value[name] = [value[name][0], *value[name]]
        with pytest.raises(MalformedRecordError):
            Grant.decode(canonical_json.encode(value))


@st.composite
def mangled(draw) -> bytes:
    data = bytearray(draw(grants()).encode())
    for _ in range(draw(st.integers(1, 4))):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data)


@given(mangled() | st.binary(max_size=300) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_whatever_comes_it_is_a_grant_in_its_one_spelling_or_malformed(data):
    try:
        grant = Grant.decode(data)
    except MalformedRecordError:
        return
    assert grant.encode() == data


BASE = Grant(
    id=encode_id(bytes(16)), revision=1, party=encode_id(bytes(16)), client_id="https://bots.example/card",
    keys=(thumbprint(bytes(32)),), scopes=(GrantedScope(ScopeKind.DOMAIN, "example.com"),),
    declarations=(encode_id(bytes(16)),), works=(), usages=(Usage.TRAIN_AI,), start=1_800_000_000,
)  # fmt: skip
WRONG = {
    "another version": {"v": 2},
    "revision 0": {"revision": 0},
    "a revision that is true": {"revision": True},
    "no usage": {"usages": []},
    "an unknown usage": {"usages": ["train-everything"]},
    "no key": {"operator": {"client_id": "a", "keys": []}},
    "a key that is none": {"operator": {"client_id": "a", "keys": ["A" * 42]}},
    "no scope": {"scopes": []},
    "an unknown kind": {"scopes": [{"kind": "galaxy", "value": "milky way"}]},
    "content that is not a digest": {"scopes": [{"kind": "pdq", "value": "0" * 64}]},
    "an id that is none": {"declarations": ["x"]},
    "an end before its beginning": {"until": "2020-01-01T00:00:00Z"},
    "a time with an offset": {"from": "2027-01-15T08:00:00+09:00"},
    "a time that is none": {"from": "2027-02-30T08:00:00Z"},
    "a territory in small letters": {"territory": ["jp"]},
    "no territory at all": {"territory": []},
    "a control character": {"operator": {"client_id": "https://a\u202e", "keys": list(BASE.keys)}},
    "a digest of another kind": {"terms": {"policy": None, "digest": "md5:0"}},
    "an end that is a text": {"ended": "yes"},
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_what_may_not_stand_in_a_grant_is_refused(change):
    with pytest.raises(MalformedRecordError):
        Grant.decode(canonical_json.encode(BASE.to_json() | change))


def test_a_grant_that_is_too_long_is_refused_unread():
    with pytest.raises(MalformedRecordError, match="at most"):
        Grant.decode(b"{" + b" " * MAX_GRANT_BYTES + b"}")


def test_the_longest_grant_fits():
    scopes = in_order(GrantedScope(ScopeKind.SHA256, f"{number:064x}") for number in range(2_000))
    assert len(replace(BASE, scopes=scopes).encode()) < MAX_GRANT_BYTES
