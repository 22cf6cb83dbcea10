"""The table of security requirements names every one of levels 1 and 2, with tests that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "reference" / "security-requirements.md").read_text(encoding="utf-8")
REQUIRED = (ROOT / "tests" / "vectors" / "asvs-5.0-level-2.txt").read_text().split()
"""The numbers of OWASP ASVS 5.0.0, levels 1 and 2."""

ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if re.match(r"\| \d", line)
]


def test_every_test_that_a_requirement_names_is_there():
    named = set(re.findall(r"`(tests/[a-z_/]+\.py)`", PAGE))
    assert len(named) > 30
    assert {path for path in named if not (ROOT / path).is_file()} == set()


def test_every_requirement_of_both_levels_stands_in_one_row():
    items = [item for row in ROWS for item in row[0].split(", ")]
    assert len(items) == len(set(items))
    assert set(items) == set(REQUIRED)
    assert len(REQUIRED) == 253


def test_every_row_says_what_is_asked_and_what_holds_it():
    assert [row for row in ROWS if len(row) != 3 or not all(row)] == []
    assert len([row for row in ROWS if "`tests/" in row[2]]) > 80
