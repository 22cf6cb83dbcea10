"""A name that occurs twice in a JSON object: both values count."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.preference import Preference
from crawler_filter.signals import tdmrep
from crawler_filter.signals.safe_json import MOST_READINGS, Several, contradicts, parse, readings
from crawler_filter.signals.schema_org import terms_in


@pytest.mark.parametrize(
    "rule",
    [
        '{"location": "/", "tdm-reservation": 1, "tdm-reservation": 0}',
        '{"location": "/", "tdm-reservation": 0, "tdm-reservation": 1}',
        '{"location": "/", "location": "/elsewhere", "tdm-reservation": 1}',
        r'{"location": "/", "tdm-reservation": 1, "tdm-reservatio\u006e": 0}',
    ],
)
def test_a_rule_that_states_a_reservation_twice_reserves_if_one_of_them_does(rule: str) -> None:
    said = [signal.preferences for signal in tdmrep.read_file(f"[{rule}]", "https://a.example/a")]
    assert any(Preference.DISALLOWED in each.values() for each in said)


def test_terms_that_stand_twice_are_both_named() -> None:
    found = terms_in('{"license": "https://a.example/1", "license": "https://a.example/2"}')
    assert set(found) == {"https://a.example/1", "https://a.example/2"}


def test_an_object_with_many_repeated_names_is_read_in_a_bounded_number_of_ways() -> None:
    text = "{" + ",".join(f'"{name}":0,"{name}":1' for name in range(40)) + "}"
    assert len(list(readings(parse(text, keeps_several=True)))) == MOST_READINGS


def test_a_text_is_read_as_ever_unless_it_is_asked_for_more() -> None:
    assert parse('{"a": 1, "a": 2}') == {"a": 2}
    assert parse('{"a": 1, "a": 2, "b": 3}', keeps_several=True) == {"a": Several((1, 2)), "b": 3}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b'{"url": "a", "url": "b"}', True),
        (rb'{"url": "a", "u\u0072l": "b"}', True),
        (b'{"meta": {"url": "a", "url": "b"}}', True),
        (b'{"url": "a", "url": "a"}', False),
        (b'{"url": "a", "text": "\\"url\\""}', False),
        (b'{"url": "a", "page": {"url": "b"}}', False),
        (b'{"other": 1, "other": 2, "url": "a"}', False),
        (b"no JSON", False),
        (b"[" * 100_000, False),
    ],
)
def test_a_row_contradicts_itself_that_gives_a_name_two_values(text: bytes, expected: bool) -> None:
    assert contradicts(text, {"url"}) is expected


@given(st.dictionaries(st.text(max_size=5), st.integers(), max_size=5))
def test_what_json_writes_never_contradicts_itself(value: dict[str, int]) -> None:
    text = json.dumps(value)
    assert not contradicts(text, value.keys())
    assert parse(text, keeps_several=True) == value
