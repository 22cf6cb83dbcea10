"""The published background list: fingerprints of texts that stand in everybody's pages and are nobody's work.

Licences, the notices of free libraries, imprints, comment forms, cookie notices, placeholder text. A
fingerprint is passed over only because it is on this
list, never because several works share it: else three false registrations could unprotect a novel. The list is
a file of ascending little-endian u64, made from the texts in `tests/vectors/background` by `background_of`; a
changed list gets a new number.
"""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
import numpy.typing as npt

from crawler_filter.fingerprints.nfkc import code_points
from crawler_filter.fingerprints.normal_text import normalise
from crawler_filter.fingerprints.winnowing import Hashes, winnow_page

VERSION: Final = 3
"""Number of the list."""


def is_background(values: Hashes) -> npt.NDArray[np.bool_]:
    """Tell which fingerprints are on the list."""
    known = _background()
    at = np.minimum(np.searchsorted(known, values), len(known) - 1)
    listed: npt.NDArray[np.bool_] = known[at] == values
    return listed


def background_of(texts: Iterable[str]) -> bytes:
    """Return the list that these texts make."""
    found = [winnow_page(code_points(normalise(text))).values for text in texts]
    return np.unique(np.concatenate(found)).astype("<u8").tobytes()


@cache
def _background() -> Hashes:
    packed = (files("crawler_filter.fingerprints") / f"background-{VERSION}.u64").read_bytes()
    return np.frombuffer(packed, dtype="<u8")
