"""Every spelling that is written for a tool is one of the same address, and expressions take all of them."""

import re

from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.exports.spellings import expression, literals, split
from crawler_filter.formats.urls import canonical

PATHS = st.text("ab/?[]{}|^`!$&'()*+,;=:@~%2é", max_size=12).map(lambda text: "/" + text)


@given(PATHS)
def test_each_spelling_is_of_the_same_address(typed: str) -> None:
    address = canonical(f"https://a.example{typed}")
    for spelled in literals(address.removeprefix("a.example")):
        assert canonical(f"https://a.example{spelled}") == address


@given(PATHS)
def test_an_expression_takes_each_spelling(typed: str) -> None:
    stored = canonical(f"https://a.example{typed}").removeprefix("a.example")
    path, query = split(stored)
    taken = expression(path) + ("" if query is None else rf"\?{expression(query, query=True)}")
    for spelled in literals(stored):
        assert re.fullmatch(taken, spelled), (taken, spelled)
    assert not re.fullmatch(taken, f"{stored}b")


def test_what_has_one_spelling_stands_alone() -> None:
    assert literals("/bob/1.png?page=2") == ["/bob/1.png?page=2"]


def test_an_escape_stands_for_no_other_character() -> None:
    assert not re.fullmatch(expression("/%2541"), "/%41")
    assert not re.fullmatch(expression("/a%2Fb"), "/a/b")
