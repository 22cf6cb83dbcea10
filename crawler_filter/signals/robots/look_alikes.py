# ruff: noqa: RUF001 - signs that look like others are what is told apart
"""Signs that nobody sees, and those that look like others: of word processors, input methods, encodings."""

import re
from collections.abc import Sequence
from typing import Final

INVISIBLE: Final = (
    *range(0x09),
    *range(0x0E, 0x20),
    *range(0x7F, 0xA0),
    0xAD,
    0x34F,
    0x61C,
    0x115F,
    0x1160,
    0x17B4,
    0x17B5,
    *range(0x180B, 0x1810),
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    0x3164,
    *range(0xFE00, 0xFE10),
    0xFEFF,
    0xFFA0,
    *range(0xFDD0, 0xFDF0),
    *range(0xFFF0, 0x10000),
    *range(0xE0000, 0xE0080),
)
"""Characters that nobody sees: controls, joiners, marks of direction and byte order, fillers, tags, and those that
are no characters, such as a byte order mark whose bytes changed places."""

_NARROW: Final = {wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}
_ALIKE: Final = {
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u30fc\ufe58\ufe63"), "-"),
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u2032\u00b4\u02bc`"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\u300c\u300d\u300e\u300f"), '"'),
    **dict.fromkeys(map(ord, "\u2236\ua789\ufe55\ufe30\ufe13"), ":"),
    **dict.fromkeys(map(ord, "\u2044\u2215\u29f8"), "/"),
    **dict.fromkeys(map(ord, "\u2217\u204e\u2731\ufe61"), "*"),
    **dict.fromkeys(map(ord, "\u3001\uff64\ufe50\ufe51"), ","),
    **dict.fromkeys(map(ord, "\u3002\uff61"), ";"),
    **dict.fromkeys(map(ord, "\u2192\u21d2\u27a1\u2794"), "="),
    **dict.fromkeys(map(ord, "\u00a5\uffe5\u20a9\uffe6"), "\\"),
    **dict.fromkeys((*range(0x2460, 0x24A0), *range(0x2776, 0x2794)), " "),  # numbers in circles and brackets
    **dict.fromkeys(
        map(ord, "\v\f\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))), " "
    ),
    **dict(zip(map(ord, "асеіокрухАСЕІОКРУХВМТН"), "aceiokpyxACEIOKPYXBMTH", strict=True)),  # Cyrillic letters
    **dict(zip(map(ord, "αοιυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"), "aoiuABEZHIKMNOPTYX", strict=True)),  # Greek
    **dict.fromkeys(map(ord, "\u0131\u0130"), "i"),
}
PLAIN: Final = {**_NARROW, **_ALIKE, **dict.fromkeys(INVISIBLE)}
UNSEEN: Final = dict.fromkeys(INVISIBLE)

_NO_UTF_8: Final = re.compile("[\udc80-\udcff]")
_ENCODINGS: Final = ("cp932", "euc_jp", "gb18030", "cp1252", "latin-1")


def decoded(text: str) -> Sequence[str]:
    """Return what a line says in each encoding that it fits, where it is no UTF-8."""
    if "\x1b$" in text:  # ISO-2022-JP is in ASCII
        return (text, text.encode("ascii", "ignore").decode("iso2022_jp", "ignore"))
    if not _NO_UTF_8.search(text):
        return (text,)
    octets = text.encode("utf-8", "surrogateescape")
    found: dict[str, None] = {}
    for encoding in _ENCODINGS:
        try:
            found[octets.decode(encoding)] = None
        except UnicodeDecodeError:
            continue
    return tuple(found)
