"""A look at a value of a band comes upon the rows that have it, however many those are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import MalformedSegmentError
from crawler_filter.snapshot import buckets
from crawler_filter.snapshot.buckets import look

WIDTHS = (3, 2)
VALUES = sum(1 << width for width in WIDTHS)

rows = st.lists(st.tuples(*(st.integers(0, (1 << width) - 1) for width in WIDTHS)), max_size=12)
looks = st.lists(st.integers(0, VALUES - 1), max_size=20)


def columns(of_rows):
    bands = [np.array([row[band] for row in of_rows], dtype=np.uint32) for band in range(len(WIDTHS))]
    return buckets.columns(bands, WIDTHS)


def having(of_rows, value):
    band, start = (0, 0) if value < 8 else (1, 8)
    return [number for number, row in enumerate(of_rows) if row[band] == value - start]


@given(rows, looks)
def test_each_look_comes_upon_the_rows_with_its_value(of_rows, values):
    made = columns(of_rows)
    seen = look(made["slot"], made["rest"], np.array(values, dtype=np.int64))
    expected = [(at, row) for at, value in enumerate(values) for row in having(of_rows, value)]
    at, row = seen.rows(made["rest"])
    assert sorted(zip(at.tolist(), row.tolist(), strict=True)) == expected
    assert seen.total == len(expected)
    assert seen.counts(len(values)).tolist() == [len(having(of_rows, value)) for value in values]
    before = [sum(at < bound for at, _ in expected) for bound in range(len(values) + 1)]
    assert seen.before(np.arange(len(values) + 1)).tolist() == before


@given(rows)
def test_every_row_is_in_each_band_once_and_a_single_one_needs_no_list(of_rows):
    made = columns(of_rows)
    lists = [having(of_rows, value) for value in range(VALUES)]
    assert len(made["slot"]) == VALUES
    assert len(made["rest"]) == sum(len(each) + 1 for each in lists if len(each) > 1)


@pytest.mark.parametrize("kept", [0, 2])
def test_lists_that_are_cut_off_are_refused(kept):
    made = columns([(1, 1), (1, 2)])
    with pytest.raises(MalformedSegmentError):
        look(made["slot"], made["rest"][:kept], np.array([1])).rows(made["rest"][:kept])
