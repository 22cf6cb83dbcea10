"""Finding declarations in force as people look for them: by site, by title, by name; and what happened last.

Each answer is bounded: `most` rows at most, of a query that reads an index or, for titles and names, one column.
"""

from dataclasses import dataclass

from sqlite_utils import Database

from crawler_filter.formats.record import LeafType
from registry.store.declarations import site_of

_HIGHEST = "\U0010ffff"
_EVENTS = (
    "SELECT leaves.position, leaves.type, leaves.time, leaves.declaration FROM leaves"
    " JOIN declarations ON declarations.id = leaves.declaration"
    " WHERE declarations.leaf IS NOT NULL AND declarations.state <> 'erased'"
)


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
    """Return declarations in force of works whose title, series or creator contains a text, the newest first."""
    rows = database.execute(
        "SELECT declaration FROM works JOIN declared_works ON declared_works.work = works.id"
        " JOIN declarations ON declarations.id = declaration"
        " WHERE content LIKE ? ESCAPE '\\' AND json_extract(content, '$.published') IS NOT 0"
        " AND state IN ('active', 'lapsed') AND declarations.party = works.party"
        " AND EXISTS (SELECT 1 FROM json_each(content, '$.titles') WHERE value LIKE ? ESCAPE '\\'"
        " UNION ALL SELECT 1 FROM json_each(content, '$.series') WHERE value LIKE ? ESCAPE '\\')"
        " GROUP BY declaration ORDER BY max(declarations.leaf) DESC LIMIT ?",
        (f"%{_in_json(title)}%", *[f"%{_literal(title)}%"] * 2, most),
    )
    return [declaration for (declaration,) in rows]


def parties_named(database: Database, name: str, most: int) -> list[str]:
    """Return parties with a public name that contains a text and with a declaration in force, by name."""
    rows = database.execute(
        "SELECT id FROM parties WHERE public = 1 AND name LIKE ? ESCAPE '\\'"
        " AND EXISTS (SELECT 1 FROM state_counts WHERE party = parties.id"
        " AND state IN ('active', 'lapsed') AND declarations > 0) ORDER BY name LIMIT ?",
        (f"%{_literal(name)}%", most),
    )
    return [party for (party,) in rows]


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


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _in_json(text: str) -> str:
    """Return a text as it stands in JSON, for LIKE."""
    return _literal(text.replace("\\", "\\\\").replace('"', '\\"'))
