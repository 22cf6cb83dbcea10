"""All within the radius are found and none beyond it, whatever the hashes, in every layout."""

import mmap
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import MalformedSegmentError
from crawler_filter.fingerprints.bits import bit_counts
from crawler_filter.snapshot import multi_index
from crawler_filter.snapshot.buckets import EMPTY, MOST_ROWS, look
from crawler_filter.snapshot.multi_index import (
    CLOSE_RADIUS,
    COLUMN_TYPES,
    MATCH_RADIUS,
    MAX_RADIUS,
    NARROW,
    SAME_RENDITION,
    SCANNED,
    WIDE,
    Layout,
    _even_probes,
    hash_words,
    index_columns,
    layout_for,
    search,
)
from tests.profiles import examples

ELEVEN = Layout((12,) * 11)
"""Eleven bands as in the wide layout, over half of the bits: a table of its size takes seconds to make."""

LAYOUTS = {"scanned": SCANNED, "narrow": NARROW, "eleven": ELEVEN, "uneven": Layout((12,) * 5 + (9,) * 12)}


def random_hashes(count, seed=0):
    return np.random.default_rng(seed).integers(0, 2**64, (count, 4), dtype=np.uint64)


def flipped(words, bits):
    """The 32 bytes of a hash with these of its bits flipped; bit 0 is the first of its first byte."""
    value = np.unpackbits(words.astype(">u8").view(np.uint8))
    value[bits] ^= 1
    return np.packbits(value).tobytes()


def brute_force(hashes, query, radius):
    distances = bit_counts(hashes ^ hash_words(query)).sum(axis=1, dtype=np.int64)
    rows = np.flatnonzero(distances <= radius)
    return rows.tolist(), distances[rows].tolist()


def found(neighbours):
    return neighbours.rows.tolist(), neighbours.distances.tolist()


def bits_of_bands(layout):
    """Which bits of a hash each band holds, learnt from the columns alone: one that is set gives another value."""
    columns = layout.columns(
        hash_words(b"".join(flipped(np.zeros(4, dtype=np.uint64), [bit]) for bit in range(256)))
    )
    starts = np.cumsum([0, *(1 << width for width in layout.widths)])[:-1]
    zero = [look(columns["slot"], columns["rest"], start[None]).rows(columns["rest"])[1] for start in starts]
    return [sorted({*range(256)} - {*rows.tolist()}) for rows in zero]


@pytest.fixture(params=LAYOUTS)
def layout(request):
    return LAYOUTS[request.param]


@pytest.mark.parametrize("radius", [0, 10, 15, 16, 21, MATCH_RADIUS])
def test_several_are_searched_for_at_once_as_one_after_the_other(layout, radius):
    hashes, rng = random_hashes(1_500), np.random.default_rng(radius)
    queries = [
        flipped(hashes[place], rng.choice(256, rng.integers(radius + 3), replace=False)) for place in range(40)
    ]
    columns = layout.columns(hashes)
    near = layout.search_each(columns, queries, radius)
    expected = [
        (query, *pair)
        for query, value in enumerate(queries)
        for pair in zip(*brute_force(hashes, value, radius), strict=True)
    ]
    assert list(zip(near.query.tolist(), near.row.tolist(), near.distance.tolist(), strict=True)) == expected
    assert not len(layout.search_each(columns, [], radius).row)


def test_a_smaller_radius_needs_fewer_places(layout):
    if layout is not SCANNED:
        places = [len(_even_probes(layout, radius).band) for radius in (CLOSE_RADIUS, MATCH_RADIUS)]
        assert 4 * places[0] <= places[1]


def test_planted_distances_are_found_up_to_the_radius_as_by_brute_force(layout):
    hashes = random_hashes(2_000)
    columns, rng = layout.columns(hashes), np.random.default_rng(1)
    for distance in range(34):
        query = flipped(hashes[distance], rng.choice(256, distance, replace=False))
        for radius in (0, 7, SAME_RENDITION, 16, 30, MATCH_RADIUS):
            near = layout.search(columns, query, radius)
            assert found(near) == brute_force(hashes, query, radius)
            assert (distance in near.rows) == (distance <= radius)


@pytest.mark.parametrize(
    ("layout", "flips"),
    [(NARROW, [2] * 15 + [1]), (ELEVEN, [3] * 10 + [1])],
    ids=["2 in 15 bands", "3 in 10 bands"],
)
def test_flips_spread_so_that_one_band_alone_can_find_them_are_found_by_that_band(layout, flips):
    hashes, bands = random_hashes(300), bits_of_bands(layout)
    columns, rng = layout.columns(hashes), np.random.default_rng(2)
    assert sum(flips) == MAX_RADIUS
    for lightest in range(len(bands)):
        counts = np.roll(flips, lightest + 1)
        bits = [
            bit
            for band, count in zip(bands, counts, strict=True)
            for bit in rng.choice(band, count, replace=False)
        ]
        query = flipped(hashes[7], bits)
        assert found(layout.search(columns, query, MAX_RADIUS)) == ([7], [MAX_RADIUS])
        assert found(layout.search(columns, query, MAX_RADIUS - 1)) == ([], [])


@pytest.mark.parametrize("layout", [NARROW, ELEVEN], ids=["narrow", "eleven"])
def test_every_bit_is_in_one_band_at_most_and_bands_have_their_widths(layout):
    bands = bits_of_bands(layout)
    assert tuple(map(len, bands)) == layout.widths
    assert len(set().union(*bands)) == sum(layout.widths)


@pytest.mark.parametrize("layout", [NARROW, WIDE], ids=["narrow", "wide"])
def test_the_bands_of_a_real_layout_hold_all_the_bits_and_guarantee_the_greatest_radius_with_few_flips(layout):
    assert sum(layout.widths) == 256
    assert len(layout.widths) * (MAX_RADIUS // len(layout.widths) + 1) > MAX_RADIUS


few_words = st.lists(st.sampled_from([0, 1, 0xFFFF, 2**64 - 1]), min_size=4, max_size=4)


@examples(50)
@given(
    st.lists(few_words, max_size=30), few_words, st.integers(0, MAX_RADIUS), st.sampled_from([*LAYOUTS.values()])
)
def test_equal_and_crowded_hashes_are_found_as_by_brute_force(hashes, query, radius, layout):
    hashes = np.array(hashes, dtype=np.uint64).reshape(-1, 4)
    query = np.array(query, dtype=">u8").tobytes()
    assert found(layout.search(layout.columns(hashes), query, radius)) == brute_force(hashes, query, radius)


@pytest.mark.parametrize("layout", [NARROW, ELEVEN], ids=["narrow", "eleven"])
def test_hashes_crowded_into_one_value_of_every_band_cost_no_more_than_a_comparison_of_all(layout):
    hashes = np.concatenate([np.zeros((900, 4), dtype=np.uint64), random_hashes(100)])
    assert found(layout.search(layout.columns(hashes), bytes(32), 31)) == ([*range(900)], [0] * 900)


CROWD = 60_000


def crowding(bands, centre):
    """Hashes that nobody's picture has, with the value of `centre` in some bands: what an attacker would register."""
    hashes = np.unpackbits(random_hashes(CROWD, seed=7).astype(">u8").view(np.uint8).reshape(-1, 32), axis=1)
    wanted = np.unpackbits(centre.astype(">u8").view(np.uint8))
    for band in bands:
        hashes[:, band] = wanted[band]
    return np.packbits(hashes, axis=1).view(">u8").astype(np.uint64)


@pytest.fixture
def compared(monkeypatch):
    """How many hashes were compared, search by search."""
    counts, compare = [], multi_index._compare

    def counting(hashes, words, radius):
        counts.append(len(hashes))
        return compare(hashes, words, radius)

    monkeypatch.setattr(multi_index, "_compare", counting)
    return counts


@pytest.mark.parametrize("crowded", [1, 3, 5])
def test_hashes_chosen_to_crowd_some_bands_are_passed_over_and_nothing_near_is(compared, crowded):
    bands, pictures = bits_of_bands(NARROW), random_hashes(2_000)
    hashes = np.concatenate([pictures, crowding(bands[:crowded], pictures[0])])
    columns, rng = NARROW.columns(hashes), np.random.default_rng(3)
    for distance in (0, 7, 31):
        query = flipped(pictures[0], rng.choice(np.concatenate(bands[crowded:]), distance, replace=False))
        compared.clear()
        near = NARROW.search(columns, query, MATCH_RADIUS)
        assert sum(compared) < CROWD // 4
        assert 0 in near.rows
        assert found(near) == brute_force(hashes, query, MATCH_RADIUS)


def test_a_crowd_around_the_query_itself_costs_one_comparison_of_all_at_most(compared):
    bands, pictures = bits_of_bands(NARROW), random_hashes(2_000)
    hashes = np.concatenate([pictures, crowding(bands[:15], pictures[0])])
    columns = NARROW.columns(hashes)
    for query in (flipped(pictures[0], bits) for bits in ([], range(31), range(0, 160, 4))):
        compared.clear()
        near = NARROW.search(columns, query, MATCH_RADIUS)
        assert sum(compared) <= len(hashes)
        assert found(near) == brute_force(hashes, query, MATCH_RADIUS)


@given(st.lists(st.lists(st.integers(0, 50), min_size=3, max_size=3), min_size=1, max_size=4), st.integers(0, 8))
def test_thresholds_are_the_cheapest_of_all_that_miss_nothing(steps, wanted):
    costs = [[0, *np.cumsum(each).tolist()] for each in steps]
    enough = [way for way in product(range(4), repeat=len(costs)) if sum(way) >= wanted]
    chosen = multi_index._allocate(costs, wanted)

    def price(way):
        return sum(of_band[levels] for of_band, levels in zip(costs, way, strict=True))

    if enough:
        assert sum(chosen) >= wanted
        assert price(chosen) == min(map(price, enough))
    else:
        assert chosen == [3] * len(costs)


@examples(10)
@given(st.permutations(range(40)), st.sampled_from([*LAYOUTS.values()]))
def test_the_order_of_the_hashes_changes_rows_and_nothing_else(order, layout):
    hashes = random_hashes(40)
    query = flipped(hashes[11], [1, 60, 200])
    shuffled = layout.search(layout.columns(hashes[order]), query, MATCH_RADIUS)
    assert [order[row] for row in shuffled.rows] == layout.search(
        layout.columns(hashes), query, MATCH_RADIUS
    ).rows.tolist()


def test_columns_in_a_read_only_memory_map_answer_as_those_in_memory(layout, tmp_path):
    hashes = random_hashes(500)
    columns = layout.columns(hashes)
    path = tmp_path / "columns"
    path.write_bytes(b"".join(column.tobytes() for column in columns.values()))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        view, start, over_map = memoryview(mapped), 0, {}
        for name, column in columns.items():
            over_map[name] = np.frombuffer(view[start : start + column.nbytes], dtype=COLUMN_TYPES[name])
            start += column.nbytes
        query = flipped(hashes[42], range(31))
        assert (
            found(layout.search(over_map, query, 31)) == found(layout.search(columns, query, 31)) == ([42], [31])
        )
        del over_map
        view.release()


def test_columns_have_their_types_and_a_value_of_several_rows_has_a_list_of_them():
    hashes = hash_words(bytes(32) + b"\xff" * 32 + bytes(32))
    columns = Layout((2,)).columns(hashes)
    assert {name: column.dtype.str for name, column in columns.items()} == COLUMN_TYPES
    assert columns["slot"].tolist() == [1 << 31, 2**32 - 1, 2**32 - 1, 1]
    assert columns["rest"].tolist() == [2, 0, 2]
    assert columns["hash"].tolist() == [0] * 4 + [2**64 - 1] * 4 + [0] * 4


def test_the_first_byte_of_a_hash_is_the_most_significant_one():
    assert hash_words(bytes(range(32)))[0, 0] == 0x0001020304050607


@pytest.mark.parametrize("radius", [-1, MAX_RADIUS + 1])
def test_a_radius_without_a_guarantee_is_refused_at_any_size(radius, layout):
    with pytest.raises(ValueError, match="radius of 0 to 31"):
        layout.search(layout.columns(random_hashes(3)), bytes(32), radius)


def test_columns_that_do_not_belong_together_are_refused(layout):
    columns = layout.columns(random_hashes(10))
    other = np.zeros(len(columns["slot"]) + 1, dtype=np.uint32)
    for search_for in (
        lambda of: layout.search(of, bytes(32), 31),
        lambda of: layout.search_each(of, [bytes(32)], 31),
    ):
        with pytest.raises(MalformedSegmentError):
            search_for(columns | {"slot": other})


@pytest.mark.parametrize("layout", [NARROW, ELEVEN], ids=["narrow", "eleven"])
def test_an_index_that_leads_nowhere_is_refused(layout):
    hashes = random_hashes(300)
    columns = layout.columns(np.concatenate([hashes, hashes]))
    slot, rest = columns["slot"], columns["rest"]
    beyond = np.where(slot == EMPTY, slot, slot + np.uint32(600))
    rows_beyond = np.where(rest > 4, rest + np.uint32(600), rest)
    for broken in ({"slot": beyond}, {"rest": rest[:-1]}, {"rest": rest[:0]}, {"rest": rows_beyond}):
        with pytest.raises(MalformedSegmentError):
            for query in hashes:
                layout.search_each(columns | broken, [query.astype(">u8").tobytes()], MAX_RADIUS)


@pytest.mark.parametrize(
    ("count", "layout"),
    [
        (0, SCANNED),
        (49_999, SCANNED),
        (50_000, NARROW),
        (2_999_999, NARROW),
        (3_000_000, WIDE),
        (MOST_ROWS + 1, SCANNED),
    ],
)
def test_the_layout_follows_from_the_number_of_hashes(count, layout):
    assert layout_for(count) == layout


@pytest.mark.parametrize("count", [0, 1, 49_999, 50_000])
def test_both_sides_of_a_change_of_layout_find_what_was_planted(count):
    hashes = random_hashes(count)
    columns = index_columns(hashes)
    query = flipped(hashes[-1], range(5, 36)) if count else bytes(32)
    assert found(search(columns, query, MATCH_RADIUS)) == brute_force(hashes, query, MATCH_RADIUS)


@pytest.mark.slow
def test_the_wide_layout_finds_planted_distances_as_by_brute_force():
    hashes = random_hashes(3_000_000)
    columns, rng = index_columns(hashes), np.random.default_rng(3)
    for distance in range(34):
        query = flipped(hashes[distance], rng.choice(256, distance, replace=False))
        assert found(search(columns, query, MATCH_RADIUS)) == brute_force(hashes, query, MATCH_RADIUS)
