import re
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.formats import normal_form
from crawler_filter.formats.normal_form import repeated

PIECES = [
    "https://", "http://", "h", "a.example", "xn--p1ai", "/", "/", "a", ".", "..", "?", "#", "%E3%81%82", "%E3%82%99", "%41", "%2F", "%",
    "_", "http", "unsafe/", ":", "@", "=", "b=1", "ア", " ", "1",
]  # fmt: skip
MIRRORS = {"segment": "|_|http|unsafe/", "query": "(?!.*b=)", "escape": "(?!25)", "not_in_path": ":@"}


@pytest.mark.parametrize("narrowed", [{}, MIRRORS])
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=12))
def test_possessive_and_atomic_groups_take_the_same_urls(narrowed, pieces):
    url = "https://a.example/" + "".join(pieces)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(normal_form, "repeated", partial(repeated, possessively=True))
        possessive = normal_form.normal_form(**narrowed)
        patched.setattr(normal_form, "repeated", partial(repeated, possessively=False))
        atomic = normal_form.normal_form(**narrowed)
    assert possessive != atomic
    found = [
        pattern and pattern.groups() for pattern in (re.fullmatch(each, url) for each in (possessive, atomic))
    ]
    assert found[0] == found[1] or not normal_form._IS_POSSESSIVE_RIGHT


def test_a_group_is_repeated_possessively_where_python_does_it_right():
    assert repeated("ab?", "*", possessively=True) == "(?:ab?)*+"
    assert repeated("ab?", "*", possessively=False) == "(?>(?:ab?)*)"
