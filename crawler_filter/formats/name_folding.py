"""How a name is written: the form in which names and captions are compared, its aliases, and what it says alone.

Both sides are folded alike: NFKC, case folding, `ヴ` as `ブ`, apostrophes dropped, and every other run of what is
neither letter nor digit one space, so that `uzumaki_naruto`, `ナルト・うずまき` and `K-On!` need no rules of their
own. Hiragana and katakana stay apart in captions, where folding them would make 14 times more false hits.
Spellings that differ by more than folding are aliases, made where the name is registered.
"""

import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Final

from crawler_filter.fingerprints.nfkc import nfkc

COMMON_WORDS: Final = 1
"""Number of the published list of English words that say nothing alone."""

MAX_ALIASES: Final = 16

_ALWAYS_QUICK: Final = 256
_ASCII_SEPARATORS: Final = bytes(code if chr(code).isalnum() else ord(" ") for code in range(128)) + bytes(128)
_APOSTROPHES: Final = re.compile(r"['\u2018\u2019\u02bc]")
_POSSESSIVE: Final = re.compile(r"(?<=[^\W\d_])['\u2018\u2019\u02bc\uff07](?:s\b|(?<=s.)(?!\w))", re.IGNORECASE)
_GAP: Final = re.compile(
    r"(?<=[\u3041-\u30ff\u3400-\u9fff\uff66-\uff9f])[ \u3000\u30fb\uff65._\uff0e\u00b7]{1,3}"
    r"(?=[\u3041-\u30ff\u3400-\u9fff\uff66-\uff9f])"
)
_SEPARATORS: Final = re.compile(r"[\W_]+")
_WAVE: Final = re.compile(r"(?<=[\u3041-\u30fc])[\u301c~](?=[\u3041-\u30fc]|$)")
_V_SOUNDS: Final = {"ヴァ": "バ", "ヴィ": "ビ", "ヴェ": "ベ", "ヴォ": "ボ", "ヴ": "ブ"}
_V_SOUND: Final = re.compile("ヴ[ァィェォ]?")
_LONG_VOWELS: Final = dict(zip("āīūēōâîûêô", 2 * "aiueo", strict=True))
_DOUBLED: Final = re.compile(r"ou|oo|uu")
_ACCENTS: Final = re.compile(r"(?<=[A-Za-z])[\u0300-\u036f]+")
_KANA: Final = re.compile(r"[\u3041-\u3096\u30a1-\u30f6\u30fc ]+")
_HIRAGANA: Final = re.compile(r"[\u3041-\u3096\u30fc]+")
_TO_KATAKANA: Final = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_TO_HIRAGANA: Final = {katakana: hiragana for hiragana, katakana in _TO_KATAKANA.items()}


def fold(text: str) -> str:
    """Return the form in which names and captions are compared: words with one space between them."""
    if text.isascii():
        return b" ".join(text.lower().encode().translate(_ASCII_SEPARATORS, b"'").split()).decode()
    text = nfkc(text) if len(text) > _ALWAYS_QUICK else unicodedata.normalize("NFKC", text)
    if "ヴ" in text:
        text = _V_SOUND.sub(lambda sound: _V_SOUNDS[sound[0]], text)
    return _SEPARATORS.sub(" ", _APOSTROPHES.sub("", text.casefold())).strip()


def closed_up(text: str) -> str:
    """Return `text` as it would be without the possessive's `'s` and without gaps between Japanese characters.

    A blank, a middle dot or a low line between kanji or kana parts one name as often as two: `水城・ひより`.
    """
    return _GAP.sub("", _POSSESSIVE.sub("", text))


def aliases(name: str, *, is_person: bool) -> list[str]:
    """Return the folded spellings of a name, itself first, at most `MAX_ALIASES`.

    The other kana; the long vowel sign as other signs are folded, and a wave as one; accents dropped; long vowels
    in each way of writing them in Latin letters; for a person of two names the other order; all without spaces.
    """
    spelled = [fold(name)]
    if _KANA.fullmatch(spelled[0]):
        spelled += [spelled[0].translate(_TO_KATAKANA), spelled[0].translate(_TO_HIRAGANA)]
    spelled += [" ".join(form.replace("ー", " ").split()) for form in spelled]
    spelled.append(fold(_WAVE.sub("ー", unicodedata.normalize("NFKC", name))))
    spelled += [fold(form) for form in _romanised(unicodedata.normalize("NFC", name.casefold()))]
    spelled.append(fold(_ACCENTS.sub("", unicodedata.normalize("NFD", name))))
    if is_person:
        spelled += [" ".join(reversed(words)) for form in spelled if len(words := form.split(" ")) == 2]
    spelled += [form.replace(" ", "") for form in spelled]
    others = (form for form in spelled[1:] if len(form.replace(" ", "")) > 1)
    return list(dict.fromkeys([spelled[0], *others]))[:MAX_ALIASES]


def says_enough(spelled: str) -> bool:
    """Tell whether a folded spelling points to the work by itself. Others need company.

    Scripts with spaces between words: six letters, and not all the words common English ones. Hiragana alone: six,
    because ordinary words are written in it. Katakana, kanji, hangul and mixed: four.
    """
    letters = spelled.replace(" ", "")
    if all(map(_has_word_spaces, letters)):
        return len(letters) >= 6 and not _common_words().issuperset(spelled.split(" "))
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


def _romanised(name: str) -> list[str]:
    """Return the ways of writing a name's long vowels in Latin letters: `ō` as `o`, `ou` and `oo`, `ou` as `o`."""
    if name.isascii():
        return [_DOUBLED.sub(lambda pair: pair[0][0], name)]
    short = "".join(_LONG_VOWELS.get(letter, letter) for letter in name)
    double = "".join(2 * _LONG_VOWELS[letter] if letter in _LONG_VOWELS else letter for letter in name)
    return [short, double.replace("oo", "ou"), double]


@cache
def _common_words() -> frozenset[str]:
    listed = (files("crawler_filter.formats") / f"common-words-{COMMON_WORDS}.txt").read_text("ascii")
    return frozenset(listed.split())
