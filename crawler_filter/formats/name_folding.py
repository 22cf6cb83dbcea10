"""How a name is written: the form in which names and captions are compared, its aliases, and what it says alone.

Both sides are folded alike: NFKC, case folding, `ヴ` as `ブ`, one form for all variants of a kanji, Latin letters
without accents, apostrophes dropped, and every other run of what is neither letter nor digit one space, so that
`uzumaki_naruto`, `ナルト・うずまき` and `K-On!` need no rules of their own.
Hiragana and katakana stay apart in captions, where folding them would make 14 times more false hits.
Spellings that differ by more than folding are aliases, made where the name is registered.
"""

import re
import sys
import unicodedata
from collections.abc import Mapping
from functools import cache
from html import unescape
from importlib.resources import files
from typing import Final
from urllib.parse import unquote

from crawler_filter.files.furigana import without_furigana
from crawler_filter.files.look_alikes import as_drawn
from crawler_filter.fingerprints.nfkc import nfkc
from crawler_filter.formats.common_words import common_words
from crawler_filter.formats.disguised_names import undisguised
from crawler_filter.formats.inflected_names import declined
from crawler_filter.formats.kana_spellings import TO_HIRAGANA, TO_KATAKANA, in_parts, long_vowels
from crawler_filter.formats.plain_captions import has_nothing_added
from crawler_filter.formats.romanised_names import romanised

VARIANT_KANJI: Final = 1
"""Number of the published table of variant kanji."""

MAX_ALIASES: Final = 96

_ALWAYS_QUICK: Final = 256
_ASTRAL: Final = 0x10000
_ASCII_SEPARATORS: Final = bytes(code if chr(code).isalnum() else ord(" ") for code in range(128)) + bytes(128)
_APOSTROPHES: Final = re.compile(r"['\u2018\u2019\u02bc`\u00b4\u2032]")
_INVISIBLE: Final = dict.fromkeys(
    (0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
)
"""Joiners, marks, and selectors of variants, with which some names are officially written."""
_POSSESSIVE: Final = re.compile(r"(?<=[^\W\d_])['\u2018\u2019\u02bc\uff07](?:s\b|(?<=s.)(?!\w))", re.IGNORECASE)
_ELISION: Final = re.compile(r"\b[dl]['\u2018\u2019](?=\w)", re.IGNORECASE)
_CJK: Final = "[\u3005\u3041-\u30ff\u3400-\u9fff\uff66-\uff9f\uac00-\ud7a3]"
_GAP: Final = re.compile(
    rf"(?<={_CJK})[ \u2022\u3000\u30fb\uff65._\uff0e\u00b7=\uff1d\u30a0&\uff06\u2010-\u2015\u2212\uff0d"
    rf"~\u301c\uff5e\u2605\u2606\u2661\u2665\u266a-]{{1,3}}"
    rf"(?={_CJK})"
)
_HONORIFIC: Final = re.compile(
    r"(?<=[^\W\d_])[-\u2010\u2011](?:san|chan|kun|sama|sensei|sen?mpai|senpai|dono|tan|hime)\b", re.IGNORECASE
)
_HALF_WIDTH: Final = re.compile("[\uff66-\uff9f]+")
_IN_KATAKANA: Final = re.compile(
    "(?<=[\u30a1-\u30fa\u30fc])(?:チャン|サン|クン|サマ|タン|センパイ)(?![\u30a1-\u30fa\u30fc])"
)
"""Honorifics in katakana, which would make one word with a name."""
_NO: Final = re.compile("(?<=[\u3400-\u9fff])の(?=[\u3400-\u9fff])")
"""A hiragana `no` between kanji, which titles write in katakana too, and in Chinese as another kanji."""
_PLURAL: Final = re.compile(r"(?<=[^\W\d_]{3})(?<!s)s\b")
_SINGULAR: Final = re.compile(r"[^\W\d_\u3000-\U0003ffff]{2,}(?<!s)")
_ARTICLE: Final = re.compile(r"^(?:the|an?|der|die|das|les?|las?|los|el) (?=\S+ \S)")
_OF: Final = re.compile(r"\bof (?!the )")
_REPEATED: Final = re.compile("([\u3400-\u9fff])\u3005")
_IN_NAMES: Final = str.maketrans(
    "邉劔髙﨑嵜嶋嶌冨桒舘圡\U00020bb7渕穐龝薗栁埜枩柗槗濵莵菟竃斉齊齋",
    "辺剣高崎崎島島富桑館土吉淵秋秋園柳野松松橋浜兎兎竈斎斎斎",
)
"""Variants in names of people that the table of variants lacks."""
_KANA_SIGNS: Final = str.maketrans("ァィゥェォヵヶヮヰヱヲヂヅゐゑぢづ", "アイウエオカケワイエオジズいえじず")
"""Small kana and old ones, which are taken for one another: `フオン` for `フォン`, `ユヅリハ` for `ユズリハ`."""
_STROKED: Final = str.maketrans("ØøŁłĐđĦħı", "OoLlDdHhi")
_SEPARATORS: Final = re.compile(r"[\W_]+")
_WAVE: Final = re.compile(r"(?<=[\u3041-\u30fc])[\u301c~](?=[\u3041-\u30fc]|$)")
_V_SOUNDS: Final = {"ヴァ": "バ", "ヴィ": "ビ", "ヴェ": "ベ", "ヴォ": "ボ", "ヴ": "ブ"}
_V_SOUND: Final = re.compile("ヴ[ァィェォ]?")
_HIRAGANA_V_SOUNDS: Final = {"ゔぁ": "ば", "ゔぃ": "び", "ゔぇ": "べ", "ゔぉ": "ぼ", "ゔ": "ぶ"}
_HIRAGANA_V: Final = re.compile("ゔ[ぁぃぇぉ]?")
_UMLAUTS: Final = {
    "ä": "ae",
    "ö": "oe",
    "ü": "ue",
    "ß": "ss",
    "å": "aa",
    "ø": "oe",
    "æ": "ae",
    "þ": "th",
    "ð": "d",
    "œ": "oe",
}
_NUMERALS: Final = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
_NUMBERED: Final = {number: numeral for numeral, number in _NUMERALS.items()}
_BETWEEN_PARTS: Final = re.compile(r"[^\w\s]+")
_TIMES: Final = re.compile("[\u00d7\u2715\u2716]")
_AND: Final = re.compile(r"\s*[&\uff06+\uff0b]\s*")
_JOINED_WORDS: Final = re.compile(r" and ", re.IGNORECASE)
_TAG: Final = re.compile(
    r"</?(?:a|b|br|code|div|em|font|i|mark|p|s|small|span|strong|sub|sup|u|wbr)(?:\s[^<>]{0,200})?/?>",
    re.IGNORECASE,
)
_OF_TRADE: Final = re.compile("[\u2122\u00ae\u00a9\u2120]")
"""Signs of trade marks, which are letters once they are folded."""
_KANJI_ONE: Final = re.compile("(?<=[\u30a1-\u30fa])[一\u2014\u2015](?=[\u30a1-\u30fa])")
"""What is written for the long vowel sign in katakana."""
_ODD: Final = re.compile(
    f"{_OF_TRADE.pattern}|{_KANJI_ONE.pattern}|[\u0250-\u02af\u0370-\u052f\u1d00-\u1d7f\ua700-\ua7ff\U0001f100-\U0001f1ff]"
)
"""Something of the above, or a letter that may look like another."""
_KANA: Final = re.compile(r"[\u3041-\u3096\u30a1-\u30f6\u30fc ]+")
_KANA_LETTER: Final = re.compile("[\u3041-\u3096\u30a1-\u30f6]")
_FEW_KANA: Final = 2
_HIRAGANA: Final = re.compile(r"[\u3041-\u3096\u30fc]+")


def fold(text: str) -> str:
    """Return the form in which names and captions are compared: words with one space between them."""
    if text.isascii():
        return b" ".join(text.lower().encode().translate(_ASCII_SEPARATORS, b"'`").split()).decode()
    text = nfkc(text) if len(text) > _ALWAYS_QUICK else unicodedata.normalize("NFKC", text)
    if "ゔ" in text:
        text = _HIRAGANA_V.sub(lambda sound: _HIRAGANA_V_SOUNDS[sound[0]], text)
    if "ヴ" in text:
        text = _V_SOUND.sub(lambda sound: _V_SOUNDS[sound[0]], text)
    if _may_have_sign().search(text):
        text = text.translate(_signs())
    if "\u3005" in text:
        text = _REPEATED.sub(r"\1\1", text)
    return _SEPARATORS.sub(" ", _APOSTROPHES.sub("", text.casefold())).strip()


def closed_up(text: str) -> str:
    """Return `text` as it would be without what a sentence adds to names, and without gaps between CJK characters.

    Entities of HTML and escaped blanks are read. Left out are the possessive's `'s`, honorifics behind a hyphen or
    in katakana, `d'` and `l'`, and readings in brackets. A blank, a middle dot, a hyphen or a star between kanji,
    kana or hangul parts one name as often as two: `水城・ひより`.
    """
    return text if has_nothing_added(text) else _without_what_is_added(text)


def _without_what_is_added(text: str) -> str:
    if "&" in text and ";" in text:
        text = unescape(text)
    if "%" in text:
        text = unquote(text)
    if "<" in text:
        text = _TAG.sub(lambda tag: " " if tag[0][:3].lower() == "<br" else "", text)
    if "'" in text or not text.isascii():
        text = _ELISION.sub("", _POSSESSIVE.sub("", text))
    if "-" in text or not text.isascii():
        text = _HONORIFIC.sub("", text)
    text = undisguised(text)
    if text.isascii():
        return text
    if _ODD.search(text):
        text = _KANJI_ONE.sub("ー", _OF_TRADE.sub(" ", as_drawn(text)))
    text = _HALF_WIDTH.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text.translate(_INVISIBLE))
    return _GAP.sub("", without_furigana(_IN_KATAKANA.sub("", text)))


def aliases(name: str, *, is_person: bool) -> list[str]:
    """Return the folded spellings of a name, itself first, at most `MAX_ALIASES`.

    The other kana; without an article before it; words in the plural or not; the long vowel sign as other signs
    are folded, and a wave as one; umlauts as two letters; long vowels in each way of writing them in Latin
    letters; for a person of two names the other order; all without spaces.
    """
    spelled = [fold(name)]
    if len(_KANA_LETTER.findall(spelled[0])) >= _FEW_KANA or _KANA.fullmatch(spelled[0]):
        spelled += [spelled[0].translate(TO_KATAKANA), spelled[0].translate(TO_HIRAGANA)]
    spelled.append(_ARTICLE.sub("", spelled[0]))
    spelled.append(fold(_APOSTROPHES.sub(" ", name)))
    spelled += [_NO.sub(sign, spelled[0]) for sign in ("\u30ce", "\u4e4b", "\u7684")]
    spelled += in_parts(spelled[0])
    spelled += [fold(form) for form in long_vowels(unicodedata.normalize("NFKC", name))]
    spelled += [" ".join(form.replace("ー", " ").split()) for form in spelled]
    spelled.append(fold(_WAVE.sub("ー", unicodedata.normalize("NFKC", name))))
    spelled += _with_signs_as_words(name, spelled[0])
    composed = unicodedata.normalize("NFC", name.casefold())
    spelled += [fold(form) for form in romanised(composed)]
    spelled += [fold(form) for form in declined(composed, is_person=is_person)]
    spelled.append(fold("".join(_UMLAUTS.get(letter, letter) for letter in composed)))
    if not is_person:
        spelled += [_OF.sub("of the ", spelled[0]), spelled[0].replace("of the ", "of ")]
    else:
        spelled += [" ".join(reversed(words)) for form in spelled if len(words := form.split(" ")) == 2]
        words = spelled[0].split(" ")
        if len(words) == 3 and spelled[0].isascii():
            spelled += [" ".join((*words[1:], words[0])), " ".join((words[2], *words[:2]))]
    spelled += [form.replace(" ", "") for form in spelled]
    spelled += _inflected(spelled[0])
    others = (form for form in spelled[1:] if len(form.replace(" ", "")) > 1)
    return list(dict.fromkeys([spelled[0], *others]))[:MAX_ALIASES]


def _inflected(spelled: str) -> list[str]:
    """Return a folded name with each of its words in turn in the plural, and without any plural."""
    words = spelled.split(" ")
    plurals = [at for at, word in enumerate(words) if _SINGULAR.fullmatch(word)]
    return [" ".join([*words[:at], f"{words[at]}s", *words[at + 1 :]]) for at in plurals] + [
        _PLURAL.sub("", spelled)
    ]


def says_enough(spelled: str) -> bool:
    """Tell whether a folded spelling points to the work by itself. Others need company.

    Scripts with spaces between words: six letters, and not all the words common English ones. Hiragana alone: six,
    because ordinary words are written in it. Katakana, kanji, hangul and mixed: four.
    """
    letters = spelled.replace(" ", "")
    if all(map(_has_word_spaces, letters)):
        return len(letters) >= 6 and not common_words().issuperset(spelled.split(" "))
    return len(letters) >= (6 if _HIRAGANA.fullmatch(letters) else 4)


def stands_apart(text: str, start: int, end: int) -> bool:
    """Tell whether `text[start:end]` is no part of a longer word: its neighbours differ in class from its ends.

    Kanji, hiragana and hangul have no boundary, as no space need stand between their words; hence the lengths.
    """
    goes_back = start > 0 and _join(text[start - 1], text[start])
    goes_on = end < len(text) and _join(text[end - 1], text[end])
    return not goes_back and not goes_on


def _join(one: str, other: str) -> bool:
    """Tell whether two neighbouring characters may be of one word: digits, katakana, or Latin and the like."""
    return (kind := _class(one)) == _class(other) and kind is not None


def _class(character: str) -> str | None:
    if not _has_word_spaces(character):
        return "katakana" if "\u30a1" <= character <= "\u30fc" else None
    return "digit" if character.isdecimal() else None if character == " " else "letter"


def _has_word_spaces(character: str) -> bool:
    """Tell whether the script puts spaces between words: nearly everything that comes before the kana."""
    return character < "\u3041"


def _with_signs_as_words(name: str, folded: str) -> list[str]:
    """Return a name with its signs as words, without them, and with its last number in other numerals."""
    forms = [fold(_JOINED_WORDS.sub(" & ", name))] if " and " in folded else []
    if not name.replace(" ", "").isalnum():
        forms += [fold(_TIMES.sub(" x ", name)), fold(_TIMES.sub("x", name)), fold(_AND.sub(" and ", name))]
        forms.append(fold("".join(letter for letter in name if letter.isalnum() or letter.isspace())))
        forms.append(fold(" ".join(part.replace(" ", "") for part in _BETWEEN_PARTS.split(name))))
    *before, last = folded.split(" ")
    if before and (other := _NUMERALS.get(last) or _NUMBERED.get(last)):
        forms.append(" ".join([*before, other]))
    return forms


@cache
def _may_have_sign() -> re.Pattern[str]:
    """Return what finds a sign of another form: looking costs a thirtieth of putting them all into theirs.

    Beyond the first plane any character counts, because a set of those is searched one by one.
    """
    signs = "".join(re.escape(chr(code)) for code in _signs() if code < _ASTRAL)
    return re.compile(f"[{signs}{chr(_ASTRAL)}-{chr(sys.maxunicode)}]")


@cache
def _signs() -> Mapping[int, int | str | None]:
    """Return the one form of each sign: variant kanji, Latin letters without what stands on or through them."""
    table = (files("crawler_filter.formats") / f"variant-kanji-{VARIANT_KANJI}.txt").read_text("utf-8")
    kanji = {
        ord(variant): ord(line[0])
        for line in table.splitlines()
        if not line.startswith("#")
        for variant in line[1:]
    }
    bases = {
        code: unicodedata.normalize("NFD", chr(code))[0] for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
    }
    latin: dict[int, int | str] = {code: base for code, base in bases.items() if base.isascii()}
    return {**latin, **kanji, **_STROKED, **_IN_NAMES, **_KANA_SIGNS, **_INVISIBLE}
