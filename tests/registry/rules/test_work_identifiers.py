"""Numbers of works in every spelling, and not with a wrong digit."""

import pytest

from crawler_filter.errors import InvalidScopeError
from registry.rules.work_identifiers import WORK_IDENTIFIER, read_labelled

GOOD = [
    ("isbn", "ISBN 978-4-87311-932-8", "9784873119328"),
    ("doi", "https://doi.org/10.1000/182", "10.1000/182"),
    ("eidr", "10.5240/7791-8534-2C23-9030-8610-5", "10.5240/7791-8534-2C23-9030-8610-5"),
    ("issn", "ISSN 0024-9319", "0024-9319"),
    ("issn", "2434-561x", "2434-561X"),
    ("isrc", "US-S1Z-99-00001", "USS1Z9900001"),
    ("iswc", "T-034.524.680-1", "T-034524680-1"),
    ("iswc", "ISWC T034524680-1", "T-034524680-1"),
    ("isan", "0000-0001-8CFA-0000-I-0000-0000-K", "000000018CFA0000I00000000K"),
    ("isni", "0000 0001 2281 955X", "000000012281955X"),
    ("madb", "https://mediaarts-db.artmuseums.go.jp/id/C119033", "C119033"),
    ("madb", "https://mediaarts-db.bunka.go.jp/id/M779910", "M779910"),
]


@pytest.mark.parametrize(("kind", "typed", "number"), GOOD)
def test_a_number_has_one_spelling_which_stays(kind, typed, number):
    assert WORK_IDENTIFIER[kind](typed) == number
    assert WORK_IDENTIFIER[kind](number) == number


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("issn", "0024-9318"), ("isrc", "US-S1Z-99-1"), ("iswc", "T-034.524.680-2"), ("iswc", "034524680"),
        ("isni", "0000 0001 2281 9550"), ("isan", "0000-0001-8CFA-0000-J-0000-0000-K"), ("madb", "X12"),
        *((kind, "") for kind in WORK_IDENTIFIER), *((kind, "0" * 500) for kind in WORK_IDENTIFIER),
    ],
)  # fmt: skip
def test_a_wrong_number_is_refused_with_an_example(kind, typed):
    with pytest.raises(InvalidScopeError):
        WORK_IDENTIFIER[kind](typed)


def test_a_number_is_known_by_the_name_in_front_of_it():
    assert read_labelled("ISSN: 0024-9319") == ("issn", "0024-9319")
    assert read_labelled("isrc USS1Z9900001") == ("isrc", "USS1Z9900001")
    assert read_labelled("https://mediaarts-db.artmuseums.go.jp/id/M1") == ("madb", "M1")
    assert read_labelled("9784873119328") is None
    assert read_labelled("ISSN") is None
