"""The table of security requirements names tests that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "reference" / "security-requirements.md").read_text(encoding="utf-8")


def test_every_test_that_a_requirement_names_is_there():
    named = set(re.findall(r"`(tests/[a-z_/]+\.py)`", PAGE))
    assert len(named) > 15
    assert {path for path in named if not (ROOT / path).is_file()} == set()


def test_every_requirement_has_a_test_or_a_reason_and_stands_once():
    rows = [line.strip("|").split("|") for line in PAGE.splitlines() if re.match(r"\| \d", line)]
    items = [item.strip() for item, _, _ in rows]
    assert len(set(items)) == len(items) > 25
    assert all(held.strip() for _, _, held in rows)
