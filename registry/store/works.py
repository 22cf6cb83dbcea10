"""Works, and the declarations in force that name them."""

import contextlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlite_utils import Database

from crawler_filter.errors import InvalidScopeError
from crawler_filter.formats.characters import MAX_OTHERS, MAX_SPELLINGS, Sheet
from crawler_filter.formats.names import NameKind, canonical_name
from registry.errors import GoneError, NotFoundError
from registry.model.declaration import Part, Work, WorkKind, sheet_to_json
from registry.model.listing import Listing, that_fit
from registry.store.title_index import IndexedKind, index_texts, texts_of_work

MOST_NAMING: Final = 100
"""Declarations that a work says name it; of more, these are the first by number."""

_SELECT: Final = "SELECT id, party, kind, content, created FROM works "
_MAY_NAME: Final = (
    "SELECT 1 FROM works WHERE id = :work AND content IS NOT NULL AND (party = :party OR EXISTS"
    " (SELECT 1 FROM consents WHERE consents.work = works.id AND consents.party = :party))"
)
_PLACES_OF_WORKS: Final = (
    "SELECT rowid FROM works WHERE party = ? AND content IS NOT NULL AND rowid < ? ORDER BY rowid DESC LIMIT ?"
)


def insert_work(database: Database, work: Work) -> None:
    """Add a work."""
    content = _content(work)
    database.execute(
        "INSERT INTO works (id, party, kind, content, spellings, created) VALUES (?, ?, ?, ?, ?, ?)",
        (work.id, work.party, work.kind.value, _in_json(content), work.spellings, work.created),
    )
    index_texts(database, IndexedKind.WORK, work.id, texts_of_work(content))


def replace_work(database: Database, work: Work) -> None:
    """Change what a work says to what `work` says."""
    content = _content(work)
    database.execute(
        "UPDATE works SET kind = ?, content = ?, spellings = ? WHERE id = ?",
        (work.kind.value, _in_json(content), work.spellings, work.id),
    )
    index_texts(database, IndexedKind.WORK, work.id, texts_of_work(content))


def find_work(database: Database, work: str) -> Work:
    """Return a work with the declarations in force that name it. Raises NotFoundError or GoneError."""
    row = database.execute(_SELECT + "WHERE id = ?", (work,)).fetchone()
    if row is None:
        raise NotFoundError("there is no work %(work)s", work=repr(work[:40]))
    if row[3] is None:
        raise GoneError("work %(work)s was erased", work=work)
    return _work(database, row)


def newest_works(database: Database, parties: Iterable[str], *, after: str | None, most: int) -> Listing[Work]:
    """Return the works that the parties entered, newest first, from the one after `after`."""
    last = database.execute("SELECT rowid FROM works WHERE id = ?", (after,)).fetchone()
    before = sys.maxsize if last is None else last[0]
    places = sorted(
        (row[0] for party in parties for row in database.execute(_PLACES_OF_WORKS, (party, before, most + 1))),
        reverse=True,
    )
    rows = (database.execute(_SELECT + "WHERE rowid = ?", (place,)).fetchone() for place in places[:most])
    shown = [_work(database, row) for row in that_fit(rows, lambda row: len(row[3]))]
    return Listing(shown, shown[-1].id if len(places) > len(shown) else None)


def titles_of_works(
    database: Database, works: Iterable[str], party: str
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield (id, titles) of each published work that the party may name, without reading what else it says."""
    query = _MAY_NAME.replace(
        "SELECT 1", "SELECT json_extract(content, '$.titles'), json_extract(content, '$.published')", 1
    )
    for work in works:
        row = database.execute(query, {"work": work, "party": party}).fetchone()
        if row is not None and row[1] != 0:
            yield work, json.loads(row[0])


def names_in_force(database: Database) -> Iterator[tuple[int, NameKind, Sequence[str]]]:
    """Yield (leaf, kind, spellings) for each name of each work that a declaration in force names."""
    for leaf, content in _in_force(database):
        yield leaf, NameKind.TITLE, list(content["titles"].values())
        yield leaf, NameKind.SERIES, content["series"]
        for spellings in _characters(content):
            yield leaf, NameKind.CHARACTER, spellings


def sheets_in_force(database: Database) -> Iterator[tuple[int, Sheet]]:
    """Yield (leaf, sheet) for each character sheet of each work that a declaration in force names.

    Titles and series of the work are the sheet's series, all its other characters the sheet's others.
    """
    for leaf, content in _in_force(database):
        sheets = [_sheet(each) for each in content.get("sheets", ())]
        if not sheets:
            continue
        series = names_among([*content["titles"].values(), *content["series"]])[:MAX_SPELLINGS]
        for sheet in sheets:
            others = [tuple(each) for each in _characters(content) if set(sheet.names).isdisjoint(each)]
            yield leaf, replace(sheet, series=series, others=tuple(others[:MAX_OTHERS]))


def _characters(content: Mapping[str, Any]) -> list[Sequence[str]]:
    """Return the spellings of each character, of its sheet or of the list of names."""
    sheets = [each["names"] for each in content.get("sheets", ())]
    listed = (each for each in content["characters"] if all(set(each).isdisjoint(names) for names in sheets))
    return [*sheets, *listed]


def names_among(texts: Iterable[str]) -> tuple[str, ...]:
    """Return those of some texts that say something as a name, and are not as long as a sentence."""
    names: dict[str, None] = {}
    for text in texts:
        with contextlib.suppress(InvalidScopeError):
            names[canonical_name(text)] = None
    return tuple(names)


def _in_force(database: Database) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (leaf, content) of each work that a declaration in force names.

    The leaf states the declaration: the first one of the work's own party, because a name leads to its owner.
    """
    rows = database.execute(
        "SELECT leaf, content FROM works JOIN (SELECT work, leaf, row_number() OVER ("
        " PARTITION BY work ORDER BY leaf) AS place"
        " FROM declared_works JOIN works ON works.id = work JOIN declarations ON declarations.id = declaration"
        " WHERE content IS NOT NULL AND state IN ('active', 'lapsed') AND declarations.party = works.party)"
        " ON works.id = work WHERE place = 1"
    )
    for leaf, text in rows:
        content = json.loads(text)
        if content.get("published", True):
            yield leaf, content


def missing_works(database: Database, works: tuple[str, ...], party: str) -> list[int]:
    """Return the positions in `works` of ids that are no work that the party may name, or an erased one."""
    return [
        position
        for position, work in enumerate(works)
        if not database.execute(_MAY_NAME, {"work": work, "party": party}).fetchone()
    ]


def count_works(database: Database, party: str) -> tuple[int, int]:
    """Return how many works a party has, and how many spellings of names they have in all."""
    count, spellings = database.execute(
        "SELECT count(*), coalesce(sum(spellings), 0) FROM works WHERE party = ?", (party,)
    ).fetchone()
    return int(count), int(spellings)


def blank_work(database: Database, work: str) -> None:
    """Remove what a work says; its number stays, because records name it."""
    database.execute("UPDATE works SET content = NULL, spellings = 0 WHERE id = ?", (work,))
    index_texts(database, IndexedKind.WORK, work, [])


def every_work(database: Database, party: str) -> Iterator[Work]:
    """Yield every work of a party."""
    rows = database.execute(
        _SELECT + "WHERE party = ? AND content IS NOT NULL ORDER BY rowid", (party,)
    ).fetchall()
    yield from (_work(database, row) for row in rows)


def move_declarations(database: Database, work: str, into: str) -> None:
    """Let the declarations that name one work count for another."""
    database.execute("UPDATE OR IGNORE declared_works SET work = ? WHERE work = ?", (into, work))
    database.execute("DELETE FROM declared_works WHERE work = ?", (work,))


def _content(work: Work) -> dict[str, Any]:
    return {
        "titles": dict(work.titles),
        "creators": work.creators,
        "identifiers": dict(work.identifiers),
        "series": work.series,
        "characters": work.characters,
        "sheets": [sheet_to_json(sheet) for sheet in work.sheets],
        "part": work.part,
        "number": work.number,
        "locations": work.locations,
        "published": work.published,
    }


def _in_json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False)


def _work(database: Database, row: tuple[Any, ...]) -> Work:
    number, party, kind, text, created = row
    content = json.loads(text)
    declarations = database.execute(
        "SELECT declaration FROM declared_works JOIN declarations ON id = declaration"
        " WHERE declared_works.work = :work AND state IN ('active', 'lapsed') AND (party = :party OR party IN"
        " (SELECT consents.party FROM consents WHERE consents.work = :work)) ORDER BY declaration LIMIT :most",
        {"work": number, "party": party, "most": MOST_NAMING},
    )
    return Work(
        id=number,
        party=party,
        kind=WorkKind(kind),
        titles=content["titles"],
        creators=tuple(content["creators"]),
        identifiers=content["identifiers"],
        series=tuple(content["series"]),
        characters=tuple(tuple(spellings) for spellings in content["characters"]),
        created=created,
        declarations=tuple(declaration for (declaration,) in declarations),
        sheets=tuple(_sheet(each) for each in content.get("sheets", ())),
        part=Part(content["part"]) if content.get("part") else None,
        number=content.get("number", ""),
        locations=tuple(content.get("locations", ())),
        published=content.get("published", True),
    )


def _sheet(content: Mapping[str, Any]) -> Sheet:
    return Sheet.from_json({"series": [], "others": [], **content})
