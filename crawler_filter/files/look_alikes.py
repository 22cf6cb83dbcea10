# ruff: noqa: RUF001 - letters that look like others are what is looked for
"""Letters that look like those of another alphabet: Cyrillic among Latin ones, small capitals, letters in squares.

Copies have them where somebody means to be found by nobody, and posts for their looks. Look-ups alone ask.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final
from unicodedata import normalize

_FEW: Final = 20
"""Places up to which a text is taken to have words of two alphabets, as texts about mathematics have."""

_LATIN: Final = "AaBCcEeHIiJjKMOoPpSsTXxYy"
_CYRILLIC: Final = "АаВСсЕеНІіЈјКМОоРрЅѕТХхУу"
_TO_LATIN: Final = str.maketrans(
    _CYRILLIC + "ԁԛԝһӏɡαοεινκρτυχωΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", _LATIN + "dqwhlgaoeivkptuxwABEZHIKMNOPTYX"
)
_TO_CYRILLIC: Final = str.maketrans(_LATIN, _CYRILLIC)
_MIXED: Final = re.compile("[A-Za-z][\u0370-\u03ff\u0400-\u052f\u0261]|[\u0370-\u03ff\u0400-\u052f\u0261][A-Za-z]")
_OF_OTHERS: Final = re.compile("[\u0370-\u03ff\u0400-\u052f\u0261]")
_WORD: Final = re.compile(r"[^\W_]*[A-Za-z][^\W_]*")
_DRAWN: Final = str.maketrans(
    "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ" + "".join(map(chr, (*range(0x1F150, 0x1F16A), *range(0x1F170, 0x1F18A)))),
    "abcdefghijklmnopqrstuvwyz" + 2 * "abcdefghijklmnopqrstuvwxyz",
)
_IS_DRAWN: Final = re.compile("[ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ\U0001f150-\U0001f169\U0001f170-\U0001f189]")


_SIGN: Final = {"゛": "\u3099", "ﾞ": "\u3099", "゜": "\u309a", "ﾟ": "\u309a"}
_PARTED_SIGN: Final = re.compile("[\u3041-\u30fa][ \u3000]?[゛ﾞ゜ﾟ\u3099\u309a]")


_SAMPLE: Final = 4096
_KATAKANA: Final = re.compile("[\u30a1-\u30f6\uff66-\uff9d]")
_HIRAGANA: Final = re.compile("[\u3041-\u3096]")
_TO_HIRAGANA: Final = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_MOSTLY: Final = 10
"""Katakana for each hiragana from which on a text is taken to be written in them, as on old machines."""

_FEWEST: Final = 3
"""Dotted capitals up to which a text is in no Turkish."""

_SMALL: Final = str.maketrans("Iİ", "ıi")
"""Capitals of Turkish and what they are small, which the rules of Unicode for all languages do not say."""


def in_one_alphabet(text: str) -> Iterator[str]:
    """Yield a text in Latin letters, and in Cyrillic ones, where many of its words have both or other looks.

    What is written in katakana is yielded in hiragana too, and capitals of Turkish as its small letters.
    """
    if text.isascii():
        return
    if _is_of_katakana(text[:_SAMPLE]):
        yield normalize("NFKC", text).translate(_TO_HIRAGANA)
    if text.count("İ") > _FEWEST:
        yield text.translate(_SMALL)
    if _has_many(_IS_DRAWN, text):
        yield text.translate(_DRAWN)
    if _PARTED_SIGN.search(text):
        yield _PARTED_SIGN.sub(_voiced, text)
    if _OF_OTHERS.search(text) and _has_many(_MIXED, text):
        yield text.translate(_TO_LATIN)
        yield text.translate(_TO_CYRILLIC)


def _is_of_katakana(sample: str) -> bool:
    written = len(_KATAKANA.findall(sample))
    return written > _FEW and written >= _MOSTLY * len(_HIRAGANA.findall(sample))


def as_drawn(text: str) -> str:
    """Return a short text, such as a caption, in the letters that its words of two alphabets look like."""
    text = text.translate(_DRAWN)
    return _WORD.sub(lambda word: word[0].translate(_TO_LATIN), text) if _MIXED.search(text) else text


def _voiced(found: re.Match[str]) -> str:
    """Return a kana together with the sign that stands behind it, as scans and old encodings part the two."""
    kana, sign = found[0][0], found[0][-1]
    return normalize("NFC", kana + _SIGN.get(sign, sign))


def _has_many(pattern: re.Pattern[str], text: str) -> bool:
    return next(islice(pattern.finditer(text), _FEW, None), None) is not None
