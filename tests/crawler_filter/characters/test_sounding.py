"""A name is found in the spellings that people give it, and other words are not taken for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.characters.sheets import Characters, Signal
from crawler_filter.characters.sounding import Sounds, sound
from crawler_filter.formats.characters import OwnedSheet, Sheet
from crawler_filter.formats.name_folding import fold

pytest.importorskip("ahocorasick_rs")

NAMES = (
    "Jotaro Kujo", "Sephiroth", "Killua Zoldyck", "SpongeBob SquarePants", "Harley Quinn", "Buzz Lightyear",
    "Alucard", "Doraemon", "Hatsune Miku", "Pikachu", "Anpanman",
)  # fmt: skip


def heard(text: str) -> set[tuple[str, bool]]:
    sounds = Sounds(enumerate(NAMES))
    return {(found.registered, found.alike) for found in sounds.find(fold(text))}


def named(text: str, *names: str, series: tuple[str, ...] = (), others: tuple[tuple[str, ...], ...] = ()) -> bool:
    sheet = Sheet(names=names or NAMES[:1], series=series, others=others, attributes={"en": ("blue cape",)})
    return any(sign.signal is Signal.NAME for sign in Characters([OwnedSheet(0, sheet)]).find(text))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Joutarou Kuujou", "Jotaro Kujo"), ("kujo jotaroh", "Jotaro Kujo"), ("sefiroth", "Sephiroth"),
        ("kirua zoldic", "Killua Zoldyck"), ("sponge bob square pants", "SpongeBob SquarePants"),
        ("Harly Quin", "Harley Quinn"), ("buzz light year", "Buzz Lightyear"), ("Arucard", "Alucard"),
        ("Pikatchu", "Pikachu"), ("ampanman", "Anpanman"),
    ],
)  # fmt: skip
def test_what_sounds_like_a_name_is_heard(written: str, meant: str) -> None:
    assert heard(f"a picture of {written}, best quality") == {(meant, True)}
    assert named(f"a picture of {written}, best quality", meant)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("Hatune Miku", "Hatsune Miku"), ("Doreamon", "Doraemon"), ("hatsume miku", "Hatsune Miku")],
)
def test_a_name_with_one_letter_wrong_is_heard_as_less_sure(written: str, meant: str) -> None:
    assert heard(written) == {(meant, False)}
    assert named(f"{written} on a stage", meant)


@pytest.mark.parametrize(
    "text",
    [
        "A man with culinary skills and a harness", "two girls in a light year round jacket", "picnic at the square",
        "A quarter mile from the harbour", "an alcove", "Miku", "pants with square pockets, sponge in hand",
    ],
)  # fmt: skip
def test_ordinary_words_are_no_names(text: str) -> None:
    assert not heard(text)


@given(st.sampled_from(NAMES), st.data())
def test_a_long_name_without_one_of_its_letters_or_with_two_swapped_is_heard(
    name: str, data: st.DataObject
) -> None:
    word = fold(name).replace(" ", "")
    at = data.draw(st.integers(1, len(word) - 2))
    assert name in {registered for registered, _ in heard(word)}
    if len(word) >= 9:
        assert name in {registered for registered, _ in heard(word[:at] + word[at + 1 :])}


LETTERS = "adgst"
words = st.text(LETTERS, min_size=7, max_size=10).filter(lambda word: sound(word) == word)


def slips(word: str) -> set[str]:
    """All that one slip makes of a word."""
    pairs = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    made = {before + after[1:] for before, after in pairs if after}
    made |= {before + letter + after for before, after in pairs for letter in LETTERS}
    made |= {before + letter + after[1:] for before, after in pairs if after for letter in LETTERS}
    made |= {before + after[1] + after[0] + after[2:] for before, after in pairs if len(after) > 1}
    return made - {word}


@given(words, st.data())
def test_every_slip_is_heard_and_nothing_else(word: str, data: st.DataObject) -> None:
    near = st.sampled_from(sorted(slips(word))).filter(lambda each: sound(each) == each)
    names = data.draw(st.lists(st.one_of(near, words), max_size=8, unique=True))
    expected = {name for name in names if name in slips(word)}
    found = Sounds(enumerate(names)).find(word)
    assert {each.registered for each in found if not each.alike} == expected


def test_a_slip_in_a_short_word_needs_a_word_beside_it() -> None:
    assert named("furieren, elf mage, anime portrait", "Frieren", "フリーレン")
    assert not named("Sirenas in the harbour", "Serena")
    assert named("Mikassa Akerman", "Mikasa Ackerman")


def test_a_name_of_a_co_star_or_a_series_in_part_makes_a_name_of_a_common_word() -> None:
    context = {"series": ("JoJo's Bizarre Adventure",), "others": (("Jotaro Kujo",),)}
    assert named("a fight of dio and jotaro", "Dio", **context)
    assert named("dio from jojo", "Dio", **context)
    assert not named("a small dio", "Dio", **context)


@pytest.mark.parametrize(
    "text",
    [
        "Une petite fille en chemise rouge jouant sur une attraction",
        "Eine Frau mit lockigen Haaren und schwarzer Jacke geht die Stra\u00dfe entlang",
    ],
)
def test_in_a_text_of_another_language_rare_words_are_no_names(text: str) -> None:
    assert not named(text, "Frieren", "Harleen Quinzel")
    assert named("Zeichne mir bitte Hatsune Mikku auf einer B\u00fchne, Anime", "Hatsune Miku")


def test_a_family_name_is_of_the_one_whose_first_name_stands_before_it() -> None:
    context = {"others": (("Mikasa Ackerman",), ("Eren Yeager",))}
    assert not named("Mikasa Ackerman in her scarf", "Levi Ackerman", **context)
    assert named("levi beside Yeager", "Levi Ackerman", "Levi", **context)
    assert not named("a portrait of the actress Emily Lockhart", "Tifa Lockhart")
    assert named("a portrait of miss Lockhart", "Tifa Lockhart")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("성진우 그림자 군주", "성진우"),
        ("성진우가 그린 그림", "성진우"),
        ("호두 캐릭터 일러스트", "호두"),
        ("胡桃 插画", "胡桃"),
    ],
)
def test_names_in_hangul_and_chinese_count_as_those_in_kana(text: str, name: str) -> None:
    assert named(text, name)


@pytest.mark.parametrize("text", ["호두 파이", "胡桃のケーキ"])
def test_short_ones_that_are_words_need_a_context(text: str) -> None:
    assert not named(text, "호두", "胡桃")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Lum floating above the city", True), ("the girl Lum at night", True), ("san francisco at night", False),
        ("two men walk through San Francisco", False), ("the girl San in a wood", True), ("a pile of lum", False),
    ],
)  # fmt: skip
def test_three_letters_are_a_name_by_their_capital_unless_they_begin_another(text: str, found: bool) -> None:
    assert named(text, "Lum", "San") is found
