"""Names that look alike: two names with one skeleton may be taken for each other (Unicode UTS #39, section 4).

The table of characters that look alike is Unicode's, as the package `confusable-homoglyphs` (MIT) carries it under
the Unicode licence. Letter case, width and spaces are not told apart either.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache

from confusable_homoglyphs.confusables import confusables_data


def skeleton(name: str) -> str:
    """Return what a name looks like, to be compared with another's and never shown."""
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", name).casefold())
    classes = _classes()
    return "".join(classes.get(character, character) for character in folded if not character.isspace())


@cache
def _classes() -> Mapping[str, str]:
    """Return for each character the one that stands for all that look like it: the first by code point."""
    parent: dict[str, str] = {}

    def root(character: str) -> str:
        while (above := parent.setdefault(character, character)) != character:
            character = above
        return character

    for one, other in _pairs():
        first, second = sorted((root(one), root(other)))
        parent[second] = first
    return {character: root(character) for character in parent}


def _pairs() -> Iterator[tuple[str, str]]:
    """Yield characters that look alike once a name is folded: its capitals are gone, and so are theirs."""
    for character, alike in confusables_data.items():
        for each in alike:
            other = each["c"].casefold() if character.isdigit() else each["c"]
            is_folded = character == character.casefold() and other == other.casefold()
            if len(character) == len(other) == 1 and is_folded:
                yield character, other
