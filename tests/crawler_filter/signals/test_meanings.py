"""The table of meanings: the document prints the one that the code acts on, and no family is without a row."""

from pathlib import Path

from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.meanings import MEANINGS, means
from crawler_filter.signals.signal import Family

DOCUMENT = Path(__file__).parents[3] / "docs" / "reference" / "signals.md"
WITHOUT_STATEMENTS = {Family.ROBOTS, Family.PAYMENT}
WORDS = {Preference.ALLOWED: "allowed", Preference.DISALLOWED: "no", None: ""}


def table() -> list[str]:
    """Return the rows of the document's table."""
    usages = " | ".join(usage.value for usage in Usage)
    lines = [f"| family | statement | {usages} | source |", "|---|---|" + "---|" * len(Usage) + "---|"]
    for row in MEANINGS:
        said = " | ".join(WORDS[row.preferences.get(usage)] for usage in Usage)
        lines.append(f"| {row.family} | `{row.statement}` | {said} | {row.source} |")
    return lines


def test_the_document_prints_the_table_of_the_code() -> None:
    assert "\n".join(table()) in DOCUMENT.read_text("utf-8")


def test_every_family_has_a_row_and_no_statement_two() -> None:
    assert {row.family for row in MEANINGS} == set(Family) - WITHOUT_STATEMENTS
    assert len({(row.family, row.statement) for row in MEANINGS}) == len(MEANINGS)
    assert all(row.source for row in MEANINGS)


def test_a_statement_that_is_not_in_the_table_means_nothing() -> None:
    assert means(Family.AIPREF, "train-genai=n") is None
    assert means(Family.RSL, "noai") is None
