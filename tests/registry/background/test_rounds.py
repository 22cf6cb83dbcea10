"""Whatever one item raises is that item's failure, and nobody waits behind it."""

import logging

import pytest

from registry.background.rounds import Rounds
from registry.errors import UnavailableError


@pytest.fixture
def seconds():
    return [0.0]


@pytest.fixture
def rounds(seconds):
    return Rounds("letters", lambda: seconds[0], pause=60)


def act_on(done):
    def act(item):
        if item in ("poison", "refused"):
            raise ValueError(item) if item == "poison" else UnavailableError("not taken")
        done.append(item)

    return act


@pytest.mark.parametrize("bad", ["poison", "refused"])
def test_an_item_that_fails_is_counted_and_the_others_are_done(rounds, bad):
    done = []
    assert rounds.take(["a", bad, "b"], str, act_on(done)) == 1
    assert (done, rounds.done, rounds.failed, rounds.waiting) == (["a", "b"], 2, 1, 1)


def test_who_failed_waits_and_then_has_another_turn(rounds, seconds):
    tried = []

    def act(item):
        tried.append(item)
        raise ValueError(item)

    rounds.take(["a"], str, act)
    rounds.take(["a"], str, act)
    seconds[0] = 61
    rounds.take(["a"], str, act)
    assert tried == ["a", "a"]


def test_oldest_first_is_not_stuck_first(rounds):
    """A hundred poisoned items at the front and room for ten: every good one has its turn all the same."""
    items, done = [*(f"poison-{number}" for number in range(100)), "good"], []

    def act(item):
        if item != "good":
            raise RuntimeError(item)
        done.append(item)

    count = 0
    while not done:
        count += 1
        rounds.take(items[: 10 + rounds.waiting], str, act)
    assert count == 11


def test_a_refusal_is_logged_without_what_caused_it(rounds, caplog):
    def act(_):
        raise UnavailableError("the mail was not taken") from OSError("studio@example.com does not exist")

    with caplog.at_level(logging.WARNING):
        rounds.take([1], str, act)
    assert "the mail was not taken" in caplog.text
    assert "studio@example.com" not in caplog.text
