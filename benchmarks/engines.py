"""Engines that run rows in processes of their own: the CPU time of all of them, beside an identity run."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import crawl
from benchmarks.bench import Bench
from benchmarks.report import Report, Target, at_most_times
from crawler_filter import Filter

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_WARM: Final = 5
_PASSES: Final = 9

Runs = dict[str, Callable[[], Any]]
"""What is run beside `identity`; each must give as many rows as `filter`."""


def run(bench: Bench, report: Report, section: str, table: pa.Table) -> None:
    """Measure each engine that is installed, over the same host-sorted rows."""
    optout = crawl.filter_on_disk(bench.folder)
    kept = sum(optout.mask(table["url"]).to_pylist())
    for name, engine in _ENGINES.items():
        bench.say(f"{section}: {name}")
        try:
            with engine(bench.folder, table, optout) as runs:
                wrong = int(runs["filter"]() != kept)
                taken = side_by_side(runs)
        except ImportError as error:
            report.missing.append(f"{section}, {name}: {error}")
            continue
        report.require(section, f"{name} keeps other rows than mask", wrong)
        for kind in taken.keys() - {"identity"}:
            what, target = (name, _TARGETS.get(name)) if kind == "filter" else (kind, None)
            ratios = [one / other for one, other in zip(taken[kind], taken["identity"], strict=True)]
            note = f"CPU of all processes; {min(ratios):.2f} to {max(ratios):.2f} in {_PASSES} pairs"
            speed = len(table) / median(taken[kind]) / 1e6
            report.add(section, what, speed, "M rows/s", target, median(ratios), "identity", note)


_TARGETS: Final[dict[str, Target]] = {"Spark filter_frame": at_most_times(1.5)}


def side_by_side(runs: Runs) -> dict[str, list[float]]:
    """Return the CPU seconds of each run in turn. The first turns start workers and compile: they do not count."""
    turns = [{kind: cpu_seconds(each) for kind, each in runs.items()} for _ in range(_WARM + _PASSES)]
    return {kind: [turn[kind] for turn in turns[_WARM:]] for kind in runs}


def cpu_seconds(call: Callable[[], Any]) -> float:
    """Return the CPU seconds that this process and all below it spend in one call."""
    start = _spent()
    call()
    return max(_spent() - start, 1 / _TICKS)


def _spent() -> float:
    return sum(map(_of_process, _below(os.getpid()))) / _TICKS


def _of_process(process: int) -> int:
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(map(int, fields[11:15]))


def _below(process: int) -> Iterator[int]:
    yield process
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            children = task.read_text(encoding="ascii").split()
        except OSError:
            continue
        for child in children:
            yield from _below(int(child))


@contextmanager
def _spark(folder: Path, table: pa.Table, optout: Filter) -> Iterator[Runs]:
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise ImportError("Spark needs Java")
    from pyspark.sql import SparkSession

    from crawler_filter.integrations.spark import filter_frame

    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.ui.showConsoleProgress", "false")
    spark = builder.config("spark.log.level", "ERROR").getOrCreate()
    try:
        pq.write_table(table, folder / "engine.parquet", row_group_size=50_000)
        frame = spark.read.parquet(str(folder / "engine.parquet"))
        blocked = spark.createDataFrame([(f"h{number}.example",) for number in range(5_000)], "host string")
        yield {
            "identity": lambda: frame.mapInArrow(lambda batches: batches, frame.schema).count(),
            "filter": lambda: filter_frame(frame, optout).count(),
            "peer: Spark anti-join, whole hosts only": lambda: frame.join(blocked, "host", "left_anti").count(),
        }
    finally:
        spark.stop()


@contextmanager
def _ray(folder: Path, table: pa.Table, optout: Filter) -> Iterator[Runs]:  # noqa: ARG001 - one face for all
    import ray

    from crawler_filter.integrations.ray import OptOutBatch

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, configure_logging=False)
    try:
        data = ray.data.from_arrow(table).materialize()
        judge = OptOutBatch(optout)
        yield {
            "identity": lambda: data.map_batches(lambda batch: batch, batch_format="pyarrow").count(),
            "filter": lambda: data.map_batches(judge, batch_format="pyarrow").count(),
        }
    finally:
        ray.shutdown()


@contextmanager
def _dask(folder: Path, table: pa.Table, optout: Filter) -> Iterator[Runs]:  # noqa: ARG001 - one face for all
    import dask.dataframe as dd

    from crawler_filter.integrations.dask import filter_frame

    frame = dd.from_pandas(table.to_pandas(), npartitions=4)
    yield {
        "identity": lambda: len(frame.map_partitions(lambda part: part[part["url"].notna()]).compute()),
        "filter": lambda: len(filter_frame(frame, optout).compute()),
    }


_ENGINES: Final = {"Spark filter_frame": _spark, "Ray map_batches": _ray, "Dask filter_frame": _dask}
