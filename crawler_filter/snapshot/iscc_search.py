"""ISCC units near another one: every declared unit of its kind is compared, over the bits that both have.

A shorter unit is the beginning of a longer one, so units of all lengths share one column of 256 bits, filled up
with zeros that are not compared. Declared codes are few beside pictures, and comparing all of them is exact.
"""

from typing import Final, NamedTuple

import numpy as np

from crawler_filter.fingerprints.bits import bit_counts
from crawler_filter.fingerprints.iscc import DECIDING_BITS, DECIDING_DISTANCE, IsccUnit, MainType
from crawler_filter.snapshot.arrays import Column
from crawler_filter.snapshot.layout import iscc_flags
from crawler_filter.snapshot.multi_index import hash_words

_LENGTH: Final = 0b111
_STEP: Final = 32
_COMPARED: Final = hash_words(b"".join((b"\xff" * (4 * steps)).ljust(32, b"\0") for steps in range(1, 9)))
"""For each length in steps of 32 bits, less one, the bits that are compared."""


class NearUnit(NamedTuple):
    """A row, and how many of the `bits` that were compared differ; `threshold` of them may."""

    row: int
    distance: int
    threshold: int
    bits: int


def near_units(hashes: Column, flags: Column, unit: IsccUnit) -> list[NearUnit]:
    """Return the rows near `unit`; `hashes` has four numbers a row, `flags` are as `iscc_flags` makes them."""
    own = iscc_flags(unit.main, unit.sub, unit.bits)
    rows = np.flatnonzero(flags & ~np.uint8(_LENGTH) == own & ~_LENGTH)
    lengths = np.minimum(flags[rows] & _LENGTH, own & _LENGTH)
    differing = (hashes[rows] ^ hash_words(unit.body.ljust(32, b"\0"))) & _COMPARED[lengths]
    distances = bit_counts(differing).sum(axis=1, dtype=np.int64)
    bits = _STEP * (lengths.astype(np.int64) + 1)
    share = 0 if unit.main is MainType.INSTANCE else DECIDING_DISTANCE
    thresholds = share * bits // DECIDING_BITS
    near = np.flatnonzero(distances <= thresholds)
    columns = (column[near].tolist() for column in (rows, distances, thresholds, bits))
    return [NearUnit(*each) for each in zip(*columns, strict=True)]


def unit_of(words: Column, flags: int) -> IsccUnit:
    """Return the unit that a row holds."""
    body = words.astype(">u8").tobytes()[: 4 * ((flags & _LENGTH) + 1)]
    return IsccUnit(MainType((flags >> 6) + MainType.CONTENT), flags >> 3 & 0b111, body)
