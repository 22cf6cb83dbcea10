"""Works, and the declarations in force that name them."""

import json
from typing import Any

from sqlite_utils import Database

from registry.errors import GoneError, NotFoundError
from registry.model import Work, WorkKind


def insert_work(database: Database, work: Work) -> None:
    """Add a work."""
    content = {"titles": dict(work.titles), "creators": work.creators, "identifiers": dict(work.identifiers)}
    database.execute(
        "INSERT INTO works (id, party, kind, content, created) VALUES (?, ?, ?, ?, ?)",
        (work.id, work.party, work.kind.value, json.dumps(content, ensure_ascii=False), work.created),
    )


def find_work(database: Database, work: str) -> Work:
    """Return a work with the declarations in force that name it. Raises NotFoundError or GoneError."""
    row = database.execute("SELECT id, party, kind, content, created FROM works WHERE id = ?", (work,)).fetchone()
    if row is None:
        raise NotFoundError(f"there is no work {work[:40]!r}")
    if row[3] is None:
        raise GoneError(f"work {work} was erased")
    return _work(database, row)


def works_of(database: Database, party: str) -> list[Work]:
    """Return the works a party entered, newest first."""
    rows = database.execute(
        "SELECT id, party, kind, content, created FROM works WHERE party = ? AND content IS NOT NULL"
        " ORDER BY created DESC, id",
        (party,),
    ).fetchall()
    return [_work(database, row) for row in rows]


def titles_in_force(database: Database) -> list[tuple[int, str]]:
    """Return (leaf, title) of every title of a work, for each declaration in force that names the work."""
    rows = database.execute(
        "SELECT declarations.leaf, content FROM declared_works JOIN works ON works.id = work"
        " JOIN declarations ON declarations.id = declaration"
        " WHERE content IS NOT NULL AND state IN ('active', 'lapsed')"
    )
    return [(leaf, title) for leaf, content in rows for title in json.loads(content)["titles"].values()]


def missing_works(database: Database, works: tuple[str, ...]) -> list[int]:
    """Return the positions in `works` of ids that are no work, or an erased one."""
    query = "SELECT 1 FROM works WHERE id = ? AND content IS NOT NULL"
    return [position for position, work in enumerate(works) if not database.execute(query, (work,)).fetchone()]


def count_works(database: Database, party: str, most: int) -> int:
    """Count a party's works, no further than `most`."""
    (count,) = database.execute(
        "SELECT count(*) FROM (SELECT 1 FROM works WHERE party = ? LIMIT ?)", (party, most)
    ).fetchone()
    return int(count)


def blank_work(database: Database, work: str) -> None:
    """Remove what a work says; its number stays, because records name it."""
    database.execute("UPDATE works SET content = NULL WHERE id = ?", (work,))


def _work(database: Database, row: tuple[Any, ...]) -> Work:
    number, party, kind, text, created = row
    content = json.loads(text)
    declarations = database.execute(
        "SELECT declaration FROM declared_works JOIN declarations ON id = declaration"
        " WHERE work = ? AND state IN ('active', 'lapsed') ORDER BY declaration",
        (number,),
    )
    return Work(
        id=number,
        party=party,
        kind=WorkKind(kind),
        titles=content["titles"],
        creators=tuple(content["creators"]),
        identifiers=content["identifiers"],
        created=created,
        declarations=tuple(declaration for (declaration,) in declarations),
    )
