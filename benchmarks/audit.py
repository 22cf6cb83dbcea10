"""Whole data sets, from file to files, beside reading them and beside `mask`; kept rows are those of `mask`.

Rows are packed anew where some of their row group go. What reading and packing cost pyarrow itself, with the
answer at hand, stands beside it: no audit that writes rows is faster than both.
"""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.bench import Bench
from benchmarks.mask import host
from benchmarks.measure import side_by_side, wall_seconds
from benchmarks.memory import private_bytes
from benchmarks.report import Report, at_least, at_most
from benchmarks.rules import urls
from crawler_filter.audit.auditing import Order, plan
from crawler_filter.audit.auditing import run as run_audit
from crawler_filter.audit.judging import WholeJudging
from crawler_filter.audit.parts import Output
from crawler_filter.formats.counts import number_of

SECTION = "audit"
_PER_SITE = 20.0
_GROUPS = 10
_REPEATED = 4
_WRITTEN: Final = {
    "report alone": frozenset[Output](),
    "mask written": frozenset({Output.MASK}),
    "kept and removed": frozenset({Output.KEPT, Output.REMOVED, Output.REASONS}),
}


def run(bench: Bench, report: Report) -> None:
    """Measure one process over Parquet files: short texts by host, and captions as LAION's."""
    for name, table, codec in _tables(bench):
        _measure(bench, report, name, table, codec)
    _measure_arrow(bench, report, next(_tables(bench))[1])


def _measure_arrow(bench: Bench, report: Report, table: pa.Table) -> None:
    """Measure the same rows, repeated, as one Arrow stream beside Parquet that is not packed either."""
    paths = bench.folder / "rows.arrow", bench.folder / "rows.parquet"
    for path in paths:
        new = pa.ipc.new_stream if path.suffix == ".arrow" else _unpacked
        with new(path, table.schema) as writer:
            for _ in range(_REPEATED):
                writer.write_table(table, _of_batch(path, table))
    write = _WRITTEN["kept and removed"]
    peaks = {path: _peak(lambda path=path: _audit(bench, path, write)) for path in paths}
    runs = {path.suffix: lambda path=path: _audit(bench, path, write) for path in paths}
    seconds = side_by_side(runs, passes=1)
    size, rows = paths[0].stat().st_size / 1e6, len(table) * _REPEATED
    for path in paths:
        name = f"audit of one {path.suffix} file of {size:.0f} MB, kept and removed"
        report.add(SECTION, name, rows / seconds[path.suffix] / 1e6, "M rows/s")
        report.add(SECTION, name, peaks[path] / 1e6, "MB of memory more, beside the mapped file", at_most(1000))
    for path in paths:
        path.unlink()


def _of_batch(path: Path, table: pa.Table) -> int:
    """Return the rows of a batch as `datasets` writes it, and of a row group."""
    return 1000 if path.suffix == ".arrow" else -(-len(table) // _GROUPS)


def _unpacked(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    return pq.ParquetWriter(path, schema, compression="none")


def _peak(run: Callable[[], object]) -> int:
    """Return the bytes of memory that no file backs, by which this process grew at most during a run."""
    before, done, seen = private_bytes(), threading.Event(), [0]

    def watch() -> None:
        while not done.wait(0.05):
            seen.append(private_bytes() - before)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        run()
    finally:
        done.set()
        watcher.join()
    return max(seen)


def _tables(bench: Bench) -> Iterator[tuple[str, pa.Table, str]]:
    rows = urls(bench.scale.rules, bench.scale.rows, per_site=_PER_SITE, seed=7)
    texts = [f"lorem ipsum dolor {number % 1000}" for number in range(len(rows))]
    yield "audit", pa.table({"url": sorted(rows, key=host), "text": texts}), "zstd"
    rng, count = np.random.default_rng(7), len(rows)
    numbers = {"width": rng.integers(100, 2_000, count, dtype=np.int32), "hash": rng.integers(0, 1 << 62, count)}
    captions = [
        f"a photo of {number * 7_919 % 99_991} flowers in a vase of style {number}" for number in range(count)
    ]
    columns = {"url": rows, "caption": captions, "license": ["?"] * count, "similarity": rng.random(count)}
    yield "audit of pictures", pa.table(columns | numbers), "snappy"


def _measure(bench: Bench, report: Report, name: str, table: pa.Table, codec: str) -> None:
    path = bench.folder / "rows.parquet"
    pq.write_table(table, path, row_group_size=-(-len(table) // _GROUPS), compression=codec)
    column = table.column("url").combine_chunks()
    known = bench.mask(urls=column)
    runs = {
        "read": lambda: pq.read_table(path, use_threads=False),
        "rewritten": lambda: _rewritten(path, bench.folder / "rewritten.parquet", known, codec),
        "mask": lambda: bench.mask(urls=column),
    }
    runs |= {each: lambda write=write: _audit(bench, path, write) for each, write in _WRITTEN.items()}
    seconds = side_by_side(runs, passes=bench.scale.passes)
    wrong = pq.read_table(bench.folder / "audited" / "kept" / path.name) != table.filter(known)
    report.require(SECTION, f"{name}: kept rows and mask differ", int(wrong))
    _report(report, name, len(table), seconds)
    _measure_clock(bench, report, name, path, runs["mask"])


def _measure_clock(bench: Bench, report: Report, name: str, path: Path, mask: Callable[[], object]) -> None:
    """Measure by the clock what stands above in CPU: with one process, and with one a core, which start anew."""
    counts = dict.fromkeys((1, os.cpu_count() or 1))
    runs = {"mask": mask} | {
        f"{each}, {number_of(workers, 'process', 'processes')}": partial(_audit, bench, path, write, workers)
        for each, write in _WRITTEN.items()
        for workers in counts
    }
    seconds = side_by_side(runs, passes=bench.scale.passes, taking=wall_seconds)
    for each in list(runs)[1:]:
        share = 100 * seconds["mask"] / seconds[each]
        report.add(SECTION, f"{name}, {each}", share, "% of the speed of mask in one process, by the clock")


def _report(report: Report, name: str, rows: int, seconds: dict[str, float]) -> None:
    report.add(SECTION, f"{name}, reading all columns", rows / seconds["read"] / 1e6, "M rows/s")
    for each in _WRITTEN:
        share = 100 * seconds["mask"] / seconds[each]
        report.add(SECTION, f"{name}, {each}", rows / seconds[each] / 1e6, "M rows/s")
        report.add(SECTION, f"{name}, {each}", share, "% of the speed of mask", at_least(80))
    least = seconds["mask"] + seconds["rewritten"]
    share, bound = 100 * least / seconds["kept and removed"], 100 * seconds["mask"] / least
    told = "% of the speed of mask and pyarrow's own reading and packing"
    report.add(SECTION, f"{name}, kept and removed", share, told, at_least(80))
    report.add(SECTION, f"{name}, mask and pyarrow's own", bound, "% of the speed of mask")


def _rewritten(path: Path, to: Path, keep: pa.Array, codec: str) -> None:
    """Read, filter and write a file as a program of pyarrow would that knows which rows to keep."""
    source, first = pq.ParquetFile(path), 0
    with pq.ParquetWriter(to, source.schema_arrow, compression=codec) as writer:
        for group in range(source.num_row_groups):
            rows = source.read_row_group(group, use_threads=False)
            kept = rows.filter(keep.slice(first, len(rows)))
            writer.write_table(kept, row_group_size=max(len(kept), 1))
            first += len(rows)


def _audit(bench: Bench, path: Path, write: frozenset[Output], workers: int = 1) -> None:
    out = bench.folder / "audited"
    shutil.rmtree(out, ignore_errors=True)
    bench.forget()
    order = Order([path], out, [], bench.filter.policy, write=write, workers=workers, quiet=True)
    run_audit(order, plan(order), lambda *_: WholeJudging(bench.filter), clock=time.time, about=dict)
