# ruff: noqa: RUF001 - endings in Cyrillic are what is made
"""How a name ends in a sentence: cases of Russian and Polish names, adjectives in titles in German.

Endings of a last word alone need no form of their own: `goes_on` says when what is followed by one is a name.
Here the words in front change too. What is made is written in small letters and folded by the caller.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

_Cases = Callable[[Sequence[str], int], Sequence[str]]
_Endings = Sequence[tuple[re.Pattern[str], Sequence[str]]]

_CYRILLIC: Final = re.compile(r"[а-яё]{2,}(?:[ -][а-яё]{2,}){0,3}")
_POLISH: Final = re.compile(r"[a-ząćęłńóśźż]{2,}(?:[ -][a-ząćęłńóśźż]{2,}){0,3}")
_SAYS_POLISH: Final = re.compile(r"[ąćęłńśźż]|rz|cz|sz|dzi|sk[ia]\b|wicz\b")
_GERMAN: Final = re.compile(r"(?:der|die|das) ((?:[a-zäöüß]+e ){1,2})([a-zäöüß]{3,})")
_FINNISH: Final = re.compile(r"[a-zäö]{3,}(?:[ -][a-zäö]{2,})? [a-zäö]{2,}nen")
_FINNISH_ENDINGS: Final = ("sen", "sta", "seen", "sessa", "sesta", "sella", "selta", "selle", "sena", "seksi")
"""Cases of a family name in -nen, whose first name stays as it is."""
_ENDING: Final = re.compile(r"[a-z\u0430-\u045f]{1,3}(?![^\W_])")
_LONG: Final = 11
"""Letters and blanks of a name that may have an ending, at least so many and one more."""

_RUSSIAN_ENDINGS: Final = tuple(
    (re.compile(f"{ending}$"), forms.split())
    for ending, forms in (
        ("(?<=[сц]к)ий", "ого ому ого им ом"),
        ("[ыо]й", "ого ому ого ым ом"),
        ("ий", "ия ию ия ием ии"),
        ("ая", "ой ой ую ой ой"),
        ("ия", "ии ии ию ией ии"),
        ("я", "и е ю ей е"),
        ("й", "я ю я ем е"),
        ("(?<=[гкхжшщч])а", "и е у ой е"),
        ("а", "ы е у ой е"),
    )
)
_OF_FAMILY_HIS: Final = re.compile(r"(?<=[оеё]в|[иы]н)$")
_OF_FAMILY_HER: Final = re.compile(r"(?<=[оеё]в|[иы]н)а$")
_SOFT: Final = re.compile("ь$")
_CONSONANT: Final = re.compile("(?<=[бвгджзклмнпрстфхцчшщ])$")

_POLISH_ENDINGS: Final = tuple(
    (re.compile(f"{ending}$"), forms.split())
    for ending, forms in (
        ("(?<=[sc]k|zk)i", "iego iemu iego im im"),
        ("(?<=[sc]k|zk)a", "iej iej ą ą iej"),
        ("(?<=[kg])a", "i ce ę ą ce"),
        ("(?<=[ljci])a", "i i ę ą i"),
        ("a", "y ie ę ą ie"),
        ("ek", "ka kowi ka kiem ku"),
        ("ń", "nia niowi nia niem niu"),
        ("ś", "sia siowi sia siem siu"),
        ("ć", "cia ciowi cia ciem ciu"),
        ("(?<=[kg])", "a owi a iem u"),
        ("(?<=[bcdfhjlłmnprstwzżź])", "a owi a em ie"),
    )
)


def declined(name: str, *, is_person: bool) -> list[str]:
    """Return a name in small letters in the five other cases: of a person every word, of a title the first one."""
    if _CYRILLIC.fullmatch(name):
        return _in_cases(name, _russian, is_person=is_person)
    if is_person and _FINNISH.fullmatch(name):
        return _ended(name.removesuffix("nen"), _FINNISH_ENDINGS)
    if (not name.isascii() or is_person) and _POLISH.fullmatch(name) and _SAYS_POLISH.search(name):
        return _in_cases(name, _polish, is_person=is_person)
    if found := _GERMAN.fullmatch(name):
        return [found[1].replace("e ", "en ") + found[2], found[1].replace("e ", "er ") + found[2]]
    return []


def goes_on(text: str, start: int, end: int) -> bool:
    """Tell whether `text[start:end]` is a name with an ending of up to three letters: `Leonhard Sturmvogels`.

    Two words and eleven letters in a script with cases, from the beginning of a word: no longer word by accident.
    """
    found = _ENDING.match(text, end)
    is_long = end - start > _LONG and " " in text[start:end] and text[end - 1].isalpha()
    return found is not None and is_long and (start == 0 or text[start - 1] == " ")


def _in_cases(name: str, cases: _Cases, *, is_person: bool) -> list[str]:
    words = name.split(" ")
    declining = [cases(words, at) if is_person or not at else (word,) * 5 for at, word in enumerate(words)]
    return list(dict.fromkeys(" ".join(form) for form in zip(*declining, strict=True)))


def _russian(words: Sequence[str], at: int) -> Sequence[str]:
    word = words[at]
    is_hers = any(each.endswith(("а", "я")) for each in words)
    if at and _OF_FAMILY_HER.search(word):
        return _ended(word[:-1], ("ой", "ой", "у", "ой", "ой"))
    if at and _OF_FAMILY_HIS.search(word):
        return _ended(word, ("а", "у", "а", "ым", "е"))
    if _SOFT.search(word):
        return _ended(word[:-1], ("и и ь ью и" if is_hers else "я ю я ем е").split())
    if _CONSONANT.search(word):
        return (word,) * 5 if is_hers else _ended(word, ("а", "у", "а", "ом", "е"))
    return _by_ending(word, _RUSSIAN_ENDINGS)


def _polish(words: Sequence[str], at: int) -> Sequence[str]:
    return _by_ending(words[at], _POLISH_ENDINGS)


def _by_ending(word: str, endings: _Endings) -> Sequence[str]:
    for ending, forms in endings:
        if ending.search(word):
            return _ended(ending.sub("", word), forms)
    return (word,) * 5


def _ended(stem: str, forms: Sequence[str]) -> list[str]:
    return [stem + form for form in forms]
