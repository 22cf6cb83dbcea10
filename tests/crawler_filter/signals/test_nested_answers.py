"""Answers below the name that they are about, in YAML, INI, JSON and tables."""

import json

import pytest

from crawler_filter.preference import Preference, Usage
from crawler_filter.signals import ai_txt
from crawler_filter.signals.nested_answers import MAX_OBJECTS, Answer, in_json, in_lines
from crawler_filter.signals.safe_json import UnreadableJsonError, parse

NO_TRAINING = {Usage.TRAIN_AI: Preference.DISALLOWED}


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("training:\n  allowed: false", [Answer(2, "training", "allowed", "false")]),
        ("training:\n  - allowed: 'no'", [Answer(2, "training", "allowed", "no")]),
        ("[training]\nallow = false", [Answer(2, "training", "allow", "false")]),
        ("| Use | Allowed |\n|---|---|\n| **Training** | No |", [
            Answer(1, "Use", "allowed", "Allowed"), Answer(3, "Training", "allowed", "No"),
        ]),
        ("training:\nallowed: false", []),
        ("training:\n  allowed: true\nsearch: no", [Answer(2, "training", "allowed", "true")]),
        ("training: {note: a, allowed: false}", [
            Answer(1, "training", "note", "a"), Answer(1, "training", "allowed", "false"),
        ]),
        ("training:  # of models\n  allowed: false  # never", [Answer(2, "training", "allowed", "false")]),
        ("[training]\nallow = false # never", [Answer(2, "training", "allow", "false")]),
        ("- use: training\n  allow: false", [Answer(2, "training", "allowed", "false")]),
        ("Training: deny", []),
        ("", []),
    ],
)  # fmt: skip
def test_answers_in_lines(text: str, answers: list[Answer]) -> None:
    assert list(in_lines(text.splitlines())) == answers


@pytest.mark.parametrize(
    ("document", "answers"),
    [
        ({"training": {"allowed": False}}, [Answer(0, "training", "allowed", "False")]),
        ({"a": [{"training": {"allow": "no"}}]}, [Answer(0, "training", "allow", "no")]),
        ({"rules": [{"use": "training", "allow": False}]}, [Answer(0, "training", "allowed", "False")]),
        ({"training": {"paths": ["/a"]}}, []),
        ([1, "training", None], []),
    ],
)
def test_answers_in_json(document: object, answers: list[Answer]) -> None:
    assert list(in_json(document)) == answers


def test_what_follows_an_answer_behind_a_hash_is_a_remark() -> None:
    text = "User-agent: *\nAllow: /\ntraining:\n  allowed: false  # never\n"
    signals = list(ai_txt.read(text, "https://a.example/", "ai.txt"))
    assert any(signal.preferences.get(Usage.TRAIN_AI) is Preference.DISALLOWED for signal in signals)


def test_an_answer_refuses_what_its_two_names_are_about() -> None:
    assert Answer(1, "training", "allowed", "no").refuses(in_file_about_ai=True) == NO_TRAINING
    assert Answer(0, "aiUsage", "training", "False").refuses() == NO_TRAINING
    for outer, name, value in (
        ("training", "allowed", "yes"),
        ("training", "contact", "no-reply@a.example"),
        ("course", "training", "no"),
        ("aiUsage", "disclosure", "none"),
    ):
        assert Answer(1, outer, name, value).refuses() == {}


def test_every_value_counts_of_a_name_that_is_there_several_times() -> None:
    for text in (
        '{"training": {"allowed": true, "allowed": false}}',
        '{"training": {"allowed": false}, "training": {"allowed": true}}',
    ):
        values = {answer.value for answer in in_json(parse(text, keeps_several=True)) if answer.name == "allowed"}
        assert values == {"True", "False"}


def test_a_document_of_too_many_objects_is_not_passed_over_in_silence() -> None:
    document = [{"a": {"b": 1}}] * MAX_OBJECTS
    with pytest.raises(UnreadableJsonError, match="objects"):
        list(in_json(document))
    assert any(signal.unchecked for signal in ai_txt.read(json.dumps(document), "https://a.example/", "ai.txt"))


@pytest.mark.parametrize(
    "line",
    [
        "| a |" + " " * 1_000_000,
        "|a|" + "_" * 1_000_000,
        "a: {" + " " * 1_000_000 + "x}",
        "a" + " " * 1_000_000 + "x",
    ],
)
def test_a_line_costs_no_more_than_its_length(line: str) -> None:
    assert list(in_lines([line])) == []
