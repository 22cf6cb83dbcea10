"""Numbers of works: one spelling each, and check digits that find a slip of the pen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import InvalidScopeError
from crawler_filter.formats.identifiers import CANONICAL_IDENTIFIER, canonical_doi, canonical_eidr, canonical_isbn

EIDR = "10.5240/7791-8534-2C23-9030-8610-5"


@pytest.mark.parametrize(
    ("kind", "typed", "canonical"),
    [
        ("isbn", "0-306-40615-2", "9780306406157"),
        ("isbn", "978-0-306-40615-7", "9780306406157"),
        ("isbn", "080442957X", "9780804429573"),
        ("isbn", " isbn-10: 0 8044 2957 x ", "9780804429573"),
        ("isbn", "ISBN-13: 979\u201010\u201090636\u201007\u20101", "9791090636071"),
        ("doi", "10.1000/182", "10.1000/182"),
        ("doi", "doi:10.1000/ABC", "10.1000/abc"),
        ("doi", "https://dx.doi.org/10.1000/(SICI)1", "10.1000/(sici)1"),
        ("eidr", EIDR, EIDR),
        ("eidr", f"https://doi.org/{EIDR.lower()}", EIDR),
    ],
)
def test_spellings_of_one_number_become_one(kind: str, typed: str, canonical: str) -> None:
    assert CANONICAL_IDENTIFIER[kind](typed) == canonical
    assert CANONICAL_IDENTIFIER[kind](canonical) == canonical


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("isbn", ""),
        ("isbn", "0-306-40615-3"),
        ("isbn", "977-0-306-40615-7"),
        ("isbn", "978030640615X"),
        ("isbn", "97803064061577"),
        ("isbn", "\u0669780306406157"),
        ("doi", "11.1000/182"),
        ("doi", "10.1000/"),
        ("doi", "10.1000/a b"),
        ("doi", "10.1000/" + "a" * 1001),
        ("eidr", "10.5240/7791-8534-2C23-9030-8610-6"),
        ("eidr", "10.5240/7791-8534-2C23-9030-8610"),
        ("eidr", "10.5241/7791-8534-2C23-9030-8610-5"),
    ],
)
def test_what_is_no_such_number_is_refused(kind: str, typed: str) -> None:
    with pytest.raises(InvalidScopeError):
        CANONICAL_IDENTIFIER[kind](typed)


@pytest.mark.parametrize("number", ["9780306406157", "0306406152"])
def test_one_wrong_digit_of_an_isbn_is_always_found(number: str) -> None:
    for place, digit in enumerate(number):
        for other in set("0123456789") - {digit}:
            with pytest.raises(InvalidScopeError):
                canonical_isbn(number[:place] + other + number[place + 1 :])


def test_one_wrong_character_of_an_eidr_is_always_found() -> None:
    for place in range(len("10.5240/"), len(EIDR)):
        for other in set("0123456789ABCDEF") - {EIDR[place], "-"}:
            with pytest.raises(InvalidScopeError):
                canonical_eidr(EIDR[:place] + other + EIDR[place + 1 :])


@given(st.sampled_from(sorted(CANONICAL_IDENTIFIER)), st.text(max_size=60))
def test_any_text_becomes_a_number_that_stays_itself_or_one_error(kind: str, text: str) -> None:
    try:
        canonical = CANONICAL_IDENTIFIER[kind](text)
    except InvalidScopeError:
        return
    assert CANONICAL_IDENTIFIER[kind](canonical) == canonical


@given(st.from_regex(r"10\.[0-9]{4,9}/[!-~]{1,30}", fullmatch=True))
def test_a_doi_matches_whatever_the_case_of_its_letters(doi: str) -> None:
    assert canonical_doi(doi.upper()) == canonical_doi(doi.lower()) == doi.lower()
