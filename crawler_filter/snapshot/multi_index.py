"""Exact search of 256-bit hashes by Hamming distance: multi-index hashing (Norouzi, Punjani and Fleet, 2012).

The bits are dealt into bands. If two hashes are at most R bits apart, some band of theirs is at most
f = floor(R / bands) bits apart: were every band farther, the hashes would be at least bands * (f + 1) > R bits
apart. So it is enough to look, in every band, at the entries within f bits of the query's, and to compare those in
full. All within R are found, whatever the hashes are, and none beyond. (An approximate index would miss some
silently.)

Whoever registers hashes can choose them, and put many into one value of a band. But the bands need not be looked
at alike: if band i is looked at up to t_i flipped bits, or not at all (t_i = -1), nothing within R is missed as
long as the t_i + 1 add up to more than R (the general pigeonhole principle; GPH, Qin, Wang, Xiao, Wang, Lin and
Ishikawa, 2018). So where many would be compared, the cheapest such thresholds are found from the offsets, which
tell how many entries there are. At worst all hashes are compared, once each.

Columns over n hashes, little-endian. A row is a place in the order in which the hashes were given, which is free:

- `hash`: n times four u64, the first 8 bytes first, so that number order is byte order;
- `slot` and `rest`: for every band and every value of it, in order, the rows with that value (`buckets`).

The last two follow from the first, which bands there are from n alone (`layout_for`). The arrays may lie over a
memory map: a search copies nothing but the entries it compares.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Final, NamedTuple

import numpy as np

from crawler_filter.errors import MalformedSegmentError
from crawler_filter.fingerprints.bits import bit_counts
from crawler_filter.snapshot import buckets
from crawler_filter.snapshot.arrays import Column

COLUMN_TYPES: Final = {"hash": "<u8", **buckets.COLUMN_TYPES}

MAX_RADIUS: Final = 31
"""The greatest distance that may be asked for, at any n: beyond it, 16 bands would need two flipped bits each."""

MATCH_RADIUS: Final = 31
"""Most bits between two PDQ hashes of one picture, as Meta recommends."""

CROWDED: Final = 50_000
"""Entries from which on it is worth a millisecond to look for fewer: as many are compared without an index."""

CLOSE_RADIUS: Final = 15
"""Most bits between two PDQ hashes of one picture where many are compared: of parts, and of turned copies."""

SAME_RENDITION: Final = 10
"""Most bits between two PDQ hashes of one picture that was merely encoded or scaled anew."""

_BITS: Final = 256
_CHUNK: Final = 1 << 15
_STEPS_AT_ONCE: Final = 16_000
"""Looks at an index and hashes compared that are done at once, about: more would not fit into a core's cache."""
_AT_ONCE: Final = 96
"""Most hashes that are searched for at once."""

# Bits near each other in a PDQ hash go together on plain pictures; so a band takes one from each row and column.
_DEALT: Final = [16 * row + (band + row) % 16 for band in range(16) for row in range(16)]


class Near(NamedTuple):
    """Rows near any of several hashes: the hash, the row, and the number of bits that differ."""

    query: Column
    row: Column
    distance: Column


class Neighbours(NamedTuple):
    """The rows within the radius, rising, and how many bits each is away."""

    rows: Column
    distances: Column


@dataclass(frozen=True, slots=True)
class Layout:
    """The number of bits in each band, the widest bands first. Without bands, a search compares all hashes."""

    widths: tuple[int, ...]

    def columns(self, hashes: Column) -> dict[str, Column]:
        """Return the columns over hashes of (n, 4) numbers, by name. The same hashes give the same bytes."""
        values = np.empty((len(self.widths), len(hashes)), dtype=np.uint32)
        for start in range(0, len(hashes), _CHUNK):
            values[:, start : start + _CHUNK] = _band_values(self, hashes[start : start + _CHUNK]).T
        return {
            "hash": np.ascontiguousarray(hashes, dtype="<u8").reshape(-1),
            **buckets.columns(list(values), self.widths),
        }

    def search(self, columns: Mapping[str, Column], query: bytes, radius: int) -> Neighbours:
        """Search columns of this layout. Raises as `search` does."""
        if not 0 <= radius <= MAX_RADIUS:
            raise ValueError(f"expected a radius of 0 to {MAX_RADIUS} bits, got {radius}")
        index, words = self._opened(columns), hash_words(query)
        hashes = index.hashes.reshape(-1, 4)
        candidates = self._candidates(index, words, radius) if self.widths else None
        if candidates is None:
            return _scan(hashes, words[0], radius)
        try:
            found = _compare(np.take(hashes, candidates, axis=0), words[0], radius)
        except IndexError as error:
            raise MalformedSegmentError(f"an entry of an index is beyond its {len(hashes)} hashes") from error
        rows, first = np.unique(candidates[found.rows], return_index=True)
        return Neighbours(rows, found.distances[first])

    def search_each(self, columns: Mapping[str, Column], queries: Sequence[bytes], radius: int) -> Near:
        """Search columns of this layout for several hashes, for less than one after the other.

        What is found comes by query, then by row. Raises as `search` does.
        """
        if not queries or not self.widths or not 0 <= radius <= MAX_RADIUS:
            return self._one_after_the_other(columns, queries, radius)
        index, words = self._opened(columns), hash_words(b"".join(queries))
        values, found = self._values(words), []
        at_once = self._at_once(len(index.hashes) // 4, radius)
        for some in (slice(start, start + at_once) for start in range(0, len(queries), at_once)):
            near = self._search_some(index, words[some], values[some], radius)
            if near is None:
                near = self._one_after_the_other(columns, queries[some], radius)
            found.append(near._replace(query=near.query + some.start))
        return Near(*(np.concatenate(parts) for parts in zip(*found, strict=True)))

    def _opened(self, columns: Mapping[str, Column]) -> "_Index":
        index = _Index(*(np.asarray(columns[name]) for name in COLUMN_TYPES))
        if len(index.slots) != _starts(self)[-1]:
            count = len(index.hashes) // 4
            raise MalformedSegmentError(f"an index of {count} hashes has columns of another length")
        return index

    def _at_once(self, count: int, radius: int) -> int:
        steps = len(_even_probes(self, radius).band) * (1 + count / (1 << self.widths[-1]))
        return max(1, min(_AT_ONCE, int(_STEPS_AT_ONCE / steps)))

    def _search_some(self, index: "_Index", words: Column, values: Column, radius: int) -> Near | None:
        """Return what is near some hashes; None where one is near so much that it is to be searched alone."""
        probes = _even_probes(self, radius)
        looks, most = len(probes.band), min(CROWDED, len(index.hashes) // 4)
        seen = self._seen(index, values, probes)
        if seen.total > most and max(np.diff(seen.before(np.arange(len(words) + 1) * looks))) > most:
            return None
        look, row = seen.rows(index.rest)
        if len(row) and int(row.max()) >= len(index.hashes) // 4:
            raise MalformedSegmentError(f"an entry of an index is beyond its {len(index.hashes) // 4} hashes")
        return _compare_pairs(index.hashes, words, look // looks, row, radius)

    def _one_after_the_other(self, columns: Mapping[str, Column], queries: Sequence[bytes], radius: int) -> Near:
        found = [self.search(columns, query, radius) for query in queries]
        each = [Near(np.full(len(rows), number), rows, bits) for number, (rows, bits) in enumerate(found)]
        return Near(*(np.concatenate(parts) for parts in zip(_EMPTY, *each, strict=True)))

    def _candidates(self, index: "_Index", words: Column, radius: int) -> Column | None:
        """Return the rows to compare, some of them more than once; None where comparing all is cheaper."""
        values = self._values(words)
        seen = self._seen(index, values, _even_probes(self, radius))
        if seen.total > CROWDED:
            probes = _probes(self, radius // len(self.widths) + 2)
            counts = self._seen(index, values, probes).counts(len(probes.band))
            seen = self._seen(index, values, probes.where(self._cheapest(probes, counts, radius)))
        return None if seen.total > len(index.hashes) // 4 else seen.rows(index.rest)[1]

    def _values(self, words: Column) -> Column:
        """Return the value of each band of (n, 4) numbers, counted on from band to band: (n, bands)."""
        values: Column = _band_values(self, words) + _starts(self)[:-1]
        return values

    def _seen(self, index: "_Index", values: Column, probes: "_Probes") -> buckets.Seen:
        """Look at each query's values of the bands, with these bits flipped."""
        probed = np.take(values, probes.band, axis=1)
        probed ^= probes.mask
        return buckets.look(index.slots, index.rest, probed.reshape(-1))

    def _cheapest(self, probes: "_Probes", counts: Column, radius: int) -> Column:
        """Return the probes of the thresholds with the fewest entries among those that miss nothing."""
        most = int(probes.flips.max())
        costs = np.zeros((len(self.widths), most + 2), dtype=np.int64)  # of a band by threshold, from -1 on
        np.add.at(costs, (probes.band, probes.flips + 1), counts)
        thresholds = _allocate(costs.cumsum(axis=1).tolist(), radius + 1)
        chosen: Column = probes.flips < np.array(thresholds)[probes.band]
        return chosen


class _Index(NamedTuple):
    """The columns, in the order of COLUMN_TYPES."""

    hashes: Column
    slots: Column
    rest: Column


_EMPTY: Final = Near(*(np.zeros(0, dtype=np.int64) for _ in range(3)))

SCANNED: Final = Layout(())
NARROW: Final = Layout((16,) * 16)
WIDE: Final = Layout((24,) * 3 + (23,) * 8)

_NARROW_FROM: Final = 50_000
_WIDE_FROM: Final = 3_000_000


def layout_for(count: int) -> Layout:
    """Return the layout over `count` hashes: about as many values in a band as there are hashes."""
    if count < _NARROW_FROM or count > buckets.MOST_ROWS:
        return SCANNED
    return NARROW if count < _WIDE_FROM else WIDE


def hash_words(hashes: bytes) -> Column:
    """Return hashes of 32 bytes, one after the other, as (n, 4) numbers."""
    return np.frombuffer(hashes, dtype=">u8").astype("<u8").reshape(-1, 4)


def index_columns(hashes: Column) -> dict[str, Column]:
    """Return the columns over hashes of (n, 4) numbers, by name. The same hashes give the same bytes."""
    return layout_for(len(hashes)).columns(hashes)


def search(columns: Mapping[str, Column], query: bytes, radius: int) -> Neighbours:
    """Return all hashes within `radius` bits of the 32 bytes of `query`.

    Raises ValueError for a radius beyond MAX_RADIUS, MalformedSegmentError for columns that do not fit together.
    """
    return layout_for(len(columns["hash"]) // 4).search(columns, query, radius)


def _band_values(layout: Layout, hashes: Column) -> Column:
    """Return the value of each band of (n, 4) numbers: (n, bands)."""
    bits = np.unpackbits(hashes.astype(">u8").view(np.uint8).reshape(-1, 32), axis=1)
    padded = np.concatenate((bits, np.zeros((len(bits), 1), dtype=np.uint8)), axis=1)
    dealt = np.take(padded, _dealing(layout), axis=1).reshape(len(bits), len(layout.widths), 32)
    return np.packbits(dealt, axis=2).view(">u4").astype(np.uint32)[:, :, 0]


@lru_cache
def _dealing(layout: Layout) -> Column:
    """Return, for 32 bits of each band, which bit of a hash it is; _BITS stands for none."""
    dealt, ends = np.array(_DEALT), np.cumsum(layout.widths)
    parts = [
        [_BITS] * (32 - width) + dealt[end - width : end].tolist()
        for width, end in zip(layout.widths, ends, strict=True)
    ]
    return np.array(parts, dtype=np.intp).reshape(-1)


@lru_cache
def _starts(layout: Layout) -> Column:
    """Return where the values of each band begin among those of all, and their number."""
    return np.cumsum([0, *(1 << width for width in layout.widths)])


class _Probes(NamedTuple):
    """Looks at an index: in which band, with which bits flipped, and how many those are."""

    band: Column
    mask: Column
    flips: Column

    def where(self, chosen: Column) -> "_Probes":
        return _Probes(*(column[chosen] for column in self))


@lru_cache
def _probes(layout: Layout, flips: int) -> _Probes:
    """Return every look at every band with up to so many bits flipped."""
    probes = [
        (band, sum(1 << bit for bit in bits), count)
        for band, width in enumerate(layout.widths)
        for count in range(flips + 1)
        for bits in combinations(range(width), count)
    ]
    return _Probes(*np.ascontiguousarray(np.array(probes, dtype=np.int64).T))


@lru_cache
def _even_probes(layout: Layout, radius: int) -> _Probes:
    """Return the looks that miss nothing within a radius, at every band about as far."""
    flips, more = divmod(radius + 1, len(layout.widths))
    probes = _probes(layout, flips)
    return probes.where(probes.flips < flips + (probes.band >= len(layout.widths) - more))


def _allocate(costs: Sequence[Sequence[int]], wanted: int) -> list[int]:
    """Return for each band a number of levels, `wanted` in all or more, so that the costs add up to the least.

    `costs[band][levels]` is what that many levels of a band cost; it rises with the levels.
    """
    best: dict[int, tuple[int, tuple[int, ...]]] = {0: (0, ())}  # by levels reached: what they cost, and which
    for of_band in costs:
        after: dict[int, tuple[int, tuple[int, ...]]] = {}
        for reached, (spent, chosen) in best.items():
            for levels, cost in enumerate(of_band):
                total, offered = min(reached + levels, wanted), (spent + cost, (*chosen, levels))
                after[total] = min(after.get(total, offered), offered)
        best = after
    return list(best[wanted][1]) if wanted in best else [len(costs[0]) - 1] * len(costs)


def _compare_pairs(hashes: Column, words: Column, query: Column, row: Column, radius: int) -> Near:
    """Return the pairs within the radius, each once, where `hashes` are four numbers a row."""
    half = np.take(hashes.reshape(-1, 2), 2 * row, axis=0)
    half ^= np.take(words[:, :2], query, axis=0)
    counts = bit_counts(half)
    near = np.flatnonzero(counts[:, 0] + counts[:, 1] <= radius)
    if not len(near):
        return _EMPTY
    query, row = query[near], row[near]
    distance = bit_counts(np.take(hashes.reshape(-1, 4), row, axis=0) ^ words[query]).sum(axis=1, dtype=np.int64)
    near = np.flatnonzero(distance <= radius)
    _, first = np.unique(query[near] * np.int64(len(hashes)) + row[near], return_index=True)
    return Near(query[near][first], row[near][first], distance[near][first])


def _scan(hashes: Column, words: Column, radius: int) -> Neighbours:
    starts = range(0, max(len(hashes), 1), _CHUNK)
    found = [_compare(hashes[start : start + _CHUNK], words, radius) for start in starts]
    rows = [part.rows + start for start, part in zip(starts, found, strict=True)]
    return Neighbours(np.concatenate(rows), np.concatenate([part.distances for part in found]))


def _compare(hashes: Column, words: Column, radius: int) -> Neighbours:
    """Compare every hash, but the second half of each only where the first is within the radius."""
    half = bit_counts(hashes[:, 0] ^ words[0]) + bit_counts(hashes[:, 1] ^ words[1])
    rows = np.flatnonzero(half <= radius)
    distances = bit_counts(hashes[rows] ^ words).sum(axis=1, dtype=np.int64)
    near = distances <= radius
    return Neighbours(rows[near], distances[near])
