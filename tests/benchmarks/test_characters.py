"""The published evaluation of characters reaches its goals, with half of it held out."""

import pytest

from benchmarks.characters import KINDS, LATER, LOOKED_AT, THIRD, THIRD_SHEETS, found, misspelt, mistaken

pytest.importorskip("ahocorasick_rs")


@pytest.mark.parametrize(("kind", "goal"), [("named", 50), ("described", 45), ("keywords", 35), ("japanese", 35)])
def test_characters_are_found_as_often_as_we_say(kind: str, goal: int) -> None:
    results = list(found(kind, KINDS[kind]))
    assert len(results) == 50
    assert sum(hit for _, hit, _ in results) >= goal
    assert 2 * sum(hit for _, hit, _ in results[1::2]) >= goal  # those that nobody looked at
    assert sum(other for *_, other in results) <= 5


@pytest.mark.parametrize(
    ("said", "goal"),
    [("described", 45), ("described in Japanese", 45), ("five keywords", 35), ("five keywords in Japanese", 35)],
)
def test_prompts_that_were_written_later_are_found_as_often(said: str, goal: int) -> None:
    kind, part = LATER[said]
    results = list(found(kind, name="prompts-later.txt", part=part))
    assert len(results) == 50
    assert sum(hit for _, hit, _ in results) >= goal
    assert sum(other for *_, other in results) <= 3


@pytest.mark.parametrize(
    ("kind", "goal"),
    [
        ("named", 52),
        ("tags", 52),
        ("ja", 52),
        ("other", 50),
        ("described", 50),
        ("keywords", 49),
        ("japanese", 47),
    ],
)
def test_characters_of_other_countries_and_studios_are_found_as_often(kind: str, goal: int) -> None:
    results = list(found(kind, THIRD[kind], name="prompts-third.txt", of=THIRD_SHEETS))
    assert len(results) == 52
    assert sum(hit for _, hit, _ in results) >= goal
    assert sum(other for *_, other in results) <= 3


def test_most_misspelt_names_are_found_and_of_their_own_character() -> None:
    results = list(misspelt())
    assert len(results) == 47
    assert sum(hit for _, hit, _ in results) >= 40
    assert sum(other for *_, other in results) <= 1


def test_few_descriptions_of_others_are_taken_for_a_character() -> None:
    wrong = mistaken()
    assert len(wrong) == LOOKED_AT + 40
    assert sum(wrong[:LOOKED_AT]) <= 5
    assert sum(wrong[LOOKED_AT:]) <= 2
