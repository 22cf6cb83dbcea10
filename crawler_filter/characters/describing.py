"""Tells which registered character a text describes without naming it: by attributes; rare ones weigh more.

An attribute, such as `scar under the left eye`, is found where its concepts stand close together in a sentence. It
is worth the bits of those that do; one alone of several is worth half, and so are colours and sizes without the
thing that has them. No word counts twice. A text that says another colour of hair, eyes or clothes than the sheet
loses bits. It describes a character if what was found is worth more
bits than chance explains, given how many characters are registered, and how long text and sheet are.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from typing import Final, NamedTuple

from crawler_filter.characters.rarity import bits
from crawler_filter.characters.words import Term, terms

LEAST_ATTRIBUTES: Final = 2
"""Attributes that must be found at least."""

LEAST_BITS: Final = 10
"""Bits that a description of `_ORDINARY_LENGTH` words needs, were one character registered."""

_ORDINARY_LENGTH: Final = 40
_ORDINARY_SHEET: Final = 24
"""Attributes of a sheet, in both languages, from which on more of them need more bits."""
_TELLING: Final = 3
"""Bits from which on the sheets that have a concept are gone through."""
_REACH: Final = 5
"""Words, without those that say nothing, between which an attribute is looked for."""
_MOST_OF_ONE: Final = 12
"""Bits that one attribute is worth at most: its words go together more often than chance has them."""
_COUNTS_FROM: Final = 3
"""Bits from which on an attribute counts towards `LEAST_ATTRIBUTES`."""
_AGAINST: Final = 6
"""Bits that are taken away where hair, eyes or something worn is of another colour."""

_KIN: Final = (
    {"blond", "yellow", "orange", "light"},
    {"red", "orange", "pink", "brown"},
    {"silver", "white", "grey", "light", "blond"},
    {"turquoise", "blue", "green", "navy"},
    {"black", "dark", "navy", "brown"},
    {"purple", "navy", "blue", "pink"},
)
_COLOURS: Final = frozenset().union(*_KIN) - {"light", "dark"}
_QUALIFIERS: Final = _COLOURS | {
    *("dark", "light", "bright", "round", "giant", "left", "right"),
    *("long", "short", "small", "tall", "=big", "=wide"),
}
"""Concepts that say of something what it is like: without that thing they are found everywhere."""
_BODY: Final = ("hair", "eye")
_BESIDE: Final = 3
"""Words before a thing among which its colour is looked for."""


class Attribute(NamedTuple):
    """One thing that is said of a character's looks: its concepts, and as the owner wrote it."""

    concepts: frozenset[str]
    written: str


@dataclass(frozen=True, slots=True)
class Described:
    """A judgement of one sheet: its number, bits found, needed and of the best attribute, the attributes found."""

    sheet: int
    bits: float
    needed: float
    best: float
    attributes: tuple[str, ...]

    @property
    def is_enough(self) -> bool:
        """Tell whether the text describes the character."""
        return self.bits >= self.needed


class Descriptions:
    """The attributes of all sheets, ready to be looked for. A sheet is known by its place."""

    def __init__(self, sheets: Iterable[Iterable[str]]) -> None:
        self._sheets = [_distinct(map(_attribute, attributes)) for attributes in sheets]
        self._colours = [_colours_of(_said(sheet)) for sheet in self._sheets]
        self._telling: defaultdict[str, list[int]] = defaultdict(list)
        for number, sheet in enumerate(self._sheets):
            for concept in {concept for attribute in sheet for concept in attribute.concepts}:
                if bits(concept) >= _TELLING:
                    self._telling[concept].append(number)

    def read(self, text: str) -> "Reading":
        """Return a text as it is compared with the sheets."""
        return Reading(self, terms(text))

    def candidates(self, found: Sequence[Term]) -> Iterable[int]:
        """Return the sheets that a text may describe: all its words that they have are worth enough together.

        Words that tell little are counted as if every sheet had them, so that nobody goes through a list of all.
        """
        times = Counter(term.concept for term in found)
        little = sum(bits(concept) * count for concept, count in times.items() if bits(concept) < _TELLING)
        shared: Counter[int] = Counter()
        for concept, count in times.items():
            worth = bits(concept) * count
            for number in self._telling.get(concept, ()):
                shared[number] += worth
        return sorted(number for number, worth in shared.items() if worth + little >= self.needed(number, found))

    def needed(self, number: int, found: Sequence[Term]) -> float:
        """Return the bits that a text needs to describe a sheet's character."""
        length = max(1.0, len(found) / _ORDINARY_LENGTH)
        many = max(1.0, len(self._sheets[number]) / _ORDINARY_SHEET)
        return LEAST_BITS + log2(len(self._sheets)) + 2 * log2(length) + 2 * log2(many)

    def judge(self, number: int, found: Sequence[Term]) -> Described:
        """Return how well a text describes a sheet's character."""
        values = _best_values(self._sheets[number], found)
        total = sum(value for value, _ in values)
        best = max((value for value, _ in values), default=0)
        against = _contradictions(self._colours[number], _colours_of(found))
        enough = sum(value >= _COUNTS_FROM for value, _ in values) >= LEAST_ATTRIBUTES
        written = tuple(attribute.written for _, attribute in values)
        total = total - _AGAINST * against if enough else 0
        return Described(number, total, self.needed(number, found), best, written)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it is compared with sheets."""

    descriptions: Descriptions
    found: Sequence[Term]

    def of(self, number: int) -> Described:
        """Return how well the text describes the character of one sheet."""
        return self.descriptions.judge(number, self.found)

    def described(self) -> list[Described]:
        """Return the characters that the text describes, the surest first."""
        judged = (self.of(number) for number in self.descriptions.candidates(self.found))
        return sorted((each for each in judged if each.is_enough), key=lambda each: (-each.bits, each.sheet))


def _attribute(written: str) -> Attribute:
    return Attribute(frozenset(term.concept for term in terms(written)), written)


def _distinct(attributes: Iterable[Attribute]) -> tuple[Attribute, ...]:
    """Leave out what another attribute says too, as the same in another language does."""
    kept: list[Attribute] = []
    for attribute in sorted(attributes, key=lambda each: -len(each.concepts)):
        if attribute.concepts and not any(attribute.concepts <= other.concepts for other in kept):
            kept.append(attribute)
    return tuple(kept)


def _said(sheet: Sequence[Attribute]) -> list[Term]:
    return [
        term._replace(sentence=number)
        for number, attribute in enumerate(sheet)
        for term in terms(attribute.written)
    ]


def _best_values(sheet: Sequence[Attribute], found: Sequence[Term]) -> list[tuple[float, Attribute]]:
    """Return what each attribute of a sheet that was found is worth; no word counts for two of them."""
    places = _places(found)
    ranked = sorted(
        ((*_value(attribute.concepts, places), attribute) for attribute in sheet), key=lambda each: -each[0]
    )
    values, taken = [], set[tuple[str, int]]()
    for value, used, attribute in ranked:
        worth, words = value, used
        if value and not taken.isdisjoint(used):
            worth, words = _value(attribute.concepts, _without(taken, places, attribute.concepts))
        if worth > 0:
            values.append((worth, attribute))
            taken |= words
    return values


def _without(
    taken: set[tuple[str, int]], places: Mapping[str, Sequence[Term]], concepts: Iterable[str]
) -> dict[str, list[Term]]:
    return {
        concept: [term for term in places.get(concept, ()) if (concept, term.place) not in taken]
        for concept in concepts
    }


def _places(found: Sequence[Term]) -> dict[str, list[Term]]:
    places: defaultdict[str, list[Term]] = defaultdict(list)
    for term in found:
        places[term.concept].append(term)
    return places


def _value(
    concepts: frozenset[str], places: Mapping[str, Sequence[Term]]
) -> tuple[float, frozenset[tuple[str, int]]]:
    """Return what an attribute is worth in a text, and the words that it is found by."""
    best: tuple[float, frozenset[tuple[str, int]]] = (0, frozenset())
    there = sorted(concept for concept in concepts if places.get(concept))  # one order in every process
    for anchor in (term for concept in there for term in places[concept]):
        used = {anchor.concept: anchor}
        for concept in there:
            near = [
                term
                for term in places[concept]
                if term.sentence == anchor.sentence and abs(term.place - anchor.place) <= _REACH
            ]
            if near:
                used.setdefault(concept, min(near, key=lambda term: abs(term.place - anchor.place)))
        worth = _worth(used, concepts)
        if worth > best[0]:
            best = worth, frozenset((term.concept, term.place) for term in used.values())
    return best


def _worth(used: Iterable[str], concepts: frozenset[str]) -> float:
    """Return the bits of what was found of an attribute."""
    found = set(used)
    worth = float(sum(map(bits, found)))
    worth /= 2 if len(found) == 1 < len(concepts) else 1
    return min(worth / 2 if _QUALIFIERS.issuperset(found) else worth, _MOST_OF_ONE)


def _colours_of(found: Sequence[Term]) -> dict[str, frozenset[str]]:
    """Return the colours that are said of things: near hair and eyes, right before all others."""
    said: defaultdict[str, set[str]] = defaultdict(set)
    by_place: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
    for term in found:
        by_place[term.sentence, term.place].add(term.concept)
    for term in (term for term in found if term.concept not in _QUALIFIERS):
        is_body = term.concept in _BODY
        for place in range(term.place - (not is_body), term.place - _BESIDE - 1, -1):
            here = by_place.get((term.sentence, place), set())
            if not (is_body or (here and here <= _QUALIFIERS)):
                break
            said[term.concept] |= here & _COLOURS
    return {thing: frozenset(colours) for thing, colours in said.items() if colours}


def _contradictions(sheet: Mapping[str, frozenset[str]], text: Mapping[str, frozenset[str]]) -> int:
    return sum(
        not any(
            one == other or any({one, other} <= kin for kin in _KIN) for one in colours for other in text[head]
        )
        for head, colours in sheet.items()
        if head in text
    )
