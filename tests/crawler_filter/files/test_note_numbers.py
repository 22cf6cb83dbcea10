"""Numbers of notes, addresses of links and numbers that count up are left out; other numbers stay."""

import pytest

from crawler_filter.files.note_numbers import without_notes
from tests.costs import SECOND, cost

WORDS = [f"word{letter} and" for letter in "abcdefgh"]
PLAIN = " ".join(WORDS)


@pytest.mark.parametrize(
    "noted",
    [
        " ".join(f"{word}[{n}]" for n, word in enumerate(WORDS)),
        " ".join(f"{word}[^1]" for word in WORDS),
        " ".join(f"{word}<sup>3</sup>" for word in WORDS),
        " ".join(f"{word}{{{{pline|{n}|r}}}}" for n, word in enumerate(WORDS)),
        " ".join(f"[{word}](https://example.org/{n})" for n, word in enumerate(WORDS)),
        "![a picture](x.png)" + PLAIN,
    ],
)
def test_a_text_is_read_without_its_notes(noted):
    assert next(without_notes(noted)) == PLAIN


def test_numbers_that_count_up_are_left_out():
    counted = " ".join(f"{n + 1} {word}" for n, word in enumerate(WORDS))
    assert "".join(next(without_notes(counted)).split()) == "".join(PLAIN.split())


@pytest.mark.parametrize(
    "text", ["", PLAIN, "In 1914, 12 men met 3 others at 5 and 40 more at 7.", "f(x)[1] is all"]
)
def test_other_numbers_stay(text):
    assert list(without_notes(text)) == []


@pytest.mark.parametrize("piece", ["[1", "![", "[a](", "1 ", "{{a|", "<sup>"])
def test_the_cost_grows_with_the_text_alone(piece):
    assert cost(lambda: list(without_notes(piece * (500_000 // len(piece)))), limit=SECOND) < SECOND
