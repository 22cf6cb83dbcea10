"""Makes a table again that SQLite cannot alter: one whose CHECK list or constraint changes."""

import re
from collections.abc import Mapping

from sqlite_utils import Database


def rebuild(database: Database, definition: str, values: Mapping[str, str] | None = None) -> None:
    """Replace a table that has rows by the one that `definition`, a CREATE TABLE statement, describes.

    Columns keep their values, unless `values` gives an SQL expression over the old row. Columns without either get
    their default. The table's indexes and triggers are made again as they were: drop those that change before, and
    make the new ones after.
    """
    opening = re.match(r'CREATE TABLE "?(\w+)"?', definition)
    if opening is None:
        raise ValueError("expected a CREATE TABLE statement")
    name = opening[1]
    draft = f"{name}_rebuilt"
    attached = [sql for (sql,) in database.execute(
        "SELECT sql FROM sqlite_schema WHERE tbl_name = ? AND type IN ('index', 'trigger') AND sql IS NOT NULL",
        (name,),
    )]  # fmt: skip
    database.execute(f"CREATE TABLE {draft}{definition[opening.end() :]}")
    old, new = _columns(database, name), _columns(database, draft)
    expressions = {column: f'"{column}"' for column in new if column in old} | dict(values or {})
    into, read = ", ".join(f'"{column}"' for column in expressions), ", ".join(expressions.values())
    database.execute(f"INSERT INTO {draft} ({into}) SELECT {read} FROM {name}")  # noqa: S608 - a step's own names
    database.execute(f"DROP TABLE {name}")
    # else SQLite would look for the dropped table in the triggers of others, and refuse
    database.execute("PRAGMA legacy_alter_table = ON")
    database.execute(f"ALTER TABLE {draft} RENAME TO {name}")
    database.execute("PRAGMA legacy_alter_table = OFF")
    for sql in attached:
        database.execute(sql)


def _columns(database: Database, table: str) -> list[str]:
    return [name for (name,) in database.execute("SELECT name FROM pragma_table_info(?)", (table,))]
