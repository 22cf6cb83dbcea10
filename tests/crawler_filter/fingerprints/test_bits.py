"""Bits are counted alike whichever numpy there is."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.fingerprints.bits import bit_counts, bit_counts_by_byte


@given(st.lists(st.integers(0, 2**64 - 1), min_size=0, max_size=16).filter(lambda words: len(words) % 2 == 0))
def test_both_ways_count_what_python_counts(numbers):
    words = np.array(numbers, dtype=np.uint64).reshape(-1, 2)
    expected = [number.bit_count() for number in numbers]
    assert bit_counts(words).ravel().tolist() == expected
    assert bit_counts_by_byte(words).ravel().tolist() == expected
    assert bit_counts_by_byte(words[:, 1]).tolist() == expected[1::2]
