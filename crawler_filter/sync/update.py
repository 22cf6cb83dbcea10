"""Bring a folder to a registry's newest snapshot: fetch, verify, merge, and swap in one rename.

Everything is checked before it is put in force, so any mirror may serve the files. After any error the folder
answers as it did before, and the error says whether their bytes were wrong, the network was down, or what they
offered is older than what is here.
"""

import contextlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from crawler_filter.errors import (
    DigestMismatchError,
    MalformedNoteError,
    MalformedSegmentError,
    OversizedError,
    RollbackError,
    SignatureError,
)
from crawler_filter.log import (
    MAX_ROTATIONS,
    Root,
    Trust,
    consistency_proof,
    hash_reader,
    walk,
)
from crawler_filter.net.transport import Transport
from crawler_filter.snapshot import Segment
from crawler_filter.snapshot.acceptance import (
    Accepted,
    check_age,
    check_follows,
    growth,
    open_manifest,
    open_roots,
)
from crawler_filter.snapshot.index_files import SUFFIXES, damaged_index, has_tables, index_files, require_index
from crawler_filter.snapshot.manifest import Manifest, SegmentFile
from crawler_filter.snapshot.pages import SUFFIX as TABLE
from crawler_filter.snapshot.pages import encode_pages, mapped, table_of
from crawler_filter.sync import durable
from crawler_filter.sync.directory import SnapshotDirectory
from crawler_filter.sync.grants import grants_named
from crawler_filter.sync.remote import Meter, Remote, require_file

CHECK_SECONDS: Final = 3600
"""How often a sync without news reads the whole merged segment, to find and repair what a disk forgot."""

_CHUNK: Final = 1 << 20


def sync(
    directory: Path,
    url: str,
    trust: Trust,
    *,
    transport: Transport,
    now: float,
    names: bool = False,
    meter: Meter | None = None,
) -> Accepted:
    """Fetch what `url` publishes, verify it, and put it in force in `directory`.

    With `names`, and in a folder that has them, the file of names is fetched first, so that whoever sees the new
    snapshot finds its names. That it cannot be had is raised too, but keeps nobody from the snapshot.

    Raises:
        DirectoryBusyError: another process is at it.
        DataError: what was offered is wrong; its subclass says how.
        AgeError: what was offered is a step back, expired, or from the future.
        TransportError: the registry or mirror could not be read.
    """
    folder = SnapshotDirectory(directory)
    remote = Remote(url.rstrip("/"), transport, meter)
    with folder.locked():
        durable.sweep(folder.path)
        try:
            if names or folder.names.exists():
                folder.store_names(remote.names())
                folder.store_characters(remote.characters())
        finally:
            offered = _bring(folder, trust, remote, now)
        return offered


def load(folder: SnapshotDirectory, trust: Trust) -> Accepted:
    """Return what is in force in `folder`, its signatures verified again from the trust file down.

    Raises:
        SnapshotMissingError: nothing was ever synced here.
        DataError: somebody changed the folder, or the trust file is another registry's.
    """
    manifest = folder.manifest()
    roots = open_roots(trust, folder.roots())
    try:
        return open_manifest(manifest, trust, roots)
    except SignatureError:
        # roots are stored before the first manifest under them arrives, so the present one may be of an older root
        for end in range(len(roots) - 1, 0, -1):
            with contextlib.suppress(SignatureError):
                return open_manifest(manifest, trust, roots[:end])
        raise


def open_segment(path: Path, trust: Trust) -> tuple[Segment, Manifest]:
    """Return the merged segment in force in a folder, with its manifest. Raises as `load`."""
    folder = SnapshotDirectory(path)
    manifest = load(folder, trust).manifest
    return Segment.open(folder.segment(manifest.merged.name)), manifest


def open_change(
    before: Path, after: Path, trust: Trust
) -> tuple[tuple[Segment, Manifest], tuple[Segment, Manifest]]:
    """Return two snapshots of a registry, older first: swapped, what became reserved would seem released.

    Raises:
        RollbackError: the second snapshot is older than the first.
        DataError, SnapshotMissingError: as `load`.
    """
    old, new = open_segment(before, trust), open_segment(after, trust)
    if new[1].sequence < old[1].sequence:
        raise RollbackError(
            f"{after} holds snapshot {new[1].sequence}, older than snapshot {old[1].sequence} in {before}:"
            " name the older folder with --from and the newer one with --to"
        )
    return old, new


def offered_by(url: str, trust: Trust, *, transport: Transport, now: float) -> Accepted:
    """Return what a registry publishes, verified from the trust file down; nothing is kept. Raises as `sync`."""
    remote = Remote(url.rstrip("/"), transport, None)
    offered = open_manifest(remote.manifest(), trust, _follow_roots(trust, [], lambda *_: None, remote))
    check_age(offered.manifest, now)
    return offered


def verify(folder: SnapshotDirectory, trust: Trust, *, now: float) -> Accepted:
    """Check every byte of `folder`: signatures, age, that the merged segment is the one signed for, and its index.

    Raises:
        DataError, AgeError, SnapshotMissingError: what is wrong, by its own name.
    """
    accepted = load(folder, trust)
    check_age(accepted.manifest, now)
    merged = accepted.manifest.merged
    require_file(folder.segment(merged.name), merged)
    if (file := damaged_index(folder.segment(merged.name))) is not None:
        raise MalformedSegmentError(f"{file} does not fit its segment: remove it, searches are right without")
    return accepted


def _bring(folder: SnapshotDirectory, trust: Trust, remote: Remote, now: float) -> Accepted:
    stored = load(folder, trust) if folder.has_manifest() else None
    roots = _follow_roots(trust, folder.roots(), folder.add_root, remote)
    offered = open_manifest(remote.manifest(), trust, roots)
    check_age(offered.manifest, now)
    if stored is not None:
        check_follows(stored, offered, _proof(growth(stored, offered), offered, remote))
    if stored is None or offered.data != stored.data or not _is_sound(folder, offered.manifest.merged, now):
        remote.grants(folder, offered)
        _install(folder, offered, remote)
        states = [offered, *([stored] if stored else ())]
        folder.prune(set().union(*map(_named, states)), now=now)
        folder.prune_grants(grants_named(folder, states), {each.manifest.log_size for each in states}, now=now)
    return offered


def _follow_roots(
    trust: Trust, notes: Sequence[bytes], keep: Callable[[int, bytes], None], remote: Remote
) -> tuple[Root, ...]:
    """Return the roots from the pinned one on, of which `notes` are known; what is new of them is to `keep`."""
    if not notes:
        first = _pinned_root(trust, remote)
        keep(trust.root_version, first)
        notes = [first]
    chain = open_roots(trust, notes)
    for _ in range(MAX_ROTATIONS):
        following = remote.root(chain[-1].version + 1)
        if following is None:
            return chain
        chain = (*chain, walk(chain[-1], [following]))
        keep(chain[-1].version, following)
    raise OversizedError(f"expected at most {MAX_ROTATIONS} rotations of the root in one update")


def _pinned_root(trust: Trust, remote: Remote) -> bytes:
    """Return the root note that the trust file pins; whoever answers with anything else is not its registry."""
    first = remote.root(trust.root_version)
    other = f"{remote.url} is not the registry of the trust file, or a mirror of it"
    if first is None:
        raise MalformedNoteError(f"{other}: there is no root note {trust.root_version}; check the address")
    try:
        trust.open_root(first)
    except (MalformedNoteError, SignatureError) as error:
        raise type(error)(f"{other}: {error}; check the address, and whose trust file it is") from error
    return first


def _proof(sizes: tuple[int, int] | None, offered: Accepted, remote: Remote) -> Sequence[bytes]:
    """Make the consistency proof from the log's own tiles; hashes that do not fit fail where it is verified."""
    if sizes is None:
        return ()
    return consistency_proof(*sizes, hash_reader(offered.checkpoint.size, remote.tiles(offered.root)))


def _install(folder: SnapshotDirectory, offered: Accepted, remote: Remote) -> None:
    files = offered.manifest.files
    merged = offered.manifest.merged
    if not _is_right(folder, merged):
        _fetch(folder, files, remote)
        try:
            _merge_into(folder, files, merged)
        except (DigestMismatchError, MalformedSegmentError):
            # what was here before the disk forgot something: only what is right is kept, and the rest fetched anew
            if not [file for file in files if not _is_right(folder, file)]:
                raise
            _fetch(folder, files, remote)
            _merge_into(folder, files, merged)
    _index(folder, merged)
    add_table(folder, merged)
    folder.commit(offered.data)


def _fetch(folder: SnapshotDirectory, files: Sequence[SegmentFile], remote: Remote) -> None:
    for file in files:
        if not _is_there(folder, file):
            remote.segment(file, folder)


def _merge_into(folder: SnapshotDirectory, files: Sequence[SegmentFile], merged: SegmentFile) -> None:
    if merged.name in {file.name for file in files}:
        require_file(folder.segment(merged.name), merged)
    else:
        _merge(folder, files, merged)


def add_table(folder: SnapshotDirectory, merged: SegmentFile) -> None:
    """Check the whole merged segment, and lay a table of checksums beside it and beside its index.

    Raises DigestMismatchError where the segment is not the one that was signed for.
    """
    require_file(folder.segment(merged.name), merged)
    for suffix in ("", *SUFFIXES):
        path = folder.segment(f"{merged.name}{suffix}")
        if path.exists():
            with folder.new_segment(f"{path.name}{TABLE}") as sink, mapped(path) as content:
                sink.write(encode_pages(content))


def _is_sound(folder: SnapshotDirectory, merged: SegmentFile, now: float) -> bool:
    """Tell whether merged segment and index were found right within CHECK_SECONDS; look now if not."""
    path = folder.segment(merged.name)
    table = table_of(path)
    try:
        if abs(now - table.stat().st_mtime) <= CHECK_SECONDS and has_tables(path):
            return True
        Segment.open(path).require_all()
        require_index(path)
    except (OSError, ValueError, MalformedSegmentError):  # an empty file cannot be mapped
        return False
    with contextlib.suppress(OSError):
        os.utime(table, (now, now))
    return True


def _is_right(folder: SnapshotDirectory, file: SegmentFile) -> bool:
    """Tell whether a file is here and is the one that was signed for; one that is not is removed."""
    path = folder.segment(file.name)
    try:
        require_file(path, file)
    except FileNotFoundError:
        return False
    except (DigestMismatchError, OSError):
        path.unlink(missing_ok=True)
        return False
    return True


def _merge(folder: SnapshotDirectory, files: Sequence[SegmentFile], merged: SegmentFile) -> None:
    from crawler_filter.snapshot import merge  # noqa: PLC0415 - loads numpy, which opening a filter does not

    base, *deltas = (Segment.open(folder.segment(file.name)) for file in files)
    with folder.new_segment(merged.name) as sink:
        sink.write(merge(base, deltas))
        sink.flush()
        require_file(Path(sink.name), merged)


def _index(folder: SnapshotDirectory, merged: SegmentFile) -> None:
    """Make what speeds up searches beside the merged segment; it is ours and no part of what was signed."""
    for suffix, content in index_files(Segment.open(folder.segment(merged.name))):
        with folder.new_segment(f"{merged.name}{suffix}") as sink:
            sink.write(content)


def _is_there(folder: SnapshotDirectory, file: SegmentFile) -> bool:
    """Tell whether an earlier sync completed this file; files appear under their name only when whole."""
    path = folder.segment(file.name)
    return path.exists() and path.stat().st_size == file.length


def _named(accepted: Accepted) -> set[str]:
    manifest = accepted.manifest
    own = {f"{manifest.merged.name}{suffix}" for suffix in ("", *SUFFIXES)}
    return {*own, *(f"{name}{TABLE}" for name in own), *(file.name for file in manifest.files)}
