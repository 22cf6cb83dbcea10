"""Every way to offer a wrong snapshot has its own error, and none of them changes what the folder answers."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from crawler_filter.errors import (
    AgeError,
    ClockError,
    DataError,
    DigestMismatchError,
    EquivocationError,
    ExpiredError,
    FilterError,
    HttpStatusError,
    MalformedNoteError,
    MalformedSegmentError,
    OversizedError,
    ProofError,
    RollbackError,
    SignatureError,
    SnapshotMissingError,
    TransportError,
    UnsupportedVersionError,
)
from crawler_filter.formats.names import MAX_NAMES_BYTES, Name, NameKind, encode_names
from crawler_filter.log import Checkpoint, KeySet, LogPolicy, Signer, Trust, Witness
from crawler_filter.snapshot import Manifest
from crawler_filter.snapshot.acceptance import Accepted
from crawler_filter.snapshot.manifest import READER
from crawler_filter.sync.directory import DirectoryBusyError, SnapshotDirectory
from crawler_filter.sync.source import FolderSource
from crawler_filter.sync.update import load, sync, verify
from tests.simulators.published import NOW, ORIGIN, URL, PublishedRegistry, counted_entropy, scope


def synced(published: PublishedRegistry, folder: Path, *, now: int | None = None) -> Accepted:
    return sync(folder, URL, published.trust, transport=published, now=published.now if now is None else now)


@pytest.fixture
def published() -> PublishedRegistry:
    registry = PublishedRegistry()
    for number in range(20):
        registry.declare(scope("domain", f"studio{number}.example.com"), scope("sha256", f"{number:064x}"))
    registry.publish()
    return registry


@pytest.fixture
def folder(published: PublishedRegistry, tmp_path: Path) -> Path:
    synced(published, tmp_path)
    return tmp_path


NAMES = encode_names([Name(0, NameKind.TITLE, ("Lighthouse Keeper",))])


def with_names(published: PublishedRegistry, folder: Path) -> Accepted:
    return sync(folder, URL, published.trust, transport=published, now=published.now, names=True)


def test_names_are_fetched_when_asked_for_and_from_then_on(published: PublishedRegistry, folder: Path) -> None:
    assert "v1/names" not in published.requested
    published.files["v1/names"] = NAMES
    with_names(published, folder)
    assert SnapshotDirectory(folder).names.read_bytes() == NAMES
    published.files["v1/names"] = encode_names([])
    synced(published, folder)
    assert SnapshotDirectory(folder).names.read_bytes() == encode_names([])
    assert verify(SnapshotDirectory(folder), published.trust, now=published.now)


@pytest.mark.parametrize(
    ("offered", "error"),
    [
        pytest.param(None, HttpStatusError, id="there are none"),
        pytest.param(NAMES[:-5], MalformedSegmentError, id="they are cut off"),
        pytest.param(b"<html>", MalformedSegmentError, id="something else"),
        pytest.param(b"\n" * (MAX_NAMES_BYTES + 1), OversizedError, id="too many"),
    ],
)
def test_names_that_cannot_be_had_keep_nobody_from_the_snapshot(
    published: PublishedRegistry, folder: Path, offered: bytes | None, error: type[FilterError]
) -> None:
    published.files["v1/names"] = NAMES
    with_names(published, folder)
    grown = grow(published)
    if offered is None:
        del published.files["v1/names"]
    else:
        published.files["v1/names"] = offered
    with pytest.raises(error):
        with_names(published, folder)
    assert load(SnapshotDirectory(folder), published.trust).manifest == grown
    assert SnapshotDirectory(folder).names.read_bytes() == NAMES


def grow(published: PublishedRegistry) -> Manifest:
    published.declare(scope("domain", "late.example.org"))
    published.now += 60
    return published.publish()


def signed(published: PublishedRegistry, **changes: object) -> None:
    published.put_manifest(replace(grow(published), **changes))


def offer_checkpoint(published: PublishedRegistry, checkpoint: Checkpoint, signer: Signer | None = None) -> None:
    note = checkpoint.sign(signer or published.log_signer).encode()
    signed(published, checkpoint=note, log_size=checkpoint.size, log_root=checkpoint.root)


def corrupt(data: bytes, position: int = -1) -> bytes:
    changed = bytearray(data)
    changed[position] ^= 1
    return bytes(changed)


def newest_segment(published: PublishedRegistry, manifest: Manifest) -> str:
    return f"snapshot/{manifest.files[-1].name}.seg"


def change_segment(change: Callable[[bytes], bytes]) -> Callable[[PublishedRegistry], None]:
    def mutate(published: PublishedRegistry) -> None:
        name = newest_segment(published, grow(published))
        published.files[name] = change(published.files[name])

    return mutate


def change_manifest(change: Callable[[bytes], bytes]) -> Callable[[PublishedRegistry], None]:
    def mutate(published: PublishedRegistry) -> None:
        grow(published)
        published.files["snapshot/manifest"] = change(published.files["snapshot/manifest"])

    return mutate


def fork_same_size(published: PublishedRegistry) -> None:
    checkpoint = Checkpoint(f"{ORIGIN}/log", 20, b"\x07" * 32)
    note = checkpoint.sign(published.log_signer).encode()
    manifest = published.publish()
    published.put_manifest(replace(manifest, checkpoint=note, log_root=checkpoint.root))


def fork_larger(published: PublishedRegistry) -> None:
    other = PublishedRegistry(entropy=published.entropy, sequence=5)
    other.log_signer, other.snapshot_signer = published.log_signer, published.snapshot_signer
    for number in range(30):
        other.declare(scope("domain", f"rewritten{number}.example.com"))
    other.publish()
    published.files |= {path: data for path, data in other.files.items() if "root" not in path}


def smaller_log(published: PublishedRegistry) -> None:
    other = PublishedRegistry(entropy=published.entropy, sequence=5)
    other.log_signer, other.snapshot_signer = published.log_signer, published.snapshot_signer
    other.declare(scope("domain", "rewritten.example.com"))
    other.publish()
    published.files |= {path: data for path, data in other.files.items() if "root" not in path}


def restore_first(published: PublishedRegistry) -> None:
    first = published.files["snapshot/manifest"]
    manifest = grow(published)
    published.put_manifest(replace(manifest, sequence=0))
    assert published.files["snapshot/manifest"] != first


def second_of_one_number(published: PublishedRegistry) -> None:
    manifest = grow(published)
    published.put_manifest(replace(manifest, sequence=1))


def other_checkpoint(published: PublishedRegistry) -> None:
    manifest = grow(published)
    published.put_manifest(replace(manifest, log_root=b"\x01" * 32))


def unknown_log_key(published: PublishedRegistry) -> None:
    stranger = Signer.generate(f"{ORIGIN}/log", published.entropy)
    offer_checkpoint(published, Checkpoint(f"{ORIGIN}/log", 21, published.edge.root), stranger)


def by_log_key(published: PublishedRegistry) -> None:
    published.put_manifest(grow(published), published.log_signer)


def by_stranger(published: PublishedRegistry) -> None:
    published.put_manifest(grow(published), Signer.generate(f"{ORIGIN}/snapshot", published.entropy))


def tampered_tile(published: PublishedRegistry) -> None:
    grow(published)
    for path in [path for path in published.files if path.startswith("log/tile/0/")]:
        published.files[path] = corrupt(published.files[path], 0)


def no_tiles(published: PublishedRegistry) -> None:
    grow(published)
    for path in [path for path in published.files if path.startswith("log/tile/")]:
        del published.files[path]


def segment_gone(published: PublishedRegistry) -> None:
    del published.files[newest_segment(published, grow(published))]


def swapped_segments(published: PublishedRegistry) -> None:
    manifest = grow(published)
    first, last = (f"snapshot/{file.name}.seg" for file in (manifest.files[0], manifest.files[-1]))
    published.files[first], published.files[last] = published.files[last], published.files[first]


def wrong_merged_digest(published: PublishedRegistry) -> None:
    manifest = grow(published)
    published.put_manifest(replace(manifest, merged=replace(manifest.merged, name="0" * 64)))


def wrong_merged_length(published: PublishedRegistry) -> None:
    manifest = grow(published)
    published.put_manifest(replace(manifest, merged=replace(manifest.merged, length=manifest.merged.length + 1)))


def test_a_snapshot_of_profile_1_is_read_by_its_own_rules(published: PublishedRegistry, folder: Path) -> None:
    signed(published, profile=1, sequence=published.sequence + 1)
    assert synced(published, folder).manifest.profile == 1
    source = FolderSource(SnapshotDirectory(folder), published.trust, clock=lambda: published.now)
    assert source.current().canonical("https://example.com/a[1]") == "example.com/a[1]"


def signed_garbage(published: PublishedRegistry) -> None:
    import hashlib

    manifest = grow(published)
    garbage = b"not a segment at all" * 100
    name = hashlib.sha256(garbage).hexdigest()
    published.files[f"snapshot/{name}.seg"] = garbage
    *others, last = manifest.files
    published.put_manifest(replace(manifest, files=(*others, replace(last, name=name, length=len(garbage)))))


def gap_in_files(published: PublishedRegistry) -> None:
    manifest = grow(published)
    *others, last = manifest.files
    published.put_manifest(replace(manifest, files=(*others, replace(last, first=last.first + 1))))


def test_whoever_does_not_show_the_root_of_the_trust_file_is_named(
    published: PublishedRegistry, tmp_path: Path
) -> None:
    stranger = Signer.generate(f"{ORIGIN}/root-b", published.entropy)
    another = replace(published.root, keys=KeySet(1, (stranger.verifier,))).sign(stranger).encode()
    for answer in (b"<html>\n", b"<html>\n\n", None, another):
        published.files.pop("snapshot/root/1", None)
        if answer is not None:
            published.files["snapshot/root/1"] = answer
        with pytest.raises(DataError, match=rf"{URL} is not the registry of the trust file.*check the address"):
            sync(tmp_path, URL, published.trust, transport=published, now=published.now)


def root_skipped(published: PublishedRegistry) -> None:
    published.rotate()
    published.rotate()
    published.files["snapshot/root/2"] = published.files["snapshot/root/3"]


def root_by_stranger(published: PublishedRegistry) -> None:
    stranger = Signer.generate(f"{ORIGIN}/root-b", published.entropy)
    root = replace(published.root, version=2, keys=KeySet(1, (stranger.verifier,)))
    published.files["snapshot/root/2"] = root.sign(stranger).encode()


def root_garbage(published: PublishedRegistry) -> None:
    published.files["snapshot/root/2"] = b"\xff\xfe"


def root_oversized(published: PublishedRegistry) -> None:
    published.files["snapshot/root/2"] = b"x" * 600_000


def new_log_unclosed(published: PublishedRegistry) -> None:
    signer = Signer.generate(f"{ORIGIN}/log2", published.entropy)
    published.rotate(log=signer.verifier)


def log_closed_too_early(published: PublishedRegistry) -> None:
    published.edge = replace(published.edge, size=3)
    published.restart_log()
    published.publish()


def log_closed_otherwise(published: PublishedRegistry) -> None:
    signer = Signer.generate(f"{ORIGIN}/log2", published.entropy)
    closed = Checkpoint(f"{ORIGIN}/log", 20, b"\x09" * 32)
    published.rotate(log=signer.verifier, closed=closed)
    published.log_signer = signer
    published.edge, published.leaves = type(published.edge)(), []
    published.publish()


def network_down(published: PublishedRegistry) -> None:
    published.fails = TransportError("the cable is out")


ATTACKS: list[tuple[str, Callable[[PublishedRegistry], None], type[FilterError]]] = [
    ("an empty manifest", change_manifest(lambda data: b""), MalformedNoteError),
    ("a truncated manifest", change_manifest(lambda data: data[:-40]), MalformedNoteError),
    ("a manifest that is not text", change_manifest(lambda data: b"\xff" + data), MalformedNoteError),
    ("a manifest with one bit flipped", change_manifest(lambda data: corrupt(data, 3)), SignatureError),
    ("a manifest without end", change_manifest(lambda data: data + b"x" * 20_000), OversizedError),
    ("a manifest signed by a stranger of the same name", by_stranger, SignatureError),
    ("a manifest signed by the log's key", by_log_key, SignatureError),
    ("a manifest of another registry", lambda p: signed(p, origin="elsewhere.example"), MalformedNoteError),
    ("a manifest for a newer reader", lambda p: signed(p, min_reader=READER + 1), UnsupportedVersionError),
    ("a manifest of another URL profile", lambda p: signed(p, profile=3), UnsupportedVersionError),
    ("an expired manifest", lambda p: signed(p, issued=NOW - 700_000, expires=NOW - 100_000), ExpiredError),
    ("a manifest from the future", lambda p: signed(p, issued=NOW + 4000, expires=NOW + 90_000), ClockError),
    ("a manifest valid for a month", lambda p: signed(p, expires=NOW + 30 * 86_400), ExpiredError),
    ("an older sequence", restore_first, RollbackError),
    ("two manifests of one number", second_of_one_number, EquivocationError),
    ("a gap between two files", gap_in_files, MalformedNoteError),
    ("a log that became smaller", smaller_log, RollbackError),
    ("a second root of one log size", fork_same_size, EquivocationError),
    ("a longer log that rewrote its past", fork_larger, ProofError),
    ("a manifest whose checkpoint says another root", other_checkpoint, EquivocationError),
    ("a checkpoint signed by a stranger", unknown_log_key, SignatureError),
    ("a tile that was changed", tampered_tile, ProofError),
    ("tiles that are not there", no_tiles, HttpStatusError),
    ("a truncated segment", change_segment(lambda data: data[:-1]), DigestMismatchError),
    ("an empty segment", change_segment(lambda data: b""), DigestMismatchError),
    ("a segment with one bit flipped", change_segment(corrupt), DigestMismatchError),
    ("a segment without end", change_segment(lambda data: data + b"\0"), OversizedError),
    ("a segment that is not there", segment_gone, HttpStatusError),
    ("two segments swapped", swapped_segments, DataError),
    ("a wrong digest of the merged segment", wrong_merged_digest, DigestMismatchError),
    ("a wrong length of the merged segment", wrong_merged_length, DigestMismatchError),
    ("garbage that was signed for", signed_garbage, MalformedSegmentError),
    ("a root note that skips a version", root_skipped, MalformedNoteError),
    ("a root note that the old keys did not sign", root_by_stranger, SignatureError),
    ("a root note of garbage", root_garbage, MalformedNoteError),
    ("a root note without end", root_oversized, OversizedError),
    ("another log that nothing leads to", new_log_unclosed, MalformedNoteError),
    ("a log closed before what we have seen", log_closed_too_early, RollbackError),
    ("a log closed with another root", log_closed_otherwise, EquivocationError),
    ("a dead network", network_down, TransportError),
]


@pytest.mark.parametrize(("attack", "expected"), [case[1:] for case in ATTACKS], ids=[case[0] for case in ATTACKS])
def test_a_wrong_offer_is_refused_by_name_and_changes_nothing(
    published: PublishedRegistry, folder: Path, attack: Callable, expected: type[FilterError]
) -> None:
    before = (folder / "manifest").read_bytes()
    attack(published)
    with pytest.raises(expected) as caught:
        synced(published, folder)
    assert isinstance(caught.value, expected)
    assert (folder / "manifest").read_bytes() == before
    assert load(SnapshotDirectory(folder), published.trust).manifest.sequence == 1


def test_there_are_at_least_thirty_attacks() -> None:
    assert len({name for name, *_ in ATTACKS}) >= 30


def test_the_three_families_of_errors_do_not_overlap() -> None:
    for family in (DataError, AgeError, TransportError):
        others = {DataError, AgeError, TransportError} - {family}
        assert not any(issubclass(family, other) for other in others)


def test_a_missing_quorum_of_witnesses_is_refused(published: PublishedRegistry, tmp_path: Path) -> None:
    witness = Signer.generate("witness.example", counted_entropy())
    quorum = replace(published.trust.policy, witnesses=(Witness("w", witness.cosignature_verifier),), quorum="w")
    published.trust = replace(published.trust, policy=quorum)
    with pytest.raises(SignatureError, match="quorum"):
        synced(published, tmp_path)


def test_another_registrys_trust_file_is_refused(published: PublishedRegistry, folder: Path) -> None:
    stranger = PublishedRegistry(entropy=published.entropy)
    with pytest.raises(DataError):
        load(SnapshotDirectory(folder), stranger.trust)


def test_a_folder_that_was_never_synced_says_so(published: PublishedRegistry, tmp_path: Path) -> None:
    with pytest.raises(SnapshotMissingError, match="crawler-filter sync"):
        load(SnapshotDirectory(tmp_path), published.trust)


def test_a_stored_manifest_that_was_changed_is_never_trusted_again(
    published: PublishedRegistry, folder: Path
) -> None:
    (folder / "manifest").write_bytes(corrupt((folder / "manifest").read_bytes(), 3))
    grow(published)
    with pytest.raises(SignatureError):
        synced(published, folder)


def test_growth_of_any_distance_is_followed_with_at_most_eight_files(
    published: PublishedRegistry, folder: Path
) -> None:
    for number in range(400):
        published.declare(scope("domain", f"more{number}.example.org"))
    published.publish()
    published.requested.clear()
    accepted = synced(published, folder)
    assert accepted.manifest.log_size == 420
    files = [path for path in published.requested if path.startswith("snapshot/") and "root" not in path]
    assert len(files) <= 8
    verify(SnapshotDirectory(folder), published.trust, now=published.now)


def test_nothing_is_downloaded_twice(published: PublishedRegistry, folder: Path) -> None:
    published.requested.clear()
    synced(published, folder)
    assert published.requested == ["snapshot/root/2", "snapshot/manifest"]


def test_a_replaced_snapshot_key_starts_its_own_sequence(published: PublishedRegistry, folder: Path) -> None:
    published.snapshot_signer = Signer.generate(f"{ORIGIN}/snapshot", published.entropy)
    published.rotate(snapshot=published.snapshot_signer.verifier)
    published.sequence = 0
    grow(published)
    assert synced(published, folder).manifest.sequence == 1


def test_a_lost_log_that_was_restarted_is_followed(published: PublishedRegistry, folder: Path) -> None:
    published.restart_log()
    published.declare(scope("domain", "after.example.org"))
    published.publish()
    accepted = synced(published, folder)
    assert accepted.checkpoint.origin == f"{ORIGIN}/log2"
    assert load(SnapshotDirectory(folder), published.trust).manifest.log_size == 1


def test_two_processes_do_not_sync_one_folder(published: PublishedRegistry, folder: Path) -> None:
    with SnapshotDirectory(folder).locked(), pytest.raises(DirectoryBusyError):
        synced(published, folder)


def test_verify_finds_a_segment_that_rotted_on_disk(published: PublishedRegistry, folder: Path) -> None:
    accepted = load(SnapshotDirectory(folder), published.trust)
    path = SnapshotDirectory(folder).segment(accepted.manifest.merged.name)
    path.write_bytes(corrupt(path.read_bytes()))
    with pytest.raises(DigestMismatchError):
        verify(SnapshotDirectory(folder), published.trust, now=published.now)


def test_segments_that_nobody_names_are_removed_after_a_while(published: PublishedRegistry, folder: Path) -> None:
    old = {path.name for path in (folder / "segments").iterdir()}
    for _ in range(2):
        for number in range(20):
            published.declare(scope("domain", f"n{number}-{published.sequence}.example.org"))
        published.now += 10
        published.publish()
        os.utime(folder / "segments" / next(iter(old)), (0, 0))
        synced(published, folder, now=published.now)
    assert not old & {path.name for path in (folder / "segments").iterdir() if path.stat().st_mtime == 0}


KILLED = """
import sys, os
from pathlib import Path
from tests.crawler_filter.sync.test_update import killed_update
killed_update(Path(sys.argv[1]), int(sys.argv[2]))
"""


def two_states() -> tuple[PublishedRegistry, PublishedRegistry]:
    """The same registry before and after growth; deterministic, so that a child process has the same."""
    before, after = PublishedRegistry(), PublishedRegistry()
    for registry in (before, after):
        for number in range(20):
            registry.declare(scope("domain", f"studio{number}.example.com"))
        registry.publish()
    for number in range(300):
        after.declare(scope("domain", f"more{number}.example.org"))
    after.now += 60
    after.publish()
    return before, after


def killed_update(folder: Path, point: int) -> None:
    """Update `folder`, killed without warning at the given step of touching the disk."""
    _, after = two_states()
    step = 0

    def trace(event: str, _args: object) -> None:
        nonlocal step
        if event in ("open", "os.rename", "os.mkdir", "os.remove"):
            step += 1
            if step == point:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(trace)
    synced(after, folder)


def _kill_at(point: int, folder: Path) -> tuple[bool, int]:
    before, after = two_states()
    synced(before, folder)
    child = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder), str(point)], check=False, capture_output=True
    )
    accepted = verify(SnapshotDirectory(folder), before.trust, now=after.now)
    synced(after, folder)
    assert verify(SnapshotDirectory(folder), before.trust, now=after.now).manifest.sequence == 2
    return child.returncode == -signal.SIGKILL, accepted.manifest.sequence


@pytest.mark.whole
def test_an_update_killed_anywhere_leaves_the_old_or_the_new_snapshot(tmp_path: Path) -> None:
    outcomes = [_kill_at(point, tmp_path / str(point)) for point in (1, 3, 5, 8, 12, 40)]
    assert any(killed for killed, _ in outcomes)
    assert {sequence for _, sequence in outcomes} <= {1, 2}


@pytest.mark.slow
def test_an_update_killed_at_a_hundred_points_leaves_the_old_or_the_new_snapshot(tmp_path: Path) -> None:
    outcomes = [_kill_at(point, tmp_path / str(point)) for point in range(1, 101)]
    assert {sequence for _, sequence in outcomes} == {1, 2}


def test_the_trust_file_of_the_simulator_is_a_real_one(published: PublishedRegistry) -> None:
    assert Trust.parse(published.trust.encode()) == published.trust
    assert isinstance(published.trust.policy, LogPolicy)
