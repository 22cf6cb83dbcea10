"""Files that are whole or absent, on a real disk."""

import pytest

from crawler_filter.sync import durable


def test_a_file_is_replaced_with_its_mode_from_the_first_byte(tmp_path):
    path = tmp_path / "secret"
    with durable.replacing(path, 0o600) as file:
        (draft,) = tmp_path.iterdir()
        assert draft.suffix == durable.UNFINISHED
        assert draft.stat().st_mode & 0o777 == 0o600
        file.write(b"whole")
    assert path.read_bytes() == b"whole"
    assert list(tmp_path.iterdir()) == [path]


def test_a_block_that_raises_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "file"
    durable.write(path, b"old")
    with pytest.raises(OSError, match="no space"), durable.replacing(path) as file:
        file.write(b"half")
        raise OSError("no space")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_is_never_written_over_another(tmp_path):
    path = tmp_path / "key"
    durable.create(path, b"first", 0o600)
    with pytest.raises(FileExistsError):
        durable.create(path, b"second", 0o600)
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"first", 0o600)


def test_what_another_program_wrote_takes_its_name(tmp_path):
    (tmp_path / "draft").write_bytes(b"database")
    durable.rename(tmp_path / "draft", tmp_path / "database")
    assert [path.name for path in tmp_path.iterdir()] == ["database"]


def test_what_crashes_left_is_swept_away_and_nothing_else(tmp_path):
    (tmp_path / "folder").mkdir()
    for name in ("kept", f"a.1{durable.UNFINISHED}", f"folder/b.2{durable.UNFINISHED}"):
        (tmp_path / name).write_bytes(b"")
    durable.sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["folder", "kept"]
