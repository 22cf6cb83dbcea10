"""What the rules take: on disk for each of them, in a worker's own memory, and time to open."""

from collections.abc import Iterable
from statistics import median

from benchmarks.bench import Bench, snapshot_id
from benchmarks.measure import wall_seconds
from benchmarks.memory import in_a_child
from benchmarks.report import Report, at_most
from crawler_filter.snapshot import Segment, Snapshot

SECTION = "size"
_OPENINGS = 20


def run(bench: Bench, report: Report) -> None:
    """Measure the snapshot, and a Python set of the same rules."""
    columns = Segment.open(bench.segment).columns

    def per_rule(names: Iterable[str]) -> float:
        return sum(columns[name].nbytes for name in names) / bench.scale.rules

    walk = {name for name in columns if name.startswith("walk.")}
    pages = {"stated.leaf", "stated.declaration"}
    checked = per_rule(columns.keys() - walk - pages)
    report.add(SECTION, "keys and what a check needs", checked, "B/rule", at_most(24))
    report.add(SECTION, "declarations' numbers, for findings", per_rule(pages), "B/rule")
    report.add(SECTION, "walk counts, for merging", per_rule(walk), "B/rule")
    report.add(SECTION, "whole file", bench.segment.stat().st_size / bench.scale.rules, "B/rule")
    openings = [wall_seconds(lambda: Snapshot.open(bench.segment, snapshot_id())) for _ in range(_OPENINGS)]
    report.add(SECTION, "open", median(openings) * 1e3, "ms", at_most(5), note="warm page cache")
    _memory(bench, report)


def _memory(bench: Bench, report: Report) -> None:
    text = bench.folder / "rules.txt"
    text.write_text("\n".join(bench.names))
    ours, theirs = in_a_child("snapshot", bench.segment), in_a_child("set", text)
    text.unlink()
    share = ours["bytes"] / max(theirs["bytes"], 1)
    report.add(
        SECTION, "private memory of a worker", ours["bytes"] / 1e6, "MB", at_most(5), ratio=share, against="set"
    )
    note = f"read from text in {theirs['seconds']:.1f} s"
    report.add(SECTION, "private memory, Python set", theirs["bytes"] / 1e6, "MB", note=note)
