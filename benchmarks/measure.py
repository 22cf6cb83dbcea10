"""Taking time: the CPU time of several things side by side, and percentiles of what was waited for."""

import gc
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median
from typing import Any

Run = Callable[[], Any]


def side_by_side(
    runs: Mapping[str, Run], *, passes: int, taking: Callable[[Run], float] | None = None
) -> dict[str, float]:
    """Return the median seconds of each run, of CPU where nothing else is asked for.

    They take turns, so that a busy machine slows all alike.
    """
    seconds_of = taking or cpu_seconds
    taken: dict[str, list[float]] = {name: [] for name in runs}
    gc.collect()
    gc.freeze()  # millions of rules are nobody's garbage; going through them is no part of a check
    try:
        for _ in range(passes):
            for name, run in runs.items():
                taken[name].append(seconds_of(run))
    finally:
        gc.unfreeze()
    return {name: median(seconds) for name, seconds in taken.items()}


def cpu_seconds(run: Run) -> float:
    """Return the CPU seconds that this process spends in one run."""
    start = time.process_time()
    run()
    return time.process_time() - start


def wall_seconds(run: Run) -> float:
    """Return the seconds that pass during one run."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def over(check: Callable[[Any], Any], items: Iterable[Any]) -> Run:
    """Return a run that gives each item to `check` and drops what it says."""

    def run() -> None:
        for item in items:
            check(item)

    return run


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` of the others do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
