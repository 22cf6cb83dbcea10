"""A whole data set, from file to files, beside reading it and beside `mask`; its kept rows are those of `mask`.

Rows are packed anew where some of their row group go. What reading and packing cost pyarrow itself, with the
answer at hand, stands beside it: no audit that writes rows is faster than both.
"""

import shutil
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.bench import Bench
from benchmarks.mask import host
from benchmarks.measure import side_by_side
from benchmarks.report import Report, at_least
from benchmarks.rules import urls
from crawler_filter.audit.auditing import Order, plan
from crawler_filter.audit.auditing import run as run_audit
from crawler_filter.audit.judging import WholeJudging
from crawler_filter.audit.parts import Output

SECTION = "audit"
_PER_SITE = 20.0
_GROUPS = 10


def run(bench: Bench, report: Report) -> None:
    """Measure one process over a Parquet file of addresses and short texts, sorted by host."""
    rows = sorted(urls(bench.scale.rules, bench.scale.rows, per_site=_PER_SITE, seed=7), key=host)
    table = pa.table({"url": rows, "text": [f"lorem ipsum dolor {number % 1000}" for number in range(len(rows))]})
    path = bench.folder / "rows.parquet"
    pq.write_table(table, path, row_group_size=-(-len(rows) // _GROUPS), compression="zstd")
    column = table.column("url").combine_chunks()
    known = bench.filter.mask(column)
    nothing, both = frozenset[Output](), frozenset({Output.KEPT, Output.REMOVED, Output.REASONS})
    seconds = side_by_side(
        {
            "read": lambda: pq.read_table(path, use_threads=False),
            "rewritten": lambda: _rewritten(path, bench.folder / "rewritten.parquet", known),
            "mask": lambda: bench.filter.mask(column),
            "report alone": lambda: _audit(bench, path, nothing),
            "mask written": lambda: _audit(bench, path, frozenset({Output.MASK})),
            "kept and removed": lambda: _audit(bench, path, both),
        },
        passes=bench.scale.passes,
    )
    _audit(bench, path, both)
    wrong = pq.read_table(bench.folder / "audited" / "kept" / path.name) != table.filter(known)
    report.require(SECTION, "kept rows and mask differ", int(wrong))
    report.add(SECTION, "reading all columns", len(rows) / seconds["read"] / 1e6, "M rows/s")
    for name in ("report alone", "mask written", "kept and removed"):
        share = 100 * seconds["mask"] / seconds[name]
        report.add(SECTION, f"audit, {name}", len(rows) / seconds[name] / 1e6, "M rows/s")
        bound = None if name == "kept and removed" else at_least(80)
        report.add(SECTION, f"audit, {name}", share, "% of the speed of mask", bound)
    least = seconds["mask"] + seconds["rewritten"]
    share = 100 * least / seconds["kept and removed"]
    name = "% of the speed of mask and pyarrow's own reading and packing"
    report.add(SECTION, "audit, kept and removed", share, name, at_least(80))


def _rewritten(path: Path, to: Path, keep: pa.Array) -> None:
    """Read, filter and write a file as a program of pyarrow would that knows which rows to keep."""
    source, first = pq.ParquetFile(path), 0
    with pq.ParquetWriter(to, source.schema_arrow, compression="zstd") as writer:
        for group in range(source.num_row_groups):
            rows = source.read_row_group(group, use_threads=False)
            kept = rows.filter(keep.slice(first, len(rows)))
            writer.write_table(kept, row_group_size=max(len(kept), 1))
            first += len(rows)


def _audit(bench: Bench, path: Path, write: frozenset[Output]) -> None:
    out = bench.folder / "audited"
    shutil.rmtree(out, ignore_errors=True)
    order = Order([path], out, [], bench.filter.policy, write=write, workers=1, quiet=True)
    run_audit(order, plan(order), lambda *_: WholeJudging(bench.filter), clock=time.time, about=dict)
