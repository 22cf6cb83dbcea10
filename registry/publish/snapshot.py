"""Publishing the snapshot: segments built from the log's records, and the signed manifest that names them.

Order: segments durable, manifest recorded in the database (its number is then spent), `manifest` published last.
A crash in between leaves spare segments or a recorded manifest, which `recover` publishes as it is.

Segments are pure functions of the log, so one that an earlier manifest named is used again unless a record in it
was erased since. A new base is the old state merged with what came after, never a rebuild, as long as nothing in
it was erased.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from sqlite_utils import Database

from crawler_filter import urls
from crawler_filter.errors import FilterError
from crawler_filter.log import Checkpoint, Note, Signer, sign_note
from crawler_filter.snapshot import Manifest, Segment, SegmentFile, Snapshot, boundaries, build, difference, merge
from crawler_filter.snapshot.manifest import READER
from registry.durable_files import DurableFiles
from registry.errors import InstanceError, LogForkError
from registry.publish.log import PublishedLog
from registry.store.database import Store
from registry.store.in_force import added, erased_declarations, leaf_in_force, removed
from registry.store.snapshots import (
    StoredManifest,
    add_manifest,
    forget_manifests,
    latest_manifest,
    manifests,
)
from registry.writer import Writer

MANIFEST: Final = "manifest"
KEEP_SECONDS: Final = 3600
"""How long segments stay after the last manifest that names them, for clients that are fetching them."""


@dataclass(frozen=True, slots=True)
class PublishedSnapshot:
    """What is in force: the manifest, and its merged segment opened for lookups."""

    manifest: Manifest
    snapshot: Snapshot


class SnapshotPublisher:
    """Builds, signs and publishes snapshots. Used by one thread at a time."""

    def __init__(
        self,
        store: Store,
        writer: Writer,
        files: DurableFiles,
        merged: DurableFiles,
        signer: Signer,
        *,
        clock: Callable[[], int],
        lifetime: int,
    ) -> None:
        self._store = store
        self._writer = writer
        self._files = files
        self._merged = merged
        self._signer = signer
        self._origin = signer.name.removesuffix("/snapshot")
        self._clock = clock
        self._lifetime = lifetime

    def recover(self, log: PublishedLog) -> Manifest | None:
        """Bring the published manifest and the recorded ones together, whatever a crash has left undone.

        Returns the newest, None where there is none yet. Raises LogForkError where it is ahead of the log.
        """
        with self._store.read() as database:
            newest = latest_manifest(database)
        published = self._published()
        if published and (newest is None or published.sequence > newest.sequence):
            self._writer.run(lambda database: add_manifest(database, published))
            newest = published
        if newest is None:
            return None
        manifest = Manifest.decode(Note.parse(newest.note).text)
        if Checkpoint.parse(Note.parse(manifest.checkpoint).text).origin != log.signed.checkpoint.origin:
            # of a log that was left behind: its number and date still bind us, its segments are of other leaves
            return replace(manifest, log_size=0, files=())
        if manifest.log_size > log.size:
            raise LogForkError(
                f"manifest {newest.sequence} is of a log of {manifest.log_size} leaves, this log has {log.size}"
            )
        if published is None or published.note != newest.note:
            self._files.write(MANIFEST, newest.note)
        return manifest

    def is_in_force(self, manifest: Manifest, log: PublishedLog) -> bool:
        """Tell whether this is the manifest of the log's checkpoint, signed with the key in use, and complete."""
        published = self._published()
        return (
            published is not None
            and published.sequence == manifest.sequence
            and self._is_signed(published.note)
            and manifest.checkpoint == log.signed.note
            and all(_holds(self._files, file) for file in manifest.files)
        )

    def _is_signed(self, note: bytes) -> bool:
        try:
            Note.parse(note).verify([self._signer.verifier])
        except FilterError:
            return False
        return True

    def _published(self) -> StoredManifest | None:
        """Return the manifest that lies in the public folder, None where there is none of this registry's."""
        note = self._files.read(MANIFEST)
        if note is None:
            return None
        try:
            manifest = Manifest.decode(Note.parse(note).text)
        except FilterError as error:
            path = self._files.path(MANIFEST)
            raise InstanceError(f"{path} is not a manifest; delete it, a new one is signed: {error}") from error
        return StoredManifest(manifest.sequence, manifest.issued, note)

    def build(self, database: Database, size: int, previous: Manifest | None) -> tuple[SegmentFile, ...]:
        """Make every segment of the snapshot at `size` durable; `database` must see a log of exactly that size."""
        erased = _Erased(database, previous.log_size, size) if previous else None
        usable = {(file.first, file.last): file for file in self._usable(previous, erased)}
        return tuple(
            usable.get(span) or self._build(database, *span, previous, erased) for span in boundaries(size)
        )

    def publish(
        self, log: PublishedLog, files: tuple[SegmentFile, ...], previous: Manifest | None
    ) -> PublishedSnapshot:
        """Merge, sign and publish what `build` made for the log's checkpoint."""
        checkpoint = log.signed.checkpoint
        issued = max(self._clock(), previous.issued if previous else 0)
        manifest = Manifest(
            origin=self._origin,
            profile=urls.PROFILE,
            min_reader=READER,
            sequence=previous.sequence + 1 if previous else 1,
            issued=issued,
            expires=issued + self._lifetime,
            log_size=checkpoint.size,
            log_root=checkpoint.root,
            checkpoint=log.signed.note,
            files=files,
            merged=self._merge(files),
        )
        note = sign_note(manifest.encode(), self._signer).encode()
        stored = StoredManifest(manifest.sequence, issued, note)
        self._writer.run(lambda database: add_manifest(database, stored))
        self._files.write(MANIFEST, note)
        return self.open(manifest)

    def open(self, manifest: Manifest) -> PublishedSnapshot:
        """Open the merged segment of a published manifest, merging its files again where it is not at hand."""
        if not _holds(self._merged, manifest.merged) and self._merge(manifest.files) != manifest.merged:
            raise InstanceError(f"the segments of manifest {manifest.sequence} do not merge into what was signed")
        path = self._merged.path(_file_name(manifest.merged.name))
        snapshot = Snapshot.open(path, manifest.snapshot_id(first_use=False), expires=manifest.expires)
        return PublishedSnapshot(manifest, snapshot)

    def collect(self, current: Manifest) -> None:
        """Delete what no manifest of the last KEEP_SECONDS names, and forget older manifests."""
        with self._store.read() as database:
            known = manifests(database)
        old = [one.sequence for one in known if one.issued < current.issued - KEEP_SECONDS]
        self._writer.run(lambda database: forget_manifests(database, old))
        kept = {
            file.name
            for one in known
            if one.sequence not in old
            for file in Manifest.decode(Note.parse(one.note).text).files
        }
        _remove_others(self._files, kept)
        _remove_others(self._merged, {current.merged.name})

    def _usable(self, previous: Manifest | None, erased: "_Erased | None") -> Iterator[SegmentFile]:
        for file in previous.files if previous else ():
            if not (erased and erased.reaches(file.first, file.last)) and _holds(self._files, file):
                yield file

    def _build(
        self, database: Database, first: int, last: int, previous: Manifest | None, erased: "_Erased | None"
    ) -> SegmentFile:
        if first > 0:
            content = difference(removed(database, first, last), added(database, first, last))
        elif previous and erased and self._leads_to(last, previous, erased):
            content = self._advance(database, previous, last)
        else:
            content = build(added(database, 0, last))
        return _write(self._files, content, first, last)

    def _leads_to(self, base: int, previous: Manifest, erased: "_Erased") -> bool:
        """Tell whether the base can be made from the state that `previous` describes."""
        size = previous.log_size
        return 0 < size <= base and not erased.reaches(0, size) and _holds(self._merged, previous.merged)

    def _advance(self, database: Database, previous: Manifest, last: int) -> bytes:
        start = Segment.open(self._merged.path(_file_name(previous.merged.name)))
        size = previous.log_size
        step = difference(removed(database, size, last), added(database, size, last))
        return merge(start, [Segment.parse(step)])

    def _merge(self, files: tuple[SegmentFile, ...]) -> SegmentFile:
        base, *deltas = (Segment.open(self._files.path(_file_name(file.name))) for file in files)
        return _write(self._merged, merge(base, deltas), 0, files[-1].last)


class _Erased:
    """The declarations erased since the last snapshot, and how far back each one spoke."""

    def __init__(self, database: Database, first: int, last: int) -> None:
        self._database = database
        self._declarations = erased_declarations(database, first, last)

    def reaches(self, first: int, last: int) -> bool:
        """Tell whether the segment from `first` to `last` states, or takes back, something erased since."""
        return any(
            leaf_in_force(self._database, declaration, first) != leaf_in_force(self._database, declaration, last)
            for declaration in self._declarations
        )


def _file_name(name: str) -> str:
    return f"{name}.seg"


def _write(files: DurableFiles, content: bytes, first: int, last: int) -> SegmentFile:
    file = SegmentFile(hashlib.sha256(content).hexdigest(), len(content), first, last)
    if not _holds(files, file):
        files.write(_file_name(file.name), content)
    return file


def _holds(files: DurableFiles, file: SegmentFile) -> bool:
    """Tell whether the segment is there; it has its name only once it is whole."""
    path = files.path(_file_name(file.name))
    return path.is_file() and path.stat().st_size == file.length


def _remove_others(files: DurableFiles, kept: set[str]) -> None:
    for name in list(files.names("*.seg")):
        if name.removesuffix(".seg") not in kept:
            files.remove(name)
