"""What is measured beside another commit is the same work, and the median of the pairs is what counts."""

import json

import pytest

pytest.importorskip("pyarrow", reason="the extra `arrow` is not installed")

from benchmarks import compared_work
from benchmarks.compare import ROOT, WORK, table


def test_a_row_says_the_median_of_its_pairs_and_their_middle_half():
    rows = table({"one check": [0.9, 1.0, 1.0, 1.1, 3.0]}).splitlines()
    assert rows[2:] == ["| one check | 1.00 | 0.95 to 2.05 |"]


@pytest.mark.whole
def test_every_work_can_be_done_by_the_code_of_today(tmp_path, capsys):
    files = tmp_path / "protego.tar.gz" / "protego" / "tests" / "test_data"
    files.mkdir(parents=True)
    (files / "site.example").write_text("User-agent: *\nDisallow: /art/\n")
    compared_work.main("build", str(tmp_path / "rules.seg"), "200")
    compared_work.main("measure", str(tmp_path / "rules.seg"), "200", str(tmp_path))
    taken = json.loads(capsys.readouterr().out)
    assert len(taken) == 13
    assert all(seconds > 0 for seconds in taken.values())


def test_the_work_is_a_file_that_other_code_can_run():
    assert WORK.is_relative_to(ROOT)
    assert "from benchmarks" not in WORK.read_text("utf-8")
