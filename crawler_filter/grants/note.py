"""The signed list of the files of grants that belong to one state of the log, beside the snapshot's manifest.

A C2SP signed note, by the snapshot key. It names the log's size and root, and so belongs to every manifest of that
state and to no other. A reader that does not know grants never asks for it.
"""

from dataclasses import dataclass
from typing import Final, Self

from crawler_filter.errors import EquivocationError, MalformedNoteError, OversizedError
from crawler_filter.log import Note
from crawler_filter.log.checkpoint import decode_root
from crawler_filter.log.encoding import decode_decimal, decode_fields, decode_sha256, encode_base64
from crawler_filter.log.keys import Verifier

MAX_NOTE_BYTES: Final = 16_384
MAX_FILES: Final = 6
_HEADER: Final = "/grants/v1"


@dataclass(frozen=True, slots=True)
class GrantFile:
    """One file of rows: its SHA-256 in hex, its length, and the log sizes it leads from and to."""

    name: str
    length: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class GrantsNote:
    """The files of grants at one state of the log; `merged` is what they merge into."""

    origin: str
    log_size: int
    log_root: bytes
    merged: GrantFile
    files: tuple[GrantFile, ...]

    def encode(self) -> str:
        """Return the text that is signed."""
        lines = [
            f"{self.origin}{_HEADER}",
            f"log {self.log_size} {encode_base64(self.log_root)}",
            f"merged {self.merged.name} {self.merged.length}",
            *(f"file {file.name} {file.length} {file.first} {file.last}" for file in self.files),
        ]
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def decode(cls, text: str) -> Self:
        """Read the text of a note. Raises MalformedNoteError."""
        head, *lines = text.removesuffix("\n").split("\n")
        origin = head.removesuffix(_HEADER)
        if origin == head or len(lines) < 3:
            raise MalformedNoteError(f"expected the line <origin>{_HEADER} and what follows it, got {head[:80]!r}")
        size, root = decode_fields(lines[0], "log", 2)
        log_size = decode_decimal(size, "log size")
        name, length = decode_fields(lines[1], "merged", 2)
        merged = GrantFile(decode_sha256(name), decode_decimal(length, "merged"), 0, log_size)
        files = tuple(_file(line) for line in lines[2:])
        note = cls(origin, log_size, decode_root(root), merged, files)
        _check_files(files, log_size)
        if note.encode() != text:
            raise MalformedNoteError("expected a note of grants in its one spelling")
        return note


def open_note(data: bytes, signer: Verifier, origin: str, log_size: int, log_root: bytes) -> GrantsNote:
    """Return the note, once the snapshot key has signed it and it is of this very state of the log.

    Raises OversizedError, MalformedNoteError, SignatureError or EquivocationError.
    """
    if len(data) > MAX_NOTE_BYTES:
        raise OversizedError(f"expected a note of grants of at most {MAX_NOTE_BYTES} bytes, got {len(data)}")
    note = Note.parse(data)
    note.verify([signer])
    read = GrantsNote.decode(note.text)
    if (read.origin, read.log_size, read.log_root) != (origin, log_size, log_root):
        raise EquivocationError(f"the grants are of another state than log size {log_size} of {origin}")
    return read


def _file(line: str) -> GrantFile:
    name, *numbers = decode_fields(line, "file", 4)
    length, first, last = (decode_decimal(number, "file") for number in numbers)
    return GrantFile(decode_sha256(name), length, first, last)


def _check_files(files: tuple[GrantFile, ...], log_size: int) -> None:
    reached = 0
    for file in files:
        if file.first != reached or file.last < file.first:
            raise MalformedNoteError(f"expected grants from {reached}, got some from {file.first} to {file.last}")
        reached = file.last
    if reached != log_size or len(files) > MAX_FILES:
        raise MalformedNoteError(
            f"expected at most {MAX_FILES} files of grants up to {log_size}, got to {reached}"
        )
