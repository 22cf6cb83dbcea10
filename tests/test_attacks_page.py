"""The page of attacks names, for each of them, tests that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "reference" / "attacks.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and "held by" not in line
]


def test_every_test_that_an_attack_names_is_there():
    named = re.findall(r"`(tests/[a-z0-9_/]+\.py)::(test_[a-z0-9_]+)`", PAGE)
    assert len(named) > 80
    assert [
        f"{path}::{name}"
        for path, name in named
        if f"def {name}(" not in (ROOT / path).read_text(encoding="utf-8")
    ] == []


def test_every_attack_has_what_stops_it_and_a_test():
    assert len(ROWS) > 50
    assert [row for row in ROWS if len(row) != 3 or not all(row) or "`tests/" not in row[2]] == []
