"""Rows of grants: one spelling, and base and differences that merge to the bytes of one full file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import DataError, MalformedRecordError, MalformedSegmentError
from crawler_filter.formats.jwk import thumbprint
from crawler_filter.formats.record import ScopeKind, encode_id
from crawler_filter.grants.rows import (
    GrantRow,
    all_rows,
    client_digest,
    encode_difference,
    encode_full,
    merge_rows,
    rows_of_client,
    scope_digest,
)
from crawler_filter.preference import Usage

CLIENTS = ["https://a.example/card", "https://b.example/card"]
IDS = [encode_id(bytes([number]) * 16) for number in range(6)]
ROWS = st.builds(
    GrantRow,
    id=st.sampled_from(IDS),
    leaf=st.integers(0, 1000),
    party=st.integers(0, 2**64 - 1),
    client=st.sampled_from(CLIENTS).map(client_digest),
    keys=st.just((thumbprint(bytes(32)),)),
    usages=st.just((Usage.TRAIN_AI,)),
    start=st.integers(0, 2**40),
    until=st.none() | st.integers(0, 2**40),
    territory=st.none() | st.just(("JP",)),
    scopes=st.lists(st.binary(min_size=16, max_size=16).map(bytes.hex), max_size=3).map(tuple),
    content=st.lists(st.integers(0, 1000), max_size=3).map(tuple),
    partial=st.lists(st.integers(0, 1000), max_size=3).map(tuple),
)
STATES = st.lists(ROWS, max_size=6).map(lambda rows: {row.id: row for row in rows})


def between(old: dict, new: dict) -> bytes:
    """The difference from one state to another, as whoever reads the log makes it."""
    changed = [number for number in IDS if old.get(number) != new.get(number)]
    return encode_difference({number: new.get(number) for number in changed})


@given(st.lists(STATES, min_size=1, max_size=5))
def test_base_and_differences_merge_to_the_bytes_of_the_last_state(states):
    base, *later = states
    differences = [between(old, new) for old, new in zip(states, later, strict=False)]
    assert merge_rows(encode_full(base.values()), differences) == encode_full(states[-1].values())


@given(STATES)
def test_an_operator_finds_its_own_rows_and_no_others(state):
    data = encode_full(state.values())
    assert sorted(row.id for row in all_rows(data)) == sorted(state)
    for client in CLIENTS:
        own = [row for row in state.values() if row.client == client_digest(client)]
        assert sorted(rows_of_client(data, client), key=lambda row: row.id) == sorted(own, key=lambda row: row.id)


@given(ROWS)
def test_a_row_reads_back_as_it_was_written(row):
    assert GrantRow.decode(row.encode()) == row


@st.composite
def mangled(draw) -> bytes:
    data = bytearray(encode_full(draw(STATES).values()))
    for _ in range(draw(st.integers(1, 4))):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data)


@given(mangled() | st.binary(max_size=200))
def test_whatever_comes_nothing_but_data_errors_is_raised(data):
    for read in (lambda: list(all_rows(data)), lambda: merge_rows(data, []), lambda: list(rows_of_client(
        data, CLIENTS[0]))):  # fmt: skip
        try:
            read()
        except DataError:
            continue


def test_a_difference_is_no_state_and_a_state_no_difference():
    with pytest.raises(MalformedSegmentError):
        merge_rows(encode_difference({}), [])
    with pytest.raises(MalformedSegmentError):
        merge_rows(encode_full([]), [encode_full([])])


def test_a_row_with_a_field_that_is_not_known_is_refused():
    (row,) = [GrantRow(IDS[0], 1, 2, client_digest(CLIENTS[0]), (thumbprint(bytes(32)),), (Usage.TDM,), 1, None, None, (),
                       ())]  # fmt: skip
    with pytest.raises(MalformedRecordError):
        GrantRow.decode(row.encode().replace(b'{"client"', b'{"but":"not on mondays","client"'))


def test_kinds_of_scopes_are_apart():
    assert scope_digest(ScopeKind.DOMAIN, bytes(16)) != scope_digest(ScopeKind.HOST, bytes(16))
