"""Checking a whole instance the way a stranger with all its data would: log, records, snapshot, signatures.

Everything is derived again from the database's leaves and records and compared with what lies in the public
folder. Reads only, but reads many files in turn: beside a serving registry it may meet two publications.
"""

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from sqlite_utils import Database

from crawler_filter.formats.counts import LEAF, number_of
from crawler_filter.formats.record import STATES_ANOTHER_THING, Leaf
from crawler_filter.grants.note import open_note
from crawler_filter.grants.rows import all_rows, merge_rows
from crawler_filter.log import CHECKPOINT_PATH, ENTRIES, Note, Tile, Verifier, decode_bundle, verify_tiles
from crawler_filter.snapshot import Manifest, Segment, merge
from registry.errors import LogDamagedError
from registry.publishing.creation import DATABASE
from registry.publishing.durable_files import DurableFiles
from registry.publishing.grants import SUFFIX, rows_between
from registry.publishing.keys import Keyring
from registry.publishing.log import check_not_ahead
from registry.publishing.segments import build_at
from registry.store.database import open_database
from registry.store.in_force import erased_declarations
from registry.store.log import body, entries, log_size
from registry.store.snapshots import SignedCheckpoint, latest_checkpoint

_AT_ONCE: Final = 4096


@dataclass(frozen=True, slots=True)
class Verification:
    """The things that were checked and found right. `erased` leaves commit to a record that is gone."""

    log: str
    log_size: int
    records: int
    erased: int
    manifest: int
    rebuilt: bool
    grants: int

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object that the command prints."""
        return asdict(self)

    def explain(self) -> str:
        """Return a line for a person."""
        snapshot = (
            "rebuilt from log and records" if self.rebuilt else "its segments checked, a record erased since"
        )
        return (
            f"intact: {self.log} has {number_of(self.log_size, *LEAF)}, {number_of(self.records, 'record')}, "
            f"{self.erased} erased; snapshot {self.manifest}: {snapshot};"
            f" {number_of(self.grants, 'grant')} in force"
        )


def verify_instance(instance: Path) -> Verification:
    """Verify everything the instance has published. Raises LogDamagedError, LogForkError or a DataError."""
    keyring = Keyring(instance)
    keys = keyring.online()
    files = DurableFiles(instance / "public" / keys.log_folder)
    database = open_database(instance / DATABASE, read_only=True)
    try:
        signed = _checkpoint(files, keys.root.log.name, database)
        Note.parse(signed.note).verify([keys.root.log])
        verify_tiles(signed.checkpoint, lambda tile: _tile(files, tile))
        _compare_entries(files, database, signed.checkpoint.size)
        records, erased = _verify_records(database, signed.checkpoint.size)
        note = Note.parse(_read(keyring.public, "snapshot/manifest"))
        note.verify([keys.root.snapshot])
        manifest = Manifest.decode(note.text)
        published = DurableFiles(instance / "public" / "snapshot")
        rebuilt = _verify_snapshot(published, database, manifest)
        grants = _verify_grants(published, database, manifest, keys.root.snapshot)
    finally:
        database.close()
    return Verification(
        signed.checkpoint.origin, signed.checkpoint.size, records, erased, manifest.sequence, rebuilt, grants
    )


def _checkpoint(files: DurableFiles, log: str, database: Database) -> SignedCheckpoint:
    published = SignedCheckpoint.parse(_read(files, CHECKPOINT_PATH))
    check_not_ahead(published, latest_checkpoint(database, log))
    return published


def _compare_entries(files: DurableFiles, database: Database, size: int) -> None:
    for start in range(0, size, 256):
        width = min(256, size - start)
        tile = Tile(ENTRIES, start // 256, width)
        if decode_bundle(_tile(files, tile), width) != entries(database, start, start + width):
            raise LogDamagedError(f"{tile.path} does not hold the database's leaves")


def _verify_records(database: Database, size: int) -> tuple[int, int]:
    """Open every record with its leaf's commitment; return how many there are, and how many were erased."""
    kept = erased = 0
    may_be_gone = set(erased_declarations(database, 0, log_size(database)))
    for start in range(0, size, _AT_ONCE):
        for index, entry in enumerate(entries(database, start, min(start + _AT_ONCE, size)), start):
            leaf = Leaf.decode(entry)
            stated = body(database, index)
            if stated is not None:
                leaf.check(*stated) if leaf.type in STATES_ANOTHER_THING else leaf.open(*stated)
                kept += 1
            elif leaf.commitment is not None:
                if leaf.id not in may_be_gone:
                    raise LogDamagedError(f"the record of leaf {index} is gone, and {leaf.id} was never erased")
                erased += 1
    return kept, erased


def _verify_snapshot(files: DurableFiles, database: Database, manifest: Manifest) -> bool:
    """Check segments and their merger; rebuild from the records where none was erased since, and say whether."""
    segments = []
    for file in manifest.files:
        content = _read(files, f"{file.name}.seg")
        _require(content, file.name, f"segment {file.first} to {file.last}")
        segments.append(Segment.parse(content))
    _require(merge(segments[0], segments[1:]), manifest.merged.name, "the merged segments")
    if erased_declarations(database, manifest.log_size, log_size(database)):
        return False
    _require(build_at(database, manifest.log_size), manifest.merged.name, "the snapshot built from records")
    return True


def _verify_grants(files: DurableFiles, database: Database, manifest: Manifest, signer: Verifier) -> int:
    """Check the note of grants and every file it names, and make each anew from the log; return how many stand.

    What was erased since is in no row that could be made anew, so then only the published bytes are compared.
    """
    size = manifest.log_size
    note = open_note(_read(files, f"grants/{size}"), signer, manifest.origin, size, manifest.log_root)
    gone = erased_declarations(database, size, log_size(database))
    rows = []
    for file in note.files:
        what = f"the grants of {file.first} to {file.last}"
        rows.append(_read(files, f"{file.name}{SUFFIX}"))
        _require(rows[-1], file.name, what)
        if not gone:
            _require(rows_between(database, file.first, file.last), file.name, f"{what}, made from the log,")
    merged = merge_rows(rows[0], rows[1:])
    _require(merged, note.merged.name, "the merged grants")
    if not gone:
        _require(rows_between(database, 0, size), note.merged.name, "the grants made from the log")
    return sum(1 for _row in all_rows(merged))


def _require(content: bytes, digest: str, what: str) -> None:
    found = hashlib.sha256(content).hexdigest()
    if found != digest:
        raise LogDamagedError(f"{what}: expected SHA-256 {digest}, got {found}")


def _tile(files: DurableFiles, tile: Tile) -> bytes:
    return _read(files, tile.path)


def _read(files: DurableFiles, name: str) -> bytes:
    content = files.read(name)
    if content is None:
        raise LogDamagedError(f"expected {files.path(name)}, found none")
    return content
