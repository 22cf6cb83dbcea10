"""The one rule for text that people are shown: nothing in it is invisible, and nothing turns what is around it.

A title or a name stands on public pages beside those of others. Bidirectional controls let `gn<U+202E>gnp.exe` be
read as another text (Unicode Technical Report 36, section 2.6), and characters without a shape make two texts look
alike. Zero-width joiner and non-joiner are allowed: Persian, the languages of India and emoji are written with
them. So are the signs of format that have a shape, which stand before numbers in Arabic, Syriac and Kaithi
(Unicode's Prepended_Concatenation_Mark), and variation selectors, with which Japanese names are written.
"""

import re
import unicodedata
from typing import Final

from crawler_filter.errors import InvalidScopeError

_REFUSED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Controls, signs of format, halves of characters, private use, separators of lines and paragraphs."""

_WRITTEN: Final = frozenset(
    "\u200c\u200d\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
_FILLERS: Final = frozenset("\u115f\u1160\u3164\uffa0")
"""Letters of Hangul without a shape: a name of nothing else would be empty to see."""

_PLAIN: Final = re.compile(r"[ -~\u3001-\u3163\u3165-\ud7a3]*")
"""What most texts consist of: ASCII, kana, Chinese characters, Hangul syllables."""


def invisible(text: str) -> str | None:
    """Return the first character that may not be in a text people are shown; None where there is none."""
    if _PLAIN.fullmatch(text):
        return None
    return next((each for each in text if each not in _WRITTEN and _is_refused(each)), None)


def require_visible(text: str) -> None:
    """Raise InvalidScopeError that names the first character of `text` that may not be shown."""
    if control := invisible(text):
        raise InvalidScopeError(
            "expected no control or invisible characters, got U+%(control)s", control=f"{ord(control):04X}"
        )


def _is_refused(character: str) -> bool:
    return character in _FILLERS or unicodedata.category(character) in _REFUSED or _is_noncharacter(ord(character))


def _is_noncharacter(code: int) -> bool:
    """Tell whether this is a noncharacter (Unicode, section 23.7): no text has one, and XML takes none of two."""
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
