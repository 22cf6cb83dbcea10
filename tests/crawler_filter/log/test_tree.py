import base64
import json
from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import ProofError
from crawler_filter.log.tree import (
    EMPTY_ROOT,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    perfect_root,
    root_hash,
    verify_consistency,
    verify_inclusion,
)
from tests.profiles import examples

# The eight leaves and the roots of sizes 0 to 8 that every RFC 6962 implementation is tested with
# (transparency-dev/merkle, testonly/constants.go).
GOLDEN_LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
GOLDEN_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive_root(leaves):
    """RFC 6962, section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = max(1 << bit for bit in range(len(leaves).bit_length()) if 1 << bit < len(leaves))
    return sha256(b"\x01" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


def naive_path(index, leaves):
    """RFC 6962, section 2.1.1."""
    if len(leaves) == 1:
        return []
    split = max(1 << bit for bit in range(len(leaves).bit_length()) if 1 << bit < len(leaves))
    if index < split:
        return [*naive_path(index, leaves[:split]), naive_root(leaves[split:])]
    return [*naive_path(index - split, leaves[split:]), naive_root(leaves[:split])]


def naive_consistency(old, leaves, complete=True):
    """RFC 6962, section 2.1.2."""
    if old == len(leaves):
        return [] if complete else [naive_root(leaves)]
    split = max(1 << bit for bit in range(len(leaves).bit_length()) if 1 << bit < len(leaves))
    if old <= split:
        return [*naive_consistency(old, leaves[:split], complete), naive_root(leaves[split:])]
    return [*naive_consistency(old - split, leaves[split:], False), naive_root(leaves[:split])]


def reader(leaves):
    def read(level, index):
        covered = leaves[index << level : (index + 1) << level]
        assert len(covered) == 1 << level, "only perfect subtrees inside the tree may be asked for"
        return naive_root(covered)

    return read


def entries(count):
    return [b"%d" % number for number in range(count)]


def decoded(case, *names):
    return [base64.b64decode(case[name]) for name in names] + [
        [base64.b64decode(item) for item in case["proof"] or []]
    ]


@pytest.mark.parametrize("size", range(9))
def test_the_golden_roots_come_out(size):
    assert root_hash(size, reader(GOLDEN_LEAVES)).hex() == GOLDEN_ROOTS[size]
    assert naive_root(GOLDEN_LEAVES[:size]).hex() == GOLDEN_ROOTS[size]


def test_the_root_of_nothing_is_the_hash_of_nothing():
    assert root_hash(0, reader([])) == EMPTY_ROOT


def test_a_perfect_root_is_the_root_of_its_leaves():
    assert perfect_root([leaf_hash(leaf) for leaf in GOLDEN_LEAVES]).hex() == GOLDEN_ROOTS[8]


def test_every_published_inclusion_case_is_judged_as_published(vectors):
    cases = json.loads((vectors / "merkle" / "inclusion.json").read_text())
    wrong = [name for name, case in cases.items() if _accepts_inclusion(case) == case["wantErr"]]
    assert len(cases) == 98
    assert wrong == []


def _accepts_inclusion(case):
    root, leaf, proof = decoded(case, "root", "leafHash")
    try:
        verify_inclusion(case["leafIdx"], case["treeSize"], leaf, proof, root)
    except ProofError:
        return False
    return True


def test_every_published_consistency_case_is_judged_as_published(vectors):
    cases = json.loads((vectors / "merkle" / "consistency.json").read_text())
    wrong = [name for name, case in cases.items() if _accepts_consistency(case) == case["wantErr"]]
    assert len(cases) == 98
    assert wrong == []


def _accepts_consistency(case):
    old_root, new_root, proof = decoded(case, "root1", "root2")
    try:
        verify_consistency(case["size1"], case["size2"], old_root, new_root, proof)
    except ProofError:
        return False
    return True


def test_all_proofs_of_all_trees_up_to_33_leaves_are_those_of_the_rfc():
    leaves = entries(33)
    for size in range(1, 34):
        tree = leaves[:size]
        read, root = reader(tree), naive_root(tree)
        for index in range(size):
            proof = inclusion_proof(index, size, read)
            assert proof == naive_path(index, tree)
            verify_inclusion(index, size, leaf_hash(tree[index]), proof, root)
        for old in range(1, size + 1):
            proof = consistency_proof(old, size, read)
            assert proof == naive_consistency(old, tree)
            verify_consistency(old, size, naive_root(tree[:old]), root, proof)


@examples(30)
@given(size=st.integers(1, 600), data=st.data())
def test_roots_and_proofs_of_any_size_are_those_of_the_rfc(size, data):
    leaves = entries(size)
    read, root = reader(leaves), naive_root(leaves)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    assert root_hash(size, read) == root
    path = inclusion_proof(index, size, read)
    assert path == naive_path(index, leaves)
    verify_inclusion(index, size, leaf_hash(leaves[index]), path, root)
    growth = consistency_proof(old, size, read)
    assert growth == naive_consistency(old, leaves)
    verify_consistency(old, size, naive_root(leaves[:old]), root, growth)


@examples(30)
@given(size=st.integers(2, 300), data=st.data())
def test_one_changed_bit_anywhere_in_a_proof_is_refused(size, data):
    leaves = entries(size)
    read, root = reader(leaves), naive_root(leaves)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size - 1))
    path, growth = inclusion_proof(index, size, read), consistency_proof(old, size, read)
    place, bit = data.draw(st.integers(0, len(path) - 1)), data.draw(st.integers(0, 255))
    with pytest.raises(ProofError):
        verify_inclusion(index, size, leaf_hash(leaves[index]), _flipped(path, place, bit), root)
    place = data.draw(st.integers(0, len(growth) - 1))
    with pytest.raises(ProofError):
        verify_consistency(old, size, naive_root(leaves[:old]), root, _flipped(growth, place, bit))


def _flipped(proof, place, bit):
    changed = bytearray(proof[place])
    changed[bit // 8] ^= 1 << bit % 8
    return [*proof[:place], bytes(changed), *proof[place + 1 :]]


def test_a_proof_in_a_log_of_a_billion_leaves_takes_few_reads():
    reads = []

    def read(level, index):
        reads.append((level, index))
        return sha256(b"%d/%d" % (level, index)).digest()

    size = 1_000_000_007
    proof = inclusion_proof(123_456_789, size, read)
    verify_inclusion(123_456_789, size, read(0, 123_456_789), proof, _root_of_path(proof, size, read))
    assert len(reads) < 4 * size.bit_length()


def _root_of_path(proof, size, read):
    """Walk up by hand: the fake nodes above do not hash to their parents, so only the path decides."""
    computed, index, last = read(0, 123_456_789), 123_456_789, size - 1
    for sibling in proof:
        while index == last and index % 2 == 0:
            index, last = index // 2, last // 2
        computed = node_hash(sibling, computed) if index % 2 else node_hash(computed, sibling)
        index, last = index // 2, last // 2
    return computed


def test_consistency_with_an_empty_or_equal_tree_needs_no_hashes():
    read = reader(entries(7))
    assert consistency_proof(0, 7, read) == []
    assert consistency_proof(7, 7, read) == []


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5)])
def test_a_proof_for_a_leaf_outside_the_tree_is_the_callers_mistake(index, size):
    with pytest.raises(ValueError, match="expected a leaf below"):
        inclusion_proof(index, size, reader(entries(5)))


def test_a_proof_from_a_longer_tree_is_the_callers_mistake():
    with pytest.raises(ValueError, match="older tree"):
        consistency_proof(6, 5, reader(entries(5)))


def test_growth_chains_from_size_to_size():
    leaves = entries(70)
    sizes = [1, 2, 3, 8, 9, 31, 32, 33, 64, 70]
    for old, new in pairwise(sizes):
        proof = consistency_proof(old, new, reader(leaves[:new]))
        verify_consistency(old, new, naive_root(leaves[:old]), naive_root(leaves[:new]), proof)
