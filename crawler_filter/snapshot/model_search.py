"""Codes of models near others: every code of the same model is compared, most of them by five words of eight.

Radii are a quarter of the bits, at which an index that misses nothing has to look at much of it, so there is none.
Exact: every row within the radius is found. Two codes of different pictures differ in about half of their bits, so
their first words alone differ in more bits than the radius, nearly always; only the others are compared in full.
Rows are read once for several codes of a picture or a film, in blocks that stay in the cache, word by word.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from crawler_filter.fingerprints.bits import bit_counts
from crawler_filter.snapshot.arrays import Column
from crawler_filter.snapshot.layout import model_flag

_WORDS: Final = 8
_DIFFERENT: Final = 32
"""Bits of a word in which the codes of two pictures differ, about."""
_MARGIN: Final = 40
"""Bits that half of the bits of the first words are more than the radius: few codes of others are left then."""
_AT_ONCE: Final = 1 << 13
"""Rows that are compared at once with `_CODES_AT_ONCE`: their words and differences stay in the cache."""
_CODES_AT_ONCE: Final = 8


class NearCode(NamedTuple):
    """A row, the place of the code that it is near, and how many bits differ."""

    row: int
    query: int
    distance: int


def near_codes(hashes: Column, flags: Column, model: bytes, codes: Sequence[bytes], radius: int) -> list[NearCode]:
    """Return the rows of `model` within `radius` of one of `codes`; `hashes` has eight numbers a row."""
    rows, own = hashes.reshape(-1, _WORDS), flags == model_flag(model)
    queries = np.frombuffer(b"".join(codes), dtype=">u8").astype(np.uint64).reshape(-1, _WORDS)
    every, found = bool(own.all()), list[NearCode]()
    for start in range(0, len(rows), _AT_ONCE):
        places = np.arange(start, min(start + _AT_ONCE, len(rows)))
        if not every:
            places = places[own[places]]
        block = rows[start : start + _AT_ONCE] if every else rows[places]
        first = np.ascontiguousarray(block[:, : _first_words(radius)].T)
        for query in range(0, len(queries), _CODES_AT_ONCE):
            near = _near(block, first, queries[query : query + _CODES_AT_ONCE], radius)
            found += [NearCode(int(places[row]), query + code, bits) for code, row, bits in near]
    return found


def _first_words(radius: int) -> int:
    """Return how many words are compared of every code."""
    return min(-(-(radius + _MARGIN) // _DIFFERENT), _WORDS)


def _near(block: Column, first: Column, queries: Column, radius: int) -> Iterator[tuple[int, int, int]]:
    """Yield which codes are near which rows of a block, and by how many bits; `first` has its first words."""
    code, row = np.divmod(_left(first, queries, radius), len(block))
    distances = bit_counts(block[row] ^ queries[code]).sum(axis=1, dtype=np.int64)
    near = distances <= radius
    return zip(code[near].tolist(), row[near].tolist(), distances[near].tolist(), strict=True)


def _left(first: Column, queries: Column, radius: int) -> Column:
    """Return the pairs that the first words do not tell apart, counted on from code to code.

    Bits are counted in bytes: a count of 256 or more becomes a small one, so that the pair is left and compared.
    """
    counts = np.zeros((len(queries), first.shape[1]), dtype=np.uint8)
    differing = np.empty(counts.shape, dtype=np.uint64)
    for values, words in zip(first, queries.T, strict=False):
        np.bitwise_xor(values, words[:, None], out=differing)
        counts += bit_counts(differing)
    return np.flatnonzero(counts <= min(radius, 255))
