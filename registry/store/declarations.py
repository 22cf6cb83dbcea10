"""Declarations, and the index over their scopes.

What a declaration says is read from the leaf that states it; the scopes table repeats what has to be searched for
and is written only here.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from hashlib import sha256
from itertools import product
from typing import Any, Final

from sqlite_utils import Database

from crawler_filter.formats.record import Record, Scope, ScopeKind
from crawler_filter.formats.urls import split
from crawler_filter.preference import encode_preferences
from registry.errors import GoneError, NotFoundError
from registry.model.declaration import ChangeKind, Declaration, PendingChange, State
from registry.model.listing import Listing, that_fit
from registry.store.changes import delete_change
from registry.store.desk import forget_erasure
from registry.store.disputes import blank_disputes

_SELECT: Final = """
    SELECT d.id, coalesce(d.record, stated.body), d.state, d.created, d.updated, d.leaf, d.expires, d.waiting,
        c.kind, c.effective, c.leaf, noticed.body
    FROM declarations d
    LEFT JOIN leaf_bodies stated ON stated.leaf = d.leaf
    LEFT JOIN changes c ON c.declaration = d.id
    LEFT JOIN leaf_bodies noticed ON noticed.leaf = c.leaf
"""
_HIGHEST: Final = "\U0010ffff"
_LONGEST_INDEXED: Final = 2_000


def find_declaration(database: Database, declaration: str) -> Declaration:
    """Return a declaration. Raises NotFoundError, and GoneError where it was erased."""
    row = database.execute(_SELECT + "WHERE d.id = ?", (declaration,)).fetchone()
    if row is None:
        raise no_declaration(declaration)
    return _declaration(row)


def no_declaration(number: str) -> NotFoundError:
    """Return the refusal of a number that stands for no declaration, or for none that the reader may see."""
    return NotFoundError("there is no declaration %(declaration)s", declaration=repr(number[:40]))


def newest_declarations(
    database: Database, parties: Iterable[str], states: Iterable[State], *, after: str | None, most: int
) -> Listing[Declaration]:
    """Return what the parties declared and is in one of the states, newest first, from the one after `after`.

    Each party and state is a range of an index that is in the order of entry, so a page costs the same however
    long the list is.
    """
    last = database.execute("SELECT rowid FROM declarations WHERE id = ?", (after,)).fetchone()
    before = sys.maxsize if last is None else last[0]
    found = [
        row
        for party, state in product(parties, states)
        for row in database.execute(
            "SELECT rowid, id FROM declarations WHERE party = ? AND state = ? AND rowid < ?"
            " ORDER BY rowid DESC LIMIT ?",
            (party, state.value, before, most + 1),
        )
    ]
    ids = [declaration for _, declaration in sorted(found, reverse=True)]
    shown = declarations_that_fit(database, ids[:most])
    return Listing(shown, shown[-1].id if len(ids) > len(shown) else None)


def declarations_that_fit(database: Database, declarations: Iterable[str]) -> list[Declaration]:
    """Return the first of some declarations, as many as one page may be made from."""
    rows = (database.execute(_SELECT + "WHERE d.id = ?", (each,)).fetchone() for each in declarations)
    return [_declaration(row) for row in that_fit(rows, lambda row: len(row[1] or b"") + len(row[-1] or b""))]


def insert_declaration(database: Database, declaration: Declaration) -> None:
    """Add a declaration and index its scopes and works."""
    database.execute(
        "INSERT INTO declarations (id, party, state, record, leaf, created, updated, expires, waiting)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            declaration.id,
            declaration.party,
            declaration.state.value,
            _unlogged(declaration),
            declaration.leaf,
            declaration.created,
            declaration.updated,
            declaration.expires,
            _waiting(declaration),
        ),
    )
    _index(database, declaration)


def update_declaration(database: Database, declaration: Declaration, lapsed_at: int) -> None:
    """Store a declaration as it is now; scopes that are newly lapsed are so since `lapsed_at`."""
    database.execute(
        "UPDATE declarations SET state = ?, record = ?, leaf = ?, updated = ?, expires = ?, waiting = ?"
        " WHERE id = ?",
        (
            declaration.state.value,
            _unlogged(declaration),
            declaration.leaf,
            declaration.updated,
            declaration.expires,
            _waiting(declaration),
            declaration.id,
        ),
    )
    since = _lapsed_since(database, declaration.id)
    _clear_index(database, declaration.id)
    if declaration.state is State.PENDING or declaration.state.in_force:
        _index(database, declaration, since, lapsed_at)


def forget_declaration(database: Database, declaration: str) -> None:
    """Remove a declaration that was never logged, with everything that hangs on it."""
    _clear_index(database, declaration)
    database.execute("DELETE FROM proofs WHERE declaration = ? AND evidence IS NULL", (declaration,))
    database.execute("DELETE FROM idempotency WHERE declaration = ?", (declaration,))
    forget_erasure(database, declaration)
    database.execute("DELETE FROM declarations WHERE id = ?", (declaration,))


def blank_declaration(database: Database, declaration: str, now: int) -> None:
    """Remove what an erased declaration said; its number stays, so that its page can say that it is gone."""
    _clear_index(database, declaration)
    delete_change(database, declaration)
    blank_disputes(database, declaration)
    database.execute("DELETE FROM letters WHERE declaration = ?", (declaration,))
    forget_erasure(database, declaration)
    database.execute(
        "UPDATE declarations SET state = 'erased', record = NULL, waiting = NULL, expires = NULL, updated = ?"
        " WHERE id = ?",
        (now, declaration),
    )


def expired_declarations(database: Database, now: int) -> list[str]:
    """Return the pending declarations whose time is over."""
    return _ids(database.execute("SELECT id FROM declarations WHERE expires <= ?", (now,)))


def count_in_states(database: Database, party: str, *states: State) -> int:
    """Return how many declarations of a party are in any of the states."""
    marks = ", ".join("?" * len(states))
    (count,) = database.execute(
        f"SELECT coalesce(sum(declarations), 0) FROM state_counts WHERE party = ? AND state IN ({marks})",  # noqa: S608
        (party, *states),
    ).fetchone()
    return int(count)


def count_new(database: Database, party: str, day: int) -> int:
    """Count one more new declaration of a party in a UTC day; return how many that makes."""
    (count,) = database.execute(
        "INSERT INTO day_counts (party, day, declarations) VALUES (?, ?, 1)"
        " ON CONFLICT DO UPDATE SET declarations = declarations + 1 RETURNING declarations",
        (party, day),
    ).fetchall()[0]
    return int(count)


def same_scopes(database: Database, party: str, scopes: Sequence[Scope]) -> list[tuple[int, str, int]]:
    """Return (position in `scopes`, declaration, preference bits) wherever the party already has one of them."""
    found = []
    for position, scope in enumerate(scopes):
        rows = database.execute(
            "SELECT declaration, preferences FROM scopes WHERE party = ? AND value = ? AND kind = ?",
            (party, _indexed(scope), scope.kind.value),
        )
        found += [(position, declaration, bits) for declaration, bits in rows]
    return found


def coded_models(database: Database) -> set[str]:
    """Return the SHA-256 of each model that anything is declared with that is in force or waits."""
    rows = database.execute("SELECT DISTINCT substr(value, 1, 64) FROM scopes WHERE kind = 'embed'")
    return {model for (model,) in rows}


def asked_at(database: Database, party: str, places: Iterable[tuple[ScopeKind, str]]) -> set[str]:
    """Return the party's declarations, pending ones too, that ask for a scope of one of these kinds and values."""
    query = "SELECT declaration FROM scopes WHERE party = ? AND value = ? AND kind = ?"
    return {
        number for kind, value in places for number in _ids(database.execute(query, (party, value, kind.value)))
    }


def stated_at(database: Database, party: str, places: Iterable[tuple[ScopeKind, str]]) -> set[str]:
    """Return the party's declarations in force that have a scope of exactly one of these kinds and values."""
    found: set[str] = set()
    for kind, value in places:
        rows = database.execute(
            "SELECT declaration FROM scopes JOIN declarations ON id = declaration"
            " WHERE scopes.party = ? AND value = ? AND kind = ? AND state IN ('active', 'lapsed')",
            (party, value, kind.value),
        )
        found.update(_ids(rows))
    return found


def declarations_within(database: Database, party: str, host: str) -> list[str]:
    """Return the party's pending, active and lapsed declarations with a scope at or below a host."""
    return _with_scopes(database, host, "party = ?", party)


def lapsed_within(database: Database, host: str) -> list[str]:
    """Return the declarations of any party with a lapsed scope at or below a host."""
    return _with_scopes(database, host, "lapsed_at IS NOT NULL")


def urls_within(database: Database, host: str) -> list[str]:
    """Return the declarations of any party with an exact address at or below a host."""
    return _with_scopes(database, host, "kind = 'url'")


def _with_scopes(database: Database, host: str, condition: str, *values: object) -> list[str]:
    """Return the declarations with a scope at or below a host that meets a condition."""
    site = site_of(host)
    rows = database.execute(
        f"SELECT DISTINCT declaration FROM scopes WHERE {condition} AND site >= ? AND site < ?"  # noqa: S608
        " ORDER BY declaration",
        (*values, site, site + _HIGHEST),
    )
    return _ids(rows)


def declarations_at(database: Database, party: str, places: Iterable[str], most: int) -> list[str]:
    """Return other parties' declarations in force that state exactly one of these domains, hosts or folders."""
    found: dict[str, None] = {}
    for place in places:
        rows = database.execute(
            "SELECT DISTINCT declaration FROM scopes JOIN declarations ON id = declaration"
            " WHERE site = ? AND kind IN ('domain', 'host', 'prefix') AND value = ? AND scopes.party <> ?"
            " AND state IN ('active', 'lapsed') ORDER BY declaration LIMIT ?",
            (site_of(place.partition("/")[0]), place, party, most),
        )
        found |= dict.fromkeys(_ids(rows))
    return list(found)[:most]


def urls_of(database: Database, party: str) -> list[str]:
    """Return the party's declarations in force or pending that state an exact address."""
    rows = database.execute(
        "SELECT DISTINCT declaration FROM scopes WHERE party = ? AND site IS NOT NULL AND kind = 'url'"
        " ORDER BY declaration",
        (party,),
    )
    return _ids(rows)


def lapsed_before(database: Database, time: int) -> list[tuple[str, int]]:
    """Return (declaration, scope position) of every scope that lapsed at or before `time`."""
    rows = database.execute(
        "SELECT declaration, position FROM scopes WHERE lapsed_at <= ? ORDER BY declaration, position", (time,)
    )
    return [(declaration, position) for declaration, position in rows]


def site_of(host: str) -> str:
    """Return the labels of a host reversed, each followed by a dot: `www.example.com` is `com.example.www.`."""
    return ".".join(reversed(host.split("."))) + "."


def _site(scope: Scope) -> str | None:
    if not scope.kind.is_location:
        return None
    is_path = scope.kind in (ScopeKind.PREFIX, ScopeKind.URL)
    return site_of(split(scope.value)[0] if is_path else scope.value)


def _indexed(scope: Scope) -> str:
    """Return what a scope is found again by: its value, or the digest of one as long as a book's fingerprints."""
    if len(scope.value) <= _LONGEST_INDEXED:
        return scope.value
    return "sha256:" + sha256(scope.value.encode()).hexdigest()


def _index(
    database: Database,
    declaration: Declaration,
    since: dict[tuple[str, str], int] | None = None,
    lapsed_at: int | None = None,
) -> None:
    record = declaration.record
    rows = [
        (
            record.id,
            position,
            record.party,
            scope.kind.value,
            _indexed(scope),
            encode_preferences(scope.preferences),
            _site(scope),
            (since or {}).get((scope.kind.value, scope.value), lapsed_at) if scope.lapsed else None,
        )
        for position, scope in enumerate(declaration.asked)
    ]
    database.conn.executemany(
        "INSERT INTO scopes (declaration, position, party, kind, value, preferences, site, lapsed_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    for work in record.works:
        database.execute("INSERT INTO declared_works (work, declaration) VALUES (?, ?)", (work, record.id))


def _lapsed_since(database: Database, declaration: str) -> dict[tuple[str, str], int]:
    rows = database.execute(
        "SELECT kind, value, lapsed_at FROM scopes WHERE declaration = ? AND lapsed_at IS NOT NULL", (declaration,)
    )
    return {(kind, value): lapsed_at for kind, value, lapsed_at in rows}


def _clear_index(database: Database, declaration: str) -> None:
    database.execute("DELETE FROM scopes WHERE declaration = ?", (declaration,))
    database.execute("DELETE FROM declared_works WHERE declaration = ?", (declaration,))


def _unlogged(declaration: Declaration) -> bytes | None:
    """Return the record of a declaration whose words no leaf carries yet; the others' are kept with their leaf."""
    return declaration.record.encode() if declaration.leaf is None else None


def _waiting(declaration: Declaration) -> str | None:
    """Return the scopes that wait as they are kept, None where none does."""
    scopes = [scope.to_json() for scope in declaration.waiting]
    return json.dumps(scopes, ensure_ascii=False) if scopes else None


def _ids(rows: Iterable[Any]) -> list[str]:
    return [str(row[0]) for row in rows]


def _declaration(row: tuple[Any, ...]) -> Declaration:
    declaration, record, state, created, updated, leaf, expires, waiting, kind, effective, notice, changed = row
    if record is None:
        raise GoneError("declaration %(declaration)s was erased", declaration=declaration)
    change = None
    if kind is not None:
        after = None if changed is None else Record.decode(changed)
        change = PendingChange(ChangeKind(kind), effective, notice, after)
    scopes = tuple(Scope.from_json(each) for each in json.loads(waiting or "[]"))
    return Declaration(Record.decode(record), State(state), created, updated, leaf, expires, change, scopes)
