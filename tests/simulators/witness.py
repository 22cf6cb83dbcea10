"""The decision of a witness (c2sp.org/tlog-witness): whether to cosign the next checkpoint of a log.

One pure function. It is given what is stored about the logs and says what to answer and what to store; storing
must happen before answering, and reading, deciding and storing must be one transaction, or two requests at once
can roll a log back.

Status codes follow the specification, except that a log not known is 403 and not 404: litewitness, whose
published protocol test is the reference here, answers so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from crawler_filter.errors import DataError, EquivocationError, MalformedNoteError, ProofError, SignatureError
from crawler_filter.log.checkpoint import Checkpoint, check_successor, decode_root
from crawler_filter.log.encoding import decode_decimal, encode_base64
from crawler_filter.log.keys import Signer, Verifier
from crawler_filter.log.note import Note
from crawler_filter.log.tree import EMPTY_ROOT, MAX_PROOF_HASHES

SIZE_TYPE: Final = "text/x.tlog.size"
TEXT_TYPE: Final = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class WitnessedLog:
    """What a witness stores about one log: the keys it believes, and the last size and root it cosigned."""

    origin: str
    keys: tuple[Verifier, ...]
    size: int = 0
    root: bytes = EMPTY_ROOT


@dataclass(frozen=True, slots=True)
class Answer:
    """What to answer. `stored`, when not None, replaces the log's stored state before anything is answered."""

    status: int
    body: bytes
    content_type: str = TEXT_TYPE
    stored: WitnessedLog | None = None


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A request: the size the log believes was cosigned last, the proof from there, and the signed checkpoint."""

    old_size: int
    proof: tuple[bytes, ...]
    note: Note

    @classmethod
    def parse(cls, data: bytes) -> "AddCheckpoint":
        """Read a request's body."""
        head, separator, note = data.partition(b"\n\n")
        if not separator or not head.startswith(b"old ") or not head.isascii():
            raise MalformedNoteError("expected 'old <size>', lines of proof, an empty line and a checkpoint")
        size, *proof = head.removeprefix(b"old ").decode("ascii").split("\n")
        if len(proof) > MAX_PROOF_HASHES:
            raise MalformedNoteError(f"expected at most {MAX_PROOF_HASHES} hashes, got {len(proof)}")
        return cls(decode_decimal(size, "old size"), tuple(decode_root(line) for line in proof), Note.parse(note))

    def encode(self) -> bytes:
        """Return the body as `parse` reads it."""
        lines = [f"old {self.old_size}", *map(encode_base64, self.proof)]
        return "".join(f"{line}\n" for line in lines).encode("ascii") + b"\n" + self.note.encode()


def add_checkpoint(request: bytes, logs: Mapping[str, WitnessedLog], signer: Signer, now: int) -> Answer:
    """Decide one add-checkpoint request at `now` (unix seconds); `logs` is keyed by origin."""
    try:
        asked = AddCheckpoint.parse(request)
        checkpoint = Checkpoint.parse(asked.note.text)
    except DataError as error:
        return _refusal(400, str(error))
    log = logs.get(checkpoint.origin)
    if log is None:
        return _refusal(403, f"unknown log {checkpoint.origin}")
    return _decide(asked, checkpoint, log, signer, now)


def _decide(asked: AddCheckpoint, checkpoint: Checkpoint, log: WitnessedLog, signer: Signer, now: int) -> Answer:
    try:
        asked.note.verify(log.keys)
    except SignatureError as error:
        return _refusal(403, f"invalid signature: {error}")
    if asked.old_size > checkpoint.size:
        return _refusal(400, f"old size {asked.old_size} is larger than the checkpoint's {checkpoint.size}")
    if asked.old_size != log.size:
        return Answer(409, b"%d\n" % log.size, SIZE_TYPE)
    try:
        check_successor(Checkpoint(log.origin, log.size, log.root), checkpoint, asked.proof)
    except (EquivocationError, ProofError) as error:
        return _refusal(422, f"bad consistency proof: {error}")
    cosignature = signer.cosign(asked.note.text, now)
    stored = replace(log, size=checkpoint.size, root=checkpoint.root)
    return Answer(200, f"{cosignature.encode()}\n".encode(), stored=stored)


def _refusal(status: int, reason: str) -> Answer:
    return Answer(status, f"{reason}\n".encode("utf-8", "replace"))
