"""Digests that somebody chose to share their first eight bytes: they must not slow anybody down."""

from collections.abc import Sequence

from benchmarks.bench import Bench, snapshot_id
from benchmarks.measure import over, side_by_side
from benchmarks.report import Report, at_most_times
from benchmarks.rules import digests, record
from crawler_filter.formats.record import ScopeKind
from crawler_filter.snapshot import Snapshot

SECTION = "crowd"


def run(bench: Bench, report: Report) -> None:
    """Compare declared and absent digests of the crowd with those of a table without one."""
    count = bench.scale.crowd
    crowd, usual = digests(2 * count, shared=True), digests(2 * count, shared=False)
    crowded, plain = _snapshot(crowd[:count]), _snapshot(usual[:count])
    runs = {
        "usual": over(lambda raw: plain.match_digest("sha256", raw), usual),
        "crowd": over(lambda raw: crowded.match_digest("sha256", raw), crowd),
    }
    seconds = side_by_side(runs, passes=bench.scale.passes)
    wrong = sum(bool(crowded.match_digest("sha256", raw)) is not (at < count) for at, raw in enumerate(crowd))
    report.require(SECTION, "digests that share their beginning", wrong)
    report.add(SECTION, "digest, usual", seconds["usual"] / len(usual) * 1e6, "µs")
    report.add(
        SECTION,
        f"digest, {count:,} share 8 bytes",
        seconds["crowd"] / len(crowd) * 1e6,
        "µs",
        at_most_times(2),
        seconds["crowd"] / seconds["usual"],
        "usual",
        f"{wrong} wrong of {len(crowd):,}",
    )


def _snapshot(declared: Sequence[bytes]) -> Snapshot:
    stated = record(0, ((ScopeKind.SHA256, raw.hex()) for raw in declared))
    return Snapshot.from_records([(0, stated)], snapshot_id())
