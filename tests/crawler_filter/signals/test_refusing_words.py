"""Words that refuse a use, and those that only look like it."""

import pytest

from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.refusing_words import about_ai, refused_by, refuses_in_cjk, says_no

TRAINING, USE, MINING = Usage.TRAIN_AI, Usage.AI_USE, Usage.TDM


@pytest.mark.parametrize(
    ("word", "usages"),
    [
        ("no-ai", {TRAINING, USE}),
        ("NoLLM", {TRAINING, USE}),
        ("deny_ai", {TRAINING, USE}),
        ("ai-opt-out", {TRAINING, USE}),
        ("DoNotTrain", {TRAINING}),
        ("no-machine-learning", {TRAINING}),
        ("noAITraining", {TRAINING}),
        ("no-dataset", {TRAINING}),
        ("no-tdm", {MINING}),
        ("AI\u5b66\u7fd2\u7981\u6b62", {TRAINING}),
    ],
)
def test_a_refusal_with_the_name_of_a_use_refuses_it(word: str, usages: set[Usage]) -> None:
    assert refused_by(word) == dict.fromkeys(usages, Preference.DISALLOWED)


@pytest.mark.parametrize(
    "word",
    ["noindex", "nofollow", "nosnippet", "none", "notranslate", "normal", "domain", "train", "ai", "", "no"],
)
def test_other_words_refuse_nothing(word: str) -> None:
    assert refused_by(word) == {}


def test_what_is_very_long_is_no_word() -> None:
    assert refused_by("no-" + "ai" * 100_000) == {}


def test_a_name_is_about_ai_only_where_it_can_be_about_nothing_else() -> None:
    assert about_ai("GenAI") == (TRAINING, USE)
    assert about_ai("data-mining") == (MINING,)
    assert [name for name in ("search", "training", "all", "ai-model", "email", "data") if about_ai(name)] == []


@pytest.mark.parametrize(
    ("text", "refuses"),
    [
        ("\u672c\u30b5\u30a4\u30c8\u306eAI\u5b66\u7fd2\u3078\u306e\u5229\u7528\u3092\u7981\u6b62\u3057\u307e\u3059\u3002", True),
        ("\u751f\u6210AI\u3078\u306e\u5229\u7528\u306f\u3054\u9060\u616e\u304f\u3060\u3055\u3044", True),
        ("AI\u5b66\u7fd2\u3092\u7981\u6b62\u3057\u3066\u3044\u307e\u305b\u3093", False),
        ("\u7121\u65ad\u8ee2\u8f09\u7981\u6b62", False),
        ("AI\u306e\u5b66\u7fd2\u306b\u4f7f\u308f\u306a\u3044\u3067\u304f\u3060\u3055\u3044", True),
        ("\u751f\u6210AI\u5b66\u7fd2NG", True),
        ("\u7981\u6b62\u5c06\u672c\u7ad9\u5185\u5bb9\u7528\u4e8eAI\u8bad\u7ec3", True),
        ("\u4e0d\u5f97\u7528\u4e8e\u4eba\u5de5\u667a\u80fd\u8bad\u7ec3", True),
        ("AI \ud559\uc2b5 \uae08\uc9c0", True),
        ("mail\u3067\u306e\u304a\u554f\u3044\u5408\u308f\u305b\u306f\u3054\u9060\u616e\u304f\u3060\u3055\u3044", False),
        ("Training: allow", False),
        ("\u5b66\u7fd2\u587e\u306e\u6848\u5185", False),
        ("\u7981\u6b62\u505c\u8f66", False),
        ("AI \ud559\uc2b5 \ud5c8\uc6a9", False),
        ("\u6b22\u8fceAI\u8bad\u7ec3", False),
    ],
)  # fmt: skip
def test_sentences_in_japanese_chinese_and_korean(text: str, refuses: bool) -> None:
    assert refuses_in_cjk(text) is refuses


def test_an_answer_refuses_by_its_first_word() -> None:
    assert all(map(says_no, ["no", "Disallowed.", "not allowed", "denied (ask us)", "\u7981\u6b62"]))
    assert not any(map(says_no, ["yes", "note", "none of your data", ""]))
