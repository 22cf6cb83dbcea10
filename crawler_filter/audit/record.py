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
    file report.html <bytes> <sha256>
    file outputs.sha256 <bytes> <sha256>
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from crawler_filter.errors import DigestMismatchError
from crawler_filter.fingerprints.digests import sha256_of_file
from crawler_filter.formats import signed_facts
from crawler_filter.formats.signed_facts import Facts
from crawler_filter.log import Signer, Verifier
from crawler_filter.sync import durable

RECORD: Final = "record.note"
REPORTS: Final = ("report.json", "report.html")
OUTPUTS: Final = "outputs.sha256"
FOLDERS: Final = ("kept", "removed", "mask")

_KIND: Final = "audit-record/v1"


@dataclass(frozen=True, slots=True)
class Record:
    """The content of a record whose signature holds, and the files that it names."""

    said: Facts
    files: Mapping[str, tuple[int, str]]

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object that the command prints."""
        facts = [list(fact) for fact in self.said.facts]
        return {"signer": self.said.signer, "facts": facts, "files": dict(self.files)}


def is_record(data: bytes) -> bool:
    """Tell whether bytes begin like a record."""
    return signed_facts.is_of_kind(data, _KIND)


def sign(out: Path, report: Mapping[str, Any], signer: Signer) -> None:
    """Write the list of a run's outputs and its signed record."""
    durable.write(out / OUTPUTS, "".join(_listed(out)).encode())
    files = [
        ("file", f"{name} {(out / name).stat().st_size} {_digest(out / name)}") for name in (*REPORTS, OUTPUTS)
    ]
    durable.write(out / RECORD, signed_facts.sign(_KIND, [*_facts(report), *files], signer))


def read(data: bytes, keys: Sequence[Verifier]) -> Record:
    """Return what a record says. Raises MalformedNoteError, or SignatureError where none of `keys` signed it."""
    said = signed_facts.read(_KIND, data, keys)
    files = {}
    for value in (value for name, value in said.facts if name == "file"):
        path, size, digest = value.rsplit(" ", 2)
        files[path] = int(size), digest
    facts = tuple(fact for fact in said.facts if fact[0] != "file")
    return Record(replace(said, facts=facts), files)


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


def _facts(report: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    run = report["run"]
    yield "software", run["software"]
    yield "started", run["started"]
    yield "finished", run["finished"]
    yield "policy", report["policy"]["name"]
    for each in report["snapshots"]:
        yield "snapshot", f"{each['origin']} {each['sequence']} {each['log_size']} {each['root'] or '-'}"
    for name in ("rows", "kept", "removed", "unchecked"):
        yield name, str(report[name])
    for reason, count in report["by_reason"].items():
        yield "reason", f"{reason} {count}"


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
