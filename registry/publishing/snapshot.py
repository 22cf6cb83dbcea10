"""Publishing the snapshot: segments built from the log's records, and the signed manifest that names them.

Order: segments durable, manifest recorded in the database (its number is then spent), `manifest` published last.
A crash in between leaves spare segments or a recorded manifest, which `recover` publishes as it is.

How segments are made is `segments`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlite_utils import Database

from crawler_filter.errors import DamagedFileError, DataError, FilterError
from crawler_filter.formats import urls
from crawler_filter.formats.counts import LEAF, number_of
from crawler_filter.formats.models import ModelEntry
from crawler_filter.log import Checkpoint, Note, Signer, sign_note
from crawler_filter.snapshot import Manifest, Segment, SegmentFile, Snapshot, merge
from crawler_filter.snapshot.index_files import SUFFIXES, index_files, require_index
from crawler_filter.snapshot.manifest import least_reader
from crawler_filter.snapshot.pages import SUFFIX as TABLE
from crawler_filter.snapshot.pages import encode_pages, mapped, table_of
from registry.errors import InstanceError, LogForkError
from registry.model.durations import HOUR, dated
from registry.publishing.durable_files import DurableFiles
from registry.publishing.grants import GrantsPublisher, Rows
from registry.publishing.log import PublishedLog
from registry.publishing.segments import (
    SegmentBuilder,
    digest_of,
    holds,
    open_segment,
    segment_name,
    write_segment,
)
from registry.store.database import Store
from registry.store.snapshots import (
    StoredManifest,
    add_manifest,
    forget_manifests,
    latest_manifest,
    manifests,
)
from registry.store.writer import Writer

MANIFEST: Final = "manifest"
KEEP_SECONDS: Final = HOUR
"""How long segments stay after the last manifest that names them, for clients that are fetching them."""


@dataclass(frozen=True, slots=True)
class PublishedSnapshot:
    """The snapshot in force: the manifest, and its merged segment opened for lookups."""

    manifest: Manifest
    snapshot: Snapshot


class SnapshotPublisher:
    """Builds, signs and publishes snapshots. Used by one thread at a time."""

    def __init__(  # noqa: PLR0913 - all that a snapshot is made of and signed with
        self,
        store: Store,
        writer: Writer,
        files: DurableFiles,
        merged: DurableFiles,
        signer: Signer,
        *,
        carry_over: Callable[[bytes | None], None],
        clock: Callable[[], int],
        lifetime: int,
        models: Sequence[ModelEntry],
    ) -> None:
        self._store = store
        self._writer = writer
        self._files = files
        self._merged = merged
        self._signer = signer
        self._origin = signer.name.removesuffix("/snapshot")
        self.grants = GrantsPublisher(files, signer, self._origin)
        self._carry_over = carry_over
        self._clock = clock
        self._lifetime = lifetime
        self._models = tuple(models)

    def recover(self, log: PublishedLog) -> Manifest | None:
        """Bring the published manifest and the recorded ones together, whatever a crash has left undone.

        Returns the newest, None where there is none yet. Where it is of a log that was left behind, what that one
        stated is carried over first. Raises LogForkError where it is ahead of the log.
        """
        with self._store.read() as database:
            newest = latest_manifest(database)
        published = self._published()
        if published and (newest is None or published.sequence > newest.sequence):
            self._writer.run(lambda database: add_manifest(database, published))
            newest = published
        if newest is None:
            self._carry_over(None)
            return None
        manifest = Manifest.decode(Note.parse(newest.note).text)
        if Checkpoint.parse(Note.parse(manifest.checkpoint).text).origin != log.signed.checkpoint.origin:
            # of a log that was left behind: its number and date still bind us, its segments are of other leaves
            self._carry_over(newest.note)
            return replace(manifest, log_size=0, files=())
        if manifest.log_size > log.size:
            raise LogForkError(
                f"manifest {newest.sequence} is of a log of {number_of(manifest.log_size, *LEAF)}, this log has"
                f" {log.size}"
            )
        if published is None or published.note != newest.note:
            self._files.write(MANIFEST, newest.note)
        return manifest

    def is_in_force(self, manifest: Manifest, log: PublishedLog) -> bool:
        """Tell whether this is the manifest of the log's checkpoint and of the models taken now, signed with the
        key in use, and complete."""
        published = self._published()
        return (
            published is not None
            and published.sequence == manifest.sequence
            and self._is_signed(published.note)
            and manifest.checkpoint == log.signed.note
            and manifest.models == self._models
            and all(holds(self._files, file) for file in manifest.files)
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
        return SegmentBuilder(database, self._files, self._merged, previous).build(size)

    def publish(
        self, log: PublishedLog, files: tuple[SegmentFile, ...], previous: Manifest | None, grants: Rows
    ) -> PublishedSnapshot:
        """Merge, sign and publish what `build` made for the log's checkpoint, the grants of that state first."""
        checkpoint = log.signed.checkpoint
        granted = self.grants.publish(grants, checkpoint)
        issued = dated(self._clock(), previous.issued if previous else None)
        merged = self._merge(files)
        manifest = Manifest(
            origin=self._origin,
            profile=urls.PROFILE,
            min_reader=least_reader(open_segment(self._merged, merged), self._models),
            sequence=previous.sequence + 1 if previous else 1,
            issued=issued,
            expires=issued + self._lifetime,
            log_size=checkpoint.size,
            log_root=checkpoint.root,
            checkpoint=log.signed.note,
            files=files,
            merged=merged,
            models=self._models,
        )
        note = sign_note(manifest.encode(), self._signer).encode()
        stored = StoredManifest(manifest.sequence, issued, note)
        self._writer.run(lambda database: add_manifest(database, stored))
        self._files.write(MANIFEST, note)
        return self.open(manifest, granted)

    def open(self, manifest: Manifest, grants: bytes) -> PublishedSnapshot:
        """Open the merged segment of a published manifest, merging its files again where it is not at hand.

        Raises DamagedFileError where the disk forgot something; what was damaged is gone then.
        """
        path = self._merged.path(segment_name(manifest.merged))
        if not (table_of(path).exists() and holds(self._merged, manifest.merged)):
            self._merge_anew(manifest)
        self._merged.write_all(
            (path.name + suffix, content) for suffix, content in index_files(Segment.open(path))
        )
        for name in (path.name, *(f"{path.name}{suffix}" for suffix in SUFFIXES)):
            if self._merged.path(name).exists():
                with mapped(self._merged.path(name)) as content:
                    self._merged.write(f"{name}{TABLE}", encode_pages(content))
        snapshot_id = manifest.snapshot_id(first_use=False)
        snapshot = Snapshot.open(
            path,
            snapshot_id,
            expires=manifest.expires,
            profile=manifest.profile,
            grants=grants,
            models=manifest.models,
        )
        return PublishedSnapshot(manifest, snapshot)

    def _merge_anew(self, manifest: Manifest) -> None:
        if digest_of(self._merged, manifest.merged) == manifest.merged.name:
            return
        self._merged.remove(segment_name(manifest.merged))
        try:
            if self._merge(manifest.files) == manifest.merged:
                return
        except DataError:
            pass  # said below
        removed = [file.name[:16] for file in manifest.files if self._remove_damaged(self._files, file)]
        if not removed:
            raise InstanceError(f"the segments of manifest {manifest.sequence} do not merge into what was signed")
        raise DamagedFileError(f"segments of manifest {manifest.sequence} were damaged: {', '.join(removed)}")

    def check_files(self, manifest: Manifest) -> list[str]:
        """Read all that is served of a manifest's segments; remove what is damaged, and return its names."""
        damaged = [file.name for file in manifest.files if self._remove_damaged(self._files, file)]
        merged = segment_name(manifest.merged)
        try:
            Segment.open(self._merged.path(merged)).require_all()
            require_index(self._merged.path(merged))
        except FileNotFoundError:
            pass  # collected meanwhile: there is a newer one
        except (DataError, ValueError):
            for name in (merged, *(f"{merged}{suffix}" for suffix in SUFFIXES)):
                self._merged.remove(name)
            damaged.append(manifest.merged.name)
        return damaged

    def _remove_damaged(self, files: DurableFiles, file: SegmentFile) -> bool:
        digest = digest_of(files, file)
        if digest in (None, file.name):
            return False
        files.remove(segment_name(file))
        return True

    def collect(self, current: Manifest) -> None:
        """Delete what no manifest of the last KEEP_SECONDS names; forget older ones, and those dated far ahead."""
        with self._store.read() as database:
            known = manifests(database)
        old = [one.sequence for one in known if abs(current.issued - one.issued) > KEEP_SECONDS]
        self._writer.run(lambda database: forget_manifests(database, old))
        in_use = [Manifest.decode(Note.parse(one.note).text) for one in known if one.sequence not in old]
        kept = {file.name for one in in_use for file in one.files}
        self.grants.collect({one.log_size for one in in_use} | {current.log_size})
        _remove_others(self._files, kept)
        _remove_others(self._merged, {current.merged.name})

    def _merge(self, files: tuple[SegmentFile, ...]) -> SegmentFile:
        base, *deltas = (open_segment(self._files, file) for file in files)
        return write_segment(self._merged, merge(base, deltas), 0, files[-1].last)


def _remove_others(files: DurableFiles, kept: set[str]) -> None:
    for name in list(files.names("*.seg*")):
        if name.partition(".seg")[0] not in kept:
            files.remove(name)
