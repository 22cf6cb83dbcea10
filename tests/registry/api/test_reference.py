from pathlib import Path

import pytest

from registry.api.reference import operations_table, problems_table, rates_table

REFERENCE = Path(__file__).resolve().parents[3] / "docs" / "reference"


@pytest.mark.parametrize(
    ("table", "page"),
    [(operations_table, "http-api.md"), (problems_table, "errors.md"), (rates_table, "http-api.md")],
)
def test_the_manual_has_the_tables_of_the_code(table, page):
    assert table() in (REFERENCE / page).read_text(encoding="utf-8"), f"put {table.__name__}() into {page}"
