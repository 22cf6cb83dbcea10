"""Winnowing (Schleimer, Wilkerson and Aiken, 2003) of code points, in numpy and in linear time.

The hash of a k-gram c₀ … cₖ₋₁ is `mix(Σ cⱼ · B**(k-1-j) mod 2**64)`, where `mix` is the finaliser of splitmix64.
The fingerprints of a text are the minima of every `w` consecutive hashes, as a set: a copy of k - 1 + w letters
shares at least one, whatever surrounds it. `docs/formats/text.md` §2 is normative.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]

K: Final = 24
W: Final = 16
CJK_K: Final = 16
CJK_W: Final = 8
PAGE_W: Final = 8
"""The window of pages. Half that of works finds what a mistake nearby would hide, one excerpt in twenty more."""

FIRST_CJK: Final = 0x3041
"""The first kana. What stands from here on is Chinese, Japanese or Korean, as far as it is written today."""

_BASE: Final = np.uint64(0x9E37_79B9_7F4A_7C15)
_MIX_1: Final = np.uint64(0xBF58_476D_1CE4_E5B9)
_MIX_2: Final = np.uint64(0x94D0_49BB_1331_11EB)
_BLOCK: Final = 1 << 15


NOWHERE: Final = -1
"""The place of a fingerprint whose text is not at hand."""

OFFSET_BITS: Final = 23
"""Bits of a place that are the offset in a text; those above number what offsets can be compared within."""

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Winnowed:
    """Fingerprints in ascending order, and for each its place: where the k-gram begins that was selected for it.

    Of a work each fingerprint is there once, of a page as often as it was selected. The lower `OFFSET_BITS` of a
    place are an offset. What stands above them is odd where few letters say much: for k-grams of `CJK_K`, and on a
    page that is half Chinese, Japanese or Korean. The next bit is set in readings of the page that put together
    what stands apart on it; the bits above number the readings. `shares` tells how much each is of its reading's
    fingerprints of one k, from 0 to 1; without, they are equal parts of one.
    """

    values: Hashes
    places: Places
    shares: npt.NDArray[np.float64] | None = None

    @classmethod
    def of(cls, values: Hashes, places: Places) -> Self:
        """Return the distinct ones of hashes that were selected, each with its first place."""
        order = np.lexsort((places, values))
        distinct, first = np.unique(values[order], return_index=True)
        return cls(distinct, places[order][first])

    def take(self, mask: npt.NDArray[np.bool_]) -> Self:
        """Return the fingerprints that a mask chooses."""
        shares = None if self.shares is None else self.shares[mask]
        return type(self)(self.values[mask], self.places[mask], shares)

    def share_of_each(self) -> npt.NDArray[np.float64]:
        """Return how much of the page each fingerprint is."""
        return np.full(len(self.values), 1 / max(len(self.values), 1)) if self.shares is None else self.shares


def winnow_page(codes: npt.NDArray[np.uint32]) -> Winnowed:
    """Return what a page is looked up by: the fingerprints of K and PAGE_W, with CJK letters also the CJK ones."""
    return merged(winnow_profiles(codes))


def winnow_profiles(codes: npt.NDArray[np.uint32], reading: int = 0, *, is_joined: bool = False) -> list[Winnowed]:
    """Return what a page is looked up by, in no order: of K and PAGE_W, and with CJK letters those of CJK_K.

    They are apart because a work is registered by one of them: how much of a page it is, is asked of that one.
    """
    cjk = np.count_nonzero(codes >= FIRST_CJK)
    found = [(bool(2 * cjk >= len(codes)), _select_all(codes, K, PAGE_W))]
    if cjk:
        found.append((True, _select_all(codes, CJK_K, CJK_W)))
    above = 4 * reading + 2 * is_joined
    return [Winnowed(values, places | (above + dense) << OFFSET_BITS) for dense, (values, places) in found]


def merged(parts: Sequence[Winnowed]) -> Winnowed:
    """Return all fingerprints in order. Of several parts, each is a share of its own part."""
    values = np.concatenate([each.values for each in parts])
    order = np.argsort(values, kind="stable")
    shares = np.concatenate([each.share_of_each() for each in parts])[order] if len(parts) > 1 else None
    return Winnowed(values[order], np.concatenate([each.places for each in parts])[order], shares)


def winnow(codes: npt.NDArray[np.uint32], k: int, w: int) -> Winnowed:
    """Return the fingerprints of a text given by its code points. Shorter than `k`, it has none.

    A text of fewer than `w` k-grams is one window.
    """
    return Winnowed.of(*_select_all(codes, k, w))


def _select_all(codes: npt.NDArray[np.uint32], k: int, w: int) -> tuple[Hashes, Places]:
    """Return every hash that is selected, and its place, in the order of the text."""
    kgrams = max(len(codes) - k + 1, 0)
    width = min(w, kgrams)
    values, places = [np.zeros(0, dtype=np.uint64)], [np.zeros(0, dtype=np.int64)]
    before = None
    for start in range(0, kgrams and kgrams - width + 1, _BLOCK):
        hashes = kgram_hashes(codes[start : start + _BLOCK + width + k - 2], k)
        found, at, before = _select(hashes, width, before)
        values.append(found)
        places.append(at + start)
    return np.concatenate(values), np.concatenate(places)


def kgram_hashes(codes: npt.NDArray[np.uint32], k: int) -> Hashes:
    """Return the hash of every k-gram, in the order of the text, which has `k` code points or more.

    Sums over powers of two are joined as the binary digits of `k` ask, so a hash costs log k steps.
    """
    sums, size, factor = codes.astype(np.uint64), 1, int(_BASE)
    joined, length = sums[:0], 0
    while True:
        if k & size:
            joined = joined[: len(sums) - length] * np.uint64(factor) + sums[length:] if length else sums
            length += size
        if length == k:
            return _mixed(joined)
        sums = sums[:-size] * np.uint64(factor) + sums[size:]
        size, factor = 2 * size, factor * factor & 0xFFFF_FFFF_FFFF_FFFF


def _mixed(sums: Hashes) -> Hashes:
    """Finalise: neighbouring sums differ in few bits, and the smallest of them must be as good as random."""
    mixed = (sums ^ (sums >> np.uint64(30))) * _MIX_1
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX_2
    return mixed ^ (mixed >> np.uint64(31))


def _select(hashes: Hashes, width: int, before: np.uint64 | None) -> tuple[Hashes, Places, np.uint64]:
    """Return the minimum of every window where it differs from that before, and its offset; and the last one."""
    minima, size = hashes, 1
    while size < width:
        step = min(size, width - size)
        minima, size = np.minimum(minima[:-step], minima[step:]), size + step
    changed = np.flatnonzero(np.concatenate([[before is None or minima[0] != before], minima[1:] != minima[:-1]]))
    within = np.argmin(np.lib.stride_tricks.sliding_window_view(hashes, width)[changed], axis=1)
    return minima[changed], changed + within, minima[-1]
