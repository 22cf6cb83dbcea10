"""draft-ietf-aipref-vocab-08 section 6 and the RFC 9651 clauses it rests on, each case with its clause."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.aipref import MAX_STATEMENT, parse_statement

ALLOWED, DISALLOWED = Preference.ALLOWED, Preference.DISALLOWED
TRAIN, USE, SEARCH = Usage.TRAIN_AI, Usage.AI_USE, Usage.SEARCH

CASES = {
    "vocab 6: the example": ("train-ai=y, search=n", {TRAIN: ALLOWED, SEARCH: DISALLOWED}),
    "vocab 6.2: ai-use is a label": ("ai-use=n", {USE: DISALLOWED}),
    "vocab 6.5: the last of two members counts": ('train-ai=y, train-ai, search=n, search="n"', {}),
    "vocab 6.5: parameters are passed over": ("train-ai;allow=n, train-ai=y", {TRAIN: ALLOWED}),
    "vocab 6.5: a label with parameters has no token": ('train-ai;has;parameters="?"', {}),
    "vocab 6.5: as printed it does not even parse": ('train-ai;has;parameters="?";', {}),
    "vocab 6.3: a parameter of a refusal leaves it": ("ai-use=n;exceptions=cc-cr", {USE: DISALLOWED}),
    "vocab 6.4: an unknown label is passed over": ("other=y, train-ai=n", {TRAIN: DISALLOWED}),
    "vocab 6.4: former labels are unknown": ("bots=n, train-genai=n, ai=n, tdm=n", {}),
    "vocab 6.2: labels are case-sensitive": ("TRAIN-AI=n", {}),
    "vocab 6.2: values too": ("train-ai=N", {}),
    "vocab 6.2: another token": ("train-ai=no", {}),
    "vocab 6.2: a string": ('train-ai="n"', {}),
    "vocab 6.2: a boolean": ("train-ai=?0", {}),
    "vocab 6.2: a label alone is true": ("train-ai", {}),
    "vocab 6.2: an inner list": ("train-ai=(n)", {}),
    "vocab 6.2: an integer": ("train-ai=1", {}),
    "RFC 9651 4.2.2: an empty dictionary": ("", {}),
    "RFC 9651 4.2.2: no whitespace": ("train-ai=n,search=n", {TRAIN: DISALLOWED, SEARCH: DISALLOWED}),
    "RFC 9651 4.2.2: extra whitespace": ("train-ai=n ,  search=n", {TRAIN: DISALLOWED, SEARCH: DISALLOWED}),
    "RFC 9651 4.2.2: an empty item": ("train-ai=n,,search=n", {}),
    "RFC 9651 4.2.2: a comma in front": (",train-ai=n", {}),
    "RFC 9651 4.2.2: a key twice, the last counts": (
        "train-ai=y,search=n,train-ai=n",
        {TRAIN: DISALLOWED, SEARCH: DISALLOWED},
    ),
    "RFC 9651 4.2.2: a missing value with parameters": ("train-ai;x=9, search=n", {SEARCH: DISALLOWED}),
    "RFC 9651 4.2.2: an explicit true": ("train-ai=?1, search=n", {SEARCH: DISALLOWED}),
    "RFC 9651 4.2.3.1: strings and bytes beside": (
        'en="Applepie", da=:w4ZibGV0w6ZydGU=:, train-ai=n',
        {TRAIN: DISALLOWED},
    ),
    "RFC 9651 4.2.9, 4.2.10: dates and display strings beside": (
        'd=@1659578233, s=%"f%c3%bc", train-ai=n',
        {TRAIN: DISALLOWED},
    ),
    "RFC 9651 4.2.3.3: a key of other signs": ("!b=1, train-ai=n", {}),
    "RFC 9651 4.2.2: no comma may trail": ("train-ai=n,", {}),
    "RFC 9651 4.2.2: commas must separate": ("train-ai=n search=n", {}),
    "RFC 9651 4.2.2: no blank before =": ("train-ai =n", {}),
    "RFC 9651 4.2.2: no blank after =": ("train-ai= n", {}),
    "RFC 9651 4.2.2: a tab between members": ("train-ai=n\t,\tsearch=n", {TRAIN: DISALLOWED, SEARCH: DISALLOWED}),
    "RFC 9651 4.2: spaces around": ("  train-ai=n  ", {TRAIN: DISALLOWED}),
    "RFC 9651 4.2: no tab in front": ("\ttrain-ai=n", {}),
    "RFC 9651 4.2.3.3: a key starts with a lower-case letter": ("1=y, train-ai=n", {}),
    "RFC 9651 4.2.3.3: or with a star": ("*x=y, train-ai=n", {TRAIN: DISALLOWED}),
    "RFC 9651 4.2: ASCII only": ("train-ai=n, é=y", {}),
    "RFC 9651 4.2.2: one broken member voids all": ("train-ai=n, search=%", {}),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_statement(text: str, expected: dict) -> None:
    assert parse_statement(text)[0] == expected


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("train-ai=no", "train-ai must be y or n"),
        ("train-genai=n", "train-genai is no label of the current draft"),
        ("ai-train=n", "ai-train is no label"),
        ("train-ai=n,", "not an RFC 9651 dictionary"),
        ("train-ai=n", ""),
        ("x=1", ""),
    ],
)
def test_a_warning_says_what_to_write(text: str, warning: str) -> None:
    said = parse_statement(text)[1]
    assert said.startswith(warning)
    assert bool(said) is bool(warning)


def test_a_statement_too_long_to_be_one_is_not_read() -> None:
    preferences, warning = parse_statement("train-ai=n" + " " * MAX_STATEMENT)
    assert (preferences, bool(warning)) == ({}, True)


@given(st.text(alphabet='train-ise=yn,; "()?:@%\\\t\x00é*0', max_size=40) | st.binary(max_size=40))
def test_no_statement_raises_and_only_tokens_permit(text: str | bytes) -> None:
    preferences, _ = parse_statement(text)
    if ALLOWED in preferences.values():
        assert "=y" in (text if isinstance(text, str) else text.decode())
