"""How a Japanese name is written in Latin letters: in each of the ways that people, passports and schools have.

Long vowels are marked, doubled, left out or have an `h`, each for itself. Syllables are as Hepburn heard them, or
as the table of kana has them (Kunrei-shiki): `shi` is `si`, and `tsu` is `tu`.
"""

import re
from itertools import islice, product
from typing import Final

MOST_FORMS: Final = 16
"""Most ways of writing the long vowels of one name."""

_LONG: Final = {
    "ā": ("a", "aa"), "ī": ("i", "ii"), "ū": ("u", "uu"), "ē": ("e", "ee", "ei"), "ō": ("o", "ou", "oo", "oh"),
    "â": ("a", "aa"), "î": ("i", "ii"), "û": ("u", "uu"), "ê": ("e", "ee", "ei"), "ô": ("o", "ou", "oo", "oh"),
    "ou": ("o", "ou", "oo", "oh"), "oo": ("o", "oo", "ou", "oh"), "uu": ("u", "uu"), "oh": ("oh", "o", "ou", "oo"),
}  # fmt: skip
_MARKED: Final = re.compile("([āīūēōâîûêô])")
_DOUBLED: Final = re.compile(r"(ou|oo|uu|oh(?![aiueoy]))")
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
_J: Final = re.compile(r"j(?=[auo])")


def romanised(name: str) -> list[str]:
    """Return the other ways of writing a name in small letters: of any name with its long vowels as they may be.

    `ō` is `o`, `ou`, `oo` or `oh`, and `ou` is `o`; `m` before `b`, `m` and `p` is `n`; `zu` is `du`, `ju` `jyu`.
    """
    is_japanese = _SYLLABLES.fullmatch(_MARKED.sub(lambda found: _LONG[found[1]][0], name)) is not None
    forms = _alike(name)
    if is_japanese:
        forms += [form for each in forms[:3] for form in _after_the_table(each)]
        forms += _each_for_itself(name)
        forms += [form.replace("zu", "du") for form in tuple(forms) if "zu" in form]
    return list(dict.fromkeys(forms))


def _alike(name: str) -> list[str]:
    """Return a name with all its long vowels written in one way."""
    if name.isascii():
        return [_DOUBLED.sub(lambda pair: pair[0][0] if pair[0] != "oh" else "oh", name)]
    double = _with(name, 2)
    initial = _with(_INITIAL.sub(_PLACE, name), 2).replace("oo", "ou").replace(_PLACE, "oo")
    with_h = _with(name.replace("ô", "ō").replace("ō", "oh"), 1)
    return [_with(name, 1), double.replace("oo", "ou"), double, initial, with_h]


def _each_for_itself(name: str) -> list[str]:
    """Return a name with each long vowel in each way, at most `MOST_FORMS`."""
    pieces = (_DOUBLED if name.isascii() else _MARKED).split(name)
    ways = [_LONG[piece] if at % 2 else (piece,) for at, piece in enumerate(pieces)]
    return ["".join(form) for form in islice(product(*ways), MOST_FORMS)] if len(ways) > 1 else []


def _with(name: str, times: int) -> str:
    return _MARKED.sub(lambda found: times * _LONG[found[1]][0], name)


def _after_the_table(name: str) -> list[str]:
    """Return a name in Hepburn as the table of kana has it, with `zi` as `ji` too: few write that."""
    plain = spelled = _BEFORE_LIPS.sub("n", name)
    for heard, written in _AFTER_THE_TABLE:
        spelled = spelled.replace(heard, written)
    if "j" not in name:
        return [plain, spelled]
    return [plain, spelled, spelled.replace("zy", "j").replace("zi", "ji"), _J.sub("jy", plain)]
