"""A run that is killed at any moment goes on where it was, and gives the same bytes."""

import errno
import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from filelock import FileLock

from crawler_filter.audit.auditing import NoRoomError
from crawler_filter.audit.judging import BrokenError, WholeJudging
from crawler_filter.audit.state import OtherRunError
from crawler_filter.errors import DataError
from crawler_filter.sync import durable
from tests.crawler_filter.audit.conftest import POLICY, World, addresses

PROGRAM = [sys.executable, "-c", "import sys; from crawler_filter.cli import main; sys.exit(main())"]


def outputs(out: Path) -> dict[str, str]:
    """The digest of every output by its name."""
    files = [path for name in ("kept", "removed", "mask") for path in (out / name).rglob("*") if path.is_file()]
    return {path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def dataset(folder: Path, files: int, rows: int, group: int) -> Path:
    folder.mkdir()
    for number in range(files):
        table = pa.table({"url": pa.array(addresses(rows, number), pa.string()), "text": ["lorem ipsum"] * rows})
        pq.write_table(table, folder / f"{number}.parquet", row_group_size=group)
    return folder


def command(world: World, inputs: Path, out: Path, *options: str) -> list[str]:
    names = ["--snapshot", str(world.snapshot), "--trust", str(world.trust)]
    return [*PROGRAM, "audit", str(inputs), "--out", str(out), "--write", "kept,removed,mask", *names, *options]


def start(world: World, inputs: Path, out: Path, *options: str) -> "subprocess.Popen[bytes]":
    own = {"start_new_session": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command(world, inputs, out, *options), **own)


def parts_done(out: Path) -> int:
    return len(list(out.glob("state/0*/0*.json")))


def kill(process: "subprocess.Popen[bytes]", when) -> bool:
    """Kill a run, and it alone, once `when` is true; tell whether it was still at work."""
    deadline = time.monotonic() + 60
    while process.poll() is None and not when() and time.monotonic() < deadline:
        time.sleep(0.01)
    was_running = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    return was_running


@pytest.mark.whole
def test_a_run_that_was_killed_goes_on_and_gives_the_same_bytes(world: World, tmp_path: Path) -> None:
    inputs = dataset(tmp_path / "in", files=2, rows=4500, group=100)
    whole = world.run([inputs], tmp_path / "whole")
    out = tmp_path / "killed"
    process = start(world, inputs, out, "--workers", "2")
    assert kill(process, lambda: parts_done(out) >= 5)
    assert parts_done(out) < 90
    deadline = time.monotonic() + 30
    while group_lives(process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not group_lives(process.pid)  # its workers end with it
    process = start(world, inputs, out, "--workers", "2")
    assert process.wait(timeout=120) == 3  # some rows could not be checked
    assert outputs(out) == outputs(tmp_path / "whole")
    assert not list(out.rglob("*.unfinished"))
    resumed = world.run([inputs], out)
    assert {name: value for name, value in resumed.items() if name != "run"} == {
        name: value for name, value in whole.items() if name != "run"
    }


def group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_what_a_killed_run_had_half_written_is_removed(world: World, tmp_path: Path) -> None:
    inputs = dataset(tmp_path / "in", files=1, rows=100, group=50)
    world.run([inputs], tmp_path / "out")
    for place in ("kept/0.parquet", "mask/0.parquet", "state/job.json"):
        (tmp_path / "out" / f"{place}.99999.unfinished").write_bytes(b"half")
    world.run([inputs], tmp_path / "out")
    assert not list((tmp_path / "out").rglob("*.unfinished"))


def test_the_outputs_of_a_part_are_flushed_once_before_the_part_is_noted_as_done(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = dataset(tmp_path / "in", files=1, rows=100, group=100)
    flushed: list[list[str]] = []
    flush = durable.sync_folder

    def seen(folder: Path) -> None:
        if folder.name == "0000":
            flushed.append(sorted(each.name for each in folder.iterdir()))
        flush(folder)

    monkeypatch.setattr(durable, "sync_folder", seen)
    world.run([inputs], tmp_path / "out")
    drafts = ["000000.kept", "000000.mask", "000000.removed", "parts.json"]
    assert flushed[1:3] == [drafts, sorted([*drafts, "000000.json"])]
    assert len(flushed) == 4  # how the file is cut, both of these, and that it is done


def test_nothing_is_judged_twice(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = dataset(tmp_path / "in", files=2, rows=600, group=100)
    judged: list[int] = []
    judge = WholeJudging.judge

    def failing_at(limit: int):
        def counted(self, columns):
            if len(judged) == limit:
                raise KeyboardInterrupt
            judged.append(len(columns["url"]))
            return judge(self, columns)

        return counted

    monkeypatch.setattr(WholeJudging, "judge", failing_at(4))
    with pytest.raises(KeyboardInterrupt):
        world.run([inputs], tmp_path / "out")
    monkeypatch.setattr(WholeJudging, "judge", failing_at(1000))
    world.run([inputs], tmp_path / "out")
    assert len(judged) == 12
    world.run([inputs], tmp_path / "out")
    assert len(judged) == 12


def test_a_folder_takes_no_other_run_unless_it_is_told_to_restart(world: World, tmp_path: Path) -> None:
    inputs = dataset(tmp_path / "in", files=1, rows=100, group=50)
    world.run([inputs], tmp_path / "out")
    with pytest.raises(OtherRunError, match="write"):
        world.run([inputs], tmp_path / "out", write=frozenset())
    os.utime(inputs / "0.parquet", ns=(1, 1))
    with pytest.raises(OtherRunError, match="inputs"):
        world.run([inputs], tmp_path / "out")
    report = world.run([inputs], tmp_path / "out", restart=True)
    assert report["rows"] == 100


@pytest.mark.parametrize("lost", ["kept", "removed", "mask"])
def test_an_output_that_was_lost_since_is_written_again(world: World, tmp_path: Path, lost: str) -> None:
    inputs = dataset(tmp_path / "in", files=2, rows=200, group=100)
    world.run([inputs], tmp_path / "out")
    before = outputs(tmp_path / "out")
    (tmp_path / f"out/{lost}/1.parquet").unlink()
    untouched = (tmp_path / "out/kept/0.parquet").stat().st_mtime_ns
    world.run([inputs], tmp_path / "out")
    assert outputs(tmp_path / "out") == before
    assert (tmp_path / "out/kept/0.parquet").stat().st_mtime_ns == untouched


def test_a_second_run_beside_the_first_is_refused(world: World, tmp_path: Path) -> None:
    inputs = dataset(tmp_path / "in", files=1, rows=100, group=100)
    (tmp_path / "out").mkdir()
    with FileLock(tmp_path / "out/lock"), pytest.raises(OtherRunError, match="another process is at work"):
        world.run([inputs], tmp_path / "out")
    assert world.run([inputs], tmp_path / "out")["rows"] == 100


def test_files_that_no_run_has_made_are_left_alone(world: World, tmp_path: Path) -> None:
    inputs = dataset(tmp_path / "in", files=1, rows=10, group=10)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OtherRunError, match=r"thesis\.txt"):
        world.run([inputs], tmp_path / "out", restart=True)
    assert (tmp_path / "out" / "thesis.txt").exists()


def test_a_snapshot_that_is_too_old_stops_the_run_before_it_begins(world: World, tmp_path: Path) -> None:
    inputs = dataset(tmp_path / "in", files=1, rows=10, group=10)
    strict = replace(POLICY, max_age=POLICY.max_age * 0)
    with pytest.raises(BrokenError, match=r"minutes? old"):
        world.run([inputs], tmp_path / "out", strict)
    assert not (tmp_path / "out" / "kept").exists()


def test_a_run_goes_on_from_the_snapshot_that_it_began_with(world: World, tmp_path: Path) -> None:
    inputs = dataset(tmp_path / "in", files=1, rows=200, group=50)
    first = world.run([inputs], tmp_path / "out")
    moved = tmp_path / "moved"
    world.snapshot.rename(moved)
    try:
        again = world.run([inputs], tmp_path / "out")
    finally:
        moved.rename(world.snapshot)
    assert again["snapshots"] == first["snapshots"]


def test_a_full_disk_is_named_and_what_was_done_is_kept(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = dataset(tmp_path / "in", files=1, rows=400, group=100)
    world.run([inputs], tmp_path / "whole")
    write, written = pq.write_table, []

    def until_full(table: pa.Table, file: object, **options: object) -> None:
        written.append(table)
        if len(written) == 6:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(table, file, **options)

    with monkeypatch.context() as patched, pytest.raises(NoRoomError, match="run the same command again"):
        patched.setattr(pq, "write_table", until_full)
        world.run([inputs], tmp_path / "out")
    assert parts_done(tmp_path / "out") >= 1
    assert not list(tmp_path.glob("out/kept/*"))
    world.run([inputs], tmp_path / "out")
    assert outputs(tmp_path / "out") == outputs(tmp_path / "whole")


def test_a_file_that_breaks_keeps_what_was_done_before_it(world: World, tmp_path: Path) -> None:
    inputs = dataset(tmp_path / "in", files=1, rows=100, group=50)
    (inputs / "b.csv").write_text('url,x\nhttps://a.example/,"5 disk\nhttps://b.example/,1\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"b\.csv"):
        world.run([inputs], tmp_path / "out")
    assert (tmp_path / "out" / "kept" / "0.parquet").exists()


@pytest.mark.slow
def test_a_million_rows_killed_ten_times_at_random_are_byte_for_byte_the_same(
    world: World, tmp_path: Path
) -> None:
    rng = random.Random(7)
    inputs = dataset(tmp_path / "in", files=2, rows=500_000, group=20_000)
    process = start(world, inputs, tmp_path / "whole")
    assert process.wait(timeout=600) == 3
    kills = 0
    while kills < 10:
        process = start(world, inputs, tmp_path / "killed")
        seconds = time.monotonic() + rng.uniform(0.5, 6.0)
        if not kill(process, lambda until=seconds: time.monotonic() > until):
            break
        kills += 1
    process = start(world, inputs, tmp_path / "killed")
    assert process.wait(timeout=600) == 3
    assert outputs(tmp_path / "killed") == outputs(tmp_path / "whole")
    assert kills > 2
