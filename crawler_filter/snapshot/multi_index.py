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
- `offset`: u32; for every band and every value of it, in order, where its entries begin in `id`; then their end;
- `id`: u32; for every band and every value of it, in order, the rows with that value, rising.

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
from crawler_filter.snapshot.arrays import Column, ranges

COLUMN_TYPES: Final = {"hash": "<u8", "offset": "<u4", "id": "<u4"}

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
_PROBES_AT_ONCE: Final = 100_000
"""Looks at an index that are made at once: more would not fit into a processor's cache."""
_AT_ONCE: Final = 64
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
    """The number of bits in each band. Without bands, a search compares all hashes."""

    widths: tuple[int, ...]

    def columns(self, hashes: Column) -> dict[str, Column]:
        """Return the columns over hashes of (n, 4) numbers, by name. The same hashes give the same bytes."""
        values = np.empty((len(self.widths), len(hashes)), dtype=np.uint32)
        for start in range(0, len(hashes), _CHUNK):
            values[:, start : start + _CHUNK] = _band_values(self, hashes[start : start + _CHUNK]).T
        offsets = np.empty(_starts(self)[-1] + 1, dtype="<u4")
        offsets[-1] = values.size
        for band, width in enumerate(self.widths):
            counts = np.bincount(values[band], minlength=1 << width)
            offsets[_starts(self)[band] :][: 1 << width] = np.cumsum(counts) - counts + band * len(hashes)
        return {
            "hash": np.ascontiguousarray(hashes, dtype="<u8").reshape(-1),
            "offset": offsets,
            "id": np.concatenate([np.zeros(0, dtype="<u4"), *map(_order, values)]),
        }

    def search(self, columns: Mapping[str, Column], query: bytes, radius: int) -> Neighbours:
        """Search columns of this layout. Raises as `search` does."""
        if not 0 <= radius <= MAX_RADIUS:
            raise ValueError(f"expected a radius of 0 to {MAX_RADIUS} bits, got {radius}")
        hashes, offsets, ids = (np.asarray(columns[name]) for name in COLUMN_TYPES)
        hashes, words = hashes.reshape(-1, 4), hash_words(query)
        if len(offsets) != _starts(self)[-1] + 1 or len(ids) != len(self.widths) * len(hashes):
            raise MalformedSegmentError(f"an index of {len(hashes)} hashes has columns of another length")
        candidates = self._candidates(offsets, ids, words, radius)
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
        found, at_once = [_EMPTY], self._at_once(radius)
        for start in range(0, len(queries), at_once):
            near = self._search_some(columns, queries[start : start + at_once], radius)
            found.append(near._replace(query=near.query + start))
        return Near(*(np.concatenate(parts) for parts in zip(*found, strict=True)))

    def _at_once(self, radius: int) -> int:
        if not self.widths or not 0 <= radius <= MAX_RADIUS:
            return _AT_ONCE
        return max(1, min(_AT_ONCE, _PROBES_AT_ONCE // len(_even_probes(self, radius).band)))

    def _search_some(self, columns: Mapping[str, Column], queries: Sequence[bytes], radius: int) -> Near:
        hashes, offsets, ids = (np.asarray(columns[name]) for name in COLUMN_TYPES)
        words = hash_words(b"".join(queries))
        if not self.widths or not 0 <= radius <= MAX_RADIUS or len(offsets) != _starts(self)[-1] + 1:
            return self._one_after_the_other(columns, queries, radius)
        starts, lengths = self._entries(offsets, _band_values(self, words), _even_probes(self, radius))
        of_query = lengths.sum(axis=1)
        if int(of_query.max()) > CROWDED or int(of_query.max()) * len(self.widths) > len(ids):
            return self._one_after_the_other(columns, queries, radius)
        filled = np.flatnonzero(lengths)
        row = np.take(ids, ranges(starts.reshape(-1)[filled], lengths.reshape(-1)[filled])).astype(np.int64)
        if len(row) and int(row.max()) >= len(hashes) // 4:
            raise MalformedSegmentError(f"an entry of an index is beyond its {len(hashes) // 4} hashes")
        return _compare_pairs(hashes, words, np.repeat(np.arange(len(words)), of_query), row, radius)

    def _one_after_the_other(self, columns: Mapping[str, Column], queries: Sequence[bytes], radius: int) -> Near:
        found = [self.search(columns, query, radius) for query in queries]
        return Near(
            np.repeat(np.arange(len(found)), [len(each.rows) for each in found]),
            np.concatenate([each.rows for each in found]),
            np.concatenate([each.distances for each in found]),
        )

    def _candidates(self, offsets: Column, ids: Column, words: Column, radius: int) -> Column | None:
        """Return the rows to compare, some of them more than once; None where comparing all is cheaper."""
        if not self.widths:
            return None
        values = _band_values(self, words)
        flips = radius // len(self.widths)
        starts, lengths = self._entries(offsets, values, _probes(self, flips))
        if int(lengths.sum()) > CROWDED:
            probes = _probes(self, flips + 2)
            starts, lengths = self._entries(offsets, values, probes)
            chosen = self._cheapest(probes, lengths[0], radius)
            starts, lengths = starts[:, chosen], lengths[:, chosen]
        if int(lengths.sum()) * len(self.widths) > len(ids):
            return None
        return ids[ranges(starts[0], lengths[0])]

    def _entries(self, offsets: Column, values: Column, probes: "_Probes") -> tuple[Column, Column]:
        """Return where the entries of each probe begin, and how many there are, for each query."""
        probed = (np.take(values, probes.band, axis=1) ^ probes.mask) + _starts(self)[probes.band]
        starts = np.take(offsets, probed).astype(np.int64)
        lengths = np.take(offsets, probed + 1) - starts
        if int(lengths.min()) < 0:
            raise MalformedSegmentError("an index has offsets that fall")
        return starts, lengths

    def _cheapest(self, probes: "_Probes", lengths: Column, radius: int) -> Column:
        """Return the probes of the thresholds with the fewest entries among those that miss nothing."""
        most = int(probes.flips.max())
        costs = np.zeros((len(self.widths), most + 2), dtype=np.int64)  # of a band by threshold, from -1 on
        np.add.at(costs, (probes.band.astype(np.intp), probes.flips + 1), lengths)
        thresholds = _allocate(costs.cumsum(axis=1).tolist(), radius + 1)
        chosen: Column = probes.flips < np.array(thresholds)[probes.band]
        return chosen


_EMPTY: Final = Near(*(np.zeros(0, dtype=np.int64) for _ in range(3)))

SCANNED: Final = Layout(())
NARROW: Final = Layout((16,) * 16)
WIDE: Final = Layout((24,) * 3 + (23,) * 8)

_NARROW_FROM: Final = 50_000
_WIDE_FROM: Final = 3_000_000


def layout_for(count: int) -> Layout:
    """Return the layout over `count` hashes: about as many values in a band as there are hashes."""
    if count < _NARROW_FROM:
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


@lru_cache
def _probes(layout: Layout, flips: int) -> _Probes:
    """Return every look at every band with up to so many bits flipped."""
    probes = [
        (band, sum(1 << bit for bit in bits), count)
        for band, width in enumerate(layout.widths)
        for count in range(flips + 1)
        for bits in combinations(range(width), count)
    ]
    band, mask, count = np.array(probes, dtype=np.uint32).T
    return _Probes(band, mask, count.astype(np.int64))


@lru_cache
def _even_probes(layout: Layout, radius: int) -> _Probes:
    """Return the looks that miss nothing within a radius, at every band about as far."""
    flips, more = divmod(radius + 1, len(layout.widths))
    probes = _probes(layout, flips)
    chosen = probes.flips < flips + (probes.band >= len(layout.widths) - more)
    return _Probes(*(column[chosen] for column in probes))


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


def _order(values: Column) -> Column:
    """Return the rows by value, rising where it is the same: two passes that numpy does as a radix sort."""
    order = np.argsort(values.astype(np.uint16), kind="stable")
    high = (values >> 16).astype(np.uint16)
    if high.any():
        order = order[np.argsort(high[order], kind="stable")]
    return order.astype("<u4")


def _compare_pairs(hashes: Column, words: Column, query: Column, row: Column, radius: int) -> Near:
    """Return the pairs within the radius, each once, where `hashes` are four numbers a row."""
    half = np.take(hashes, 4 * row) ^ words[query, 0]
    near = np.flatnonzero(bit_counts(half) <= radius)
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
