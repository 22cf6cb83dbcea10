"""A name that occurs twice in a JSON object: both values count."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.preference import Preference
from crawler_filter.signals import tdmrep
from crawler_filter.signals.safe_json import Several, contradicts, parse
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


def test_no_number_of_repeated_names_hides_a_reservation() -> None:
    noise = ",".join(f'"{name}":0,"{name}":1' for name in range(40))
    elsewhere = ",".join(f'"location":"/elsewhere/{number}"' for number in range(200))
    rule = f'{{{noise},{elsewhere},"location":"/","tdm-reservation":1,"tdm-reservation":0,{noise}}}'
    said = [signal.preferences for signal in tdmrep.read_file(f"[{rule}]", "https://a.example/a")]
    assert any(Preference.DISALLOWED in each.values() for each in said)


def test_a_name_that_is_repeated_deep_in_a_rule_changes_nothing() -> None:
    rule = '{"location": "/", "tdm-reservation": 1, "note": {"a": 1, "a": 2}}'
    (signal,) = tdmrep.read_file(f"[{rule}]", "https://a.example/a")
    assert Preference.DISALLOWED in signal.preferences.values()
    assert signal.rule == '{"location": "/", "tdm-reservation": 1, "note": {"a": 2}}'


def test_the_work_for_repeated_names_grows_no_faster_than_the_text() -> None:
    def names_in_rules(times: int) -> int:
        rule = ",".join(f'"location":"/","x{number}":0' for number in range(times))
        signals = tdmrep.read_file(f'[{{{rule},"tdm-reservation":1}}]', "https://a.example/a")
        return sum(len(signal.rule) for signal in signals)

    assert names_in_rules(400) <= 2 * names_in_rules(200)


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


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'{"a\ud800": ["x\udc00", 1]}', {"a\ufffd": ["x\ufffd", 1]}),
        (r'"\ud83d\ude00 \ud83d"', "\U0001f600 \ufffd"),
        (r'"\\ud800"', r"\ud800"),
        (b'"\xed\xa0\x80"', "\ufffd"),
        ('"\ud800"', "\ufffd"),
    ],
)
def test_half_a_character_is_read_as_one_that_cannot_be_read(text: str | bytes, value: object) -> None:
    assert parse(text) == value
    assert json.dumps(parse(text), ensure_ascii=False).encode()
