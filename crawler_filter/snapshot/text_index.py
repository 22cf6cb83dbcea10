"""Works found by excerpts of their text: fingerprints in one sorted column, searched where it lies.

The columns, little-endian, each a pure function of the rows (fingerprint, owner), whatever their order:

| column | type | what |
|---|---|---|
| `fingerprint` | u64 | ascending; equal ones ordered by owner |
| `owner` | u32 | of each fingerprint, the number of the statement that declares it |
| `seen` | u8 | bits, a power of two of them, 8 to 16 a row: bit f mod 2**n is set for each fingerprint f |
| `work` | u32 | ascending: every owner once |
| `total` | u32 | how many fingerprints that owner has |

A segment stores them under names of its own and gives them back to `TextIndex` as arrays or memoryviews of those
types, mapped or not; nothing is copied. The rows of a scope are `Excerpts.values` of
`crawler_filter.fingerprints.text.parse_text_scope(value)`, all with the statement's number; merging segments is
merging rows. Which list of background fingerprints is passed over is the query's affair and not in the columns.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from crawler_filter.errors import MalformedSegmentError
from crawler_filter.fingerprints.text import DECIDING_HITS
from crawler_filter.fingerprints.winnowing import NOWHERE, OFFSET_BITS, Winnowed
from crawler_filter.snapshot.arrays import Column, ranges

TEXT_COLUMNS: Final = {"fingerprint": "Q", "owner": "I", "seen": "B", "work": "I", "total": "I"}
"""Each column's type, as in Python's `struct`, in file order."""

_BITS_PER_ROW: Final = 8


STRETCH: Final = 512
"""Letters within which hits surely count as standing together: three of them, of a book of two million letters."""

LEAST_APART: Final = 20
LEAST_APART_CJK: Final = 16
"""Letters between the first and the last of hits that stand together, else they are of one figure of speech: with
the letters of the last, 44 in all. In Chinese, Japanese and Korean fewer letters say as much."""

JOINED_HITS: Final = DECIDING_HITS + 1
JOINED_APART: Final = 2
"""Hits that decide in a reading that puts together what stands apart on the page, such as every other line or
rows without what they have alike, and how many times as far apart they lie: there figures of speech meet."""

WHOLE_SHARE: Final = 0.5
"""Share of a work that says by itself that the work is there: of a poem, three fingerprints may be all it has."""

_OFFSET: Final = (1 << OFFSET_BITS) - 1


@dataclass(frozen=True, slots=True, eq=False)
class TextMatch:
    """One owner whose work is in a text.

    `count` distinct fingerprints of the `total` that the work has were found, `values` at `places`, in this order;
    some perhaps in several places. `of_page` is how much of the text's fingerprints of that k they are, from 0
    to 1.
    """

    owner: int
    total: int
    count: int
    values: Column
    places: Column
    of_page: float

    @property
    def share(self) -> float:
        """Return the share of the work that was found, from 0 to 1."""
        return self.count / self.total

    @property
    def place(self) -> int | None:
        """Return the first offset of what was found, in the first reading of the page that has any."""
        first = int(self.places.min())
        return None if first == NOWHERE else first & _OFFSET

    @property
    def decides(self) -> bool:
        """Tell whether these suffice to say that the work is there; else they are weak and only reported.

        Figures of speech that two books share are scattered over the page, and what is copied stands together.
        """
        return self.count >= DECIDING_HITS and (self.share >= WHOLE_SHARE or self._stand_together)

    @property
    def _stand_together(self) -> bool:
        """Tell whether some stretch of the page has enough of them, and not all of one figure of speech.

        Stretches of twice `STRETCH` letters begin every `STRETCH` letters. Of places that are not known, they are.
        In a reading that puts words together there are `JOINED_HITS`, `JOINED_APART` times as far apart.
        """
        if self.places.min() == NOWHERE:
            return True
        stretch = self.places // STRETCH
        stretch, values = np.concatenate([stretch, stretch - 1]), np.tile(self.values, 2)
        places = np.tile(self.places, 2)
        order = np.lexsort((places, values, stretch))
        stretch, values, places = stretch[order], values[order], places[order]
        once = np.concatenate([[True], (stretch[1:] != stretch[:-1]) | (values[1:] != values[:-1])])
        stretch, places = stretch[once], places[once]
        starts = np.flatnonzero(np.concatenate([[True], stretch[1:] != stretch[:-1]]))
        hits = np.diff(np.append(starts, len(stretch)))
        first, last = np.minimum.reduceat(places, starts), np.maximum.reduceat(places, starts)
        apart = np.where(first >> OFFSET_BITS & 1, LEAST_APART_CJK, LEAST_APART)
        is_joined = first >> (OFFSET_BITS + 1) & 1 == 1
        fewest = np.where(is_joined, JOINED_HITS, DECIDING_HITS)
        apart = np.where(is_joined, JOINED_APART * apart, apart)
        return bool(((hits >= fewest) & (last - first >= apart)).any())


class TextIndex:
    """The text scopes of a snapshot. Raises MalformedSegmentError for columns that do not fit one another."""

    __slots__ = ("_fingerprint", "_mask", "_owner", "_seen", "_total", "_work")

    def __init__(self, columns: Mapping[str, object]) -> None:
        arrays = {name: np.asarray(columns[name]) for name in TEXT_COLUMNS}
        self._fingerprint, self._owner = arrays["fingerprint"], arrays["owner"]
        self._seen, self._work, self._total = arrays["seen"], arrays["work"], arrays["total"]
        if len(self._fingerprint) != len(self._owner) or len(self._work) != len(self._total):
            raise MalformedSegmentError(
                "text columns: expected as many owners as fingerprints, and totals as works"
            )
        if 8 * len(self._seen) != _filter_bits(len(self._fingerprint)):
            raise MalformedSegmentError(f"text columns: a filter of {len(self._seen)} bytes does not fit the rows")
        self._mask = np.uint64(max(8 * len(self._seen) - 1, 0))

    def __len__(self) -> int:
        return len(self._fingerprint)

    def search(self, query: Winnowed) -> list[TextMatch]:
        """Return every owner that has a fingerprint of `query`, those with most distinct hits first.

        A match that does not decide is among them: what to do with weak ones is for the caller.
        """
        likely = np.flatnonzero(self._may_hold(query.values))
        values = query.values[likely]
        first = np.searchsorted(self._fingerprint, values, side="left")
        count = np.searchsorted(self._fingerprint, values, side="right") - first
        owners, rows = self._owner[ranges(first, count)], np.repeat(likely, count)
        order = np.lexsort((query.places[rows], query.values[rows], owners))
        return self._matches(owners[order], query, rows[order])

    def _may_hold(self, values: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
        if not len(self._seen):
            return np.zeros(len(values), dtype=np.bool_)
        bit = values & self._mask
        held: npt.NDArray[np.bool_] = (
            self._seen[bit >> np.uint64(3)] >> (bit & np.uint64(7)).astype(np.uint8)
        ) & 1 != 0
        return held

    def _matches(self, owners: Column, query: Winnowed, rows: Column) -> list[TextMatch]:
        if not len(owners):
            return []
        found, starts = np.unique(owners, return_index=True)
        at = np.searchsorted(self._work, found)
        if at[-1] >= len(self._work) or (self._work[at] != found).any():
            raise MalformedSegmentError("text columns: a fingerprint has an owner that is not among the works")
        values, places, shares = query.values[rows], query.places[rows], query.share_of_each()[rows]
        once = np.concatenate([[True], (owners[1:] != owners[:-1]) | (values[1:] != values[:-1])])
        counts = np.add.reduceat(once, starts)
        ends = np.append(starts[1:], len(owners))
        matches = [
            TextMatch(int(owner), int(total), int(count), values[start:end], places[start:end],
                      _of_page(places[start:end], shares[start:end]))
            for owner, total, count, start, end in zip(found, self._total[at], counts, starts, ends, strict=True)
        ]  # fmt: skip
        return sorted(matches, key=lambda match: (-match.count, match.owner))


def _of_page(places: Column, shares: Column) -> float:
    """Return how much of the page was found, in the reading that most of it is of."""
    if (places < 1 << OFFSET_BITS).all():
        return float(shares.sum())
    return float(np.bincount(places >> (OFFSET_BITS + 1), shares).max())


def text_columns(fingerprint: Column, owner: Column) -> dict[str, Column]:
    """Return the columns of TEXT_COLUMNS for rows (u64, u32) in any order; a row given twice counts once."""
    order = np.lexsort((owner, fingerprint))
    fingerprint, owner = fingerprint[order], owner[order]
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = (fingerprint[1:] != fingerprint[:-1]) | (owner[1:] != owner[:-1])
    fingerprint, owner = fingerprint[new], owner[new]
    work, total = np.unique(owner, return_counts=True)
    return {
        "fingerprint": fingerprint,
        "owner": owner,
        "seen": seen_bits(fingerprint),
        "work": work,
        "total": total.astype(np.uint32),
    }


def seen_bits(fingerprint: Column) -> Column:
    """Return the bits that spare a query nearly every search: a page's fingerprints are hardly ever anybody's.

    By low bits, because winnowing prefers small numbers.
    """
    bits = np.zeros(_filter_bits(len(fingerprint)), dtype=np.bool_)
    if len(fingerprint):
        bits[fingerprint & np.uint64(len(bits) - 1)] = True
    return np.packbits(bits, bitorder="little")


def _filter_bits(rows: int) -> int:
    return 1 << max(_BITS_PER_ROW * rows - 1, 7).bit_length() if rows else 0
