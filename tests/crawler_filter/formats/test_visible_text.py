# ruff: noqa: RUF001 - letters of many languages are what is looked at
"""One rule says what may stand in text that people are shown."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from crawler_filter.errors import InvalidScopeError
from crawler_filter.formats.urls import canonical_domain, canonical_url_scope
from crawler_filter.formats.visible_text import invisible, require_visible

BIDI_CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize(
    "character",
    [
        *BIDI_CONTROLS,
        *"\x00\n\t\x7f\x85\u00ad\u200b\u2060\ufeff\u2028\u2029\ue000\ud800\u3164\U000e0041\ufffe\uffff\ufdd0\U0010ffff",
    ],
    ids=lambda each: f"U+{ord(each):04X}",
)
def test_what_is_invisible_or_turns_the_text_is_refused(character: str) -> None:
    assert invisible(f"Aoi{character}Studio") == character
    with pytest.raises(InvalidScopeError, match=rf"U\+{ord(character):04X}"):
        require_visible(character)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Aoi Studio",
        "青い鳥、第2巻",
        "葛\U000e0100城",
        "می\u200cخواهم",
        "क्\u200dष",
        "👩\u200d🎨",
        "❤\ufe0f",
        "٪\u0600١",
        "é",
        "a\u00a0b",
    ],
    ids=ascii,
)
def test_what_languages_are_written_with_is_allowed(text: str) -> None:
    assert invisible(text) is None
    require_visible(text)


@given(st.text())
def test_the_first_invisible_character_is_named_or_there_is_none(text: str) -> None:
    found = invisible(text)
    if found is None:
        require_visible(text)
    else:
        before = text[: text.index(found)]
        assert invisible(before) is None
        assert unicodedata.category(found)[0] in "CZL"


@pytest.mark.parametrize("canonical", [canonical_domain, canonical_url_scope])
def test_addresses_follow_the_rule(canonical) -> None:
    with pytest.raises(InvalidScopeError, match=r"U\+200B"):
        canonical("exa\u200bmple.com")


def test_whatever_may_be_shown_may_stand_in_xml() -> None:
    shown = "".join(each for each in map(chr, range(0x110000)) if invisible(each) is None)
    element = etree.Element("title")
    element.text = shown
    assert etree.fromstring(etree.tostring(element, encoding="utf-8")).text == shown
