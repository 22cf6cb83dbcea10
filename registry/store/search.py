"""Finding declarations in force as people look for them: by site, by title, by name; and what happened last.

Each answer is bounded: `most` rows at most, of queries that read an index.
"""

from dataclasses import dataclass
from itertools import islice
from typing import Final

from sqlite_utils import Database

from crawler_filter.formats.record import LeafType
from registry.store.declarations import site_of
from registry.store.title_index import IndexedKind, find_by_text

_HIGHEST = "\U0010ffff"
_EVENTS = (
    "SELECT leaves.position, leaves.type, leaves.time, leaves.declaration FROM leaves"
    " JOIN declarations ON declarations.id = leaves.declaration"
    " WHERE declarations.leaf IS NOT NULL AND declarations.state <> 'erased'"
)
_NAMING: Final = (
    "SELECT declarations.id, leaf FROM declared_works CROSS JOIN declarations ON declarations.id = declaration"
    " WHERE work = ? AND state IN ('active', 'lapsed') AND party = (SELECT party FROM works WHERE id = work)"
    " LIMIT ?"
)
MOST_OF_A_WORK: Final = 10
"""Declarations of one work that a search by title finds, so that others have room."""


@dataclass(frozen=True, slots=True)
class LogEvent:
    """A leaf of a declaration that is public. `time` is in unix seconds."""

    index: int
    type: LeafType
    time: int
    declaration: str


def declarations_of_site(database: Database, host: str, most: int) -> list[str]:
    """Return declarations in force about a host, what is below it, or a domain it lies in; the newest first."""
    site = site_of(host)
    labels = host.split(".")
    above = [site_of(".".join(labels[place:])) for place in range(1, len(labels) - 1)]
    marks = ", ".join("?" * len(above))
    rows = database.execute(
        "SELECT declaration FROM ("  # noqa: S608 - marks
        "SELECT declaration FROM scopes WHERE kind IN ('domain', 'host', 'prefix') AND site >= ? AND site < ?"
        " UNION SELECT declaration FROM scopes WHERE kind = 'url' AND site >= ? AND site < ?"
        f" UNION SELECT declaration FROM scopes WHERE kind IN ('domain', 'host', 'prefix') AND site IN ({marks})"
        " AND kind = 'domain') JOIN declarations ON id = declaration"
        " WHERE state IN ('active', 'lapsed') ORDER BY leaf DESC LIMIT ?",
        (site, site + _HIGHEST, site, site + _HIGHEST, *above, most),
    )
    return [declaration for (declaration,) in rows]


def declarations_titled(database: Database, title: str, most: int) -> list[str]:
    """Return declarations in force of published works with a text in a title or a series, the newest first.

    Where more than `most` have it, they are of the works that were entered last.
    """
    found: dict[str, int] = {}
    for work in find_by_text(database, IndexedKind.WORK, title):
        found.update(database.execute(_NAMING, (work, min(MOST_OF_A_WORK, most - len(found)))))
        if len(found) >= most:
            break
    return sorted(found, key=found.__getitem__, reverse=True)


def parties_named(database: Database, name: str, most: int) -> list[str]:
    """Return parties with a public name that contains a text and with a declaration in force, by name.

    Where more than `most` have it, they are those that were entered last.
    """
    declaring = (party for party in find_by_text(database, IndexedKind.PARTY, name) if _declares(database, party))
    found = list(islice(declaring, most))
    names = f"SELECT id FROM parties WHERE id IN ({', '.join('?' * len(found))}) ORDER BY name"  # noqa: S608 - marks
    return [party for (party,) in database.execute(names, found)]


def _declares(database: Database, party: str) -> bool:
    row = database.execute(
        "SELECT 1 FROM state_counts WHERE party = ? AND state IN ('active', 'lapsed') AND declarations > 0",
        (party,),
    ).fetchone()
    return row is not None


def newest_events(database: Database, most: int) -> list[LogEvent]:
    """Return the newest leaves of public declarations, the newest first."""
    rows = database.execute(f"{_EVENTS} ORDER BY leaves.position DESC LIMIT ?", (most,))
    return [LogEvent(index, LeafType(kind), time, declaration) for index, kind, time, declaration in rows]


def events_of(database: Database, declarations: list[str], most: int) -> list[LogEvent]:
    """Return the newest leaves of some public declarations, the newest first."""
    marks = ", ".join("?" * len(declarations))
    rows = database.execute(
        f"{_EVENTS} AND leaves.declaration IN ({marks}) ORDER BY leaves.position DESC LIMIT ?",
        (*declarations, most),
    )
    return [LogEvent(index, LeafType(kind), time, declaration) for index, kind, time, declaration in rows]
