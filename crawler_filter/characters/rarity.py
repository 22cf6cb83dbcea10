"""How much a concept says: the bits of surprise at meeting it in an ordinary caption or a prompt for a drawing."""

from functools import cache
from importlib.resources import files
from typing import Final

from crawler_filter.formats.common_words import common_words

BACKGROUND: Final = 1
"""Number of the published list of how common concepts are."""

_UNSEEN: Final = 13
_UNSEEN_BUT_COMMON: Final = 9


def bits(concept: str) -> int:
    """Return how many bits a concept is worth, from 0 to 13. `=word` is a word that is no word of appearance."""
    listed = _background().get(concept)
    if listed is not None:
        return listed
    return _UNSEEN_BUT_COMMON if concept.removeprefix("=") in common_words() else _UNSEEN


@cache
def _background() -> dict[str, int]:
    listed = files("crawler_filter.characters") / f"background-{BACKGROUND}.txt"
    pairs = (line.rsplit(" ", 1) for line in listed.read_text("utf-8").splitlines())
    return {concept: int(number) for concept, number in pairs}
