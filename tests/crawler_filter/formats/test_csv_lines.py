"""Lines of CSV: what goes in comes out, and no cell begins as a formula."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.formats.csv_lines import csv_line

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
FORMULAS = "=+-@\t\r\n＝＋－＠"  # noqa: RUF001 - full width


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_a_line_is_read_back_but_for_the_apostrophe_before_a_formula(cells):
    (read,) = csv.reader(io.StringIO(csv_line(cells), newline=""))
    assert [cell.replace("'", "") for cell in read] == [cell.replace("'", "") for cell in cells]
    assert not [cell for cell in read if cell.startswith(tuple(FORMULAS))]


@pytest.mark.parametrize("first", FORMULAS)
def test_what_a_table_program_would_run_is_defused(first):
    (read,) = csv.reader(io.StringIO(csv_line([f"{first}cmd|'/c calc'!A1", "plain"]), newline=""))
    assert read == [f"'{first}cmd|'/c calc'!A1", "plain"]


@pytest.mark.parametrize("separator", ";\t\n\r")
@pytest.mark.parametrize("first", "=+-@＝")  # noqa: RUF001 - full width
def test_a_formula_behind_what_others_take_for_a_separator_is_defused(separator, first):
    line = csv_line(["a", f"x{separator}{first}1+1{separator}", f"{separator}{first}2"])
    cells = re.split(r"[;\t\n\r]", line)
    assert [cell for cell in cells if cell.startswith(first)] == []


def test_quotes_commas_and_line_ends_stay_in_their_cell():
    assert csv_line(['a "b", c', "d\ne"]) == '"a ""b"", c","d\ne"\r\n'
