"""Registered characters as one index: which of them a text names, and which it describes."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol, runtime_checkable

from crawler_filter.characters.describing import Described, Descriptions, Reading
from crawler_filter.characters.naming import CharacterNames, Names
from crawler_filter.formats.characters import OwnedSheet, Sheet

_HINT: Final = 5
"""Bits that a text must say of a character's looks for a common word to be its name."""
_BESIDE_THE_BEST: Final = 0.6
"""The share of the bits of the best description from which on another is told beside it."""
_CLAUSES: Final = re.compile(r"[.,;:!?\n\u3001\u3002\uff0c\uff1b]+")


class Signal(StrEnum):
    """One of the weak signs that a character is meant. None of them is proof."""

    NAME = "name"
    DESCRIPTION = "description"
    DRAWING = "drawing"


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of a character in a text: which sheet, what was found, and how much of it."""

    sheet: OwnedSheet
    signal: Signal
    found: str
    hits: int
    alone: bool = True


@runtime_checkable
class TextMatcher(Protocol):
    """A reader of prompts that the operator brings: a language model, say. It flags, as descriptions do."""

    id: str
    kinds: frozenset[str]

    def describes(self, text: str, sheets: Sequence[Sheet]) -> Iterable[int]:
        """Return the places in `sheets` of the characters that a text describes."""


class Characters:
    """The sheets of a registry, ready to be found. Needs the extra `names`."""

    def __init__(self, sheets: Sequence[OwnedSheet]) -> None:
        self.sheets = tuple(sheets)
        self._names = CharacterNames([_names(each.sheet) for each in sheets])
        self._descriptions = Descriptions([_said_of(each.sheet) for each in sheets])

    def find(self, text: str, readers: Sequence[TextMatcher] = ()) -> Iterator[Sign]:
        """Yield the signs of characters in a text: each that is named, then each that is described."""
        reading = self.read(text)
        for named in self._names.find(text, lambda sheet: reading.of(sheet).best >= _HINT):
            yield Sign(self.sheets[named.sheet], Signal.NAME, named.registered, 1, named.alone)
        found = reading.described()
        described = [each for each in found if each.bits >= _BESIDE_THE_BEST * found[0].bits]
        for each in described:
            yield Sign(self.sheets[each.sheet], Signal.DESCRIPTION, _listed(each), len(each.attributes))
        known = {each.sheet for each in described}
        for reader in readers:
            for number in reader.describes(text, [each.sheet for each in self.sheets]):
                if number not in known:
                    known.add(number)
                    yield Sign(self.sheets[number], Signal.DESCRIPTION, f"read by {reader.id}", 1)

    def read(self, text: str) -> Reading:
        """Return a text as it is compared with the sheets."""
        return self._descriptions.read(text)

    def of_leaf(self, leaf: int) -> Sequence[OwnedSheet]:
        """Return the sheets of the declaration that a leaf states."""
        return [each for each in self.sheets if each.owner == leaf]


def _names(sheet: Sheet) -> Names:
    return Names(sheet.names, sheet.series, sheet.others)


def _said_of(sheet: Sheet) -> list[str]:
    """Return the attributes of a sheet, and the clauses of its descriptions."""
    said = [attribute for attributes in sheet.attributes.values() for attribute in attributes]
    clauses = (clause.strip() for words in sheet.description.values() for clause in _CLAUSES.split(words))
    return [*said, *(clause for clause in clauses if clause)]


def _listed(described: Described) -> str:
    return "; ".join(described.attributes)
