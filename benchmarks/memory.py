"""What one worker process holds for itself: run as a child, which opens the rules one way and then tells.

`python -m benchmarks.memory snapshot|set FILE` prints JSON: the bytes of private memory that opening and using the
rules took, and the seconds until they were open.
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.rules import urls
from crawler_filter.decision import SnapshotId
from crawler_filter.formats.urls import canonical
from crawler_filter.snapshot.reader import Snapshot

_PROBES = 20_000


def in_a_child(way: str, path: Path) -> dict[str, float]:
    """Return what a fresh process tells."""
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.memory", way, str(path)],
        check=True,
        capture_output=True,
        cwd=Path(__file__).parent.parent,
    )
    told: dict[str, float] = json.loads(answer.stdout)
    return told


def _open_snapshot(path: Path) -> Any:
    snapshot = Snapshot.open(path, SnapshotId("registry.example", 1, 0, "", 0))
    return snapshot, snapshot.match_url


def _open_set(path: Path) -> Any:
    names = set(path.read_text().split("\n"))
    return names, names.__contains__


def private_bytes() -> int:
    """Return the memory that is not a file's, which is what each worker has for itself."""
    fields = dict(line.split(":", 1) for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:])
    return 1024 * int(fields["Anonymous"].split()[0])


def _main(way: str, path: Path) -> None:
    probes = [canonical(url) for url in urls(1_000, _PROBES, per_site=1.15, seed=3)]
    before, start = private_bytes(), time.perf_counter()
    held, ask = {"snapshot": _open_snapshot, "set": _open_set}[way](path)
    seconds = time.perf_counter() - start
    for probe in probes:
        ask(probe)
    print(json.dumps({"bytes": private_bytes() - before, "seconds": seconds}))
    del held


if __name__ == "__main__":
    _main(sys.argv[1], Path(sys.argv[2]))
