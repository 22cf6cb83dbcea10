"""Offline proofs that something was logged (c2sp.org/tlog-proof): index, inclusion proof and signed checkpoint.

`extra` is opaque and *not* covered by any signature; whoever puts bytes there must check them against the entry.
"""

from dataclasses import dataclass
from typing import Final

from crawler_filter.errors import MalformedNoteError, OversizedError
from crawler_filter.log.checkpoint import Checkpoint, decode_root
from crawler_filter.log.encoding import decode_base64, decode_decimal, encode_base64
from crawler_filter.log.note import MAX_NOTE_BYTES
from crawler_filter.log.policy import LogPolicy
from crawler_filter.log.tree import MAX_PROOF_HASHES, leaf_hash, verify_inclusion

MAX_TLOG_PROOF_BYTES: Final = 2 * MAX_NOTE_BYTES
"""A checkpoint of the largest size and as much again in `extra`."""

_HEADER: Final = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class TlogProof:
    """A proof as read: nothing is verified but its form. `hashes` start at the leaf's sibling."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes = b""

    @classmethod
    def parse(cls, data: bytes) -> "TlogProof":
        """Read a `.tlog-proof` file.

        Raises:
            OversizedError: more than MAX_TLOG_PROOF_BYTES.
            MalformedNoteError: not such a file. The checkpoint is taken verbatim and read when it is verified.
        """
        if len(data) > MAX_TLOG_PROOF_BYTES:
            raise OversizedError(f"expected a proof of at most {MAX_TLOG_PROOF_BYTES} bytes, got {len(data)}")
        head, separator, checkpoint = data.partition(b"\n\n")
        if not separator or not head.isascii():
            raise MalformedNoteError("expected a proof: ASCII lines, an empty line and a checkpoint")
        lines = head.decode("ascii").split("\n")
        if lines.pop(0) != _HEADER:
            raise MalformedNoteError(f"expected a first line {_HEADER!r}")
        extra = _parse_extra(lines.pop(0)) if lines and lines[0].startswith("extra ") else b""
        if not lines or not lines[0].startswith("index "):
            raise MalformedNoteError("expected a line 'index <n>'")
        index = decode_decimal(lines.pop(0).removeprefix("index "), "index")
        if len(lines) > MAX_PROOF_HASHES:
            raise MalformedNoteError(f"expected at most {MAX_PROOF_HASHES} hashes, got {len(lines)}")
        return cls(index, tuple(decode_root(line) for line in lines), checkpoint, extra)

    def encode(self) -> bytes:
        """Return the file as `parse` reads it."""
        lines = [_HEADER]
        if self.extra:
            lines.append(f"extra {encode_base64(self.extra)}")
        lines += [f"index {self.index}", *map(encode_base64, self.hashes)]
        return "".join(f"{line}\n" for line in lines).encode("ascii") + b"\n" + self.checkpoint

    def verify(self, entry: bytes, policy: LogPolicy) -> Checkpoint:
        """Check that `entry` is in the log at `index`; return the checkpoint that shows it.

        Raises:
            SignatureError, MalformedNoteError, OversizedError: the policy does not accept the checkpoint.
            ProofError: the entry is not there.
        """
        checkpoint = policy.verify_checkpoint(self.checkpoint)
        verify_inclusion(self.index, checkpoint.size, leaf_hash(entry), self.hashes, checkpoint.root)
        return checkpoint


def _parse_extra(line: str) -> bytes:
    extra = decode_base64(line.removeprefix("extra "), "extra")
    if not extra:
        raise MalformedNoteError("expected bytes in the line 'extra', which is left out when there are none")
    return extra
