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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self

from crawler_filter.errors import InvalidScopeError, MalformedSegmentError
from crawler_filter.spellings import aliases, fold, says_enough, stands_apart

MAX_NAME: Final = 100
"""Most characters of a name."""

MAX_CAPTION: Final = 1 << 12
"""Most characters of a caption that are read."""

_HEADER: Final = "optout-names v1"
_BLANKS: Final = re.compile(r"\s+")


class NameKind(StrEnum):
    """What bears the name. The two names of a character may come in either order."""

    TITLE = "title"
    SERIES = "series"
    CHARACTER = "character"


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """One registered name, as `canonical_name` has it.

    Names of one `owner`, a number such as their declaration's, keep each other company.
    """

    owner: int
    kind: NameKind
    text: str


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A name that is in a text. It flags; it never excludes.

    `spelling` is what was found, in folded form, at `start` in the folded text. `alone` is False where it counts
    only because another name of the same owner is there too.
    """

    name: Name
    spelling: str
    start: int
    alone: bool

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object that the lookup API and reports use."""
        return {
            "kind": self.name.kind.value,
            "name": self.name.text,
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
        raise InvalidScopeError(f"a name has 2 letters to {MAX_NAME} characters, got {text!r:.200}")
    return name


class NameIndex:
    """All registered names, ready to be found. Building takes seconds for each 100,000."""

    __slots__ = ("_automaton", "_bearers", "_spellings", "_telling", "names")

    def __init__(self, names: Iterable[Name]) -> None:
        """Index `names`, in any order; one given twice counts once. Needs the extra `names`."""
        from ahocorasick_rs import AhoCorasick, MatchKind  # noqa: PLC0415 - an optional dependency

        self.names: Sequence[Name] = sorted(set(names))
        bearers: defaultdict[str, list[Name]] = defaultdict(list)
        for name in self.names:
            for spelling in aliases(name.text, is_person=name.kind is NameKind.CHARACTER):
                bearers[spelling].append(name)
        self._spellings, self._bearers = list(bearers), list(bearers.values())
        self._telling = [says_enough(spelling) for spelling in self._spellings]
        self._automaton = AhoCorasick(self._spellings, matchkind=MatchKind.Standard, store_patterns=False)

    def find(self, text: str) -> list[NameMatch]:
        """Return the names in a caption, a prompt or a list of tags, each once, in the order of the text.

        Of a longer text only the first `MAX_CAPTION` characters are read.
        """
        found = self._seen(fold(text[:MAX_CAPTION]))
        if not found:
            return []
        by_owner: defaultdict[int, list[_Seen]] = defaultdict(list)
        for seen in found.values():
            by_owner[seen.first.name.owner].append(seen)
        matches = [
            seen.first
            for of_owner in by_owner.values()
            for seen in of_owner
            if seen.first.alone or any(seen.is_beside(other) for other in of_owner)
        ]
        return sorted(matches, key=lambda match: (match.start, match.name))

    def encode(self) -> bytes:
        """Return the file of the index: a pure function of its names, whatever order they came in."""
        return encode_names(self.names)

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Read `encode`. Raises MalformedSegmentError for anything else, a file that is cut off included."""
        try:
            names = [_parse_name(line) for line in data.decode().split("\n")[1:-1]]
        except ValueError as error:
            raise MalformedSegmentError(f"expected a file of names: {error}") from error
        if encode_names(names) != data:
            raise MalformedSegmentError(f"expected a whole file of names in order, got {data[:60]!r}")
        return cls(names)

    def _seen(self, folded: str) -> dict[Name, "_Seen"]:
        first: dict[int, tuple[int, int]] = {}
        last: dict[int, int] = {}
        for number, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            if stands_apart(folded, start, end):
                first.setdefault(number, (start, end))
                last[number] = start
        found: dict[Name, _Seen] = {}
        for number, (start, end) in first.items():
            for name in self._bearers[number]:
                match = NameMatch(name, self._spellings[number], start, self._telling[number])
                seen = _Seen(match, end, last[number])
                found[name] = found[name].joined(seen) if name in found else seen
        return found


@dataclass(frozen=True, slots=True)
class _Seen:
    """Where one name stands in a text: the match to report, the end of the first and the start of the last one."""

    first: NameMatch
    first_end: int
    last_start: int

    def joined(self, other: "_Seen") -> "_Seen":
        """Take in another spelling of the name. One that says enough is reported before one that does not."""
        first = other.first if other.first.alone and not self.first.alone else self.first
        return _Seen(first, min(self.first_end, other.first_end), max(self.last_start, other.last_start))

    def is_beside(self, other: "_Seen") -> bool:
        """Whether another name of the same owner stands somewhere else in the text, and not within this one."""
        apart = other.first_end <= self.last_start or other.last_start >= self.first_end
        return self.first.name != other.first.name and apart


def encode_names(names: Iterable[Name]) -> bytes:
    """Return the file of names: a pure function of them, whatever their order; one given twice counts once."""
    lines = [f"{name.owner}\t{name.kind}\t{name.text}\n" for name in sorted(set(names))]
    return "".join([f"{_HEADER} {len(lines)}\n", *lines]).encode()


def _parse_name(line: str) -> Name:
    owner, kind, text = line.split("\t")
    return Name(int(owner), NameKind(kind), canonical_name(text))
