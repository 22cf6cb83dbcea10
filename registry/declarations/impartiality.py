"""Who may act at the desk: nobody who is a side of the matter, or in a dispute with a side of it.

Sides are parties: those behind the declaration, those that dispute it, and those whose proved places it claims,
even before they answer the letter about it. Whoever acts for one, in any role, is that side. The command line of
the instance is nobody's side.
"""

from collections.abc import Iterator

from sqlite_utils import Database

from registry.declarations.doubt import claims
from registry.errors import NotAuthorisedError
from registry.model.declaration import Declaration
from registry.store.accounts import addresses_of_account
from registry.store.co_owners import confirmed_co_owners
from registry.store.disputes import are_at_odds, disputing_parties
from registry.store.parties import role_in


def require_no_side(database: Database, by: str, declaration: Declaration, *, email: str | None = None) -> None:
    """Raise NotAuthorisedError where whoever works at the desk is a side of a declaration, or disputes with one.

    What is done about a declaration decides what is said against it. `email` is the address behind the one dispute
    that is decided. Those of other disputes are not compared: anybody can give that of a moderator.
    """
    if email is not None and email in addresses_of_account(database, by):
        raise _one_of_the_sides()
    require_impartial(database, by, *_sides(database, declaration))


def require_impartial(database: Database, by: str, *parties: str) -> None:
    """Raise NotAuthorisedError where whoever works at the desk acts for one of the parties, or for one that is
    in a dispute with them."""
    for party in parties:
        if role_in(database, by, party) is not None or are_at_odds(database, by, party):
            raise _one_of_the_sides()


def _sides(database: Database, declaration: Declaration) -> Iterator[str]:
    yield declaration.party
    yield from (each.party for each in confirmed_co_owners(database, declaration.id))
    yield from disputing_parties(database, declaration.id)
    for _, proofs in claims(database, declaration.record):
        yield from (proof.challenge.party for proof in proofs)


def _one_of_the_sides() -> NotAuthorisedError:
    return NotAuthorisedError("you are one of the sides here, so somebody else has to do this")
