"""The values of an import: a list of works that somebody uploads, looks at, and then declares.

The life: sending (its bytes arrive) → reading → ready (a person looks at it, nothing is declared) → declaring →
done. One that cannot be read has failed. Each row has an outcome of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from crawler_filter.errors import Sentence
from crawler_filter.formats.record import ScopeKind
from registry.model.declaration import RouteRequest


class ImportState(StrEnum):
    """The place of an import in its life."""

    SENDING = "sending"
    READING = "reading"
    READY = "ready"
    DECLARING = "declaring"
    DONE = "done"
    FAILED = "failed"

    @property
    def is_at_work(self) -> bool:
        """Return whether the registry works on it by itself."""
        return self in (ImportState.READING, ImportState.DECLARING)

    @property
    def is_open(self) -> bool:
        """Return whether it waits for somebody: its bytes, the registry, or a person's decision."""
        return self not in (ImportState.DONE, ImportState.FAILED)


class Outcome(StrEnum):
    """The end of a row, come or to come.

    Rows that are `LEAVING` stood in an earlier list and not in this one, and its owner wants them withdrawn.
    """

    NEW = "new"
    KNOWN = "known"
    REPEATED = "repeated"
    UNSTATED = "unstated"
    PROBLEM = "problem"
    DECLARED = "declared"
    WAITING = "waiting"
    REFUSED = "refused"
    LEAVING = "leaving"
    WITHDRAWN = "withdrawn"


WRONG: Final = (Outcome.PROBLEM, Outcome.REFUSED)
"""The outcomes that their owner may want to mend."""


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """The answers beside a file. `usages` are reserved where the file names none.

    `works`: the file lists works to be entered, and reserves nothing. `missing` is said when it is accepted: what
    earlier lists of its name declared and it has not is to be withdrawn.
    """

    party: str
    name: str
    size: int
    usages: tuple[str, ...]
    policy: str = ""
    contact: str = ""
    works: bool = False
    routes: tuple[RouteRequest, ...] = ()
    remuneration: tuple[str, ...] = ()
    missing: bool = False


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One row. `line` counts lines (or items of a JSON array) from 1, `field` names the column or element.

    `preferences` are the bits of what it reserves; `why` says what is wrong, `declaration` where it is declared.
    """

    line: int
    field: str
    outcome: Outcome
    kind: ScopeKind | None = None
    value: str = ""
    preferences: int = 0
    title: str = ""
    declaration: str | None = None
    why: Sentence | None = None


@dataclass(frozen=True, slots=True)
class ListPart:
    """The rows of a list that one declaration says, and how many of them wait for a proof."""

    declaration: str
    list: str
    rows: int
    waiting: int
    first: ImportRow
    last: ImportRow


@dataclass(frozen=True, slots=True)
class Import:
    """One import. Times are unix seconds; `due` is when the registry goes on with it, None where it does not.

    `failure` says why it stopped, or what it waits for.
    """

    id: str
    account: str
    request: ImportRequest
    state: ImportState
    created: int
    updated: int
    due: int | None = None
    failure: Sentence | None = None
    counts: Mapping[Outcome, int] = field(default_factory=dict)

    @property
    def party(self) -> str:
        """The party that declares."""
        return self.request.party

    @property
    def rows(self) -> int:
        """The number of rows that were read so far."""
        return sum(self.counts.values())

    def count(self, *outcomes: Outcome) -> int:
        """Return how many rows came to one of these outcomes."""
        return sum(self.counts.get(outcome, 0) for outcome in outcomes)
