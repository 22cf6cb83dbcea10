"""A folder shows whole files or none, and one manifest at a time."""

from pathlib import Path

import pytest

from crawler_filter.errors import SnapshotMissingError
from crawler_filter.sync.directory import DirectoryBusyError, SnapshotDirectory


def test_a_file_whose_writing_fails_is_not_there(tmp_path: Path) -> None:
    folder = SnapshotDirectory(tmp_path)
    with pytest.raises(RuntimeError), folder.new_segment("ab") as sink:
        sink.write(b"half")
        raise RuntimeError
    assert list((tmp_path / "segments").iterdir()) == []


def test_a_new_manifest_replaces_the_old_one_and_changes_the_state(tmp_path: Path) -> None:
    folder = SnapshotDirectory(tmp_path)
    assert folder.state() == (0, 0)
    folder.commit(b"one")
    first = folder.state()
    folder.commit(b"two")
    assert folder.manifest() == b"two"
    assert folder.state() != first


def test_root_notes_come_back_in_order_of_their_versions(tmp_path: Path) -> None:
    folder = SnapshotDirectory(tmp_path)
    for version in (2, 10, 1):
        folder.add_root(version, str(version).encode())
    assert folder.roots() == [b"1", b"2", b"10"]


def test_an_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SnapshotMissingError, match="crawler-filter sync"):
        SnapshotDirectory(tmp_path).manifest()


def test_the_lock_is_let_go_when_the_block_ends(tmp_path: Path) -> None:
    folder, other = SnapshotDirectory(tmp_path), SnapshotDirectory(tmp_path)
    with folder.locked(), pytest.raises(DirectoryBusyError), other.locked():
        pass
    with other.locked():
        pass
