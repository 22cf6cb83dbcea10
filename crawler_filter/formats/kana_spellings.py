"""How a name in kana is written otherwise: its long vowels, and the kana that each of its parts stands in."""

import re
import unicodedata
from functools import cache
from itertools import islice
from typing import Final

TO_KATAKANA: Final = {code: code + 0x60 for code in range(0x3041, 0x3097)}
TO_HIRAGANA: Final = {katakana: hiragana for hiragana, katakana in TO_KATAKANA.items()}

_VOWEL_BEHIND: Final = re.compile("(?<=[\u3041-\u3096\u30a1-\u30fa])[あいうえおアイウエオ]")
_LONG_SIGN: Final = re.compile("(?<=[\u3041-\u3096\u30a1-\u30fa])ー")
_RUN: Final = re.compile("[\u3041-\u3096]{2,}|[\u30a1-\u30faー]{2,}")
_MOST_RUNS: Final = 3
_MOST_PLACES: Final = 4
_ALIKE: Final = {("E", "I"), ("O", "U")}
_LATER: Final = {"E": "I", "O": "U"}
"""What is written for the second half of these vowels where it is not the same letter again."""
_HIRAGANA: Final = dict(zip("AIUEO", "あいうえお", strict=True))
_KATAKANA: Final = dict(zip("AIUEO", "アイウエオ", strict=True))


def long_vowels(name: str) -> list[str]:
    """Return a name with signs for its long vowels, all or one, and vowels for its signs: `スター`, `スタア`."""
    places = islice(_VOWEL_BEHIND.finditer(name), _MOST_PLACES)
    forms = [_VOWEL_BEHIND.sub(_marked, name)]
    forms += [f"{name[: vowel.start()]}{_marked(vowel)}{name[vowel.end() :]}" for vowel in places]
    if "ー" in name:
        forms += [_LONG_SIGN.sub(_doubled, name), _LONG_SIGN.sub(_as_spoken, name)]
    return [form for form in dict.fromkeys(forms) if form != name]


def in_parts(name: str) -> list[str]:
    """Return a name with one of its two or three runs of kana in the other kana: `みぞれ坂コトリ`."""
    runs = list(_RUN.finditer(name))
    if not 2 <= len(runs) <= _MOST_RUNS:
        return []
    return [f"{name[: run.start()]}{_switched(run[0])}{name[run.end() :]}" for run in runs]


def _switched(run: str) -> str:
    return run.translate(TO_KATAKANA if ord(run[0]) in TO_KATAKANA else TO_HIRAGANA)


def _marked(vowel: re.Match[str]) -> str:
    before = _vowel_of(vowel.string[vowel.start() - 1])
    own = _vowel_of(vowel[0])
    return "ー" if own == before or (before, own) in _ALIKE else vowel[0]


def _doubled(sign: re.Match[str]) -> str:
    before = sign.string[sign.start() - 1]
    return _letter_of(_vowel_of(before), before)


def _as_spoken(sign: re.Match[str]) -> str:
    before = sign.string[sign.start() - 1]
    vowel = _vowel_of(before)
    return _letter_of(_LATER.get(vowel, vowel), before)


def _letter_of(vowel: str, before: str) -> str:
    return (_HIRAGANA if ord(before) in TO_KATAKANA else _KATAKANA).get(vowel, "ー")


@cache
def _vowel_of(kana: str) -> str:
    """Return the vowel that a syllable ends on, as its name in Unicode does."""
    return unicodedata.name(kana, "N")[-1]
