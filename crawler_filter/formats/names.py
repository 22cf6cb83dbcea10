"""Titles, series and character names, found in captions and prompts.

A name is not a work: what is found here tells a person where to look and never decides whether an asset is kept.
`NameMatch` has no preference, and nothing that combines preferences takes one.

Matching is one pass of an Aho-Corasick automaton (the extra `names`) over the folded text, as
`crawler_filter.spellings` has it. A spelling that says little alone, such as `Bleach`, counts only beside another
name of the same owner in the same text.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import Any, Final, NamedTuple

from crawler_filter.errors import InvalidScopeError, MalformedSegmentError
from crawler_filter.formats.inflected_names import goes_on
from crawler_filter.formats.name_folding import aliases, closed_up, fold, says_enough, stands_apart

MAX_NAME: Final = 100
"""Most characters of a name."""

MAX_CAPTION: Final = 1 << 12
"""Most characters of a caption that are read."""

MAX_NAMES_BYTES: Final = 1 << 26
"""Most bytes of a file of names that are fetched."""

_HEADER: Final = "optout-names v2"
_BLANKS: Final = re.compile(r"\s+")


class NameKind(StrEnum):
    """The bearer of a name. The two names of a character may come in either order."""

    TITLE = "title"
    SERIES = "series"
    CHARACTER = "character"


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """One bearer of a name: a work, a series or a character, by all spellings that were registered for it.

    Each spelling is as `canonical_name` has it. Names of one `owner`, a number such as their declaration's, keep
    each other company; spellings of one bearer do not.
    """

    owner: int
    kind: NameKind
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A name that is in a text. It flags; it never excludes.

    `registered` is that of its spellings which led to it, `spelling` what was found, in folded form, at `start` in
    the folded text. `alone` is False where it counts only because another name of the same owner is there too.
    """

    name: Name
    registered: str
    spelling: str
    start: int
    alone: bool

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object that reports use."""
        return {
            "kind": self.name.kind.value,
            "name": self.registered,
            "spelling": self.spelling,
            "start": self.start,
            "alone": self.alone,
        }


def canonical_name(text: str) -> str:
    """Return the one text by which a name is registered: NFC, blanks single.

    Raises InvalidScopeError for one of fewer than two letters and digits or more than `MAX_NAME` characters.
    """
    name = _BLANKS.sub(" ", unicodedata.normalize("NFC", text)).strip()
    if len(name) > MAX_NAME or len(fold(name).replace(" ", "")) < 2 or not name.isprintable():
        raise InvalidScopeError(
            "a name has 2 letters to %(most)s characters, got %(text)s",
            most=MAX_NAME,
            text=f"{text!r:.200}",
        )
    return name


def distinct_names(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the spellings of one bearer as they are registered, each once. Raises as `canonical_name` does."""
    return tuple(dict.fromkeys(map(canonical_name, texts)))


class NameIndex:
    """All registered names, ready to be found. Building takes seconds for each 100,000."""

    __slots__ = ("_automaton", "_bearers", "_distinctive", "_spellings")

    def __init__(self, names: Iterable[Name]) -> None:
        """Index `names`, in any order; one given twice counts once. Needs the extra `names`."""
        from ahocorasick_rs import AhoCorasick, MatchKind  # noqa: PLC0415 - an optional dependency

        bearers: defaultdict[str, dict[Name, str]] = defaultdict(dict)
        for name in sorted(set(names)):
            for registered in name.spellings:
                for spelling in aliases(registered, is_person=name.kind is NameKind.CHARACTER):
                    bearers[spelling].setdefault(name, registered)
        self._spellings, self._bearers = list(bearers), [tuple(each.items()) for each in bearers.values()]
        self._distinctive = [says_enough(spelling) for spelling in self._spellings]
        self._automaton = AhoCorasick(self._spellings, matchkind=MatchKind.Standard, store_patterns=False)

    def find(self, text: str, also: Callable[[Name, str], bool] = lambda _, __: False) -> list[NameMatch]:
        """Return the names in a caption, a prompt or a list of tags, each once, in the order of the text.

        Of a longer text only the first `MAX_CAPTION` characters are read: as they stand, and closed up. `also` is
        asked of a name by its folded spelling, where it says too little and has no company, whether it counts.
        """
        read = text[:MAX_CAPTION]
        found = self._named(fold(read), also)
        if (closed := closed_up(read)) != read:
            known = {match.name for match in found}
            found += [match for match in self._named(fold(closed), also) if match.name not in known]
        if len(found) < 2:
            return found
        return sorted(found, key=lambda match: (match.start, match.name))

    def _named(self, folded: str, also: Callable[[Name, str], bool]) -> list[NameMatch]:
        if not (places := self._places(folded)):
            return []
        if len(places) == 1 and (only := self._only(next(iter(places.values())), also)) is not None:
            return only
        by_owner: defaultdict[int, defaultdict[Name, list[_Found]]] = defaultdict(lambda: defaultdict(list))
        for place in places.values():
            for name, registered in self._bearers[place.number]:
                by_owner[name.owner][name].append(_Found(place, registered))
        return [match for names in by_owner.values() for match in self._counting(names, also)]

    def _only(self, place: "_Place", also: Callable[[Name, str], bool]) -> list[NameMatch] | None:
        """Return what `_counting` makes of the one spelling in a text, None where several names are spelled so."""
        bearers = self._bearers[place.number]
        if len(bearers) > 1:
            return None
        ((name, registered),) = bearers
        spelling, alone = self._spellings[place.number], self._distinctive[place.number]
        counts = alone or also(name, spelling)
        return [NameMatch(name, registered, spelling, place.start, alone)] if counts else []

    def _places(self, folded: str) -> dict[int, "_Place"]:
        places: dict[int, _Place] = {}
        for number, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            if stands_apart(folded, start, end) or goes_on(folded, start, end):
                first = places.get(number)
                places[number] = first._replace(last=start) if first else _Place(number, start, end, start)
        return places

    def _counting(
        self, names: Mapping[Name, Sequence["_Found"]], also: Callable[[Name, str], bool]
    ) -> Iterator[NameMatch]:
        """Yield the names of one owner that count, given all spellings that were found of each."""
        company: _Context | None = None
        for name, of_name in names.items():
            place, registered = min(of_name, key=self._rank)
            alone = self._distinctive[place.number]
            if not alone and company is None:
                company = _Context(found.place for others in names.values() for found in others)
            beside = company is not None and company.is_beside({found.place for found in of_name})
            if alone or beside or also(name, self._spellings[place.number]):
                yield NameMatch(name, registered, self._spellings[place.number], place.start, alone)

    def _rank(self, found: "_Found") -> tuple[bool, int, int]:
        """Of several spellings of a name, report one that says enough, then the first, then the longest."""
        return not self._distinctive[found.place.number], found.place.start, -found.place.end


class _Place(NamedTuple):
    """The place of a spelling in a text: start and end of the first time, and the start of the last time."""

    number: int
    start: int
    end: int
    last: int


class _Found(NamedTuple):
    """A spelling of a name that is in a text, and the registered one it was made from."""

    place: _Place
    registered: str


class _Context:
    """Positions of all names of one owner in a text.

    A name that is too common to count alone counts only if another name of its owner occurs elsewhere in the text.
    A place that two names share, such as a series and a title that are called alike, counts for neither. The
    places are sorted once, so that each question takes time linear in the spellings of one name.
    """

    def __init__(self, places: Iterable[_Place]) -> None:
        present = set(places)
        self._first_to_end = sorted(present, key=lambda place: place.end)
        self._last_to_start = sorted(present, key=lambda place: -place.last)

    def is_beside(self, own: Set[_Place]) -> bool:
        """Return whether a place that is none of a name's `own` lies outside of them in the text."""
        end = next((place.end for place in self._first_to_end if place not in own), inf)
        start = next((place.last for place in self._last_to_start if place not in own), -inf)
        return end <= max(place.last for place in own) or start >= min(place.end for place in own)


def encode_names(names: Iterable[Name]) -> bytes:
    """Return the file of names: a pure function of them, whatever their order; one given twice counts once."""
    lines = ["\t".join((str(name.owner), name.kind, *name.spellings)) for name in sorted(set(names))]
    return "".join(f"{line}\n" for line in (f"{_HEADER} {len(lines)}", *lines)).encode()


def decode_names(data: bytes) -> list[Name]:
    """Read `encode_names`. Raises MalformedSegmentError for anything else, a file that is cut off included."""
    try:
        names = [_parse_name(line) for line in data.decode().split("\n")[1:-1]]
    except ValueError as error:
        raise MalformedSegmentError(f"expected a file of names: {error}") from error
    if encode_names(names) != data:
        raise MalformedSegmentError(f"expected a whole file of names in order, got {data[:60]!r}")
    return names


def _parse_name(line: str) -> Name:
    owner, kind, first, *others = line.split("\t")
    return Name(int(owner), NameKind(kind), distinct_names((first, *others)))
