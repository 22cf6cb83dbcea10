"""Grants as they are kept, and what of them is in force at a size of the log.

What a snapshot says of a grant depends on the declarations that it names, so it changes with theirs too. All of it
is a function of the log's first n leaves and the bodies not erased by n, as in `registry.store.in_force`.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from sqlite_utils import Database

from crawler_filter.formats.grant import Grant
from crawler_filter.formats.record import EFFECTIVE, LeafType, Record
from registry.errors import GoneError, NotFoundError
from registry.model.grant import StoredGrant
from registry.model.listing import PAGE_ROWS, Listing
from registry.store.in_force import leaf_in_force
from registry.store.log import append_body, body, erase_bodies

_SELECT: Final = (
    "SELECT grants.id, operator, grants.leaf, created, body FROM grants LEFT JOIN leaf_bodies"
    " ON leaf_bodies.leaf = grants.leaf"
)
_EFFECTIVE: Final = json.dumps(sorted(EFFECTIVE))
_TOUCHED: Final = """
    SELECT declaration FROM leaves WHERE position >= :first AND position < :last AND type = 'grant'
    UNION SELECT permission FROM granted_declarations JOIN leaves USING (declaration)
    WHERE position >= :first AND position < :last AND type IN (SELECT value FROM json_each(:effective))
    UNION SELECT grants.id FROM grants JOIN leaves ON declaration = grants.id
    WHERE position >= :first AND position < :last AND type = 'erase'
"""
_LATEST: Final = """
    SELECT position, type FROM leaves WHERE declaration = ? AND position < ? AND type IN ('grant', 'erase')
    ORDER BY position DESC LIMIT 1
"""


def log_grant(database: Database, grant: Grant, now: int, entropy: Callable[[int], bytes]) -> int:
    """Log what a grant says from now on, and return the leaf."""
    return append_body(database, LeafType.GRANT, grant.id, now, grant.encode(), entropy)


def insert_grant(database: Database, stored: StoredGrant) -> None:
    """Add a grant whose leaf was logged."""
    grant = stored.grant
    database.execute(
        "INSERT INTO grants (id, party, operator, leaf, created, until) VALUES (?, ?, ?, ?, ?, ?)",
        (grant.id, grant.party, stored.operator, stored.leaf, stored.created, grant.until),
    )
    database.conn.executemany(
        "INSERT INTO granted_declarations (declaration, permission) VALUES (?, ?)",
        [(declaration, grant.id) for declaration in grant.declarations],
    )


def update_grant(database: Database, stored: StoredGrant) -> None:
    """Keep the last leaf of a grant, and whether it has ended."""
    database.execute(
        "UPDATE grants SET leaf = ?, ended = ? WHERE id = ?", (stored.leaf, stored.grant.ended, stored.grant.id)
    )


def find_grant(database: Database, grant: str) -> StoredGrant:
    """Return a grant. Raises NotFoundError, and GoneError where it was erased."""
    row = database.execute(f"{_SELECT} WHERE grants.id = ?", (grant,)).fetchone()
    if row is None:
        raise NotFoundError("there is no grant %(grant)s", grant=repr(grant[:40]))
    if row[-1] is None:
        raise GoneError("grant %(grant)s was erased", grant=grant)
    return _stored(row)


def grants_of_party(database: Database, party: str, before: int | None) -> Listing[StoredGrant]:
    """Return a page of what a party granted, newest change first; `following` is a leaf, as text."""
    return _page(database, "party", party, before)


def grants_of_operator(database: Database, operator: str, before: int | None) -> Listing[StoredGrant]:
    """Return a page of what an operator was granted, newest change first; `following` is a leaf, as text."""
    return _page(database, "operator", operator, before)


def grants_of_declaration(database: Database, declaration: str, most: int) -> list[StoredGrant]:
    """Return grants of scopes of a declaration, whether or not they stand, newest change first."""
    rows = database.execute(
        f"{_SELECT} JOIN granted_declarations ON permission = grants.id WHERE declaration = ? AND body IS NOT NULL"
        " ORDER BY grants.leaf DESC LIMIT ?",
        (declaration, most),
    )
    return [_stored(row) for row in rows]


def count_standing(database: Database, party: str) -> int:
    """Return how many grants of a party have not ended."""
    (count,) = database.execute(
        "SELECT count(*) FROM grants WHERE party = ? AND ended IS NULL", (party,)
    ).fetchone()
    return int(count)


def grants_that_are_over(database: Database, now: int, most: int) -> list[str]:
    """Return grants whose time is over and that have not ended, the longest overdue first."""
    rows = database.execute(
        "SELECT id FROM grants WHERE until <= ? AND ended IS NULL ORDER BY until LIMIT ?", (now, most)
    )
    return [number for (number,) in rows]


def standing_of_operator(database: Database, operator: str) -> list[StoredGrant]:
    """Return the grants of an operator that have not ended."""
    rows = database.execute(f"{_SELECT} WHERE operator = ? AND ended IS NULL", (operator,))
    return [_stored(row) for row in rows if row[-1] is not None]


def grants_between(database: Database, parties: Iterable[str], client_id: str) -> list[str]:
    """Return the grants that some parties made to the operator of a card, whether or not they stand."""
    rows = database.execute(
        "SELECT grants.id FROM grants JOIN operators ON operators.id = operator WHERE client_id = ?"
        " AND grants.party IN (SELECT value FROM json_each(?)) ORDER BY grants.id",
        (client_id, json.dumps(sorted(parties))),
    )
    return [number for (number,) in rows]


def erase_grants(database: Database, declaration: str, now: int) -> list[tuple[str, str]]:
    """Remove what the grants of a declaration's scopes said; return (grant, operator); each needs a leaf."""
    rows = database.execute(
        "SELECT permission, operator FROM granted_declarations JOIN grants ON id = permission JOIN leaf_bodies"
        " ON leaf_bodies.leaf = grants.leaf WHERE declaration = ?",
        (declaration,),
    )
    erased = [(number, operator) for number, operator in rows.fetchall()]
    for number, _operator in erased:
        erase_bodies(database, number)
        database.execute("UPDATE grants SET ended = coalesce(ended, ?) WHERE id = ?", (now, number))
    return erased


def touched_grants(database: Database, first: int, last: int) -> list[str]:
    """Return the grants of which a snapshot may say something else at log size `last` than at `first`."""
    rows = database.execute(_TOUCHED, {"first": first, "last": last, "effective": _EFFECTIVE})
    return sorted(number for (number,) in rows)


def grant_at(database: Database, grant: str, size: int) -> tuple[int, Grant] | None:
    """Return (leaf, grant) as it stood after the first `size` leaves; None where it had ended or is erased."""
    row = database.execute(_LATEST, (grant, size)).fetchone()
    stated = None if row is None or row[1] != LeafType.GRANT else body(database, row[0])
    if stated is None:
        return None
    read = Grant.decode(stated[1])
    return (row[0], read) if read.ended is None else None


def declarations_at(database: Database, grant: Grant, size: int) -> Iterator[tuple[int, Record]]:
    """Yield (leaf, record) of the declarations that a grant names, as they spoke after the first `size` leaves."""
    for declaration in grant.declarations:
        leaf = leaf_in_force(database, declaration, size)
        stated = None if leaf is None else body(database, leaf)
        if leaf is not None and stated is not None:
            yield leaf, Record.decode(stated[1])


def declarations_with(
    database: Database, party: str, scopes: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], str]:
    """Return for each scope (kind, value) a declaration of the party in force that states it, where one does."""
    found = {}
    for kind, value in scopes:
        row = database.execute(
            "SELECT declaration FROM scopes JOIN declarations ON id = declaration WHERE scopes.party = ?"
            " AND value = ? AND kind = ? AND state IN ('active', 'lapsed') ORDER BY declaration LIMIT 1",
            (party, value, kind),
        ).fetchone()
        if row is not None:
            found[kind, value] = row[0]
    return found


def declarations_naming(database: Database, party: str, work: str, most: int) -> list[str]:
    """Return declarations of a party in force that name a work."""
    rows = database.execute(
        "SELECT declaration FROM declared_works JOIN declarations ON id = declaration WHERE work = ?"
        " AND party = ? AND state IN ('active', 'lapsed') ORDER BY declaration LIMIT ?",
        (work, party, most),
    )
    return [declaration for (declaration,) in rows]


def _page(database: Database, column: str, value: str, before: int | None) -> Listing[StoredGrant]:
    rows = database.execute(
        f"{_SELECT} WHERE {column} = ? AND grants.leaf < ? AND body IS NOT NULL ORDER BY grants.leaf DESC LIMIT ?",
        (value, (1 << 62) if before is None else before, PAGE_ROWS + 1),
    ).fetchall()
    found = [_stored(row) for row in rows[:PAGE_ROWS]]
    return Listing(found, str(found[-1].leaf) if len(rows) > PAGE_ROWS else None)


def _stored(row: tuple[Any, ...]) -> StoredGrant:
    _, operator, leaf, created, stated = row
    return StoredGrant(Grant.decode(stated), operator, leaf, created)
