import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import DataError, ProofError
from crawler_filter.log.edge import Edge, hash_reader, verify_tiles
from crawler_filter.log.tiles import Tile, tile_at, tiles_of_growth
from crawler_filter.log.tree import EMPTY_ROOT, leaf_hash, root_hash, verify_consistency, verify_inclusion
from tests.profiles import examples

from .log_simulator import LogSimulator, log_of
from .test_tree import naive_root

BOUNDARIES = [1, 2, 255, 256, 257, 512, 600]


@pytest.fixture(scope="module")
def large_log():
    """Just past the size at which a third level of tiles begins."""
    log = LogSimulator()
    log.append(*(b"%d" % number for number in range(65_530)))
    for number in range(65_530, 65_540):
        log.append(b"%d" % number)
    return log


def test_an_empty_edge_has_the_root_of_nothing():
    assert Edge().root == EMPTY_ROOT
    assert Edge.load(0, lambda tile: b"") == Edge()


@examples(12)
@given(st.lists(st.integers(0, 300), max_size=6))
def test_a_log_grown_in_any_steps_is_the_tree_of_the_rfc(steps):
    log = LogSimulator()
    for step in steps:
        before = log.edge.size
        known = set(log.files)
        log.append(*(b"%d" % number for number in range(before, before + step)))
        made = {tile.path for tile in tiles_of_growth(before, log.edge.size)}
        assert {path for path in set(log.files) - known if "entries" not in path} == made
    assert log.edge.root == naive_root(log.entries)
    assert log.edge == Edge.load(log.edge.size, log.read_tile)
    verify_tiles(log.checkpoint, log.read_tile)


def test_growing_leaves_the_older_edge_as_it_was():
    edge, _ = Edge().grow([leaf_hash(b"a")])
    edge.grow([leaf_hash(b"b")])
    assert edge.root == leaf_hash(b"a")


@pytest.mark.parametrize("size", BOUNDARIES)
def test_roots_and_proofs_read_from_tiles_are_right_at_the_boundaries(size):
    log = log_of(size)
    assert root_hash(size, hash_reader(size, log.read_tile)) == log.edge.root
    for index in {0, size // 2, size - 1}:
        proof = log.proof(index)
        verify_inclusion(index, size, leaf_hash(log.entries[index]), proof.hashes, log.edge.root)
    for old in {1, size // 2 or 1, size}:
        verify_consistency(old, size, naive_root(log.entries[:old]), log.edge.root, log.consistency(old))


def test_a_log_with_three_levels_of_tiles_verifies(large_log):
    verify_tiles(large_log.checkpoint, large_log.read_tile)
    assert Edge.load(large_log.edge.size, large_log.read_tile) == large_log.edge


def test_a_proof_in_a_log_with_three_levels_of_tiles_reads_few_of_them(large_log):
    size, read = large_log.edge.size, []

    def reading(tile):
        read.append(tile)
        return large_log.read_tile(tile)

    for index in (0, 65_535, 65_536, size - 1):
        del read[:]
        proof = large_log.proof(index)
        verify_inclusion(index, size, leaf_hash(b"%d" % index), proof.hashes, large_log.edge.root)
        root_hash(size, hash_reader(size, reading))
        assert len(read) <= 3


def test_only_the_tiles_of_the_final_size_are_needed():
    log = LogSimulator()
    for number in range(300):
        log.append(b"%d" % number)
    files = log.published()
    assert len(files) < len(log.files)
    verify_tiles(log.checkpoint, lambda tile: files[tile.path])


def test_every_changed_bit_of_a_log_is_found():
    log = log_of(300)
    files = log.published()
    del files["checkpoint"]
    source = random.Random(6962)
    for _ in range(200):
        path = source.choice(sorted(files))
        place, bit = source.randrange(len(files[path])), source.randrange(8)
        changed = bytearray(files[path])
        changed[place] ^= 1 << bit
        damaged = {**files, path: bytes(changed)}
        with pytest.raises(DataError):
            verify_tiles(log.checkpoint, lambda tile, damaged=damaged: damaged[tile.path])


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data + bytes(32), lambda data: b""])
def test_a_tile_of_another_length_is_refused(change):
    log = log_of(300)
    log.files["tile/1/000.p/1"] = change(log.files["tile/1/000.p/1"])
    with pytest.raises(ProofError, match=r"tile/1/000\.p/1"):
        verify_tiles(log.checkpoint, log.read_tile)
    with pytest.raises(ProofError, match="expected 32 bytes"):
        Edge.load(300, log.read_tile)


def test_entries_that_do_not_make_the_signed_root_are_refused():
    with pytest.raises(ProofError, match="expected root"):
        verify_tiles(log_of(5).checkpoint, _renamed(log_of(5)).read_tile)


def _renamed(log):
    return LogSimulator().append(*(entry + b"!" for entry in log.entries))


def test_no_hash_beyond_the_tree_is_read():
    log = log_of(300)
    with pytest.raises(ValueError, match="has no tile"):
        hash_reader(300, log.read_tile)(8, 256)
    assert tile_at(1, 0, 300) == Tile(1, 0, 1)
