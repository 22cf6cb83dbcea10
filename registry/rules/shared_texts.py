"""Texts that many publish, and nobody may reserve: licences, terms, strings of generators, lists that all have.

Whoever registered one, alone or inside a text of their own, would exclude every page that has it. So its
fingerprints are left out of what is registered. `shared_texts.bin` has them, ascending, the first 40 bits of each;
`tools/shared_texts.py` makes it from packages by name, so that anybody can check it. What a page is looked up by
does not change: filters know the shorter list of `crawler_filter.fingerprints.background`.
"""

from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
import numpy.typing as npt

from crawler_filter.errors import InvalidScopeError
from crawler_filter.fingerprints.text import DECIDING_HITS, Excerpts
from crawler_filter.fingerprints.winnowing import Hashes

KEPT_BYTES: Final = 5
"""Bytes of a fingerprint that the list has: of a million fingerprints of others, one is taken for a listed one in
five."""

_REST: Final = np.uint64(8 * (8 - KEPT_BYTES))


def without_shared(excerpts: Excerpts) -> Excerpts:
    """Return what of a text is not on the list.

    Raises InvalidScopeError where that is too little to be found by.
    """
    values = excerpts.values
    own = values[~_is_listed(values)]
    if len(own) < DECIDING_HITS:
        raise InvalidScopeError("many publish this text, like a licence or a privacy notice: it is nobody's")
    return excerpts if len(own) == len(values) else Excerpts(excerpts.k, excerpts.w, own.astype("<u8").tobytes())


def pack(values: Hashes) -> bytes:
    """Return the list that fingerprints make."""
    heads = np.unique(values >> _REST).astype(">u8")
    return heads.view(np.uint8).reshape(-1, 8)[:, 8 - KEPT_BYTES :].tobytes()


def _is_listed(values: Hashes) -> npt.NDArray[np.bool_]:
    known, heads = _listed(), values >> _REST
    at = np.minimum(np.searchsorted(known, heads), len(known) - 1)
    listed: npt.NDArray[np.bool_] = known[at] == heads
    return listed


@cache
def _listed() -> Hashes:
    packed = np.frombuffer((files("registry.rules") / "shared_texts.bin").read_bytes(), dtype=np.uint8)
    wide = np.zeros((len(packed) // KEPT_BYTES, 8), dtype=np.uint8)
    wide[:, 8 - KEPT_BYTES :] = packed.reshape(-1, KEPT_BYTES)
    heads: Hashes = wide.reshape(-1).view(">u8").astype("<u8")
    return heads
