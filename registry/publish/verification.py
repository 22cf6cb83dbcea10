"""Verifying a whole instance: everything published is made again from the log and compared."""

import hashlib
from pathlib import Path

from crawler_filter.errors import DigestMismatchError, ProofError
from crawler_filter.log import Checkpoint, Note, Tile, verify_tiles
from crawler_filter.snapshot import build
from crawler_filter.snapshot.manifest import Manifest
from registry.errors import InstanceError
from registry.founding import DATABASE
from registry.keys import Keyring
from registry.store.database import Store
from registry.store.log import in_force


def verify_instance(directory: Path) -> dict[str, int]:
    """Check signatures, every entry and tile, every commitment, and that the snapshot is the log's.

    Returns the log's size, the number of records in force and the manifest's sequence. Raises FilterError or
    InstanceError, naming the first thing that is wrong.
    """
    root = Keyring(directory).root()
    public = directory / "public"
    note = Note.parse(_read(public / "snapshot" / "manifest"))
    note.verify([root.snapshot])
    manifest = Manifest.decode(note.text)
    signed = Note.parse(manifest.checkpoint)
    signed.verify([root.log])
    checkpoint = Checkpoint.parse(signed.text)
    log = public / root.log.name.removeprefix(f"{root.origin}/")
    verify_tiles(checkpoint, lambda tile: _read_tile(log, tile))
    records = _verify_snapshot(directory, manifest)
    return {"log_size": checkpoint.size, "records": records, "sequence": manifest.sequence}


def _verify_snapshot(directory: Path, manifest: Manifest) -> int:
    store = Store(directory / DATABASE)
    try:
        with store.read() as database:
            records = in_force(database, manifest.log_size)
    finally:
        store.close()
    digest = hashlib.sha256(build(records)).hexdigest()
    if digest != manifest.merged.name:
        raise DigestMismatchError(f"the log makes the snapshot {digest}, published is {manifest.merged.name}")
    return len(records)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InstanceError(f"{path} is missing; start the registry once to publish it again") from error


def _read_tile(log: Path, tile: Tile) -> bytes:
    try:
        return (log / tile.path).read_bytes()
    except FileNotFoundError as error:
        raise ProofError(f"{tile.path} is missing from {log.name}") from error
