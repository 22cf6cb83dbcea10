"""After a log was replaced: what its last snapshot reserved, and the backup knows nothing of, stays reserved.

At the first start under the new log, the newest snapshot of the closed one that lies in the public folder is
compared with the records that are kept. What is missing becomes a carry leaf of the new log, before anything is
signed; it is ended by another leaf once the delay of looser changes is over. A start that cannot read that
snapshot refuses: the operator brings it from a mirror or a crawler (`bring`), or says that there is none
(`forsake`).
"""

import hashlib
import logging
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from crawler_filter.errors import DataError, SignatureError
from crawler_filter.formats import urls
from crawler_filter.formats.counts import LEAF, number_of
from crawler_filter.log import Checkpoint, Note
from crawler_filter.snapshot import Manifest, Segment, carried, merge
from registry.errors import InstanceError
from registry.publishing.creation import DATABASE
from registry.publishing.durable_files import DurableFiles
from registry.publishing.keys import Keyring
from registry.publishing.segments import open_segment, segment_name
from registry.store.audit import OPERATOR
from registry.store.carries import add_carry, add_nothing, carries, is_carried
from registry.store.database import Store, instance_lock, open_database
from registry.store.log import in_force, log_size
from registry.store.snapshots import latest_checkpoint
from registry.store.writer import Writer

MANIFEST = "manifest"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CarryOver:
    """Carries over what is missing, once; `files` are those of the published snapshot."""

    store: Store
    writer: Writer
    files: DurableFiles
    keyring: Keyring
    clock: Callable[[], int]
    entropy: Callable[[int], bytes]

    def run(self, newest: bytes | None) -> None:
        """Log what stays in force of the closed log, of which `newest` is the newest manifest that is known.

        Raises InstanceError where more was published than is here.
        """
        closed = self.keyring.root().closed
        if closed is None:
            return
        with self.store.read() as database:
            if is_carried(database, closed):
                return
            signed = latest_checkpoint(database, closed.origin)
        kept = signed.checkpoint.size if signed else 0
        last = None if newest is None else _verified(newest, self.keyring, closed)
        if last is None or last.log_size <= kept:
            _require_all(closed, kept)
            return
        if last.log_size < closed.size:
            _log.warning(
                "%s had %s leaves, its newest snapshot here %s", closed.origin, closed.size, last.log_size
            )
        if last.profile != urls.PROFILE:
            _log.warning("addresses whose key changed since URL profile %s are not found any more", last.profile)
        content = self._missing(last)
        if content is not None:
            now = self.clock()
            self.writer.run(lambda database: add_carry(database, closed, content, now, self.entropy))

    def _missing(self, last: Manifest) -> bytes | None:
        try:
            base, *deltas = (open_segment(self.files, file) for file in last.files)
            merged = merge(base, deltas)
        except (DataError, OSError) as error:
            raise InstanceError(_how_to_go_on(f"its last snapshot here cannot be read: {error}")) from error
        if hashlib.sha256(merged).hexdigest() != last.merged.name:
            raise InstanceError(_how_to_go_on("the segments of its last snapshot here are not what was signed"))
        with self.store.read() as database:
            size = log_size(database)
            return carried(Segment.parse(merged), in_force(database, size), list(carries(database, 0, size)))


def bring(instance: Path, folder: Path) -> Manifest:
    """Take the last snapshot of the closed log from a folder: a mirror's `snapshot/`, or a crawler's.

    Raises InstanceError where it is none, or the new log has begun already.
    """
    keyring, files = Keyring(instance), DurableFiles(instance / "public" / "snapshot")
    closed = _closed(keyring)
    with instance_lock(instance / DATABASE):
        note = (folder / MANIFEST).read_bytes()
        found = _verified(note, keyring, closed)
        here = files.read(MANIFEST)
        if here is not None and _verified(here, keyring, closed).sequence > found.sequence:
            raise InstanceError(f"the snapshot in {folder} is older than the one in {files.root}")
        for file in found.files:
            content = _read_either(folder / segment_name(file), folder / "segments" / file.name)
            if hashlib.sha256(content).hexdigest() != file.name:
                raise InstanceError(f"segment {file.name[:16]}… in {folder} is damaged; take another mirror's")
            files.write(segment_name(file), content)
        files.write(MANIFEST, note)
    return found


def forsake(instance: Path, now: int, entropy: Callable[[int], bytes], by: str = OPERATOR) -> None:
    """Note in the log that nothing is carried over of the closed one: no snapshot of it is left anywhere."""
    closed = _closed(Keyring(instance))
    with instance_lock(instance / DATABASE), closing(Writer(open_database(instance / DATABASE))) as writer:
        writer.run(lambda database: add_nothing(database, closed, now, entropy, by))


def _closed(keyring: Keyring) -> Checkpoint:
    closed = keyring.root().closed
    if closed is None:
        raise InstanceError("no log of this registry was ever replaced; there is nothing to carry over")
    return closed


def _verified(note: bytes, keyring: Keyring, closed: Checkpoint) -> Manifest:
    """Return a manifest of the closed log that any snapshot key of this registry has signed."""
    parsed = Note.parse(note)
    for key in keyring.snapshot_keys():
        with suppress(SignatureError):
            parsed.verify([key])
            break
    else:
        raise InstanceError(_how_to_go_on("its newest manifest here is not signed by this registry"))
    manifest = Manifest.decode(parsed.text)
    origin = Checkpoint.parse(Note.parse(manifest.checkpoint).text).origin
    if origin != closed.origin:
        raise InstanceError(f"expected a snapshot of {closed.origin}, the closed log, got one of {origin}")
    return manifest


def _require_all(closed: Checkpoint, kept: int) -> None:
    if closed.size > kept:
        raise InstanceError(
            _how_to_go_on(
                f"{closed.origin} had {number_of(closed.size, *LEAF)}, {kept} of them kept,"
                " and no snapshot says what is lost"
            )
        )


def _how_to_go_on(what: str) -> str:
    return (
        f"the log was replaced, but {what}. Bring the last snapshot from a mirror or crawler with `optout-registry"
        " carry FOLDER`, or go on without it by `optout-registry carry --nothing`: what it reserved is free then"
    )


def _read_either(first: Path, second: Path) -> bytes:
    try:
        return first.read_bytes()
    except FileNotFoundError:
        return second.read_bytes()
