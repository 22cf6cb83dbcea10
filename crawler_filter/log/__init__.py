"""The transparency log's formats: pure functions over bytes; no files, no network, no clock.

tree        RFC 6962 hashes, roots and proofs
keys, note  C2SP signed notes: Ed25519 signatures and timestamped cosignatures
checkpoint  the log's statement of its size and root, and what may follow it
tiles, edge where the log's files lie, how they grow, how a whole log is verified
policy      which logs and witnesses make a checkpoint believable
root, trust the registry's root keys, their rotation, and the operator's trust file
proof       offline proofs of inclusion
"""

from crawler_filter.log.checkpoint import MAX_CHECKPOINT_BYTES, Checkpoint, check_successor
from crawler_filter.log.edge import Edge, TileReader, hash_reader, verify_tiles
from crawler_filter.log.keys import COSIGNATURE, ED25519, Signature, Signer, Verifier
from crawler_filter.log.note import MAX_NOTE_BYTES, Note, sign_note
from crawler_filter.log.policy import NO_QUORUM, Group, LogKey, LogPolicy, Witness
from crawler_filter.log.proof import MAX_TLOG_PROOF_BYTES, TlogProof
from crawler_filter.log.root import MAX_ROOT_BYTES, MAX_ROTATIONS, KeySet, Root, open_root, walk
from crawler_filter.log.tiles import (
    CHECKPOINT_PATH,
    ENTRIES,
    MAX_ENTRY_BYTES,
    TILE_WIDTH,
    Tile,
    decode_bundle,
    encode_bundle,
    tile_at,
    tiles_of_growth,
)
from crawler_filter.log.tree import (
    EMPTY_ROOT,
    HASH_SIZE,
    HashReader,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_hash,
    verify_consistency,
    verify_inclusion,
)
from crawler_filter.log.trust import Trust

__all__ = [
    "CHECKPOINT_PATH",
    "COSIGNATURE",
    "ED25519",
    "EMPTY_ROOT",
    "ENTRIES",
    "HASH_SIZE",
    "MAX_CHECKPOINT_BYTES",
    "MAX_ENTRY_BYTES",
    "MAX_NOTE_BYTES",
    "MAX_ROOT_BYTES",
    "MAX_ROTATIONS",
    "MAX_TLOG_PROOF_BYTES",
    "NO_QUORUM",
    "TILE_WIDTH",
    "Checkpoint",
    "Edge",
    "Group",
    "HashReader",
    "KeySet",
    "LogKey",
    "LogPolicy",
    "Note",
    "Root",
    "Signature",
    "Signer",
    "Tile",
    "TileReader",
    "TlogProof",
    "Trust",
    "Verifier",
    "Witness",
    "check_successor",
    "consistency_proof",
    "decode_bundle",
    "encode_bundle",
    "hash_reader",
    "inclusion_proof",
    "leaf_hash",
    "node_hash",
    "open_root",
    "root_hash",
    "sign_note",
    "tile_at",
    "tiles_of_growth",
    "verify_consistency",
    "verify_inclusion",
    "verify_tiles",
    "walk",
]
