"""What the checksums of blocks cost: a check and an opening with the table beside the segment, and without it.

Both are the same bytes. All blocks that are asked for were seen before, as in a worker that has run for a while;
what the first look costs is a figure of its own.
"""

import os
from collections.abc import Callable
from statistics import median

from benchmarks.bench import Bench, snapshot_id
from benchmarks.measure import cpu_seconds, over, side_by_side, wall_seconds
from benchmarks.report import Report, at_most, at_most_times
from benchmarks.rules import urls
from crawler_filter import Filter, Policy, Usage
from crawler_filter.filter import FixedSource
from crawler_filter.snapshot import Snapshot
from crawler_filter.snapshot.pages import encode_pages, mapped, table_of

SECTION = "checksums"
_OPENINGS = 20
_PASSES = 15
_URLS = 20_000


def run(bench: Bench, report: Report) -> None:
    """Measure checks and openings of both, side by side, and count answers that differ."""
    guarded = bench.folder / "guarded.seg"
    os.link(bench.segment, guarded)
    with mapped(guarded) as content:
        table_of(guarded).write_bytes(encode_pages(content))
    paths = {"without": bench.segment, "with a table": guarded}
    openings = {name: [] for name in paths}
    for _ in range(_OPENINGS):
        for name, path in paths.items():
            openings[name].append(wall_seconds(lambda path=path: Snapshot.open(path, snapshot_id())) * 1e3)
    found = urls(bench.scale.rules, min(bench.scale.urls, _URLS), per_site=1.15, seed=5)
    checks = {name: _check(Snapshot.open(path, snapshot_id())) for name, path in paths.items()}
    first = {name: cpu_seconds(over(check, found)) for name, check in checks.items()}
    seconds = side_by_side({name: over(check, found) for name, check in checks.items()}, passes=_PASSES)
    wrong = sum(checks["without"](url) != checks["with a table"](url) for url in found)
    report.require(SECTION, "answers that differ", wrong)
    _report(report, seconds, first, openings, len(found))


def _check(snapshot: Snapshot) -> Callable[[str], bool]:
    check = Filter(FixedSource(snapshot), Policy.opt_out(Usage.TRAIN_AI)).check
    return lambda url: check(url).keep


def _report(
    report: Report,
    seconds: dict[str, float],
    first: dict[str, float],
    openings: dict[str, list[float]],
    count: int,
) -> None:
    for what, taken, target in (("all blocks seen", seconds, at_most_times(1.05)), ("first look", first, None)):
        each = taken["with a table"] / count * 1e6
        ratio = taken["with a table"] / taken["without"]
        report.add(SECTION, f"Filter.check, {what}", each, "µs", target, ratio, "no table")
    opened = median(openings["with a table"])
    note = f"without a table {median(openings['without']):.3g} ms; warm page cache"
    report.add(SECTION, "open", opened, "ms", at_most(5), note=note)
