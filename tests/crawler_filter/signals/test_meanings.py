"""The table of meanings: no family is without a row, and no statement has two."""

from crawler_filter.signals.meanings import MEANINGS, means
from crawler_filter.signals.signal import Family

WITHOUT_STATEMENTS = {Family.PAYMENT, Family.TERMS}


def test_every_family_has_a_row_and_no_statement_two() -> None:
    assert {row.family for row in MEANINGS} == set(Family) - WITHOUT_STATEMENTS
    assert len({(row.family, row.statement) for row in MEANINGS}) == len(MEANINGS)
    assert all(row.source for row in MEANINGS)


def test_a_statement_that_is_not_in_the_table_means_nothing() -> None:
    assert means(Family.AIPREF, "train-genai=n") is None
    assert means(Family.RSL, "noai") is None
