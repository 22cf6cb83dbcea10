"""From declarations to what is published: the segments by themselves, and the registry's own publisher."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import TypeVar

from benchmarks.bench import Bench
from benchmarks.measure import Run, cpu_seconds, wall_seconds
from benchmarks.report import Report
from benchmarks.rules import SCOPES_PER_DECLARATION, records
from crawler_filter.formats.record import Record
from crawler_filter.snapshot import Segment, build, difference, merge

SECTION = "publish"
MORE_LEAVES = 100

T = TypeVar("T")


def run(bench: Bench, report: Report) -> None:
    """Measure building, differing and merging, then a registry that publishes all, and a little more."""
    _segments(bench, report)
    _registry(bench, report)


def more_records(rules: int, round_number: int = 0) -> list[tuple[int, Record]]:
    """Return what is declared after the first `rules`: `MORE_LEAVES` declarations in each round."""
    size = MORE_LEAVES * SCOPES_PER_DECLARATION
    first = -(-rules // SCOPES_PER_DECLARATION) * SCOPES_PER_DECLARATION + round_number * size
    return list(records(first, size))


def _segments(bench: Bench, report: Report) -> None:
    rules = bench.scale.rules
    more = more_records(rules)
    base = Segment.open(bench.segment)
    bench.say("publish: difference and merge")
    made, differing = _timed(lambda: difference([], more))
    merged, merging = _timed(lambda: merge(base, [Segment.parse(made)]))
    report.add(SECTION, f"build, {rules:,} rules", bench.build_seconds, "s", note="CPU, records made on the way")
    report.add(SECTION, f"difference, {MORE_LEAVES} leaves", differing * 1e3, "ms", note="CPU")
    report.add(SECTION, f"merge into {rules:,} rules", merging * 1e3, "ms", note="CPU")
    if rules <= bench.scale.server_rules:
        at_once = build([*records(0, rules), *more])
        report.require(SECTION, "base and difference, merged, beside the segment built at once", merged != at_once)


def _registry(bench: Bench, report: Report) -> None:
    rules, instance = bench.scale.server_rules, bench.instance
    bench.say(f"publish: a registry's first {rules:,} rules")
    with ExitStack() as opened:
        publisher, first = _timed(lambda: opened.enter_context(instance.publisher()), wall_seconds)
        instance.state(record for _, record in more_records(rules))
        more = wall_seconds(publisher.publish)
        size = publisher.current.log.size
    report.add(
        SECTION, f"registry, first {size - MORE_LEAVES:,} leaves", first, "s", note="wall, log and snapshot"
    )
    report.add(SECTION, f"registry, {MORE_LEAVES} more leaves", more, "s", note="wall, log and snapshot")


def _timed(work: Callable[[], T], seconds_of: Callable[[Run], float] = cpu_seconds) -> tuple[T, float]:
    results: list[T] = []
    seconds = seconds_of(lambda: results.append(work()))
    return results[0], seconds
