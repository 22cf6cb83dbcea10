# ruff: noqa: RUF001 - full-width letters are what is tested
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.formats import name_folding
from crawler_filter.formats.common_words import COMMON_WORDS
from crawler_filter.formats.name_folding import (
    MAX_ALIASES,
    VARIANT_KANJI,
    aliases,
    fold,
    says_enough,
    stands_apart,
)

LIST = Path(__file__).parents[3] / "crawler_filter" / "formats" / f"common-words-{COMMON_WORDS}.txt"
TABLE = LIST.with_name(f"variant-kanji-{VARIANT_KANJI}.txt")
NAMES = st.text(st.sampled_from("aBōouü '-_・ナるガﾞーヴァ鬼〜1한"), max_size=12)

FOLDED = {
    "case and width": ("Ｎａｒｕｔｏ", "naruto"),
    "half-width katakana": ("ﾅﾙﾄ ｶﾞﾝﾀﾞﾑ", "ナルト ガンダム"),
    "tags of an image board": ("uzumaki_naruto", "uzumaki naruto"),
    "escaped brackets": (r"saber_\(fate\)", "saber fate"),
    "a middle dot": ("モンキー・D・ルフィ", "モンキー d ルフイ"),
    "a hyphen and an exclamation mark": ("K-ON!!", "k on"),
    "accents and strokes": ("Lúna Łukasz Sørensen Đặng", "luna lukasz sorensen dang"),
    "old, simplified and traditional kanji": ("臺國櫻 战灭头 氣發戀", "台国桜 戦滅頭 気発恋"),
    "kanji of names": ("渡邉 髙﨑 冨嶋 \U00020bb7野", "渡辺 高崎 富島 吉野"),
    "kanji in use beside those that they simplify": ("里后叶", "里后叶"),
    "apostrophes": ("Wolf’s Rain' s", "wolfs rain s"),
    "v sounds": ("ヴァイオレット ヴ", "バイオレット ブ"),
    "nothing": ("・!", ""),
}
ALIASES = {
    "katakana for hiragana": ("なると", "ナルト"),
    "hiragana for katakana": ("ナルト", "なると"),
    "hiragana for katakana beside kanji": ("初音ミク", "初音みく"),
    "both kana of a mixed name": ("うずまき・ナルト", "うずまき なると"),
    "without the middle dot": ("うずまき・ナルト", "うずまきナルト"),
    "other signs for the long vowel": ("スーパー", fold("ス〜パ〜")),
    "a wave for the long vowel": ("な〜ると", "なーると"),
    "no accents": ("Pokémon", "pokemon"),
    "no macrons": ("Tōkyō Ghoul", "tokyo ghoul"),
    "long vowels as ou": ("Tōkyō Ghoul", "toukyou ghoul"),
    "long vowels as oo": ("Tōkyō Ghoul", "tookyoo ghoul"),
    "long vowels short": ("Shoujo Kakumei", "shojo kakumei"),
    "joined": ("One Piece", "onepiece"),
    "the given name first": ("Uzumaki Naruto", "naruto uzumaki"),
}
ENOUGH = {
    "six Latin letters": ("naruto", True),
    "five Latin letters": ("saber", False),
    "one common English word": ("monster", False),
    "two common English words": ("one piece", False),
    "a common and a rare word": ("tokyo ghoul", True),
    "short words": ("k on", False),
    "digits": ("86", False),
    "Cyrillic": ("наруто", True),
    "four katakana": ("ガンダム", True),
    "three katakana": ("ナルト", False),
    "two kanji": ("鬼滅", False),
    "four kanji": ("呪術廻戦", True),
    "kanji and kana": ("鬼滅の刃", True),
    "five hiragana": ("ちはやふる", False),
    "six hiragana": ("けものふれんず", True),
    "four syllables of hangul": ("진격의거", True),
}
APART = {
    "a Latin word": ("the naruto one", "naruto", True),
    "a part of a Latin word": ("narutopedia", "naruto", False),
    "the end of a Latin word": ("boruto", "ruto", False),
    "digits behind": ("naruto2", "naruto", True),
    "digits behind digits": ("1986", "86", False),
    "kana behind Latin": ("narutoは", "naruto", True),
    "katakana within katakana": ("ガンダムエース", "ガンダム", False),
    "a long vowel behind katakana": ("ナルトー", "ナルト", False),
    "particles behind katakana": ("ガンダムの絵", "ガンダム", True),
    "kanji within kanji": ("東京都", "京都", True),
}


def common_words_of(books):
    """The list that English books make: what they write twice in lower case, and what its inflections end on."""
    count = Counter(
        word
        for book in books
        for word in re.findall(r"(?<![A-Za-z])[a-z]+(?![A-Za-z])", book.replace("’", "").replace("'", ""))
    )
    words = {word for word, times in count.items() if times > 1}
    stems = {word.removesuffix(ending) for word in words for ending in ("s", "ed", "ing") if word.endswith(ending)}
    return sorted(words | {stem for stem in stems if len(stem) > 3})


@pytest.mark.parametrize(("text", "folded"), FOLDED.values(), ids=FOLDED)
def test_names_and_captions_are_folded_alike(text, folded):
    assert fold(text) == folded


@given(NAMES)
def test_folding_again_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(("name", "alias"), ALIASES.values(), ids=ALIASES)
def test_a_name_is_also_written(name, alias):
    assert alias in aliases(name, is_person=True)


def test_only_a_person_has_the_other_order():
    assert "ghoul tokyo" not in aliases("Tokyo Ghoul", is_person=False)


@given(NAMES, st.booleans())
def test_aliases_are_few_folded_and_begin_with_the_name(name, is_person):
    spelled = aliases(name, is_person=is_person)
    assert spelled[0] == fold(name)
    assert len(set(spelled)) == len(spelled) <= MAX_ALIASES
    assert [fold(alias) for alias in spelled] == spelled


@pytest.mark.parametrize(("spelled", "enough"), ENOUGH.values(), ids=ENOUGH)
def test_what_a_spelling_says_alone(spelled, enough):
    assert says_enough(spelled) is enough


@pytest.mark.parametrize(("text", "spelled", "apart"), APART.values(), ids=APART)
def test_where_a_word_ends(text, spelled, apart):
    start = text.index(spelled)
    assert stands_apart(text, start, start + len(spelled)) is apart


def test_the_list_of_common_words_is_the_one_that_the_books_make(vectors):
    books = [path.read_text("utf-8") for path in sorted((vectors / "text").glob("en-*.txt"))]
    assert LIST.read_text("ascii").split() == common_words_of(books)


def test_each_variant_of_a_kanji_stands_for_one_form_and_is_none() -> None:
    lines = TABLE.read_text("utf-8").splitlines()[1:]
    variants = [variant for line in lines for variant in line[1:]]
    assert len(variants) == len(set(variants)) > 4000
    assert not set(variants) & {line[0] for line in lines}


def test_every_sign_of_another_form_is_noticed_and_ordinary_text_has_none():
    assert all(map(name_folding._may_have_sign().search, map(chr, name_folding._signs())))
    assert not name_folding._may_have_sign().search("a girl in the rain, 夜の森で笑う少女のイラスト")
