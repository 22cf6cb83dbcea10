"""The signed record of a run: what was asked of which snapshot, what came of it, and which files it is about.

A C2SP signed note, whose text is one fact a line. It names the report and the list of output files by their
SHA-256, so whoever holds the operator's public key can tell later whether any of it was changed.

    audit.example/audit-record/v1
    software training-optout 1.0
    started 2026-11-29T19:00:00Z
    finished 2026-11-29T19:10:00Z
    policy opt-out train-ai
    snapshot registry.example 1234 70000 <root>
    rows 10000000
    kept 9900000
    reason registry.domain 90000
    file report.json <bytes> <sha256>
    file outputs.sha256 <bytes> <sha256>
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from crawler_filter.errors import DigestMismatchError, MalformedNoteError
from crawler_filter.fingerprints.digests import sha256_of_file
from crawler_filter.log import Note, Signer, Verifier, sign_note
from crawler_filter.sync import durable

RECORD: Final = "record.note"
REPORT: Final = "report.json"
OUTPUTS: Final = "outputs.sha256"
FOLDERS: Final = ("kept", "removed", "mask")

_HEADER: Final = "/audit-record/v1"


@dataclass(frozen=True, slots=True)
class Record:
    """The content of a record whose signature holds: the signer, its facts in order, the files that it names."""

    signer: str
    facts: tuple[tuple[str, str], ...]
    files: Mapping[str, tuple[int, str]]

    def explain(self) -> str:
        """Return the facts for a person."""
        return "\n".join([f"signed by {self.signer}", *(f"{name}: {value}" for name, value in self.facts)])

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object that the command prints."""
        return {"signer": self.signer, "facts": [list(fact) for fact in self.facts], "files": dict(self.files)}


def is_record(data: bytes) -> bool:
    """Tell whether bytes begin like a record."""
    return _HEADER.encode() in data.partition(b"\n")[0]


def sign(out: Path, report: Mapping[str, Any], signer: Signer) -> None:
    """Write the list of a run's outputs and its signed record."""
    durable.write(out / OUTPUTS, "".join(_listed(out)).encode())
    files = [f"file {name} {(out / name).stat().st_size} {_digest(out / name)}" for name in (REPORT, OUTPUTS)]
    lines = [f"{signer.name}{_HEADER}", *_facts(report), *files]
    durable.write(out / RECORD, sign_note("".join(f"{line}\n" for line in lines), signer).encode())


def read(data: bytes, keys: Sequence[Verifier]) -> Record:
    """Return what a record says. Raises MalformedNoteError, or SignatureError where none of `keys` signed it."""
    note = Note.parse(data)
    signed = note.verify(keys)
    first, *lines = note.text.splitlines()
    if not first.endswith(_HEADER):
        raise MalformedNoteError(f"expected the record of a run, got a note that begins with {first[:80]!r}")
    facts, files = [], {}
    for line in lines:
        name, _, value = line.partition(" ")
        if name != "file":
            facts.append((name, value))
            continue
        path, size, digest = value.rsplit(" ", 2)
        files[path] = int(size), digest
    return Record(", ".join(sorted(key.name for key in signed)), tuple(facts), files)


def verify(path: Path, keys: Sequence[Verifier]) -> Record:
    """Verify a record, and every file that it names and that lies beside it.

    Raises:
        MalformedNoteError, SignatureError: the record itself.
        DigestMismatchError: a file was changed since, or is not there.
    """
    record = read(path.read_bytes(), keys)
    for name, (size, digest) in record.files.items():
        _check(path.parent / name, size, digest)
    with (path.parent / OUTPUTS).open(encoding="utf-8", newline="\n") as listed:
        for line in listed:
            digest, _, name = line.rstrip("\n").partition("  ")
            _check(path.parent / name, None, digest)
    return record


def _facts(report: Mapping[str, Any]) -> Iterator[str]:
    run = report["run"]
    yield f"software {run['software']}"
    yield f"started {run['started']}"
    yield f"finished {run['finished']}"
    yield f"policy {report['policy']['name']}"
    for each in report["snapshots"]:
        yield f"snapshot {each['origin']} {each['sequence']} {each['log_size']} {each['root'] or '-'}"
    for name in ("rows", "kept", "removed", "unchecked"):
        yield f"{name} {report[name]}"
    for reason, count in report["by_reason"].items():
        yield f"reason {reason} {count}"


def _listed(out: Path) -> Iterator[str]:
    """Yield the lines of what `sha256sum` writes, for every output."""
    files = sorted(path for folder in FOLDERS for path in (out / folder).rglob("*") if path.is_file())
    with ThreadPoolExecutor() as pool:
        for path, digest in zip(files, pool.map(_digest, files), strict=True):
            yield f"{digest}  {path.relative_to(out).as_posix()}\n"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return sha256_of_file(file).hex()


def _check(path: Path, size: int | None, digest: str) -> None:
    if not path.is_file():
        raise DigestMismatchError(f"{path} is not there, and the record names it")
    if (size is not None and path.stat().st_size != size) or _digest(path) != digest:
        raise DigestMismatchError(f"{path} was changed since the record was signed")
