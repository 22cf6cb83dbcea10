from pathlib import Path

import pytest

from registry.api.reference import operations_table, problems_table, rates_table

MANUAL = Path(__file__).resolve().parents[3] / "docs" / "api.md"


@pytest.mark.parametrize("table", [operations_table, problems_table, rates_table])
def test_the_manual_has_the_tables_of_the_code(table):
    assert table() in MANUAL.read_text(encoding="utf-8"), f"put {table.__name__}() into docs/api.md"
