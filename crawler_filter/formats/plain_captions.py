"""Most captions have nothing in them that is added to a name: a few searches tell, and spare twenty substitutions.

`name_folding.closed_up` asks. Whatever it changes has one of these signs; a test holds the two together.
"""

import re
from typing import Final

_IN_ASCII: Final = re.compile(r"[&%<'\"(0134579@$\\-]")
_ANYWHERE: Final = re.compile(
    r"[&%<'\"(0134579@$\\\-{|\[<_=~\u3000\u00ab\u00ad\u02bc\u2018\u2019\u201c\u201e\u2039"
    "\u200b-\u200d\u2010-\u2015\u2022\u2060\u2120\u2122\u00a9\u00ae\u00b7\u2212\u2605\u2606\u2661\u2665\u266a"
    "\u27e8\u27ea\u301c\u3008\u300a\u3010\u3014\u30a0\u30fb\u226a\ufe00-\ufe0f\ufeff\uff06-\uff08\uff0d\uff0e\uff1c"
    "\uff1d\uff3b\uff5b\uff5c\uff5e\uff65-\uff9f\ufff9\U000e0100-\U000e01ef"
    "\u0250-\u02af\u0370-\u052f\u1d00-\u1d7f\ua700-\ua7ff\U0001f100-\U0001f1ff]"
)
"""Signs of entities, tags, possessives, honorifics, disguises, readings, invisible and half-width letters, and
letters that may look like others."""
_BETWEEN: Final = re.compile("[\u3005\u3041-\u30ff\u3400-\u9fff\uff66-\uff9f\uac00-\ud7a3][ .]")
"""A blank or a dot behind a letter of Chinese, Japanese or Korean."""
_KANJI_ONE: Final = re.compile("[\u30a1-\u30fa]\u4e00")
_FIVE_BLANKS: Final = "     "
_FIVE_DOTS: Final = "....."


def has_nothing_added(text: str) -> bool:
    """Tell whether nothing in a caption can be added to a name; False where that is not sure."""
    if text.isascii():
        return not (_IN_ASCII.search(text) or ". " in text or may_be_spaced(text))
    if _ANYWHERE.search(text) or ". " in text or may_be_spaced(text) or _has_honorific(text):
        return False
    if "\u4e00" in text and _KANJI_ONE.search(text):
        return False
    return not ((" " in text or "." in text) and _BETWEEN.search(text))


def _has_honorific(text: str) -> bool:
    """Tell whether one may stand in katakana. Six searches take half as long as one expression for all."""
    return (
        "サン" in text
        or "クン" in text
        or "サマ" in text
        or "タン" in text
        or "チャン" in text
        or "センパイ" in text
    )


def may_be_spaced(text: str) -> bool:
    """Tell whether six single letters may stand in a row: every second character is the same sign."""
    if 4 * text.count(" ") <= len(text) and 4 * text.count(".") <= len(text):
        return False
    even, odd = text[::2], text[1::2]
    return any(five in half for five in (_FIVE_BLANKS, _FIVE_DOTS) for half in (even, odd))
