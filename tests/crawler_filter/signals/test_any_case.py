"""A text that was folded once has the words that a pattern finds in any case, and no others."""

import re

import pytest

from crawler_filter.signals.any_case import folded, has_any

WORDS = ("noai", r"content[-_]?signal", "train")


@pytest.mark.parametrize(
    "text",
    [
        *("noai", "NoAI", "noA\u0130", "noa\u0131", "CONTENT_SIGNAL", "content\u017figna1", "content\u017fignal"),
        *("TRA\u0130N", "no ai", "\u0130\u0130", "stra\u00dfe", "\u212a", "\u5b66\u7fd2 NOAI"),
    ],
)
def test_a_folded_text_has_what_a_pattern_finds_that_ignores_case(text):
    found = any(re.search(word, text, re.IGNORECASE) for word in WORDS)
    assert has_any(map(re.compile, WORDS), folded(text)) is found
