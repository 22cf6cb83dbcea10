"""A folder of every form of rows: stopped anywhere and resumed to the same bytes, and asked for what changed."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather

from crawler_filter.audit import arrow
from crawler_filter.audit.judging import WholeJudging
from crawler_filter.cli import main
from tests.crawler_filter.audit.conftest import World, addresses, outcome
from tests.crawler_filter.audit.test_arrow import table_of, write
from tests.crawler_filter.audit.test_cdx import HEAD, cdx, cdxj
from tests.crawler_filter.audit.test_diff import folder as two_snapshots
from tests.crawler_filter.audit.test_resuming import kill, outputs, parts_done, start

__all__ = ["two_snapshots"]

URLS = [url or "no address" for url in addresses(240)]


def lines(line: Callable[[str], bytes]) -> bytes:
    return b"".join(line(url.replace(" ", "%20")) for url in URLS)


def mixed(folder: Path) -> Path:
    """A folder with the same addresses in every form."""
    folder.mkdir()
    table = pa.table({"url": URLS, "n": range(len(URLS))})
    pq.write_table(table, folder / "a.parquet", row_group_size=60)
    write(folder / "b.arrow", table_of(240).set_column(1, "url", pa.array(URLS)))
    feather.write_feather(table, folder / "c.feather", compression="zstd", chunksize=60)
    (folder / "d.cdx").write_bytes(HEAD + lines(cdx))
    (folder / "cdx-00000.gz").write_bytes(b"".join(map(gzip.compress, lines(cdxj).splitlines(keepends=True))))
    rows = (json.dumps({"url": url}) for url in URLS)
    (folder / "f.jsonl").write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    (folder / "g.csv").write_text("url;n\n" + "".join(f'"{url}";1\n' for url in URLS), encoding="utf-8")
    return folder


FORMS = 7


def masks(out: Path) -> dict[str, list[bool]]:
    return {path.name: pq.read_table(path)["keep"].to_pylist() for path in (out / "mask").rglob("*.parquet")}


def test_every_form_of_the_same_rows_gives_the_same_answers(world: World, tmp_path: Path) -> None:
    inputs = mixed(tmp_path / "in")
    report = world.run([inputs], tmp_path / "out")
    keep = [kept for kept, _ in outcome(world, URLS)]
    assert masks(tmp_path / "out") == dict.fromkeys(masks(tmp_path / "out"), keep)
    assert len(masks(tmp_path / "out")) == FORMS
    assert report["rows"] == FORMS * len(URLS)
    assert report["removed"] == FORMS * keep.count(False)


def test_a_run_that_is_stopped_anywhere_goes_on_to_the_same_bytes(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrow, "ROWS_AT_ONCE", 100)
    inputs = mixed(tmp_path / "in")
    whole = world.run([inputs], tmp_path / "whole")
    judge = WholeJudging.judge
    stops = 0
    while True:
        left = [stops % 4 + 2]  # a file is a part, and one of Arrow is judged in three pieces

        def failing(self, columns, left=left):
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt
            return judge(self, columns)

        monkeypatch.setattr(WholeJudging, "judge", failing)
        try:
            resumed = world.run([inputs], tmp_path / "out")
            break
        except KeyboardInterrupt:
            stops += 1
        assert stops < 40
    assert stops > 3
    assert outputs(tmp_path / "out") == outputs(tmp_path / "whole")
    assert not list((tmp_path / "out").rglob("*.unfinished"))
    assert {**resumed, "run": None} == {**whole, "run": None}


@pytest.mark.whole
def test_a_killed_run_over_arrow_and_indexes_goes_on_to_the_same_bytes(world: World, tmp_path: Path) -> None:
    inputs = tmp_path / "in"
    inputs.mkdir()
    for number in range(4):
        mixed(inputs / str(number))
    world.run([inputs], tmp_path / "whole")
    out = tmp_path / "killed"
    for done in (3,):
        assert kill(start(world, inputs, out, "--workers", "2"), lambda done=done: parts_done(out) >= done)
    assert start(world, inputs, out, "--workers", "2").wait(timeout=120) == 3
    assert outputs(out) == outputs(tmp_path / "whole")


def test_a_difference_removes_the_same_rows_of_every_form(two_snapshots: Path) -> None:
    inputs = mixed(two_snapshots / "in")
    between = ["--from", "before", "--to", "optout", "--write", "kept,removed,mask", "--workers", "1", "--quiet"]
    assert main(["diff", str(inputs), "--out", "out", *between]) == 1
    answers = masks(Path("out"))
    assert len(answers) == FORMS
    assert len({tuple(keep) for keep in answers.values()}) == 1
    (keep,) = {tuple(keep) for keep in answers.values()}
    assert 0 < keep.count(False) < len(keep)
    with pa.ipc.open_stream("out/kept/b.arrow") as kept:
        assert kept.read_all().num_rows == keep.count(True)
    assert Path("out/kept/d.cdx").read_bytes().startswith(HEAD)
    again = ["--from", "before", "--to", "optout", "--workers", "1", "--quiet"]
    assert main(["diff", "out/kept", "--out", "twice", *again]) == 0
