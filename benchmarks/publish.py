"""From declarations to what is published: the segments by themselves, and the registry's own publisher."""

from collections.abc import Callable
from typing import TypeVar

from benchmarks.bench import Bench
from benchmarks.instance import stated_instance
from benchmarks.measure import cpu_seconds, wall_seconds
from benchmarks.report import Report
from benchmarks.rules import SCOPES_PER_DECLARATION, records
from crawler_filter.snapshot import Segment, build, difference, merge

SECTION = "publish"
MORE_LEAVES = 100

T = TypeVar("T")


def run(bench: Bench, report: Report) -> None:
    """Measure building, differing and merging, then a registry that publishes all, and a little more."""
    _segments(bench, report)
    _registry(bench, report)


def _segments(bench: Bench, report: Report) -> None:
    rules = bench.scale.rules
    more = list(records(rules + SCOPES_PER_DECLARATION, MORE_LEAVES * SCOPES_PER_DECLARATION))
    base = Segment.open(bench.segment)
    made, taken = _timed(lambda: difference([], more))
    merged, merging = _timed(lambda: merge(base, [Segment.parse(made)]))
    again = build([*records(0, rules), *more])
    report.require(SECTION, "base and difference merged are not the segment built at once", merged != again)
    report.add(SECTION, f"build, {rules:,} rules", bench.build_seconds, "s", note="CPU, records made on the way")
    report.add(SECTION, f"difference, {MORE_LEAVES} leaves", taken * 1e3, "ms", note="CPU")
    report.add(SECTION, f"merge into {rules:,} rules", merging, "s", note="CPU; same bytes as built at once")


def _registry(bench: Bench, report: Report) -> None:
    rules = bench.scale.server_rules
    instance = bench.shared("instance", lambda: stated_instance(bench, "instance"))
    bench.say(f"publish: the first publication of {rules:,} rules")
    first = wall_seconds(lambda: _published(instance))
    leaves = -(-rules // SCOPES_PER_DECLARATION)
    instance.state(record for _, record in records(rules + SCOPES_PER_DECLARATION, MORE_LEAVES))
    report.add(SECTION, f"registry, first {leaves:,} leaves", first, "s", note="wall, log and snapshot")


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    results: list[T] = []
    seconds = cpu_seconds(lambda: results.append(work()))
    return results[0], seconds
