"""The filter for Spark: frames, columns and SQL.

    kept = filter_frame(frame, optout, url="url")

Rows go to Python in Arrow batches and are judged in bulk. The snapshot is shipped to each node once, and mapped
into memory by all Python workers of the node. Rows that are sorted by host are judged fastest.

An anti-join on a column of hosts, before rows go to Python, was built and measured. What makes it safe (an
address may show another) cost Spark two to four times what it costs here to judge every row.
"""

import atexit
import pickle
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any, Final

from crawler_filter.errors import FilterError
from crawler_filter.filter import Filter
from crawler_filter.integrations.gate import require_checked
from crawler_filter.integrations.installed import installed
from crawler_filter.integrations.removed import COLUMNS
from crawler_filter.integrations.summary import Summary
from crawler_filter.sync.directory import SnapshotDirectory
from crawler_filter.sync.holding import hold
from crawler_filter.sync.source import FolderSource

with installed("spark"):
    import pyarrow as pa
    from pyspark import Accumulator, AccumulatorParam, SparkFiles, cloudpickle
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.pandas.functions import arrow_udf
    from pyspark.sql.types import BooleanType, LongType, StringType, StructField, StructType

    from crawler_filter.integrations.rows import Columns, judge, reasons, with_reasons

__all__ = ["filter_frame", "keep", "register_sql", "summary"]

_UDF: Final[Any] = arrow_udf  # its stubs know fewer uses than it has
_pickled: Final[Any] = cloudpickle.dumps
_PROBE: Final = "https://example.invalid/"
"""An address that nobody can reserve."""

_ROWS_TOGETHER: Final = 100_000
"""How many rows are judged at a time; Spark's batches have 10,000 unless it is told otherwise."""

_BYTES_TOGETHER: Final = 32 << 20
"""Bytes of all columns at which fewer are."""

_OPENED: Final[dict[bytes, Filter]] = {}
"""The filters that this Python worker has opened, by what was sent of them: snapshot, policy and clock."""


def filter_frame(
    frame: DataFrame,
    optout: Filter,
    *,
    removed: bool = False,
    ship: bool = True,
    counted: "Accumulator[Summary] | None" = None,
    **columns: Any,
) -> DataFrame:
    """Return the rows that are kept; with `removed`, the others and why instead.

    `columns` are those of `Columns`. `counted` is made by `summary`. Without `ship` each node has the snapshot
    where this machine has it. A partition that cannot be checked raises NotCheckedError, which fails the job.
    """
    opened, named = _ship(frame.sparkSession, optout) if ship else _here(optout), Columns(**columns)

    def judged(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        of_part = Summary.of(optout.policy)
        require_checked(opened().check(_PROBE))  # a partition without rows says too that its snapshot is too old
        for table in _together(batches):
            answer = judge(opened(), named.of(table.column), of_part)
            if removed:
                yield from with_reasons(table, answer.removed).combine_chunks().to_batches()
            else:
                yield from table.filter(answer.keep).to_batches()
        if counted is not None:
            counted.add(of_part)

    return frame.mapInArrow(judged, _with_columns(frame.schema) if removed else frame.schema)


def _together(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Yield batches as tables of several: what judging costs once a time is shared by more rows."""
    lot: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in batches:
        lot.append(batch)
        rows, size = rows + batch.num_rows, size + batch.nbytes
        if rows >= _ROWS_TOGETHER or size >= _BYTES_TOGETHER:
            yield pa.Table.from_batches(lot)
            lot, rows, size = [], 0, 0
    if lot:
        yield pa.Table.from_batches(lot)


def keep(spark: SparkSession, optout: Filter, *, ship: bool = True) -> Callable[..., Any]:
    """Return a function of a column of addresses that gives a column of booleans, for `where`."""
    opened = _ship(spark, optout) if ship else _here(optout)

    def answer(url: pa.Array) -> pa.Array:
        return judge(opened(), {"urls": url}).keep

    function: Callable[..., Any] = _UDF(answer, BooleanType())
    return function


def register_sql(spark: SparkSession, optout: Filter, *, prefix: str = "optout", ship: bool = True) -> None:
    """Make `optout_keep(url)` and `optout_reason(url)` known to SQL."""
    opened = _ship(spark, optout) if ship else _here(optout)

    def reason(url: pa.Array) -> pa.Array:
        return reasons(opened(), {"urls": url})

    spark.udf.register(f"{prefix}_keep", keep(spark, optout, ship=ship))
    spark.udf.register(f"{prefix}_reason", _UDF(reason, StringType()))


def summary(spark: SparkSession, optout: Filter) -> "Accumulator[Summary]":
    """Return what `filter_frame` counts in; read its `value` after the job. A task that ran twice counts twice."""
    return spark.sparkContext.accumulator(Summary.of(optout.policy), _Summaries())


class _Summaries(AccumulatorParam[Summary]):
    """Adds summaries, as an accumulator of Spark."""

    def zero(self, value: Summary) -> Summary:
        return Summary(value.policy, value.mode)

    def addInPlace(self, value1: Summary, value2: Summary) -> Summary:  # noqa: N802 - Spark's name
        value1.merge(value2)
        return value1


def _ship(spark: SparkSession, optout: Filter) -> Callable[[], Filter]:
    """Send the snapshot's folder to each node; return what a worker opens it with.

    It travels under a name of its own, because Spark sends a name once: another registry's folder, or this one's
    next snapshot, would never arrive.
    """
    source = optout.__reduce__()[1][0]
    if not isinstance(source, FolderSource):
        return _here(optout)
    if not source.folder.has_manifest():
        raise FilterError(f"there is no snapshot in {source.folder.path} to ship")
    name = f"optout-{sha256(pickle.dumps(source)).hexdigest()[:32]}"
    context = spark.sparkContext
    if not any(sent.endswith(name) for sent in context.listFiles):
        folder = mkdtemp(prefix="optout-")
        atexit.register(rmtree, folder, ignore_errors=True)  # until then Spark reads it whenever a node joins
        context.addFile(str(hold(source.folder.path, Path(folder) / name)), recursive=True)
    return _Shipped(optout, name)


class _Shipped:
    """Opens a filter once a worker, from the files that Spark has brought to its node."""

    def __init__(self, optout: Filter, name: str) -> None:
        self._optout = optout
        self._name = name
        self._key = sha256(_pickled(optout)).digest()

    def __call__(self) -> Filter:
        if self._key not in _OPENED:
            source, policy, recognisers, clock = self._optout.__reduce__()[1]
            folder = SnapshotDirectory(Path(SparkFiles.get(self._name)))
            there = replace(source, folder=folder, url=None, refresh=None)  # type: ignore[type-var]  # a FolderSource
            _OPENED[self._key] = Filter(there, policy, recognisers=recognisers, clock=clock)  # type: ignore[arg-type]
        return _OPENED[self._key]


def _here(optout: Filter) -> Callable[[], Filter]:
    return lambda: optout


def _with_columns(schema: StructType) -> StructType:
    kinds = {"optout_sequence": LongType()}
    return StructType([*schema.fields, *(StructField(name, kinds.get(name, StringType())) for name in COLUMNS)])
