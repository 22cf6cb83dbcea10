"""Counts with their words."""

import pytest

from crawler_filter.formats.counts import ENTRY, LEAF, number_of


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (number_of(0, "file"), "0 files"),
        (number_of(1, "file"), "1 file"),
        (number_of(2_000, "file"), "2,000 files"),
        (number_of(1, *LEAF), "1 leaf"),
        (number_of(3, *LEAF), "3 leaves"),
        (number_of(2, *ENTRY), "2 entries"),
    ],
)
def test_one_is_one_and_all_else_is_several(said: str, words: str) -> None:
    assert said == words
