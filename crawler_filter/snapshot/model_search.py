"""Codes of models near others: every code of the same model is compared, over all 512 bits.

Radii are a quarter of the bits, at which no index finds every row, so there is none. Exact: every row within the
radius is found. Rows are read once for all codes of a picture or a film, in blocks that stay in the cache.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from crawler_filter.fingerprints.bits import bit_counts
from crawler_filter.snapshot.arrays import Column
from crawler_filter.snapshot.layout import model_flag

_WORDS: Final = 8
_AT_ONCE: Final = 1 << 12
"""Rows that are compared at once: they and their differences stay in the cache."""
_EVERY_OTHER: Final = np.uint64(0x00FF_00FF_00FF_00FF)
_ALL_LANES: Final = np.uint64(0x0001_0001_0001_0001)


class NearCode(NamedTuple):
    """A row, the place of the code that it is near, and how many bits differ."""

    row: int
    query: int
    distance: int


def near_codes(hashes: Column, flags: Column, model: bytes, codes: Sequence[bytes], radius: int) -> list[NearCode]:
    """Return the rows of `model` within `radius` of one of `codes`; `hashes` has eight numbers a row."""
    rows, own = hashes.reshape(-1, _WORDS), flags == model_flag(model)
    queries = [np.frombuffer(code, dtype=">u8").astype(np.uint64) for code in codes]
    every, found = bool(own.all()), []
    for start in range(0, len(rows), _AT_ONCE):
        chosen = None if every else np.flatnonzero(own[start : start + _AT_ONCE])
        block = rows[start : start + _AT_ONCE] if chosen is None else rows[start + chosen]
        for query, words in enumerate(queries):
            distances = _sums(bit_counts(block ^ words))
            for place in np.flatnonzero(distances <= radius).tolist():
                row = start + (place if chosen is None else int(chosen[place]))
                found.append(NearCode(row, query, int(distances[place])))
    return found


def _sums(counts: Column) -> Column:
    """Return the sum of each row of eight bytes, none above 64: they are added four at once, in lanes."""
    packed = np.ascontiguousarray(counts).view(np.uint64).reshape(-1)
    lanes = (packed & _EVERY_OTHER) + ((packed >> np.uint64(8)) & _EVERY_OTHER)
    sums: Column = (lanes * _ALL_LANES) >> np.uint64(48)
    return sums
