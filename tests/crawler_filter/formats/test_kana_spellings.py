"""A name in kana is found with its long vowels in other letters, and its parts in the other kana."""

import pytest

from crawler_filter.formats.kana_spellings import in_parts, long_vowels


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("スタアライト", "スターライト"),
        ("ゼロウェイブ", "ゼロウェーブ"),
        ("ぱれーど", "ぱれえど"),
        ("ぱれーど", "ぱれいど"),
        ("せいそう", "せーそー"),
    ],
)
def test_a_long_vowel_is_a_sign_or_a_letter(name, form):
    assert form in long_vowels(name)


@pytest.mark.parametrize("name", ["ナルト", "鬼", "", "ー", "saber"])
def test_what_has_no_long_vowel_has_one_form(name):
    assert [form for form in long_vowels(name) if form != name] == []


def test_each_run_of_kana_is_switched_by_itself():
    assert set(in_parts("みぞれ坂ことり")) == {"ミゾレ坂ことり", "みぞれ坂コトリ"}


def test_one_run_is_left_to_the_aliases_of_whole_names():
    assert in_parts("水城ひより") == []
