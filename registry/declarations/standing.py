"""How far a party's name can be relied on: what it has proved control of, and whose name looks like its own.

A name is what somebody typed. It is never a fact: beside it stands what was checked, which is control of places.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlite_utils import Database

from crawler_filter.formats.record import Scope, ScopeKind
from registry.declarations.context import Context
from registry.declarations.doubt import claims
from registry.model.declaration import Declaration
from registry.model.party import Party
from registry.store.declarations import declarations_at, find_declaration
from registry.store.parties import find_party, former_names, parties_that_look_like
from registry.store.proofs import is_verified, proofs_of

_ALIKE: Final = 3
_NEIGHBOURS: Final = 5
_PLACES: Final = 20


@dataclass(frozen=True, slots=True)
class NamedParty:
    """A party as others may name it: its id and, where that is public, its name."""

    id: str
    name: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Facts about a party beside its name: the places it has proved, and parties whose names look alike.

    `name` is the public one of today, `formerly` those it had before, with when each ended (unix seconds).
    `confirmed` tells of an agent that whom it acts for has confirmed it.
    """

    controls: tuple[str, ...]
    looks_like: tuple[NamedParty, ...] = ()
    name: str | None = None
    formerly: tuple[tuple[str, int], ...] = ()
    confirmed: bool = False


class Standings:
    """Reads how parties stand. What stays private of a party is not told here."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def of(self, party: str) -> Standing:
        """Return how a party stands; one that is unknown controls nothing."""
        with self._context.store.read() as database:
            found = find_party(database, party)
            controls = _controls(database, party)
            if found is None:
                return Standing(controls)
            return Standing(
                controls,
                _alike(database, found, controls) if found.public else (),
                found.published.party,
                tuple(former_names(database, party)) if found.public else (),
                found.confirmed is not None,
            )

    def controls(self, party: str) -> tuple[str, ...]:
        """Return the places that a party has proved control of."""
        with self._context.store.read() as database:
            return _controls(database, party)

    def named(self, party: str) -> NamedParty:
        """Return a party as others may name it."""
        with self._context.store.read() as database:
            found = find_party(database, party)
            return NamedParty(party, found.published.party if found else None)

    def claimed(self, declaration: Declaration) -> frozenset[str]:
        """Return the addresses a declaration states without proof inside places that others have proved."""
        with self._context.store.read() as database:
            return frozenset(scope.value for scope, _ in claims(database, declaration.record))

    def others_at(self, declaration: Declaration) -> Sequence[Declaration]:
        """Return declarations in force of other parties about the very same places or values, a few of them."""
        with self._context.store.read() as database:
            places = _places(declaration.record.scopes)
            numbers = declarations_at(database, declaration.party, places[:_PLACES], _NEIGHBOURS)
            found = [find_declaration(database, number) for number in numbers]
            return [each for each in found if not set(places).isdisjoint(_places(each.record.scopes))]


def _places(scopes: Iterable[Scope]) -> list[str]:
    return [scope.value for scope in scopes if scope.kind.is_location and scope.kind is not ScopeKind.URL]


def _controls(database: Database, party: str) -> tuple[str, ...]:
    standing = (proof.challenge.target for proof in proofs_of(database, party) if not proof.state.lapsed)
    return tuple(sorted(set(standing), key=lambda target: (len(target), target)))


def _alike(database: Database, party: Party, controls: tuple[str, ...]) -> tuple[NamedParty, ...]:
    """Return the parties that this one may be taken for: who came before it, or has proved something where it has
    not."""
    return tuple(
        NamedParty(other.id, other.published.party)
        for other in parties_that_look_like(database, party, _ALIKE)
        if (is_verified(database, other.id), -other.created) > (bool(controls), -party.created)
    )
