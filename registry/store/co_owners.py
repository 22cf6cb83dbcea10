"""Which parties stand behind a declaration besides its own: asked, or confirmed by a leaf."""

from collections.abc import Sequence
from typing import Any, Final

from sqlite_utils import Database

from registry.model.co_owner import CoOwner

_SELECT: Final = (
    "SELECT co_owners.declaration, co_owners.party, asked, co_owners.leaf, time, licensing, agreed FROM co_owners"
    " LEFT JOIN leaves ON position = co_owners.leaf "
)
_IN_FORCE: Final = "JOIN declarations ON id = co_owners.declaration AND state IN ('active', 'lapsed') "


def insert_co_owner(database: Database, declaration: str, party: str, now: int) -> None:
    """Keep that a party was asked to confirm a declaration."""
    database.execute(
        "INSERT INTO co_owners (declaration, party, asked) VALUES (?, ?, ?)", (declaration, party, now)
    )


def confirm_co_owner(database: Database, declaration: str, party: str, leaf: int, *, licensing: bool) -> None:
    """Keep that a party confirmed a declaration."""
    database.execute(
        "UPDATE co_owners SET leaf = ?, licensing = ? WHERE declaration = ? AND party = ?",
        (leaf, int(licensing), declaration, party),
    )


def agree_to_change(database: Database, declaration: str, party: str, change: int) -> None:
    """Keep that a party agrees to the announced change of this leaf."""
    database.execute(
        "UPDATE co_owners SET agreed = ? WHERE declaration = ? AND party = ?", (change, declaration, party)
    )


def delete_co_owner(database: Database, declaration: str, party: str) -> None:
    """Forget that a party was asked to confirm a declaration, or did so."""
    database.execute("DELETE FROM co_owners WHERE declaration = ? AND party = ?", (declaration, party))


def forget_co_owners(database: Database, declaration: str) -> None:
    """Forget everybody who stands behind a declaration."""
    database.execute("DELETE FROM co_owners WHERE declaration = ?", (declaration,))


def co_owners_of(database: Database, declaration: str) -> Sequence[CoOwner]:
    """Return who was asked to confirm a declaration, in that order."""
    rows = database.execute(
        _SELECT + "WHERE co_owners.declaration = ? ORDER BY asked, co_owners.party", (declaration,)
    )
    return [_co_owner(row) for row in rows.fetchall()]


def confirmed_co_owners(database: Database, declaration: str) -> Sequence[CoOwner]:
    """Return who confirmed a declaration."""
    return [each for each in co_owners_of(database, declaration) if each.leaf is not None]


def without_licensing(database: Database, party: str) -> Sequence[str]:
    """Return the declarations of a party in force with a co-owner that lets it grant nothing."""
    rows = database.execute(
        f"SELECT DISTINCT id FROM co_owners {_IN_FORCE}"  # noqa: S608 - fixed words
        "WHERE declarations.party = ? AND co_owners.leaf IS NOT NULL AND licensing = 0 ORDER BY id",
        (party,),
    )
    return [number for (number,) in rows.fetchall()]


def behind_those_of(database: Database, party: str) -> Sequence[CoOwner]:
    """Return everybody who confirmed a declaration of a party that is in force."""
    rows = database.execute(
        _SELECT + _IN_FORCE + "WHERE declarations.party = ? AND co_owners.leaf IS NOT NULL", (party,)
    )
    return [_co_owner(row) for row in rows.fetchall()]


def co_owned_by(database: Database, party: str, most: int) -> Sequence[CoOwner]:
    """Return where a party was asked to confirm a declaration in force, or did so, the newest first."""
    rows = database.execute(
        _SELECT + _IN_FORCE + "WHERE co_owners.party = ? ORDER BY asked DESC LIMIT ?", (party, most)
    )
    return [_co_owner(row) for row in rows.fetchall()]


def _co_owner(row: tuple[Any, ...]) -> CoOwner:
    declaration, party, asked, leaf, confirmed, licensing, agreed = row
    return CoOwner(declaration, party, asked, leaf, confirmed, bool(licensing), agreed)
