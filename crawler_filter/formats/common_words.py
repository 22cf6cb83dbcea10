"""The published list of English words that say nothing alone."""

from functools import cache
from importlib.resources import files
from typing import Final

COMMON_WORDS: Final = 1
"""Number of the published list."""


@cache
def common_words() -> frozenset[str]:
    """Return the words of the list, in small letters."""
    listed = (files("crawler_filter.formats") / f"common-words-{COMMON_WORDS}.txt").read_text("ascii")
    return frozenset(listed.split())
