"""`python -m benchmarks.killed_audit --rows N`: an audit that is killed again and again, beside one that is not.

Both are the command itself with all its processes. What they wrote must be the same bytes. Memory is the
proportional set size of all processes together, looked at twice a second.
"""

import argparse
import hashlib
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import crawl
from benchmarks.measure import cpu_seconds
from crawler_filter import Filter

_GROUP: Final = 500_000
_TEXT: Final = "lorem ipsum dolor {}"
_PROGRAM: Final = [sys.executable, "-c", "import sys; from crawler_filter.cli import main; sys.exit(main())"]
_SETTLED: Final = (0, 1, 3)


def main() -> int:
    """Run both and print what they took."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.killed_audit", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--kills", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="killed-") as name:
        folder = Path(name)
        optout, data = crawl.filter_on_disk(folder), write_rows(folder, options.rows)
        columns = pq.ParquetFile(data)
        read = cpu_seconds(lambda: [columns.read_row_group(each) for each in range(columns.num_row_groups)])
        alone = sum(mask_seconds(optout, columns, each) for each in range(columns.num_row_groups))
        print(f"reading {read:.1f} s CPU, mask of the addresses in memory {alone:.1f} s CPU")
        whole, killed = folder / "whole", folder / "killed"
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.monotonic()
        run = start(folder, data, whole)
        peak = max(watched(run))
        seconds, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
        if run.returncode not in _SETTLED:
            raise SystemExit(f"the run ended with {run.returncode}")
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(
            f"{options.rows:,} rows, {data.stat().st_size / 1e6:.0f} MB: {seconds:.0f} s, {used:.1f} s CPU,"
            f" {alone / used:.2f} of the speed of mask by processor time, {alone / seconds:.2f} by the clock with"
            f" {os.cpu_count()} processes"
        )
        kills = kill_at_random(folder, data, killed, options.kills, seconds)
        last = start(folder, data, killed)
        peak = max(peak, *watched(last))
        same = digests(killed) == digests(whole)
        print(f"killed {kills} times, resumed: {'the same bytes' if same else 'OTHER BYTES'}")
        print(f"most memory of all processes: {peak / 1e6:.0f} MB")
        return 0 if same and last.returncode in _SETTLED else 1


def mask_seconds(optout: Filter, columns: pq.ParquetFile, group: int) -> float:
    """Return the CPU seconds that `mask` takes for the addresses of one row group."""
    urls = columns.read_row_group(group, columns=["url"]).column("url").combine_chunks()
    return cpu_seconds(lambda: optout.mask(urls))


def write_rows(folder: Path, rows: int) -> Path:
    """Write addresses, twenty of a host together and one host in a hundred reserved, a short text and a number."""
    path = folder / "rows.parquet"
    schema = pa.schema({"url": pa.string(), "text": pa.string(), "number": pa.int64()})
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for first in range(0, rows, _GROUP):
            numbers = np.arange(first, min(first + _GROUP, rows))
            urls = [_address(number) for number in numbers.tolist()]
            texts = [_TEXT.format(number % 1000) for number in numbers.tolist()]
            writer.write_table(pa.table([urls, texts, numbers], schema=schema))
    return path


def _address(number: int) -> str:
    site, page = number // 20 % 100_000, number * 2_654_435_761 % (1 << 40)
    host = f"h{site // 100}" if site % 100 == 0 else f"s{site}"
    return f"https://{host}.example/art/{page:x}.jpg"


def start(folder: Path, data: Path, out: Path) -> "subprocess.Popen[bytes]":
    """Start the command, in a session of its own."""
    trusted = ["--snapshot", str(folder / "snapshot"), "--trust", str(folder / "trust")]
    command = [
        *_PROGRAM,
        "audit",
        str(data),
        "--out",
        str(out),
        "--write",
        "kept,removed,mask",
        "--quiet",
        *trusted,
    ]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def watched(run: "subprocess.Popen[bytes]") -> Iterator[int]:
    """Yield the bytes that all processes of a run have, until it ends."""
    yield 0
    while run.poll() is None:
        yield sum(memory(process) for process in processes_of(run.pid))
        time.sleep(0.5)


def processes_of(session: int) -> list[int]:
    """Return the processes of one session."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(each.name)) == session:
                found.append(int(each.name))
        except (OSError, ProcessLookupError):
            continue
    return found


def memory(process: int) -> int:
    """Return the proportional set size of a process in bytes."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def kill_at_random(folder: Path, data: Path, out: Path, kills: int, seconds: float) -> int:
    """Start a run and kill it some time later, again and again; return how often it was still at work."""
    rng, done = random.Random(7), 0
    for _ in range(kills):
        run = start(folder, data, out)
        time.sleep(rng.uniform(0.02, 1.5 / kills) * seconds)
        done += run.poll() is None
        run.send_signal(signal.SIGKILL)
        run.wait()
    return done


def digests(out: Path) -> dict[str, str]:
    """Return the digest of each file that a run wrote."""
    found = {}
    for name in ("kept", "removed", "mask"):
        for path in sorted((out / name).rglob("*")):
            if path.is_file():
                with path.open("rb") as file:
                    found[path.relative_to(out).as_posix()] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


if __name__ == "__main__":
    sys.exit(main())
