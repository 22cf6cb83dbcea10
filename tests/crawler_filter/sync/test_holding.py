"""A snapshot is held as it is now, whatever becomes of the folder it came from."""

import os
from pathlib import Path

import pytest

from crawler_filter.errors import SnapshotMissingError
from crawler_filter.sync.holding import hold


def folder(path: Path) -> Path:
    path.mkdir()
    (path / "manifest").write_bytes(b"first")
    (path / "lock").write_bytes(b"")
    return path


def test_what_is_held_stays_when_the_folder_moves_on(tmp_path: Path) -> None:
    source = folder(tmp_path / "snapshot")
    held = hold(source, tmp_path / "held" / "one")
    (source / "new").write_bytes(b"second")
    (source / "new").rename(source / "manifest")
    assert hold(source, held) == held
    assert {path.name: path.read_bytes() for path in held.iterdir()} == {"manifest": b"first"}


def test_where_a_file_can_have_one_name_only_it_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: object, **__: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refuses)
    held = hold(folder(tmp_path / "snapshot"), tmp_path / "held")
    assert (held / "manifest").read_bytes() == b"first"
    assert (held / "manifest").stat().st_nlink == 1


def test_a_folder_that_is_not_there_or_empty_is_said_to_be_no_snapshot(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("nowhere", "empty"):
        with pytest.raises(SnapshotMissingError, match=f"no snapshot in .*{name}"):
            hold(tmp_path / name, tmp_path / "held")
    assert not (tmp_path / "held").exists()
