"""Readings of kanji on the pages of a PDF: kana that are set much smaller than the letters they stand beside.

A novel set with readings gives its text with the readings between the letters, wherever the program that wrote it
put them. They are no part of the text, as in a page or an EPUB. What is all small, such as a note, stays.
"""

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Final

_KANJI: Final = re.compile("[\u4e00-\u9fff]")
_KANA: Final = re.compile("[\u3041-\u30ff]+")
_SMALL: Final = 0.7
_LONGEST: Final = 40
"""Kana that stand one behind another and may be the readings of one line."""

MOST: Final = 20_000
"""Letters of a page whose sizes are asked for."""


def may_have_readings(text: str) -> bool:
    """Tell whether a page has kanji and kana, and is not too long."""
    return len(text) <= MOST and bool(_KANJI.search(text) and _KANA.search(text))


def without_readings(text: str, sizes: Sequence[float]) -> str:
    """Return the text of a page without kana that are much smaller than what stands before them.

    `sizes` has that of each letter, in any unit. Of blanks it says nothing.
    """
    letters = [(letter, size) for letter, size in zip(text, sizes, strict=True) if not letter.isspace()]
    base, kept = 0.0, []
    for size, group in groupby(letters, key=lambda each: round(each[1], 1)):
        run = "".join(letter for letter, _ in group)
        if size <= _SMALL * base and len(run) <= _LONGEST and _KANA.fullmatch(run):
            continue
        kept.append(run)
        base = size
    return "".join(kept) if len(kept) > 1 and sum(map(len, kept)) < len(letters) else text
