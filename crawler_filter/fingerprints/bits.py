"""How many bits of each word of an array are set, with whichever numpy there is."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_OF_BYTE: Final = np.array([value.bit_count() for value in range(256)], dtype=np.uint8)


def bit_counts(words: NDArray[Any]) -> NDArray[np.uint8]:
    """Return the number of bits that are set in each 64-bit word; the shape stays."""
    if hasattr(np, "bitwise_count"):
        counts: NDArray[np.uint8] = np.bitwise_count(words)
        return counts
    return bit_counts_by_byte(words)


def bit_counts_by_byte(words: NDArray[Any]) -> NDArray[np.uint8]:
    """Return what `bit_counts` does, for numpy before 2: it looks each byte up."""
    octets = np.ascontiguousarray(words).view(np.uint8).reshape(*words.shape, 8)
    counts: NDArray[np.uint8] = _OF_BYTE[octets].sum(axis=-1, dtype=np.uint8)
    return counts
