"""Which k-grams of a text a work with it in its midst may be found by, whatever stands before and after it.

Winnowing chooses the smallest of sixteen neighbouring k-grams. Where a name stands in a notice, the neighbours are
other ones each time, and so is what is chosen on either side of it. So every k-gram that is small is taken.
"""

from typing import Final

import numpy as np

from crawler_filter.fingerprints.nfkc import code_points
from crawler_filter.fingerprints.normal_text import normalise
from crawler_filter.fingerprints.winnowing import Hashes, K, kgram_hashes, winnow_profiles

_SMALL: Final = np.uint64(2**64 * 35 // 100)
"""What is above it is the smallest of sixteen once in a hundred times."""


def chosen_of(text: str) -> Hashes:
    """Return every k-gram of a text that a work may be found by; of Chinese and Japanese, what pages have."""
    codes = code_points(normalise(text))
    every = kgram_hashes(codes, K) if len(codes) >= K else np.zeros(0, dtype=np.uint64)
    _, *cjk = winnow_profiles(codes)
    return np.unique(np.concatenate([every[every < _SMALL], *(each.values for each in cjk)]))
