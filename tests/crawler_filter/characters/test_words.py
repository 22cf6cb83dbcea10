"""Words of two languages are the same concepts, and no text breaks reading them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.characters.rarity import bits
from crawler_filter.characters.words import MAX_TEXT, terms


def concepts(text: str) -> list[str]:
    return [term.concept for term in terms(text)]


@pytest.mark.parametrize(
    ("english", "japanese"),
    [
        ("golden hair", "金髪"),
        ("blue eyes", "青い目"),
        ("straw hat", "麦わら帽子"),
        ("black-haired", "黒髪"),
        ("cape", "マント"),
        ("REINDEER", "トナカイ"),
    ],
)
def test_both_languages_say_the_same(english: str, japanese: str) -> None:
    assert set(concepts(english)) == set(concepts(japanese))


@pytest.mark.parametrize(
    ("one", "other"),
    [("scars", "scar"), ("spiked", "spiky"), ("blonde", "blond"), ("gray", "grey"), ("whisker's", "whiskers")],
)
def test_forms_of_a_word_are_one(one: str, other: str) -> None:
    assert concepts(one) == concepts(other)


def test_a_word_on_no_list_is_a_concept_of_its_own() -> None:
    assert concepts("kunais") == concepts("a kunai") or concepts("rasengans") == concepts("rasengan")
    assert concepts("the and of") == []


def test_places_count_words_that_say_something_and_sentences_part() -> None:
    found = terms("A boy with the red scarf. Green eyes")
    assert [(term.concept, term.place, term.sentence) for term in found] == [
        ("boy", 0, 0),
        ("red", 1, 0),
        ("scarf", 2, 0),
        ("green", 3, 1),
        ("eye", 4, 1),
    ]


def test_what_is_ordinary_says_little_and_what_is_rare_much() -> None:
    assert bits("hair") <= 1
    assert bits("blue") < bits("scar") < bits("reindeer")
    assert bits("=zzyzx") == 13


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    places = [term.place for term in terms(text)]
    assert places == sorted(places)


def test_a_long_text_costs_no_more_than_its_beginning() -> None:
    assert len(terms("red " * MAX_TEXT)) == MAX_TEXT // 4
