"""Is anything slower than at another commit? `python -m benchmarks.compare COMMIT`.

The code of the commit and that of the working tree do the same small work in fresh processes that take turns, so
that a busy machine slows both alike. Printed is the processor time of now beside that of then: the median of the
pairs, and the middle half of them. Each builds the snapshot that it opens. The robots.txt files are those of
protego's source distribution, which is fetched once.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from platformdirs import user_cache_path

from benchmarks.real_files import fetched

ROOT: Final = Path(__file__).resolve().parents[1]
WORK: Final = Path(__file__).with_name("compared_work.py")
LIMIT: Final = 1.1
"""How much slower something may be before the command ends with 1."""
_PAIRS: Final = 11
_RULES: Final = 100_000

Seconds = Mapping[str, float]


def compare(before: Path, now: Path, robots: Path, *, pairs: int, rules: int) -> dict[str, list[float]]:
    """Return of each work how much longer it takes by the code in `now` than by that in `before`, in each pair."""
    with tempfile.TemporaryDirectory() as folder:
        segments = {tree: Path(folder) / f"{number}.seg" for number, tree in enumerate((before, now))}
        for tree, segment in segments.items():
            _run(tree, "build", str(segment), str(rules))
        ratios: dict[str, list[float]] = {}
        for number in range(pairs):
            order = (before, now) if number % 2 else (now, before)
            taken = {tree: _taken(tree, segments[tree], robots, rules) for tree in order}
            for name, seconds in taken[before].items():
                ratios.setdefault(name, []).append(taken[now][name] / seconds)
    return ratios


def table(ratios: Mapping[str, Sequence[float]]) -> str:
    """Return a row for each work: the median of its pairs, and between what the middle half of them is."""
    rows = ["| work | now ÷ then | middle half of the pairs |", "|---|---|---|"]
    for name, each in ratios.items():
        low, _, high = quantiles(each, n=4)
        rows.append(f"| {name} | {median(each):.2f} | {low:.2f} to {high:.2f} |")
    return "\n".join(rows)


def _taken(tree: Path, segment: Path, robots: Path, rules: int) -> Seconds:
    seconds: Seconds = json.loads(_run(tree, "measure", str(segment), str(rules), str(robots)))
    return seconds


def _run(tree: Path, *arguments: str) -> str:
    command = [sys.executable, str(WORK), *arguments]
    environment = {"PYTHONPATH": str(tree), "PYTHONSAFEPATH": "1", "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=tree, env=environment, text=True)
    return done.stdout


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, print, and return 1 where something is slower than LIMIT."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare", description=__doc__)
    parser.add_argument("commit", help="the commit whose code is the measure")
    parser.add_argument("--pairs", type=int, default=_PAIRS, help="pairs of processes, at least two")
    parser.add_argument("--rules", type=int, default=_RULES, help="rules in the snapshot")
    options = parser.parse_args(arguments)
    robots = fetched(user_cache_path("training-optout") / "robots", ("protego",), ())
    with tempfile.TemporaryDirectory() as folder:
        archive = subprocess.run(["git", "archive", options.commit], check=True, capture_output=True, cwd=ROOT)
        subprocess.run(["tar", "x", "-C", folder], check=True, input=archive.stdout)
        ratios = compare(Path(folder), ROOT, robots, pairs=options.pairs, rules=options.rules)
    print(table(ratios))
    return int(max(map(median, ratios.values())) > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
