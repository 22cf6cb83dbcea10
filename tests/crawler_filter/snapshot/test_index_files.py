"""A synced folder with many hashes has an index beside its segment; with it and without, the same is found."""

import random
from pathlib import Path

import numpy as np
import pytest

from crawler_filter.decision import SnapshotId
from crawler_filter.errors import MalformedSegmentError
from crawler_filter.fingerprints.registered import MAX_FRAMES, Film
from crawler_filter.formats.record import Assurance
from crawler_filter.snapshot import Snapshot
from crawler_filter.snapshot.index_files import open_index
from crawler_filter.sync.directory import SnapshotDirectory
from crawler_filter.sync.update import sync, verify
from tests.simulators.published import NOW, URL, PublishedRegistry, scope

ID = SnapshotId("registry.example", 1, 1, "", NOW)
RANDOM = random.Random(7)
FRAMES = [(second, RANDOM.randbytes(32)) for second in range(7 * MAX_FRAMES)]


def flipped(value: bytes, distance: int) -> bytes:
    bits = RANDOM.sample(range(256), distance)
    return (int.from_bytes(value) ^ sum(1 << bit for bit in bits)).to_bytes(32)


@pytest.fixture(scope="module")
def published() -> PublishedRegistry:
    """A registry of seven films."""
    registry = PublishedRegistry()
    for start in range(0, len(FRAMES), MAX_FRAMES):
        film = Film(tuple(FRAMES[start : start + MAX_FRAMES]))
        registry.declare(scope("video", film.encode(), Assurance.ATTESTED))
    registry.publish()
    return registry


@pytest.fixture(scope="module")
def segment(published, tmp_path_factory) -> Path:
    """The merged segment of a folder that was synced from the registry."""
    folder = tmp_path_factory.mktemp("folder")
    accepted = sync(folder, URL, published.trust, transport=published, now=published.now)
    return folder / "segments" / accepted.manifest.merged.name


def base_of(registry: PublishedRegistry) -> bytes:
    registry.publish()
    (segment,) = (content for url, content in registry.files.items() if url.endswith(".seg"))
    return segment


def index_of(segment: Path) -> list[Path]:
    return sorted(segment.parent.glob(f"{segment.name}.*.npy"))


def test_with_the_index_and_without_it_the_same_is_found(segment, tmp_path):
    alone = tmp_path / segment.name
    alone.write_bytes(segment.read_bytes())
    indexed, scanned = Snapshot.open(segment, ID), Snapshot.open(alone, ID)
    assert [file.name.removeprefix(segment.name) for file in index_of(segment)] == [
        ".video-rest.npy",
        ".video-slot.npy",
    ]
    for distance in (0, 1, 15, 30, 31, 32, 40):
        queries = [("whole", flipped(RANDOM.choice(FRAMES)[1], distance)) for _ in range(5)]
        found = indexed.match_picture(queries)
        assert bool(found) == (distance <= 31)
        assert found == scanned.match_picture(queries)


def test_an_index_of_another_segment_is_an_error_and_not_silence(segment, tmp_path):
    few = PublishedRegistry()
    few.declare(scope("video", Film(tuple(FRAMES[:50])).encode(), Assurance.ATTESTED))
    own = tmp_path / "segment"
    own.write_bytes(base_of(few))
    for file in index_of(segment):
        (tmp_path / f"segment{file.name.removeprefix(segment.name)}").symlink_to(file)
    with pytest.raises(MalformedSegmentError):
        Snapshot.open(own, ID).match_picture([("whole", FRAMES[0][1])])


DAMAGES = {
    "missing": lambda file: file.unlink(),
    "empty": lambda file: file.write_bytes(b""),
    "cut short": lambda file: file.write_bytes(file.read_bytes()[:-1000]),
    "of other bytes": lambda file: file.write_bytes(b"junk" * 1000),
    "a folder": lambda file: (file.unlink(), file.mkdir()),
    "of floats": lambda file: np.save(file, np.load(file).astype(float)),
    "of two dimensions": lambda file: np.save(file, np.load(file)[:, None]),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("column", ["slot", "rest"])
def test_without_an_index_that_can_be_read_everything_is_compared(column, damage, segment, tmp_path):
    for file in (segment, *index_of(segment)):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    DAMAGES[damage](tmp_path / f"{segment.name}.video-{column}.npy")
    found = Snapshot.open(tmp_path / segment.name, ID).match_picture([("whole", flipped(FRAMES[99][1], 20))])
    assert [match.evidence.distance for match in found] == [20]


@pytest.mark.parametrize("column", ["slot", "rest"])
def test_an_index_found_damaged_once_is_never_used_again_and_the_next_sync_makes_it_anew(
    column, published, tmp_path
):
    accepted = sync(tmp_path, URL, published.trust, transport=published, now=published.now)
    segment = tmp_path / "segments" / accepted.manifest.merged.name
    file = segment.with_name(f"{segment.name}.video-{column}.npy")
    sound = file.read_bytes()
    file.write_bytes(bytes(len(sound) // 2) + sound[len(sound) // 2 :])
    for _ in range(2):
        assert open_index(segment) == {}
    found = Snapshot.open(segment, ID).match_picture([("whole", flipped(FRAMES[99][1], 20))])
    assert [match.evidence.distance for match in found] == [20]
    sync(tmp_path, URL, published.trust, transport=published, now=published.now)
    assert file.read_bytes() == sound
    assert set(open_index(segment)) == {"video"}


@pytest.mark.parametrize("column", ["slot", "rest"])
def test_an_index_that_rotted_is_found_by_who_verifies(column, published, segment):
    folder = SnapshotDirectory(segment.parent.parent)
    verify(folder, published.trust, now=published.now)
    file = segment.with_name(f"{segment.name}.video-{column}.npy")
    sound = file.read_bytes()
    file.write_bytes(sound[:-9] + bytes([sound[-9] ^ 1]) + sound[-8:])
    with pytest.raises(MalformedSegmentError, match=file.name):
        verify(folder, published.trust, now=published.now)
    file.write_bytes(sound)
