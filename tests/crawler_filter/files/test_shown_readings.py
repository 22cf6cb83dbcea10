"""Readings of kanji are left out by a notation that nobody named, and nothing else is."""

import pytest

from crawler_filter.files.shown_readings import without_reading_lines, without_shown_readings
from tests.costs import SECOND, cost
from tests.crawler_filter.files.published_layouts import NOVEL

WORDS = ("霧", "塔", "鐘", "水車", "祖父", "名前")
PLAIN = "".join(f"その{word}をみた。" for word in WORDS)


def written(notation: str) -> str:
    return "".join(f"その{notation.format(word=word, reading='かな')}をみた。" for word in WORDS)


@pytest.mark.parametrize(
    "notation", ["<{word}#{reading}>", "{word}={reading}=", "~{reading}~{word}~", "rb({reading}){word};"]
)
def test_what_the_text_shows_to_be_a_reading_is_left_out(notation):
    assert PLAIN in list(without_shown_readings(written(notation)))


def test_two_notations_in_one_text_are_both_left_out():
    both = written("<{word}#{reading}>") + written("{word}={reading}=")
    assert 2 * PLAIN in list(without_shown_readings(both))


def test_lines_of_readings_above_lines_of_words_are_left_out():
    lines = [f"その{word}をみた。" for word in WORDS]
    set_above = "\n".join(f"　　かな\n{line}" if n % 3 else line for n, line in enumerate(lines))
    assert without_reading_lines(set_above) == "\n".join(lines)


@pytest.mark.parametrize("text", ["in English", "\n".join(WORDS), "かな\nカナ\nもじ\nことば\nうた", NOVEL])
def test_other_lines_stay(text):
    assert without_reading_lines(text) == text


@pytest.mark.parametrize("text", ["", "in English", NOVEL, PLAIN, "".join(f"{word}、かな、" for word in WORDS)])
def test_a_text_without_readings_has_no_further_reading(text):
    assert list(without_shown_readings(text)) == []


@pytest.mark.parametrize("piece", ["漢<か", "漢" * 41, "漢|か|", "<" * 121 + "か", "か<漢"])
def test_the_cost_grows_with_the_text_alone(piece):
    assert cost(lambda: list(without_shown_readings(piece * (300_000 // len(piece)))), limit=SECOND) < SECOND
