"""A column of URLs at once, as in a data set that already exists. Every row is compared with `check`."""

import pyarrow as pa

from benchmarks.bench import Bench
from benchmarks.measure import over, side_by_side
from benchmarks.report import Report, at_least
from benchmarks.rules import urls

SECTION = "mask"
_PER_SITE = 20.0


def run(bench: Bench, report: Report) -> None:
    """Measure an Arrow column, its hosts together and shuffled, beside a loop of checks."""
    rows = urls(bench.scale.rules, bench.scale.rows, per_site=_PER_SITE, seed=7)
    for order, target in (("host-sorted", at_least(1.5)), ("shuffled", at_least(0.5))):
        bench.say(f"mask: {order}")
        column = pa.array(sorted(rows, key=_host) if order == "host-sorted" else rows)
        seconds = side_by_side(
            {"mask": lambda column=column: bench.filter.mask(column)}, passes=bench.scale.passes
        )
        listed = column.to_pylist()
        loop = side_by_side({"loop": over(bench.filter.check, listed)}, passes=1)["loop"]
        kept = bench.filter.mask(column).to_pylist()
        wrong = sum(bench.filter.check(url).keep is not keep for url, keep in zip(listed, kept, strict=True))
        report.require(SECTION, f"{order}: mask and check differ", wrong)
        speed = len(listed) / seconds["mask"] / 1e6
        note = f"{wrong} of {len(listed):,} rows differ from check"
        report.add(
            SECTION, f"Arrow column, {order}", speed, "M URLs/s", target, loop / seconds["mask"], "loop", note
        )


def _host(url: str) -> str:
    return url.replace("\\", "/").partition("://")[2].partition("/")[0].rpartition("@")[2].lower()
