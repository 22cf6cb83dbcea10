"""The Merkle tree of RFC 6962, section 2.1 (the same in RFC 9162): hashes, roots and proofs.

A tree is read through a `HashReader`, which gives the hash of any *perfect* subtree: level 0 is the leaves,
the node (level, index) covers the leaves from index * 2**level up to (index + 1) * 2**level. Roots and proofs
need O(log n) such reads, so a log of any length is extended and proved without hashing it again.

Creating a proof raises ValueError for a position outside the tree: that is the caller's mistake. Verifying raises
ProofError: that is somebody else's bytes. Nothing here knows about tiles, notes or files.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Final, TypeAlias

from crawler_filter.errors import ProofError

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()
MAX_PROOF_HASHES: Final = 63
"""The longest proof of a tree of fewer than 2**63 leaves (tlog-witness, "add-checkpoint")."""

_LEAF_PREFIX: Final = b"\x00"
_NODE_PREFIX: Final = b"\x01"

HashReader: TypeAlias = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of one entry as a leaf."""
    return sha256(_LEAF_PREFIX + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above `left` and `right`."""
    return sha256(_NODE_PREFIX + left + right).digest()


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """Return the hash of the perfect subtree above `hashes`, whose number is a power of two."""
    row = hashes
    while len(row) > 1:
        row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row), 2)]
    return row[0]


def root_hash(size: int, read: HashReader) -> bytes:
    """Return the root of the tree of the first `size` leaves."""
    return _range_hash(0, size, read) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, read: HashReader) -> list[bytes]:
    """Return the audit path of leaf `index` in the tree of `size` leaves, the leaf's sibling first."""
    if not 0 <= index < size:
        raise ValueError(f"expected a leaf below {size}, got {index}")
    proof = []
    start, end = 0, size
    while end - start > 1:
        split = start + _split(end - start)
        if index < split:
            proof.append(_range_hash(split, end, read))
            end = split
        else:
            proof.append(_range_hash(start, split, read))
            start = split
    return proof[::-1]


def consistency_proof(old_size: int, new_size: int, read: HashReader) -> list[bytes]:
    """Return the proof that the first `old_size` leaves of the tree of `new_size` are the older tree.

    It is empty when nothing was there before and when nothing has grown.
    """
    if not 0 <= old_size <= new_size:
        raise ValueError(f"expected an older tree of a size of at most {new_size}, got {old_size}")
    if old_size == 0:
        return []
    proof = []
    start, end = 0, new_size
    while old_size != end:
        split = start + _split(end - start)
        if old_size <= split:
            proof.append(_range_hash(split, end, read))
            end = split
        else:
            proof.append(_range_hash(start, split, read))
            start = split
    if start:  # the older tree is not itself one of the nodes, so the verifier lacks this one
        proof.append(_range_hash(start, end, read))
    return proof[::-1]


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the leaf hash `leaf` stands at `index` of the tree of `size` leaves with this root.

    Raises:
        ProofError: it does not, or the proof has the wrong shape.
    """
    if not 0 <= index < size:
        raise ProofError(f"expected a leaf index below the tree size {size}, got {index}")
    if len(leaf) != HASH_SIZE:
        raise ProofError(f"expected a leaf hash of {HASH_SIZE} bytes, got {len(leaf)}")
    inner, border = _decompose(index, size)
    _check_shape(proof, inner + border)
    computed = _chain_border_right(_chain_inner(leaf, proof[:inner], index), proof[inner:])
    _check_root(computed, root, f"inclusion of leaf {index} in {size}")


def verify_consistency(
    old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the tree of `new_size` leaves extends the tree of `old_size`.

    An empty older tree proves nothing and is refused: every tree extends it, so there is nothing to show.

    Raises:
        ProofError: it does not, or the proof has the wrong shape.
    """
    if not 0 < old_size <= new_size:
        raise ProofError(f"expected an older size of 1 to {new_size}, got {old_size}")
    if old_size == new_size:
        _check_shape(proof, 0)
        _check_root(new_root, old_root, f"consistency of two trees of {new_size}")
        return
    shift = (old_size & -old_size).bit_length() - 1
    inner, border = _decompose(old_size - 1, new_size)
    inner -= shift
    is_node = old_size == 1 << shift  # then the proof starts from the older root, which it need not carry
    _check_shape(proof, inner + border + (not is_node))
    seed, path = (old_root, proof) if is_node else (proof[0], proof[1:])
    mask = (old_size - 1) >> shift
    where = f"consistency from {old_size} to {new_size}"
    old = _chain_border_right(_chain_inner_right(seed, path[:inner], mask), path[inner:])
    _check_root(old, old_root, f"{where}, older tree")
    new = _chain_border_right(_chain_inner(seed, path[:inner], mask), path[inner:])
    _check_root(new, new_root, f"{where}, newer tree")


def _split(count: int) -> int:
    """Return the largest power of two below `count` (RFC 6962, section 2.1)."""
    return 1 << (count - 1).bit_length() - 1


def _range_hash(start: int, end: int, read: HashReader) -> bytes:
    """Return the hash over the leaves [start, end), a right edge: start is aligned to the split above it."""
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append(read(level, start >> level))
        start += 1 << level
    computed = nodes.pop()
    while nodes:
        computed = node_hash(nodes.pop(), computed)
    return computed


def _decompose(index: int, size: int) -> tuple[int, int]:
    """Return how many hashes of a path lie below, and how many along, the right border of the tree."""
    inner = (index ^ (size - 1)).bit_length()
    return inner, (index >> inner).bit_count()


def _chain_inner(seed: bytes, proof: Sequence[bytes], index: int) -> bytes:
    for level, sibling in enumerate(proof):
        seed = node_hash(sibling, seed) if index >> level & 1 else node_hash(seed, sibling)
    return seed


def _chain_inner_right(seed: bytes, proof: Sequence[bytes], index: int) -> bytes:
    """Chain only the siblings to the left: what the older tree's root is made of."""
    for level, sibling in enumerate(proof):
        if index >> level & 1:
            seed = node_hash(sibling, seed)
    return seed


def _chain_border_right(seed: bytes, proof: Sequence[bytes]) -> bytes:
    for sibling in proof:
        seed = node_hash(sibling, seed)
    return seed


def _check_shape(proof: Sequence[bytes], expected: int) -> None:
    if len(proof) != expected:
        raise ProofError(f"expected a proof of {expected} hashes, got {len(proof)}")
    for position, item in enumerate(proof):
        if len(item) != HASH_SIZE:
            raise ProofError(f"expected {HASH_SIZE} bytes in proof hash {position}, got {len(item)}")


def _check_root(computed: bytes, root: bytes, where: str) -> None:
    if computed != root:
        raise ProofError(f"{where}: expected root {root.hex()}, got {computed.hex()}")
