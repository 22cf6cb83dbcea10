"""Codes of models near others: every code of the same model is compared, over all 512 bits.

They are as many as there are works that some owner has run the model for, and are compared at some 20 million a
second, so there is no index. Exact: every row within the radius is found.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from crawler_filter.fingerprints.bits import bit_counts
from crawler_filter.snapshot.arrays import Column
from crawler_filter.snapshot.layout import model_flag

_WORDS: Final = 8
_AT_ONCE: Final = 1 << 16
"""Rows that are compared at once: they and their differences stay in the cache."""


class NearCode(NamedTuple):
    """A row, the place of the code that it is near, and how many bits differ."""

    row: int
    query: int
    distance: int


def near_codes(hashes: Column, flags: Column, model: bytes, codes: Sequence[bytes], radius: int) -> list[NearCode]:
    """Return the rows of `model` within `radius` of one of `codes`; `hashes` has eight numbers a row."""
    rows = np.flatnonzero(flags == model_flag(model))
    found = []
    for query, code in enumerate(codes):
        words = np.frombuffer(code, dtype=">u8").astype(np.uint64)
        for start in range(0, len(rows), _AT_ONCE):
            chosen = rows[start : start + _AT_ONCE]
            distances = bit_counts(hashes.reshape(-1, _WORDS)[chosen] ^ words).sum(axis=1, dtype=np.int64)
            near = np.flatnonzero(distances <= radius)
            found += [
                NearCode(row, query, bits)
                for row, bits in zip(chosen[near].tolist(), distances[near].tolist(), strict=True)
            ]
    return found
