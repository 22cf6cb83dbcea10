"""tdmrep.json, ai.txt and trust.txt, and the pages that sites answer in their place."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.preference import Preference, Usage
from crawler_filter.signals import well_known
from crawler_filter.signals.signal import Signal
from crawler_filter.signals.tdmrep import FILE
from crawler_filter.signals.well_known import AI_TXT, MAX_BYTES, PATHS, TRUST_TXT

ALLOWED, DISALLOWED = Preference.ALLOWED, Preference.DISALLOWED
TRAIN, TDM = Usage.TRAIN_AI, Usage.TDM
RESERVED, NOT_RESERVED = {TDM: DISALLOWED}, {TDM: ALLOWED}

# fmt: off
SPAWNING = """# Spawning AI
# Prevent datasets from using the following file types

User-Agent: *
Disallow: *.txt
Disallow: *.pdf
Allow: *.jpg
Disallow: *.png
Disallow: /
Disallow: *
"""
# fmt: on


def read(path: str, data: str | bytes, url: str = "https://a.example/") -> list[Signal]:
    return list(well_known.read(path, data, url))


def tdmrep(rules: object, path: str) -> dict[Usage, Preference]:
    merged: dict[Usage, Preference] = {}
    for signal in read(FILE, json.dumps(rules), f"https://a.example{path}"):
        merged |= signal.preferences
    return merged


EXAMPLE = [
    {"location": "/directory-a/", "tdm-reservation": 1},
    {
        "location": "/directory-b/html/",
        "tdm-reservation": 1,
        "tdm-policy": "https://provider.com/policies/policy.json",
    },
    {"location": "/directory-b/images/*.jpg", "tdm-reservation": 0},
    {"location": "/directory-c/$", "tdm-reservation": 1},
]


@pytest.mark.parametrize(
    ("rules", "path", "expected"),
    [
        (EXAMPLE, "/directory-a/x", RESERVED),
        (EXAMPLE, "/directory-b/html/x", RESERVED),
        (EXAMPLE, "/directory-b/images/1.jpg", NOT_RESERVED),
        (EXAMPLE, "/directory-c/x", {}),
        (EXAMPLE, "/Directory-A/x", {}),
        ([{"location": "/", "tdm-reservation": 1}, {"location": "/free/", "tdm-reservation": 0}], "/free/x", RESERVED),
        ([{"location": "/free/", "tdm-reservation": 0}, {"location": "/", "tdm-reservation": 1}], "/free/x", NOT_RESERVED),
        ([{"location": "/", "tdm-reservation": 0}, {"location": "/img/", "tdm-reservation": 1}], "/img/x", RESERVED),
        ([{"location": "/a%20b", "tdm-reservation": 1}], "/a b", RESERVED),
        ([{"location": "/", "tdm-reservation": "1"}], "/", RESERVED),
        ([{"location": "/", "tdm-reservation": True}], "/", RESERVED),
        ([{"location": "/", "tdm-reservation": 2}], "/", {}),
        ([{"location": "/", "tdm-reservation": None}], "/", {}),
        ([{"location": "/"}, {"tdm-reservation": 1}, 7, None], "/", {}),
        ([{"location": "/", "tdm-reservation": 2}, {"location": "/", "tdm-reservation": 1}], "/", RESERVED),
        ({"location": "/", "tdm-reservation": 1}, "/", RESERVED),
        ([], "/", {}),
    ],
    ids=[
        "origin server file: the example, a directory", "origin server file: with a policy", "origin server file: a wildcard, not reserved", "origin server file: the end of the path", "origin server file: case matters",
        "origin server file: the first match, which reserves", "origin server file: the first match, which is also the longest",
        "origin server file: both readings of the most specific match, the reservation stands", "origin server file: escapes", "tdm-reservation, departure: a string for the number",
        "tdm-reservation, departure: a boolean for the number", "tdm-reservation: another value leaves it unset", "tdm-reservation: null leaves it unset", "origin server file: both members are mandatory",
        "tdm-reservation: an invalid rule says nothing", "origin server file, departure: brackets forgotten", "origin server file: no rule",
    ],
)  # fmt: skip
def test_tdmrep_json(rules: object, path: str, expected: dict) -> None:
    assert tdmrep(rules, path) == expected


def test_tdmrep_a_policy_goes_with_a_reservation() -> None:
    (signal,) = read(FILE, json.dumps(EXAMPLE), "https://a.example/directory-b/html/")
    assert signal.terms.policy == "https://provider.com/policies/policy.json"
    assert signal.locator.endswith("rule 2")


@pytest.mark.parametrize(
    "data",
    ["", "{", "[" * 100_000, "7", '"x"', b"\xff\xfe", "[" + "1," * 30_000 + "1]"],
    ids=["RFC 8259 2: empty", "RFC 8259 4: cut off", "nested without end", "RFC 8259 6: a number", "RFC 8259 7: a string",
         "RFC 8259 8.1: a mark alone", "more rules than are read"],
)  # fmt: skip
def test_a_file_that_is_there_and_cannot_be_read_was_not_checked(data: str | bytes) -> None:
    assert [signal.unchecked for signal in read(FILE, data)] == [True]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/a.txt", {TRAIN: DISALLOWED}),
        ("https://a.example/art/a.jpg", {TRAIN: ALLOWED}),
        ("https://a.example/art/a.JPG", {TRAIN: DISALLOWED}),
        ("https://a.example/", {TRAIN: DISALLOWED}),
    ],
    ids=[
        "Spawning 2023: a file type",
        "Spawning 2023: an allowed type",
        "RFC 9309 2.2.2: case matters",
        "Spawning 2023: everything",
    ],
)
def test_spawnings_ai_txt(url: str, expected: dict) -> None:
    (signal,) = read(AI_TXT, SPAWNING, url)
    assert signal.preferences == expected


@pytest.mark.parametrize(
    "text", ["User-agent: *\nDisallow\uff1a/", "User-agent\uff1a*\nDisallow: /\nAllow\uff1a/"]
)
def test_ai_txt_in_full_width_signs_refuses(text: str) -> None:
    assert DISALLOWED in [said for signal in read(AI_TXT, text) for said in signal.preferences.values()]


def test_ai_txt_in_full_width_signs_permits_nothing() -> None:
    assert read(AI_TXT, "User-agent: *\nAllow\uff1a/") == []


def test_an_ai_txt_without_a_matching_rule_says_nothing() -> None:
    assert read(AI_TXT, "User-Agent: *\nDisallow: *.png", "https://a.example/a.jpg") == []


@pytest.mark.parametrize(
    ("text", "expected", "warns"),
    [
        ("datatrainingallowed=no", {TRAIN: DISALLOWED}, False),
        (
            "# trust.txt\r\nmember=https://a.example/\r\n DataTrainingAllowed = No # none\r\n",
            {TRAIN: DISALLOWED},
            False,
        ),
        ("datatrainingallowed=yes", {TRAIN: ALLOWED}, False),
        ("datatrainingallowed=yes\ndatatrainingallowed=no", {TRAIN: DISALLOWED}, False),
        ("datatrainingallowed: no", {TRAIN: DISALLOWED}, False),
        ("datatrainingallowed=maybe", {}, True),
    ],
    ids=[
        "trust.txt 2024: no",
        "trust.txt 2024: case, blanks and a comment",
        "trust.txt 2024: yes",
        "trust.txt 2024: twice, the refusal stands",
        "trust.txt 2024, departure: a colon in a refusal",
        "trust.txt 2024: another value",
    ],
)
def test_trust_txt(text: str, expected: dict, warns: bool) -> None:
    for path in TRUST_TXT:
        (signal,) = read(path, text)
        assert signal.preferences == expected
        assert bool(signal.warning) is warns


def test_trust_txt_2024_a_permission_has_its_sign() -> None:
    assert read("/trust.txt", "datatrainingallowed: yes") == []


@pytest.mark.parametrize("path", sorted(PATHS))
@pytest.mark.parametrize(
    "page",
    ["<!doctype html><title>Welcome</title>", b"\xef\xbb\xbf\n <html>", "<?xml version='1.0'?>"],
    ids=["HTML", "HTML behind a mark", "XHTML"],
)
def test_a_page_that_answers_for_everything_is_no_signal(path: str, page: str | bytes) -> None:
    assert read(path, page) == []


@pytest.mark.parametrize("path", sorted(PATHS))
def test_a_file_of_unreasonable_size_was_not_checked(path: str) -> None:
    assert [signal.unchecked for signal in read(path, b" " * (MAX_BYTES + 1))] == [True]


@given(
    st.sampled_from(sorted(PATHS)),
    st.binary(max_size=60) | st.text(max_size=60),
    st.sampled_from(["/", "", "\ud800"]),
)
def test_no_file_raises(path: str, data: str | bytes, url: str) -> None:
    assert all(ALLOWED not in signal.preferences.values() for signal in read(path, data, url))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["location", "tdm-reservation", "tdm-policy", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_no_json_raises(value: object) -> None:
    read(FILE, json.dumps(value))
