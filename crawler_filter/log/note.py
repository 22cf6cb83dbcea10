"""Signed notes (c2sp.org/signed-note): a text and signatures over it.

- The text is kept byte for byte; signature lines are written in one spelling.
- A signature by an unknown (name, key id) is ignored; a known key with a wrong signature rejects the whole note.
- Nothing is verified by parsing: the text is worth nothing before `Note.verify` has said who signed it.

Which signatures are *enough* is not decided here: that is `policy` for checkpoints and `root` for root notes.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from crawler_filter.errors import MalformedNoteError, OversizedError, SignatureError
from crawler_filter.log.keys import Signature, Signer, Verifier

MAX_NOTE_BYTES: Final = 1_000_000
"""A cap of ours, as in golang.org/x/mod (signed-note, "Format": verifiers SHOULD apply a maximum limit)."""
MAX_SIGNATURES: Final = 100
"""The same; the specification asks for at least 16."""

_FORBIDDEN: Final = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")  # signed-note, "Format"


@dataclass(frozen=True, slots=True)
class Note:
    """A text, which ends in a newline, and at least one signature. Nobody has verified them yet."""

    text: str
    signatures: tuple[Signature, ...]

    def __post_init__(self) -> None:
        if not self.text.endswith("\n"):
            raise MalformedNoteError("expected a text that ends in a newline")
        if found := _FORBIDDEN.search(self.text):
            raise MalformedNoteError(f"expected no control characters in a note's text, got {found.group()!r}")
        if not 1 <= len(self.signatures) <= MAX_SIGNATURES:
            raise MalformedNoteError(f"expected 1 to {MAX_SIGNATURES} signatures, got {len(self.signatures)}")

    @classmethod
    def parse(cls, data: bytes) -> "Note":
        """Split `data` at its last empty line into text and signatures.

        Raises:
            OversizedError: more than MAX_NOTE_BYTES.
            MalformedNoteError: not a note.
        """
        if len(data) > MAX_NOTE_BYTES:
            raise OversizedError(f"expected a note of at most {MAX_NOTE_BYTES} bytes, got {len(data)}")
        try:
            whole = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise MalformedNoteError(f"expected a note in UTF-8: {error}") from error
        text, separator, block = whole.rpartition("\n\n")
        if not separator or not block.endswith("\n"):
            raise MalformedNoteError("expected a text, an empty line and signature lines, each ended by a newline")
        lines = block[:-1].split("\n", MAX_SIGNATURES)
        return cls(text + "\n", tuple(Signature.parse(line) for line in lines[: MAX_SIGNATURES + 1]))

    def encode(self) -> bytes:
        """Return the note as `parse` reads it."""
        return "".join([self.text, "\n", *(f"{item.encode()}\n" for item in self.signatures)]).encode()

    def signed_also_by(self, *signatures: Signature) -> "Note":
        """Return the note with `signatures` added; an older one by the same key gives way."""
        replaced = {(item.name, item.key_id) for item in signatures}
        kept = (item for item in self.signatures if (item.name, item.key_id) not in replaced)
        return Note(self.text, (*kept, *signatures))

    def verify(self, verifiers: Iterable[Verifier]) -> dict[Verifier, int | None]:
        """Return which of `verifiers` signed, with the time each cosignature states.

        The result is never empty. Of several signatures by one key the first counts, as in golang.org/x/mod.

        Raises:
            SignatureError: none of them signed, or one of them is named by a signature that is wrong.
        """
        known = _by_key_id(verifiers)
        signed: dict[Verifier, int | None] = {}
        for signature in self.signatures:
            verifier = known.get((signature.name, signature.key_id))
            if verifier is not None and verifier not in signed:
                signed[verifier] = verifier.verify(self.text, signature.value)
        if not signed:
            named = ", ".join(sorted({item.name for item in self.signatures}))
            raise SignatureError(f"expected a signature by one of {len(known)} known keys, got those of {named}")
        return signed


def sign_note(text: str, *signers: Signer) -> Note:
    """Return `text`, which must end in a newline, as a note signed by each of `signers`."""
    return Note(text, tuple(signer.sign(text) for signer in signers))


def _by_key_id(verifiers: Iterable[Verifier]) -> dict[tuple[str, bytes], Verifier]:
    known: dict[tuple[str, bytes], Verifier] = {}
    for verifier in verifiers:
        if known.setdefault((verifier.name, verifier.key_id), verifier) != verifier:
            raise SignatureError(f"two different keys are both {verifier.name}+{verifier.key_id.hex()}")
    return known
