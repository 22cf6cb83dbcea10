"""What one statement says of each usage, and its sixteen bits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.preference import (
    Preference,
    Usage,
    decode_preferences,
    encode_preferences,
    is_contradictory,
    stated,
    stated_in,
)

ALLOWED, DISALLOWED, UNKNOWN = Preference.ALLOWED, Preference.DISALLOWED, Preference.UNKNOWN
statements = st.dictionaries(st.sampled_from(Usage), st.sampled_from([ALLOWED, DISALLOWED]))


@given(statements)
def test_statements_round_trip_through_sixteen_bits(said: dict[Usage, Preference]) -> None:
    assert decode_preferences(encode_preferences(said)) == said
    assert encode_preferences(said) < 1 << 16


@given(st.integers(0, (1 << 16) - 1))
def test_bits_that_this_version_does_not_know_say_nothing(bits: int) -> None:
    known = decode_preferences(bits)
    assert set(known.values()) <= {ALLOWED, DISALLOWED}
    assert encode_preferences(known) & ~bits == 0


def test_a_packed_statement_that_is_remembered_says_what_it_says_when_it_is_read() -> None:
    most = stated_in.cache_info().maxsize
    assert most is not None
    asked = [(bits, usage) for bits in (*range(most), *range(1 << 16, (1 << 16) + 8)) for usage in Usage]
    for _ in range(2):
        for bits, usage in asked:
            assert stated_in(bits, usage) is stated(decode_preferences(bits), usage)
    assert stated_in.cache_info().currsize == most < len(asked)


@pytest.mark.parametrize(
    ("said", "usage", "expected"),
    [
        ({}, Usage.TRAIN_AI, UNKNOWN),
        ({Usage.TRAIN_AI: ALLOWED}, Usage.TRAIN_AI, ALLOWED),
        ({Usage.TDM: DISALLOWED}, Usage.TRAIN_AI, DISALLOWED),
        ({Usage.TDM: DISALLOWED, Usage.TRAIN_AI: ALLOWED}, Usage.TRAIN_AI, DISALLOWED),
        ({Usage.TDM: DISALLOWED}, Usage.SEARCH, UNKNOWN),
        ({Usage.TDM: DISALLOWED}, Usage.AI_USE, UNKNOWN),
        ({Usage.TDM: ALLOWED}, Usage.TRAIN_AI, UNKNOWN),
        ({Usage.TRAIN_AI: DISALLOWED}, Usage.TDM, UNKNOWN),
    ],
)
def test_reserving_mining_reserves_training_and_nothing_else_reaches_over(
    said: dict[Usage, Preference], usage: Usage, expected: Preference
) -> None:
    assert stated(said, usage) is expected


@given(statements)
def test_a_statement_contradicts_itself_only_where_it_allows_training_inside_reserved_mining(
    said: dict[Usage, Preference],
) -> None:
    allows_and_reserves = said.get(Usage.TRAIN_AI) is ALLOWED and stated(said, Usage.TRAIN_AI) is DISALLOWED
    assert is_contradictory(said) is allows_and_reserves
