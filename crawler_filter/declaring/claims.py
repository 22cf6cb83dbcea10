"""What a catalogue asks to have reserved: one scope, for which uses, and where in the file it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from crawler_filter.errors import DataError
from crawler_filter.formats.record import ScopeKind
from crawler_filter.lists.reading import Refused
from crawler_filter.preference import Usage

MAX_TITLE: Final = 200
"""Characters of a title that are kept to name a row by."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One scope to be reserved. `usages` is empty where the file does not say which: the command does then.

    `place` names the row, as in `works.csv line 12`; `title` is what people call it. `row` counts lines, or items
    of a JSON array, from 1; `column` names the column or element, empty where there is none.
    """

    kind: ScopeKind
    value: str
    place: str
    usages: frozenset[Usage] = frozenset()
    title: str = ""
    row: int = 0
    column: str = ""

    @property
    def key(self) -> tuple[str, str, tuple[str, ...]]:
        """The key by which two rows are the same claim."""
        return self.kind.value, self.value, tuple(sorted(usage.value for usage in self.usages))

    def body(self) -> Mapping[str, str]:
        """Return the scope as the API takes it."""
        return {"kind": self.kind.value, "value": self.value}


@dataclass(frozen=True, slots=True)
class Unstated:
    """A row of a trade feed that says nothing about mining: it stays unstated unless its owner says otherwise."""

    claim: Claim


class FeedError(DataError):
    """A file that lists works cannot be read at all, or not to its end."""


Row = Claim | Refused | Unstated
