"""Imports and their rows."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from sqlite_utils import Database

from crawler_filter.errors import Sentence
from crawler_filter.formats.record import ScopeKind
from registry.errors import NotFoundError
from registry.model.declaration import RouteRequest
from registry.model.imports import Import, ImportRequest, ImportRow, ImportState, ListPart, Outcome

FOLDER: Final = "imports"
"""Folder of the instance where lists lie until they are read."""

_SELECT: Final = "SELECT id, account, state, content, failure, created, updated, due FROM imports "
_ROWS: Final = (
    "SELECT position, line, field, outcome, kind, value, preferences, title, declaration, why FROM import_rows "
)
_EARLIER: Final = (
    "FROM import_rows AS earlier JOIN imports ON imports.id = import"
    " WHERE imports.party = :party AND imports.id <> :import AND imports.created <= :created"
    " AND imports.updated > 0 AND json_extract(content, '$.name') = :name"
    " AND outcome IN ('declared', 'waiting') AND EXISTS (SELECT 1 FROM scopes"
    " WHERE scopes.party = imports.party AND scopes.value = earlier.value AND scopes.kind = earlier.kind"
    " AND scopes.declaration = earlier.declaration)"
)
"""Rows of earlier imports of a party and file name whose declaration still says them."""

_MISSING: Final = (
    f"SELECT kind, value {_EARLIER}"  # noqa: S608 - fixed texts
    " EXCEPT SELECT kind, value FROM import_rows WHERE import = :import AND kind IS NOT NULL"
)
_PARTS: Final = (
    "SELECT declaration, import, json_extract(content, '$.name'), count(*), sum(outcome = 'waiting'),"
    " min(position), max(position) FROM import_rows JOIN imports ON imports.id = import"
    " WHERE outcome IN ('declared', 'waiting') AND declaration IS NOT NULL AND updated > 0 "
)
_ENDED: Final = f"('{ImportState.DONE}', '{ImportState.FAILED}')"


def insert_import(database: Database, made: Import) -> None:
    """Add an import without rows."""
    database.execute(
        "INSERT INTO imports (id, account, party, state, content, created, updated) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            *(made.id, made.account, made.party, made.state.value),
            *(json.dumps(asdict(made.request), ensure_ascii=False), made.created, made.updated),
        ),
    )


def move_import(
    database: Database,
    number: str,
    state: ImportState,
    now: int,
    *,
    due: int | None = None,
    failure: Sentence | None = None,
) -> None:
    """Put an import into a state. `due` is when the registry goes on with it, by itself."""
    said = None if failure is None else encode_sentence(failure)
    database.execute(
        "UPDATE imports SET state = ?, updated = ?, due = ?, failure = ? WHERE id = ? AND updated > 0",
        (state.value, now, due, said, number),
    )


def find_import(database: Database, account: str, number: str) -> Import:
    """Return an account's import with the counts of its rows. Raises NotFoundError."""
    row = database.execute(_SELECT + "WHERE id = ? AND account = ? AND updated > 0", (number, account)).fetchone()
    if row is None:
        raise NotFoundError("there is no import %(number)s", number=repr(number[:40]))
    return _import(row, _counts(database, number))


def imports_of(database: Database, account: str, most: int) -> list[Import]:
    """Return an account's imports, newest first."""
    rows = database.execute(
        _SELECT + "WHERE account = ? AND updated > 0 ORDER BY created DESC, id LIMIT ?", (account, most)
    )
    return [_import(row, _counts(database, row[0])) for row in rows.fetchall()]


def due_imports(database: Database, now: int) -> list[str]:
    """Return the numbers of the imports that the registry can go on with, in their order."""
    rows = database.execute("SELECT id FROM imports WHERE due <= ? ORDER BY id", (now,))
    return [number for (number,) in rows]


def import_to_do(database: Database, number: str) -> Import | None:
    """Return an import that is due, whose ever it is, without counts of its rows; None where it is gone."""
    row = database.execute(_SELECT + "WHERE id = ? AND due IS NOT NULL", (number,)).fetchone()
    return None if row is None else _import(row, {})


def count_open(database: Database, account: str) -> int:
    """Return how many imports of an account have not ended."""
    (count,) = database.execute(
        f"SELECT count(*) FROM imports WHERE account = ? AND updated > 0 AND state NOT IN {_ENDED}",  # noqa: S608
        (account,),
    ).fetchone()
    return int(count)


def count_imports(database: Database) -> Mapping[str, int]:
    """Return how many imports are in each state."""
    return dict(
        database.execute("SELECT state, count(*) FROM imports WHERE updated > 0 GROUP BY state").fetchall()
    )


def discard_import(database: Database, number: str) -> None:
    """Let an import be found no more. It is forgotten with those that nobody touched for long: `updated` is 0."""
    database.execute("UPDATE imports SET updated = 0, due = NULL WHERE id = ?", (number,))


def forget_import(database: Database, number: str) -> None:
    """Remove an import and its rows. What was declared stays."""
    database.execute("DELETE FROM imports WHERE id = ?", (number,))


def forget_rows(database: Database, number: str, most: int) -> int:
    """Remove at most so many rows of an import, and return how many there were."""
    return database.execute(
        "DELETE FROM import_rows WHERE import = ? AND position IN"
        " (SELECT position FROM import_rows WHERE import = ? LIMIT ?)",
        (number, number, most),
    ).rowcount


def forgotten_imports(database: Database, before: int, unsent_before: int) -> list[str]:
    """Return the numbers of imports that nobody touched since a time; for those not wholly sent, since another."""
    rows = database.execute(
        "SELECT id FROM imports WHERE updated <= ? OR (updated <= ? AND state = 'sending')",
        (before, unsent_before),
    )
    return [number for (number,) in rows]


def remove_strays(database: Database, folder: Path) -> None:
    """Remove the files of `folder` whose list is gone, whose ever it was."""
    for file in list(folder.iterdir()) if folder.exists() else ():
        if database.execute("SELECT 1 FROM imports WHERE id = ?", (file.name,)).fetchone() is None:
            file.unlink(missing_ok=True)


def clear_rows(database: Database, number: str) -> None:
    """Remove the rows that were read, for the file to be read again."""
    database.execute("DELETE FROM import_rows WHERE import = ?", (number,))


def add_rows(database: Database, number: str, first: int, rows: Iterable[ImportRow]) -> None:
    """Add rows from position `first` on."""
    database.conn.executemany(
        "INSERT INTO import_rows (import, position, line, field, outcome, kind, value, preferences, title,"
        " declaration, why) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                *(number, position, row.line, row.field, row.outcome.value, row.kind and row.kind.value),
                *(row.value, row.preferences, row.title, row.declaration),
                None if row.why is None else encode_sentence(row.why),
            )
            for position, row in enumerate(rows, first)
        ),
    )


def rows_of(
    database: Database, number: str, outcomes: Sequence[Outcome], *, after: int = -1, most: int = -1, skip: int = 0
) -> Iterator[tuple[int, ImportRow]]:
    """Yield (position, row) of the rows with one of these outcomes behind position `after`, in their order.

    The first `skip` of them are left out: `import_rows` bounds how many a list has.
    """
    marks = ", ".join("?" * len(outcomes))
    rows = database.execute(
        f"{_ROWS}WHERE import = ? AND outcome IN ({marks}) AND position > ? ORDER BY position LIMIT ? OFFSET ?",
        (number, *(outcome.value for outcome in outcomes), after, most, skip),
    )
    for position, *row in rows:
        yield position, _row(row)


def next_alike(
    database: Database, number: str, most: int, wide: Sequence[ScopeKind]
) -> list[tuple[int, ImportRow]]:
    """Return the first rows to be declared that can be in one declaration: alike in uses and in need of proof."""
    first = next(rows_of(database, number, [Outcome.NEW], most=1), None)
    if first is None or first[1].kind is None:
        return []
    marks = ", ".join("?" * len(wide))
    kinds = f"kind IN ({marks})" if first[1].kind in wide else f"kind NOT IN ({marks})"
    rows = database.execute(
        f"{_ROWS}WHERE import = ? AND outcome = 'new' AND preferences = ? AND {kinds} ORDER BY position LIMIT ?",
        (number, first[1].preferences, *(kind.value for kind in wide), most),
    )
    return [(position, _row(row)) for position, *row in rows]


def settle_rows(
    database: Database,
    number: str,
    positions: Iterable[int],
    outcome: Outcome,
    declaration: str | None = None,
    why: Sentence | None = None,
) -> None:
    """Write what became of rows."""
    said = None if why is None else encode_sentence(why)
    database.conn.executemany(
        "UPDATE import_rows SET outcome = ?, declaration = ?, why = ? WHERE import = ? AND position = ?",
        ((outcome.value, declaration, said, number, position) for position in positions),
    )


def take_unstated(database: Database, number: str) -> None:
    """Let the rows that state nothing be declared too."""
    database.execute("UPDATE import_rows SET outcome = 'new' WHERE import = ? AND outcome = 'unstated'", (number,))


def parts_of_import(database: Database, number: str, most: int) -> list[ListPart]:
    """Return what an import made, in its order."""
    rows = database.execute(
        _PARTS + "AND import = ? GROUP BY declaration ORDER BY min(position) LIMIT ?", (number, most)
    )
    return [_part(database, row) for row in rows.fetchall()]


def parts_declared(database: Database, account: str, declarations: Collection[str]) -> list[ListPart]:
    """Return which parts of an account's lists some declarations are, those of lists that are still known."""
    rows = database.execute(
        _PARTS + "AND declaration IN (SELECT value FROM json_each(?)) AND account = ? GROUP BY declaration",  # noqa: S608
        (json.dumps(sorted(declarations)), account),
    )
    return [_part(database, row) for row in rows.fetchall()]


def _part(database: Database, row: Sequence[Any]) -> ListPart:
    declaration, number, name, rows, waiting, first, last = row
    return ListPart(
        declaration, name, rows, waiting, _row_at(database, number, first), _row_at(database, number, last)
    )


def _row_at(database: Database, number: str, position: int) -> ImportRow:
    row = database.execute(_ROWS + "WHERE import = ? AND position = ?", (number, position)).fetchone()
    return _row(row[1:])


def count_missing(database: Database, made: Import) -> int:
    """Return how many rows of earlier imports of this party and file name are declared and not in this one."""
    (count,) = database.execute(f"SELECT count(*) FROM ({_MISSING})", _named(made)).fetchone()  # noqa: S608 - fixed
    return int(count)


def missing_rows(database: Database, made: Import) -> list[ImportRow]:
    """Return the rows that `count_missing` counts, once for each declaration that says them, to be withdrawn."""
    rows = database.execute(
        f"WITH missing (kind, value) AS ({_MISSING})"
        f" SELECT earlier.kind, earlier.value, max(earlier.title), earlier.declaration {_EARLIER}"
        " AND (earlier.kind, earlier.value) IN missing"
        " GROUP BY earlier.declaration, earlier.kind, earlier.value",
        _named(made),
    )
    return [
        ImportRow(0, "", Outcome.LEAVING, ScopeKind(kind), value, title=title, declaration=declaration)
        for kind, value, title, declaration in rows
    ]


def ask_missing(database: Database, number: str, asked: bool) -> None:
    """Keep whether what earlier lists declared and this one has not is to be withdrawn."""
    database.execute(
        "UPDATE imports SET content = json_set(content, '$.missing', json(?)) WHERE id = ?",
        (json.dumps(asked), number),
    )


def add_leaving(database: Database, number: str, rows: Iterable[ImportRow]) -> None:
    """Add rows to be withdrawn behind all others."""
    (last,) = database.execute(
        "SELECT coalesce(max(position), -1) FROM import_rows WHERE import = ?", (number,)
    ).fetchone()
    add_rows(database, number, last + 1, rows)


def clear_leaving(database: Database, number: str) -> None:
    """Remove the rows to be withdrawn, for them to be found again."""
    database.execute("DELETE FROM import_rows WHERE import = ? AND outcome = 'leaving'", (number,))


def next_leaving(database: Database, number: str) -> list[tuple[int, ImportRow]]:
    """Return the rows of the next declaration from which some are to be withdrawn."""
    first = next(rows_of(database, number, [Outcome.LEAVING], most=1), None)
    if first is None:
        return []
    rows = database.execute(
        f"{_ROWS}WHERE import = ? AND outcome = 'leaving' AND declaration = ? ORDER BY position",
        (number, first[1].declaration),
    )
    return [(position, _row(row)) for position, *row in rows]


def _named(made: Import) -> dict[str, str | int]:
    return {"party": made.party, "import": made.id, "created": made.created, "name": made.request.name}


def encode_sentence(sentence: Sentence) -> str:
    """Return a sentence as text from which it can be said in any language."""
    return json.dumps(_packed(sentence), ensure_ascii=False)


def _packed(value: object) -> Any:  # noqa: ANN401 - what JSON can hold
    if isinstance(value, Sentence):
        return {"template": value.template, "values": {name: _packed(each) for name, each in value.values.items()}}
    return value if isinstance(value, int) else str(value)


def _unpacked(value: Any) -> Any:  # noqa: ANN401 - what JSON can hold
    if isinstance(value, dict):
        return Sentence(value["template"], **{name: _unpacked(each) for name, each in value["values"].items()})
    return value


def _row(row: Sequence[Any]) -> ImportRow:
    line, field, outcome, kind, value, preferences, title, declaration, why = row
    return ImportRow(
        line=line,
        field=field,
        outcome=Outcome(outcome),
        kind=None if kind is None else ScopeKind(kind),
        value=value,
        preferences=preferences,
        title=title,
        declaration=declaration,
        why=None if why is None else _unpacked(json.loads(why)),
    )


def _counts(database: Database, number: str) -> Mapping[Outcome, int]:
    counts = database.execute(
        "SELECT outcome, count(*) FROM import_rows WHERE import = ? GROUP BY outcome", (number,)
    )
    return {Outcome(outcome): count for outcome, count in counts}


def _request(asked: Mapping[str, Any]) -> ImportRequest:
    tuples = {name: tuple(asked.get(name, ())) for name in ("usages", "remuneration")}
    routes = tuple(RouteRequest(**route) for route in asked.get("routes", ()))
    return ImportRequest(**{**asked, **tuples, "routes": routes})


def _import(row: Sequence[Any], counts: Mapping[Outcome, int]) -> Import:
    number, account, state, content, failure, created, updated, due = row
    asked = json.loads(content)
    return Import(
        id=number,
        account=account,
        request=_request(asked),
        state=ImportState(state),
        created=created,
        updated=updated,
        due=due,
        failure=None if failure is None else _unpacked(json.loads(failure)),
        counts=counts,
    )
