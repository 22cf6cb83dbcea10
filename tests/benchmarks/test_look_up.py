"""The rows that a look-up is measured among are real hashes and others like them, none of them of one picture."""

import numpy as np

from benchmarks.edits import drawing
from benchmarks.look_up import filled, looked_up
from crawler_filter.fingerprints.bits import bit_counts
from crawler_filter.snapshot.multi_index import CLOSE_RADIUS, MATCH_RADIUS, SCANNED, index_columns, layout_for


def test_rows_are_real_hashes_and_these_again_with_an_eighth_of_their_bits_flipped() -> None:
    real = np.random.default_rng(1).integers(0, 2**64, (40, 4), dtype=np.uint64)
    rows = filled(real, 1_000)
    distances = bit_counts(rows[:, None] ^ real).sum(axis=2).min(axis=1)
    assert len(rows) == 1_000
    assert np.count_nonzero(distances == 0) == 40
    assert 28 < distances[distances > 0].mean() < 36
    assert len(np.unique(rows, axis=0)) == 1_000


def test_all_variants_of_a_drawing_are_looked_up_within_their_radius_and_found_as_by_a_scan() -> None:
    (wide, whole), (close, turned) = looked_up(drawing(1, 200, 150))
    assert (wide, close) == (MATCH_RADIUS, CLOSE_RADIUS)
    own = np.frombuffer(whole[0] + turned[0], dtype=">u8").astype(np.uint64).reshape(-1, 4)
    rows = filled(
        np.concatenate([own, np.random.default_rng(2).integers(0, 2**64, (60, 4), dtype=np.uint64)]), 50_000
    )
    columns, plain = index_columns(rows), SCANNED.columns(rows)
    for radius, hashes in ((wide, whole), (close, turned)):
        near = layout_for(len(rows)).search_each(columns, hashes, radius)
        scan = SCANNED.search_each(plain, hashes, radius)
        assert all(map(np.array_equal, near, scan))
        assert len(near.row)
