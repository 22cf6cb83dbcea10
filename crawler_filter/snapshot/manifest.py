"""The signed list of a snapshot's files: what is current, until when, and from which state of the log.

The text of a C2SP signed note; `docs/formats/snapshot.md` is normative. Rules:

- One spelling: what `decode` accepts, `encode` writes back unchanged.
- `min-reader` stands before everything that a newer format may change, so an old reader says that it is old.
- The files cover the log's leaves from 0 to its size without gap or overlap; the first is the base.

Nothing here is verified: signatures, age and succession are judged by `acceptance`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final, Self

from crawler_filter.decision import SnapshotId
from crawler_filter.errors import (
    MalformedNoteError,
    MalformedRecordError,
    OversizedError,
    UnsupportedVersionError,
)
from crawler_filter.fingerprints.registered import OF_THE_WHOLE
from crawler_filter.formats.models import MAX_MODELS, ModelEntry
from crawler_filter.log.checkpoint import decode_root
from crawler_filter.log.encoding import decode_base64, decode_decimal, decode_fields, decode_sha256, encode_base64
from crawler_filter.snapshot.delta_ranges import MAX_DELTAS
from crawler_filter.snapshot.layout import model_flag
from crawler_filter.snapshot.segment import Segment

READER: Final = 4
"""The version of the format this module reads: 2 knows parts of pictures, 3 codes of models, 4 their entries."""

_READER_OF_PARTS: Final = 2
_READER_OF_CODES: Final = 3
_READER_OF_ENTRIES: Final = 4

MAX_VALIDITY: Final = 7 * 86_400
"""Most seconds a manifest may be valid."""

MAX_MANIFEST_BYTES: Final = 16_384
"""Most bytes of a manifest, signatures included. Room for some 60 cosignatures of the checkpoint in it."""

_HEADER: Final = "/snapshot/v1"
_ORIGIN: Final = re.compile(r"[!-*,-~]+")  # a key name without spaces and plus signs (signed-note, "Format")


def least_reader(merged: Segment, models: Sequence[ModelEntry] = ()) -> int:
    """Return the oldest version of the format whose readers understand the rows of a segment, and these models."""
    if models:
        return _READER_OF_ENTRIES
    if len(merged.columns["embed.statement"]):
        return _READER_OF_CODES
    parts = bytes(merged.columns["pdq.flags"]).translate(None, delete=bytes(range(len(OF_THE_WHOLE))))
    return _READER_OF_PARTS if parts else 1


def check_models(models: Sequence[ModelEntry]) -> None:
    """Check that rows tell the models apart, and people too. Raises MalformedNoteError."""
    flags, names = {model_flag(each.model) for each in models}, {each.id for each in models}
    if len(models) > MAX_MODELS or len(flags) < len(models) or len(names) < len(models):
        raise MalformedNoteError(
            f"expected at most {MAX_MODELS} models, whose names and first bytes of SHA-256 are all different"
        )


@dataclass(frozen=True, slots=True)
class SegmentFile:
    """One segment: the SHA-256 of its bytes in hex, their number, and the log sizes it leads from and to."""

    name: str
    length: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """The list of files in force from `issued` until `expires` (unix seconds).

    `checkpoint` is the whole signed checkpoint of the log at `log_size`; `files` are the base and its deltas;
    `merged` is what they merge into, which is the one file that is read. `models` are those whose codes are rows.
    """

    origin: str
    profile: int
    min_reader: int
    sequence: int
    issued: int
    expires: int
    log_size: int
    log_root: bytes
    checkpoint: bytes
    files: tuple[SegmentFile, ...]
    merged: SegmentFile
    models: tuple[ModelEntry, ...] = ()

    def encode(self) -> str:
        """Return the text that is signed."""
        lines = [
            f"{self.origin}{_HEADER}",
            f"min-reader {self.min_reader}",
            f"profile {self.profile}",
            f"sequence {self.sequence}",
            f"issued {self.issued}",
            f"expires {self.expires}",
            f"log {self.log_size} {encode_base64(self.log_root)}",
            f"checkpoint {encode_base64(self.checkpoint)}",
            f"merged {self.merged.name} {self.merged.length}",
            *(f"model {model.encode()}" for model in self.models),
            *(f"file {file.name} {file.length} {file.first} {file.last}" for file in self.files),
        ]
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def decode(cls, text: str) -> Self:
        """Read the text of a note.

        Raises:
            UnsupportedVersionError: it is for a newer reader.
            OversizedError: more than MAX_MANIFEST_BYTES.
            MalformedNoteError: not a manifest.
        """
        if len(text) > MAX_MANIFEST_BYTES:
            raise OversizedError(f"expected a manifest of at most {MAX_MANIFEST_BYTES} bytes, got {len(text)}")
        if not text.endswith("\n"):
            raise MalformedNoteError("expected a manifest whose last line ends in a newline")
        lines = iter(text[:-1].split("\n"))
        origin = _origin(next(lines))
        min_reader = _number(lines, "min-reader")
        if min_reader > READER:
            raise UnsupportedVersionError(
                f"the snapshot of {origin} needs a reader of version {min_reader}, this one has {READER}"
            )
        profile, sequence = _number(lines, "profile"), _number(lines, "sequence")
        issued, expires = _number(lines, "issued"), _number(lines, "expires")
        size, root = _fields(lines, "log", 2)
        log_size = decode_decimal(size, "log size")
        (checkpoint,) = _fields(lines, "checkpoint", 1)
        name, length = _fields(lines, "merged", 2)
        rest = list(lines)
        models = tuple(_model(line) for line in takewhile(_is_model, rest))
        manifest = cls(
            origin=origin,
            profile=profile,
            min_reader=min_reader,
            sequence=sequence,
            issued=issued,
            expires=expires,
            log_size=log_size,
            log_root=decode_root(root),
            checkpoint=decode_base64(checkpoint, "checkpoint"),
            files=tuple(_files(rest[len(models) :])),
            merged=SegmentFile(decode_sha256(name), decode_decimal(length, "merged"), 0, log_size),
            models=models,
        )
        _check(manifest)
        return manifest

    def snapshot_id(self, *, first_use: bool) -> SnapshotId:
        """Return how answers name this state; `first_use` tells that its keys were accepted on first use."""
        root = encode_base64(self.log_root)
        return SnapshotId(self.origin, self.sequence, self.log_size, root, self.issued, first_use)


def _origin(line: str) -> str:
    origin = line.removesuffix(_HEADER)
    if origin == line or not _ORIGIN.fullmatch(origin):
        raise MalformedNoteError(f"expected the line <origin>{_HEADER}, got {line[:80]!r}")
    return origin


def _number(lines: Iterator[str], what: str) -> int:
    (number,) = _fields(lines, what, 1)
    return decode_decimal(number, what)


def _fields(lines: Iterator[str], what: str, count: int) -> list[str]:
    return decode_fields(next(lines, ""), what, count)


def _is_model(line: str) -> bool:
    return line.startswith("model ")


def _model(line: str) -> ModelEntry:
    try:
        return ModelEntry.decode(line.removeprefix("model "))
    except MalformedRecordError as error:
        raise MalformedNoteError(f"a manifest's line of a model: {error}") from error


def _files(lines: Iterable[str]) -> Iterator[SegmentFile]:
    for line in lines:
        name, *numbers = decode_fields(line, "file", 4)
        yield SegmentFile(decode_sha256(name), *(decode_decimal(number, "file") for number in numbers))


def _check(manifest: Manifest) -> None:
    if manifest.expires <= manifest.issued:
        raise MalformedNoteError(f"expected to expire after {manifest.issued}, got {manifest.expires}")
    if not 1 <= len(manifest.files) <= 1 + MAX_DELTAS:
        raise MalformedNoteError(
            f"expected a base and at most {MAX_DELTAS} deltas, got {len(manifest.files)} files"
        )
    check_models(manifest.models)
    if manifest.models and manifest.min_reader < _READER_OF_ENTRIES:
        raise MalformedNoteError(f"expected min-reader {_READER_OF_ENTRIES} where there are models")
    reached = 0
    for file in manifest.files:
        if file.first != reached or file.last < file.first:
            raise MalformedNoteError(f"expected a file from {reached}, got one from {file.first} to {file.last}")
        reached = file.last
    if reached != manifest.log_size:
        raise MalformedNoteError(f"expected files up to log size {manifest.log_size}, got up to {reached}")
