"""What the checksums of blocks cost a check and an opening: this reader, and the same one without the checks.

All blocks that are asked for were seen before, as in a worker that has run for a while; what the first look costs
is a figure of its own. The two take turns every two thousand addresses, so that a busy machine slows both alike.
"""

import inspect
import textwrap
from collections.abc import Callable
from statistics import median
from typing import Any

from benchmarks.bench import Bench, snapshot_id
from benchmarks.measure import cpu_seconds, over, side_by_side, wall_seconds
from benchmarks.report import Report, at_most, at_most_times
from benchmarks.rules import urls
from crawler_filter import Filter, Policy, Usage
from crawler_filter.checks.sources import FixedSource
from crawler_filter.snapshot import Snapshot, key_table
from crawler_filter.snapshot.pages import encode_pages, mapped, table_of

SECTION = "checksums"
_OPENINGS = 20
_PASSES = 100
_URLS = 2_000
_CHECK = "        if not self.right[bucket]:\n            self._check(bucket)\n"
"""What `KeyTable.find` does for them once a block was seen."""


def run(bench: Bench, report: Report) -> None:
    """Measure checks and openings, and count answers that differ."""
    with mapped(bench.segment) as content:
        table = encode_pages(content)
    bare = _bare(Snapshot.open(bench.segment, snapshot_id()))
    table_of(bench.segment).write_bytes(table)
    try:
        openings = [wall_seconds(lambda: Snapshot.open(bench.segment, snapshot_id())) for _ in range(_OPENINGS)]
        checks = {"with": _check(Snapshot.open(bench.segment, snapshot_id())), "without": _check(bare)}
        found = urls(bench.scale.rules, min(bench.scale.urls, _URLS), per_site=1.15, seed=5)
        first = cpu_seconds(over(checks["with"], found))
        seconds = side_by_side({name: over(check, found) for name, check in checks.items()}, passes=_PASSES)
        report.require(SECTION, "answers", sum(checks["with"](url) != checks["without"](url) for url in found))
    finally:
        table_of(bench.segment).unlink()
    per_url = {name: taken / len(found) * 1e6 for name, taken in seconds.items()}
    ratio = per_url["with"] / per_url["without"]
    note = f"without {per_url['without']:.3g} µs; the first look at each block {first / len(found) * 1e6:.3g} µs"
    report.add(SECTION, "Filter.check", per_url["with"], "µs", at_most_times(1.05), ratio, "unchecked", note=note)
    note = f"warm page cache; its table has {len(table) / 1e3:,.0f} kB"
    report.add(SECTION, "open", median(openings) * 1e3, "ms", at_most(5), note=note)


def _check(snapshot: Snapshot) -> Callable[[str], bool]:
    check = Filter(FixedSource(snapshot), Policy.opt_out(Usage.TRAIN_AI)).check
    return lambda url: check(url).keep


def _bare(snapshot: Snapshot) -> Snapshot:
    """Return a snapshot whose tables are searched by the same code without the lines that check."""
    source = inspect.getsource(key_table.KeyTable.find)
    if _CHECK not in source:
        raise ValueError("KeyTable.find has changed: say here which of its lines check")
    names: dict[str, Any] = dict(vars(key_table))
    exec(textwrap.dedent(source.replace(_CHECK, "")), names)  # the reader's own lines
    bare = type("BareTable", (key_table.KeyTable,), {"__slots__": (), "find": names["find"]})
    locations = snapshot.match_url.__self__  # type: ignore[attr-defined]  # the bound method's own search
    for table in (locations.host, locations.path):
        table.__class__ = bare
    return snapshot
