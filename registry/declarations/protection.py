"""Which works of a party are not protected yet, and why.

A work is protected by declarations in force: by one that names it, and by those whose scopes hold its numbers and
the addresses where it is. What only waits for a proof protects nothing yet.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlite_utils import Database

from crawler_filter.formats.identifiers import CANONICAL_IDENTIFIER
from crawler_filter.formats.record import ScopeKind
from crawler_filter.preference import Preference
from registry.declarations.context import Context
from registry.model.declaration import Actor, Work
from registry.model.listing import PAGE_ROWS, Listing
from registry.rules.loosening import ancestors
from registry.store.declarations import asked_at, find_declaration, stated_at
from registry.store.parties import parties_of
from registry.store.works import newest_works


class Lack(StrEnum):
    """The reason why something of a work is not protected."""

    NOTHING = "nothing"
    NUMBER = "number"
    PLACE = "place"
    PROOF = "proof"


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that no declaration in force covers; `kind` and `value` are empty where there is none."""

    lack: Lack
    kind: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Unprotected:
    """A work with what of it is not protected."""

    work: Work
    gaps: tuple[Gap, ...]


class Protection:
    """Looks for gaps in what an account has declared."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def unprotected(self, actor: Actor, after: str | None = None) -> Listing[Unprotected]:
        """Return the works among the next page of the account's works that are not wholly protected."""
        with self._context.store.read() as database:
            parties = [party.id for party in parties_of(database, actor.account)]
            works = newest_works(database, parties, after=after, most=PAGE_ROWS)
            looking = _Looking(database)
            found = ((work, tuple(looking.gaps(work))) for work in works.rows)
            return Listing([Unprotected(work, gaps) for work, gaps in found if gaps], works.following)

    def gaps(self, work: Work) -> tuple[Gap, ...]:
        """Return what of one work is not protected; its party's declarations alone count."""
        with self._context.store.read() as database:
            return tuple(_Looking(database).gaps(work))


class _Looking:
    """One look at the database, in which each declaration is read once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reserved: dict[str, frozenset[tuple[ScopeKind, str]]] = {}

    def gaps(self, work: Work) -> Iterator[Gap]:
        numbers = [(kind, value) for kind, value in work.identifiers.items() if kind in CANONICAL_IDENTIFIER]
        if not (work.declarations or numbers or work.locations):
            yield Gap(Lack.NOTHING)
        for kind, value in numbers:
            if not self._is_reserved(work.party, [(ScopeKind(kind), value)]):
                yield Gap(Lack.NUMBER, kind, value)
        for value in work.locations:
            places = list(ancestors((ScopeKind.URL, value)))
            if not self._is_reserved(work.party, places):
                waits = asked_at(self._database, work.party, places)
                yield Gap(Lack.PROOF if waits else Lack.PLACE, ScopeKind.URL.value, value)

    def _is_reserved(self, party: str, places: list[tuple[ScopeKind, str]]) -> bool:
        """Tell whether a declaration in force reserves one of these; the index alone has what waits as well."""
        numbers = stated_at(self._database, party, places)
        return any(not self._reserved_by(number).isdisjoint(places) for number in sorted(numbers))

    def _reserved_by(self, number: str) -> frozenset[tuple[ScopeKind, str]]:
        if number not in self._reserved:
            self._reserved[number] = frozenset(
                (scope.kind, scope.value)
                for scope in find_declaration(self._database, number).record.scopes
                if Preference.DISALLOWED in scope.preferences.values() and not scope.held
            )
        return self._reserved[number]
