"""A text that stands in the texts of several parties is held where whoever registers it has proved nothing."""

import random

import pytest

from crawler_filter.fingerprints.text import text_scope
from registry.declarations.shared_texts import SEVERAL
from tests.registry.studio import Studio

WORDS = [
    f"{a}{b}{c}" for a in ("ka", "mo", "ri", "su") for b in ("len", "tar", "vik") for c in ("do", "esh", "um")
]


def prose(seed, words):
    return " ".join(random.Random(seed).choices(WORDS, k=words))


FOREWORD = prose("foreword", 400)


def book(number):
    return text_scope(f"{prose(number, 500)} {FOREWORD} {prose(-number, 500)}").encode()


@pytest.fixture
def publishers(registry, letterbox, zone):
    """As many publishers as are several, each with a site of its own and a book with the same foreword."""
    for number in range(1, SEVERAL + 1):
        studio = Studio(registry, letterbox, f"publisher{number}@example.com")
        studio.prove(zone, studio.declare(("domain", f"publisher{number}.example.com")))
        studio.declare(("text", book(number)))
    registry.publisher.publish()


@pytest.fixture
def stranger(registry, letterbox):
    return Studio(registry, letterbox, "stranger@example.org")


def held(declaration):
    return [scope.held for scope in declaration.record.scopes]


@pytest.mark.usefixtures("publishers")
def test_what_several_have_is_held_and_what_is_ones_own_is_not(stranger):
    made = stranger.declare(("text", text_scope(FOREWORD).encode()), ("text", book(99)), ("text", book(-7)))
    assert held(made) == [True, True, True]
    own = stranger.declare(("text", text_scope(prose("own", 900)).encode()))
    assert held(own) == [False]
    amended = stranger.amend(own, ("text", text_scope(prose("own", 900)).encode()), ("text", book(5)))
    assert sorted(held(amended)) == [False, True]


@pytest.mark.usefixtures("publishers")
def test_what_the_desk_released_is_not_held_again(registry, stranger):
    foreword = ("text", text_scope(FOREWORD).encode())
    made = stranger.declare(foreword)
    registry.moderation.release(made.id)
    amended = stranger.amend(made, foreword, ("text", text_scope(prose("own", 900)).encode()))
    assert held(amended) == [False, False]


@pytest.mark.usefixtures("publishers")
def test_who_has_proved_a_place_registers_it_as_well(registry, letterbox, zone):
    another = Studio(registry, letterbox, "another@example.com")
    another.prove(zone, another.declare(("domain", "another.example.com")))
    assert held(another.declare(("text", book(4)))) == [False]


def test_what_one_other_has_is_not_held(registry, letterbox, zone, stranger):
    studio = Studio(registry, letterbox, "publisher1@example.com")
    studio.prove(zone, studio.declare(("domain", "publisher1.example.com")))
    studio.declare(("text", book(1)))
    registry.publisher.publish()
    assert held(stranger.declare(("text", text_scope(FOREWORD).encode()))) == [False]
