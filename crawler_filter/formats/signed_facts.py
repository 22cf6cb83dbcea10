"""Facts that an operator signs: a C2SP signed note whose text is one fact a line, `<name> <value>`.

    lab.example/audits/audit-record/v1
    policy opt-out train-ai
    …

    — lab.example/audits <base64>

The first line is the name of the key that signs, and the kind of the note with its version. Nobody can pass off a
note of one kind as one of another, nor one of his own as that of somebody else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler_filter.errors import MalformedNoteError
from crawler_filter.log import Note, Signer, Verifier, sign_note


@dataclass(frozen=True, slots=True)
class Facts:
    """The content of a note whose signature holds: the key that signed it, and its facts in order."""

    signer: str
    facts: tuple[tuple[str, str], ...]

    def explain(self) -> str:
        """Return the facts for a person, one a line."""
        return "\n".join([f"signed by {self.signer}", *(f"{name}: {value}" for name, value in self.facts)])


def is_of_kind(data: bytes, kind: str) -> bool:
    """Tell whether bytes begin like a note of a kind, such as `audit-record/v1`."""
    return data.partition(b"\n")[0].endswith(f"/{kind}".encode())


def sign(kind: str, facts: Iterable[tuple[str, str]], signer: Signer) -> bytes:
    """Return the note of `facts`, signed."""
    lines = (f"{signer.name}/{kind}", *(f"{name} {value}" for name, value in facts))
    return sign_note("".join(f"{line}\n" for line in lines), signer).encode()


def read(kind: str, data: bytes, keys: Sequence[Verifier]) -> Facts:
    """Return what a note says.

    Raises:
        MalformedNoteError, OversizedError: it is no note of this kind.
        SignatureError: none of `keys` signed it, or one of them signed it wrongly.
    """
    note = Note.parse(data)
    names = {key.name for key in note.verify(keys)}
    first, *lines = note.text[:-1].split("\n")
    signer = first.removesuffix(f"/{kind}")
    if signer == first or signer not in names:
        raise MalformedNoteError(
            f"expected a first line '<name of the key that signed>/{kind}', got {first[:80]!r}"
        )
    return Facts(signer, tuple((name, value) for name, _, value in (line.partition(" ") for line in lines)))
