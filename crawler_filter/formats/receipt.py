"""Receipts: what a declaration said, and the proof that the log holds it, in one file that verifies alone.

A receipt is a C2SP tlog-proof whose `extra` carries the log entry, the salt and record it commits to, and the root
notes that lead from an older trust file to the key that signed. JSON carries the same fields. Nothing in `extra`
is covered by a signature by itself: `verify` derives all of it from the signed checkpoint, or refuses.

`docs/formats/receipt.md` is normative. A receipt whose record was erased still proves that something was logged.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from crawler_filter.errors import MalformedNoteError, MalformedRecordError, OversizedError
from crawler_filter.formats import canonical_json
from crawler_filter.formats.grant import Grant
from crawler_filter.formats.record import Leaf, LeafType, Record, rfc3339, whole_number
from crawler_filter.log import MAX_TLOG_PROOF_BYTES, Checkpoint, LogPolicy, TlogProof, Trust, walk
from crawler_filter.log.checkpoint import decode_root
from crawler_filter.log.encoding import encode_base64

FORMAT_VERSION: Final = 1

MAX_SHOWN: Final = 100
"""Characters of a scope's value that are shown; the fingerprints of a novel have thousands."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as read: nothing is verified. `salt` and `body` are None where nothing is stated or left.

    `roots` are the registry's root notes from the first one on, `proof` carries no `extra` of its own.
    """

    entry: bytes
    salt: bytes | None
    body: bytes | None
    roots: tuple[bytes, ...]
    proof: TlogProof

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Read either form.

        Raises:
            OversizedError: more than MAX_TLOG_PROOF_BYTES.
            MalformedNoteError, MalformedRecordError: not a receipt.
        """
        if len(data) > MAX_TLOG_PROOF_BYTES:
            raise OversizedError(f"expected a receipt of at most {MAX_TLOG_PROOF_BYTES} bytes, got {len(data)}")
        return cls._from_json(data) if data.lstrip()[:1] == b"{" else cls._from_text(data)

    def encode(self) -> bytes:
        """Return the text form, a `.tlog-proof` file."""
        extra = canonical_json.encode(self._statement())
        return replace(self.proof, extra=extra).encode()

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            **self._statement(),
            "index": self.proof.index,
            "hashes": [encode_base64(item) for item in self.proof.hashes],
            "checkpoint": self.proof.checkpoint.decode(),
        }

    def verify(self, trust: Trust) -> "Verified":
        """Check everything, from the trust file down to the record.

        Raises:
            SignatureError: the checkpoint or a root note is not signed by those it must be signed by.
            ProofError: the entry is not in the log.
            DigestMismatchError: the record is not the one that was logged.
            MalformedNoteError, MalformedRecordError: a part does not parse, or the trust file pins another root.
        """
        checkpoint = self.proof.verify(self.entry, self._policy(trust))
        leaf = Leaf.decode(self.entry)
        if self.salt is None or self.body is None:
            return Verified(self.proof.index, leaf, None, checkpoint)
        if leaf.type is LeafType.GRANT:
            return Verified(self.proof.index, leaf, None, checkpoint, _opened(leaf, self.salt, self.body))
        return Verified(self.proof.index, leaf, leaf.open(self.salt, self.body), checkpoint)

    def _policy(self, trust: Trust) -> LogPolicy:
        pinned = trust.root_version
        if len(self.roots) < pinned:
            raise MalformedNoteError(
                f"the trust file pins root note {pinned}, the receipt is as old as root note {len(self.roots)}: "
                "verify it with the trust file of its time, or fetch it again"
            )
        first, *later = self.roots[pinned - 1 :]
        return trust.at(walk(trust.open_root(first), later))

    def _statement(self) -> dict[str, Any]:
        return {
            "v": FORMAT_VERSION,
            "leaf": self.entry.decode(),
            "salt": None if self.salt is None else self.salt.hex(),
            "record": None if self.body is None else self.body.decode(),
            "roots": [note.decode() for note in self.roots],
        }

    @classmethod
    def _from_text(cls, data: bytes) -> Self:
        proof = TlogProof.parse(data)
        return cls._read(
            canonical_json.decode(proof.extra), TlogProof(proof.index, proof.hashes, proof.checkpoint)
        )

    @classmethod
    def _from_json(cls, data: bytes) -> Self:
        try:
            value = json.loads(data)
            hashes = tuple(decode_root(item) for item in value["hashes"])
            proof = TlogProof(whole_number(value["index"]), hashes, value["checkpoint"].encode())
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            raise MalformedRecordError(f"expected a receipt in JSON: {error!r}") from error
        return cls._read(value, proof)

    @classmethod
    def _read(cls, value: Mapping[str, Any], proof: TlogProof) -> Self:
        try:
            if value["v"] != FORMAT_VERSION:
                raise MalformedRecordError(f"expected a receipt of version {FORMAT_VERSION}, got {value['v']!r}")
            return cls(
                entry=value["leaf"].encode(),
                salt=None if value["salt"] is None else bytes.fromhex(value["salt"]),
                body=None if value["record"] is None else value["record"].encode(),
                roots=tuple(note.encode() for note in value["roots"]),
                proof=proof,
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise MalformedRecordError(f"a field of the receipt is missing or wrong: {error!r}") from error


@dataclass(frozen=True, slots=True)
class Verified:
    """The facts that a receipt proves: the log of `checkpoint` holds `leaf` at `index`, and it states `record`.

    `record` is None for a leaf that states nothing and where the record was erased; a `grant` leaf has a `grant`.
    """

    index: int
    leaf: Leaf
    record: Record | None
    checkpoint: Checkpoint
    grant: Grant | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object that `crawler-filter verify --json` prints."""
        return {
            "index": self.index,
            "type": self.leaf.type.value,
            "declaration": self.leaf.id,
            "time": self.leaf.time,
            "record": None if self.record is None else self.record.to_json(),
            "grant": None if self.grant is None else self.grant.to_json(),
            "log": self.checkpoint.origin,
            "log_size": self.checkpoint.size,
        }

    def explain(self) -> str:
        """Return a few lines for a person."""
        what = "grant" if self.leaf.type is LeafType.GRANT else f"{self.leaf.type} of declaration"
        lines = [
            f"verified: {what} {self.leaf.id}, {self.leaf.time}",
            f"  leaf {self.index} of {self.checkpoint.size} in {self.checkpoint.origin}",
        ]
        if self.grant is not None:
            return "\n".join([*lines, *_in_words(self.grant)])
        if self.record is None:
            return "\n".join([*lines, "  it states nothing, or what it stated was erased"])
        for scope in self.record.scopes:
            said = ", ".join(f"{usage} {preference}" for usage, preference in scope.preferences.items())
            value = scope.value if len(scope.value) <= MAX_SHOWN else f"{scope.value[:MAX_SHOWN]}…"
            lines.append(f"  {scope.kind} {value}: {said} ({scope.assurance})")
        return "\n".join(lines)


def verify(data: bytes, trust: Trust) -> Verified:
    """Return what the receipt `data`, in either form, proves to whoever believes `trust`.

    Raises as `Receipt.decode` and `Receipt.verify` do: DataError, and nothing else, for any bytes.
    """
    return Receipt.decode(data).verify(trust)


def _opened(leaf: Leaf, salt: bytes, body: bytes) -> Grant:
    leaf.check(salt, body)
    grant = Grant.decode(body)
    if grant.id != leaf.id:
        raise MalformedRecordError(f"the leaf is about {leaf.id}, its grant about {grant.id}")
    return grant


def _in_words(grant: Grant) -> Iterator[str]:
    until = "" if grant.until is None else f" until {rfc3339(grant.until)}"
    yield f"  to {grant.client_id}: {', '.join(grant.usages)}, from {rfc3339(grant.start)}{until}"
    yield f"  {len(grant.scopes)} scopes, territory {', '.join(grant.territory or ('everywhere',))}"
    if grant.ended is not None:
        yield f"  ended {rfc3339(grant.ended)}: {grant.end}"
