"""`schema.sql` repeats the enums of the program in its CHECK lists; here they are held together."""

import re
from collections.abc import Iterable
from enum import StrEnum
from importlib.resources import files

import pytest

from crawler_filter.formats.record import LeafType, ScopeKind
from registry.control.challenges import Method
from registry.model.credentials import TokenScope
from registry.model.declaration import ChangeKind, State, WorkKind
from registry.model.party import Capacity
from registry.store.database import open_database

SCHEMA = (files("registry") / "schema.sql").read_text(encoding="utf-8")


def check_list(table: str, column: str) -> list[str]:
    """The values a column of the schema may have, in their order."""
    (body,) = re.findall(rf"CREATE TABLE {table} \((.*?)\n\) STRICT", SCHEMA, re.DOTALL)
    (values,) = re.findall(
        rf"^    {column} TEXT[^,(]* CHECK \({column} IN \((.*?)\)\)", body, re.DOTALL | re.MULTILINE
    )
    return re.findall(r"'([^']+)'", values)


@pytest.mark.parametrize(
    ("table", "column", "values"),
    [
        ("leaves", "type", LeafType),
        ("declarations", "state", State),
        ("scopes", "kind", ScopeKind),
        ("changes", "kind", ChangeKind),
        ("proofs", "method", Method),
        ("works", "kind", WorkKind),
        ("parties", "capacity", Capacity),
        ("api_tokens", "scope", TokenScope),
    ],
)
def test_the_values_of_a_column_are_those_of_its_enum(table: str, column: str, values: Iterable[StrEnum]):
    assert sorted(check_list(table, column)) == sorted(values)


def test_every_table_is_strict(tmp_path):
    database = open_database(tmp_path / "registry.db", create=True)
    tables = database.execute("SELECT name, strict FROM pragma_table_list WHERE type = 'table'").fetchall()
    database.close()
    loose = [name for name, strict in tables if not strict and not name.startswith(("sqlite_", "_sqlite_"))]
    assert (loose, len(tables) > 10) == ([], True)
