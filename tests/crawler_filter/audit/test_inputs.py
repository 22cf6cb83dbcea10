"""Which files a run reads: what it cannot read, and what lies where outputs go, is named with what to do."""

import lzma
from pathlib import Path

import pytest

from crawler_filter.audit.inputs import Kind, find_inputs
from crawler_filter.errors import DataError


@pytest.mark.parametrize("kind", [None, Kind.CSV])
def test_a_file_that_is_packed_in_a_way_that_is_not_read_is_named(tmp_path: Path, kind: Kind | None) -> None:
    (tmp_path / "a.csv.xz").write_bytes(lzma.compress(b"url\nhttps://reserved.example/\n"))
    with pytest.raises(DataError, match=r"a\.csv\.xz is packed .* unpack it, or pack it with gzip or zstd"):
        find_inputs([tmp_path / "a.csv.xz"], kind)


def test_outputs_that_would_go_where_the_data_is_are_told_from_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no data file"):
        find_inputs([tmp_path], besides=tmp_path / "out")
    (tmp_path / "a.csv").write_bytes(b"url\n")
    assert [each.name for each in find_inputs([tmp_path], besides=tmp_path / "out")] == ["a.csv"]
    for out in (tmp_path, tmp_path.parent):
        with pytest.raises(DataError, match="name another folder for them with --out"):
            find_inputs([tmp_path], besides=out)
