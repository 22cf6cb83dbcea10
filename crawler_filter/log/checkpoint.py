"""Checkpoints (c2sp.org/tlog-checkpoint): the log's signed statement of its size and root.

`Checkpoint` is the text; who signed it is decided by a policy. `check_successor` is the one rule that everyone
who remembers a checkpoint applies to the next one: a filter, a witness, and the log itself when it starts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crawler_filter.errors import EquivocationError, MalformedNoteError, ProofError, RollbackError
from crawler_filter.log.encoding import decode_base64, decode_decimal, encode_base64
from crawler_filter.log.keys import Signer
from crawler_filter.log.note import Note, sign_note
from crawler_filter.log.tree import EMPTY_ROOT, HASH_SIZE, verify_consistency

MAX_CHECKPOINT_BYTES: Final = 65_536
"""More than 100 cosignatures; a client reads no further."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Origin (the log's name), number of leaves and root hash; `extensions` are lines we do not interpret."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read a note's text.

        Raises:
            MalformedNoteError: not a checkpoint.
        """
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop() or not all(lines):
            raise MalformedNoteError("expected a checkpoint of three or more lines, none of them empty")
        origin, size, root, *extensions = lines
        return cls(origin, decode_decimal(size, "tree size"), decode_root(root), tuple(extensions))

    def encode(self) -> str:
        """Return the text as `parse` reads it."""
        lines = (self.origin, str(self.size), encode_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    def sign(self, signer: Signer) -> Note:
        """Return the checkpoint as a note signed by the log, whose key bears the log's origin as its name."""
        if signer.name != self.origin:
            raise ValueError(f"expected the key of {self.origin}, got that of {signer.name}")
        return sign_note(self.encode(), signer)


def decode_root(text: str) -> bytes:
    """Return the hash that `text` spells in base64."""
    root = decode_base64(text, "root hash")
    if len(root) != HASH_SIZE:
        raise MalformedNoteError(f"root hash: expected {HASH_SIZE} bytes, got {len(root)}")
    return root


def check_successor(trusted: Checkpoint, offered: Checkpoint, proof: Sequence[bytes]) -> None:
    """Check that `offered` can follow `trusted` in one append-only log. Both must be verified already.

    Raises:
        RollbackError: `offered` is smaller.
        EquivocationError: same size, other root; keep both notes, they convict the log.
        ProofError: another log, or `proof` does not lead from the one to the other.
    """
    if offered.origin != trusted.origin:
        raise ProofError(f"expected a checkpoint of {trusted.origin}, got one of {offered.origin}")
    if offered.size < trusted.size:
        raise RollbackError(f"{offered.origin}: expected a size of at least {trusted.size}, got {offered.size}")
    if offered.size == trusted.size and offered.root != trusted.root:
        raise EquivocationError(f"{offered.origin} signed two roots of size {offered.size}")
    if offered.size == 0 and offered.root != EMPTY_ROOT:
        raise ProofError(f"{offered.origin}: expected the root of an empty tree, got {offered.root.hex()}")
    if trusted.size > 0:
        verify_consistency(trusted.size, offered.size, trusted.root, offered.root, proof)
    elif proof:
        raise ProofError(f"expected no hashes of proof from an empty tree, got {len(proof)}")
