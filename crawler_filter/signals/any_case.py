"""Searches for words in either case, in texts of which most have none of them.

A pattern that ignores case is tried at every letter. One that begins with small letters is looked for as a word,
which costs a tenth; a text is folded once for all of them.
"""

import re
from collections.abc import Iterable


def folded(text: str) -> str:
    """Return a text with small letters of ASCII wherever a pattern that ignores case sees some."""
    if text.isascii():
        return text.lower()
    return text.replace("\u0130", "i").lower().replace("\u0131", "i").replace("\u017f", "s")


def has_any(patterns: Iterable[re.Pattern[str]], lower: str) -> bool:
    """Tell whether one of the patterns, which are written in small letters, is in a text that was folded."""
    return any(each.search(lower) for each in patterns)
