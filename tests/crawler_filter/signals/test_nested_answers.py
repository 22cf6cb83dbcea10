"""Answers below the name that they are about, in YAML, INI, JSON and tables."""

import pytest

from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.nested_answers import MAX_OBJECTS, Answer, in_json, in_lines

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
        ("training: {allowed: false, note: a}", [Answer(1, "training", "allowed", "false")]),
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


def test_a_hostile_document_is_gone_through_up_to_a_limit() -> None:
    assert len(list(in_json([{"training": {"allowed": False}}] * 10 * MAX_OBJECTS))) <= MAX_OBJECTS
