"""How a Japanese name is written in Latin letters: in each of the ways that people, passports and schools have.

Long vowels are marked, doubled, left out or have an `h`. Syllables are as Hepburn heard them, or as the table of
kana has them (Kunrei-shiki): `shi` is `si`, and `tsu` is `tu`.
"""

import re
from typing import Final

_LONG_VOWELS: Final = dict(zip("āīūēōâîûêô", 2 * "aiueo", strict=True))
_DOUBLED: Final = re.compile(r"ou|oo|uu")
_INITIAL: Final = re.compile(r"\b[ōô]")
_PLACE: Final = "\0"
_SYLLABLES: Final = re.compile(
    r"(?:(?:[kgnhbpmr]y|sh|ch|ts|tts|j|kk|ss|tt|pp|cch|[kgsztdnhfbpmyrw])?[aiueo]"
    r"|n(?![aiueoy])|m(?=[bpm])|h(?![aiueoy])|[' -])+"
)
"""A name that may be Japanese, as Hepburn wrote it."""
_AFTER_THE_TABLE: Final = (
    ("sh", "sy"), ("ch", "ty"), ("j", "zy"), ("syi", "si"), ("tyi", "ti"), ("zyi", "zi"), ("tsu", "tu"),
    ("fu", "hu"),
)  # fmt: skip
_BEFORE_LIPS: Final = re.compile(r"m(?=[bpm])")


def romanised(name: str) -> list[str]:
    """Return the other ways of writing a name in small letters: of any name with its long vowels as they may be.

    `ō` is `o`, `ou`, `oo` or `oh`, and `ou` is `o`; `m` before `b`, `m` and `p` is `n`.
    """
    if name.isascii():
        short = _DOUBLED.sub(lambda pair: pair[0][0], name)
        forms = [short]
    else:
        short = _with(name, 1)
        double = _with(name, 2)
        initial = _with(_INITIAL.sub(_PLACE, name), 2).replace("oo", "ou").replace(_PLACE, "oo")
        forms = [
            short,
            double.replace("oo", "ou"),
            double,
            initial,
            _with(name.replace("ô", "ō").replace("ō", "oh"), 1),
        ]
    return [*forms, *_after_the_table(short)]


def _with(name: str, times: int) -> str:
    return "".join(times * _LONG_VOWELS[letter] if letter in _LONG_VOWELS else letter for letter in name)


def _after_the_table(name: str) -> list[str]:
    """Return a name in Hepburn as the table of kana has it, with `zi` as `ji` too: few write that."""
    if not _SYLLABLES.fullmatch(name):
        return []
    plain = spelled = _BEFORE_LIPS.sub("n", name)
    for heard, written in _AFTER_THE_TABLE:
        spelled = spelled.replace(heard, written)
    return [plain, spelled, spelled.replace("zy", "j").replace("zi", "ji") if "j" in name else spelled]
