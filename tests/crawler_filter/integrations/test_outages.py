"""Where a data tool cannot check, it stops and says why: no row is dropped for it, and the job can be run again."""

import pickle
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from crawler_filter import Filter
from crawler_filter.errors import FilterError, NotCheckedError
from tests.crawler_filter.integrations.clocks import with_clock
from tests.crawler_filter.integrations.tools import (
    ENFORCING,
    opened,
    pa,
    ray_started,
    spark_session,
    table,
    warc_of,
    with_python,
)

pytestmark = [pytest.mark.whole, pytest.mark.filterwarnings("ignore")]  # of what other tools leave open
ROWS, PIECE = 2_000, 500
ROOT = str(Path(__file__).resolve().parents[3])


@dataclass(frozen=True)
class AgesAfter:
    """A clock by which a snapshot of now is too old once a process has looked so often, by whatever copy of it."""

    looks: int
    run: str

    def __call__(self) -> float:
        _LOOKS[self.run] += 1
        return time.time() + (8 * 86_400 if _LOOKS[self.run] > self.looks else 0)


_LOOKS: Counter[str] = Counter()

Job = Callable[[Filter, Any, Path], list[int]]
"""Filters rows in several pieces; returns the numbers of those that are kept."""


def pandas_job(optout: Filter, rows: Any, _: Path) -> list[int]:
    pytest.importorskip("pandas", reason="the pandas extra is not installed")
    from crawler_filter.integrations.pandas import split

    frame = rows.to_pandas()
    pieces = (frame.iloc[start : start + PIECE] for start in range(0, len(frame), PIECE))
    return [each for piece in pieces for each in split(piece, optout)[0]["id"]]


def polars_job(optout: Filter, rows: Any, _: Path) -> list[int]:
    pl = pytest.importorskip("polars", reason="the polars extra is not installed")
    from crawler_filter.integrations.polars import keep

    frame = pl.DataFrame(rows).lazy()
    pieces = (frame.slice(start, PIECE).filter(keep(optout)) for start in range(0, rows.num_rows, PIECE))
    return [each for piece in pieces for each in piece.collect()["id"]]


def duckdb_job(optout: Filter, rows: Any, _: Path) -> list[int]:
    duckdb = pytest.importorskip("duckdb", reason="the duckdb extra is not installed")
    from crawler_filter.integrations.duckdb import register

    with duckdb.connect() as connection:
        register(connection, optout)
        connection.register("given", rows)
        kept = []
        for start in range(0, rows.num_rows, PIECE):
            piece = f"SELECT id FROM given WHERE id >= {start} AND id < {start + PIECE} AND optout_keep(url)"
            kept += [row[0] for row in connection.execute(piece).fetchall()]
    return kept


def datasets_job(optout: Filter, rows: Any, _: Path) -> list[int]:
    datasets = pytest.importorskip("datasets", reason="the datasets extra is not installed")
    from crawler_filter.integrations.datasets import Keep

    keep = Keep(optout)
    kept = datasets.Dataset(rows).filter(
        keep, batched=True, batch_size=PIECE, input_columns=keep.input_columns, load_from_cache_file=False
    )
    return list(kept["id"])


def datatrove_job(optout: Filter, rows: Any, work: Path) -> list[int]:
    pytest.importorskip("datatrove", reason="the datatrove extra is not installed")
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.readers import ParquetReader
    from datatrove.pipeline.writers import ParquetWriter

    from crawler_filter.integrations.datatrove import OptOutFilter

    (work / "in").mkdir(exist_ok=True)
    text = pa.array(["x"] * rows.num_rows)
    names = [str(number) for number in rows["id"].to_pylist()]
    pa.parquet.write_table(pa.table({"id": names, "url": rows["url"], "text": text}), work / "in" / "rows.parquet")
    steps = [
        ParquetReader(str(work / "in")),
        OptOutFilter(optout, batch_size=PIECE),
        ParquetWriter(str(work / "out")),
    ]
    done = work / "logs" / "completions" / "00000"
    try:
        LocalPipelineExecutor(steps, tasks=1, logging_dir=str(work / "logs")).run()
    except BaseException:
        assert not done.exists()  # the task is done again by the next run
        raise
    assert done.exists()
    return [int(each) for file in sorted((work / "out").glob("*")) for each in _ids(file)]


def _ids(file: Path) -> list[str]:
    return list(pa.parquet.read_table(file)["id"].to_pylist())


def webdataset_job(optout: Filter, rows: Any, work: Path) -> list[int]:
    wds = pytest.importorskip("webdataset", reason="the webdataset extra is not installed")
    from crawler_filter.integrations.webdataset import rewrite_shards

    kept = work / "kept"
    kept.mkdir(exist_ok=True)
    shards = [work / f"{number}.tar" for number in range(2)]
    for number, shard in enumerate(shards):
        with wds.TarWriter(str(shard)) as writer:
            for row in rows.slice(number * ROWS // 2, ROWS // 2).to_pylist():
                writer.write({"__key__": f"{row['id']:08}", "json": row})
    try:
        rewrite_shards(shards, kept, optout)
    except BaseException:
        assert not [
            path for path in kept.glob("*.tar") if path.name == "1.tar"
        ]  # only whole shards have their name
        raise
    tars = [str(path) for path in sorted(kept.glob("*.tar"))]
    return [int(sample["__key__"]) for sample in wds.WebDataset(tars, shardshuffle=False)]


def warcio_job(optout: Filter, rows: Any, work: Path) -> list[int]:
    pytest.importorskip("warcio", reason="the warc extra is not installed")
    from warcio.archiveiterator import ArchiveIterator

    from crawler_filter.integrations.warc import rewrite

    warc_of(rows, work / "in.warc.gz")
    try:
        rewrite(work / "in.warc.gz", work / "out.warc.gz", optout)
    except BaseException:
        assert not (work / "out.warc.gz").exists()
        raise
    with (work / "out.warc.gz").open("rb") as stream:
        numbers = [record.rec_headers.get_header("X-Row") for record in ArchiveIterator(stream)]
    return [int(number) for number in numbers if number]


def fastwarc_job(optout: Filter, rows: Any, work: Path) -> list[int]:
    fastwarc = pytest.importorskip("fastwarc.warc", reason="the warc extra is not installed")
    from crawler_filter.integrations.warc import predicate

    warc_of(rows, work / "in.warc.gz")
    with (work / "in.warc.gz").open("rb") as stream:
        records = fastwarc.ArchiveIterator(stream, func_filter=predicate(optout))
        numbers = [record.headers.get("X-Row") for record in records]
    return [int(number) for number in numbers if number]


def dask_job(optout: Filter, rows: Any, _: Path) -> list[int]:
    dd = pytest.importorskip("dask.dataframe", reason="the dask extra is not installed")
    from crawler_filter.integrations.dask import filter_frame

    frame = dd.from_pandas(rows.to_pandas(), npartitions=4)
    return list(filter_frame(frame, optout).compute(scheduler="synchronous")["id"])


def ray_job(optout: Filter, rows: Any, _: Path) -> list[int]:
    from crawler_filter.integrations.ray import OptOutBatch

    ray = ray_started()
    kept = ray.data.from_arrow(rows).map_batches(OptOutBatch(optout), batch_format="pyarrow", batch_size=PIECE)
    return [row["id"] for row in kept.take_all()]


def spark_job(optout: Filter, rows: Any, work: Path) -> list[int]:
    spark = spark_session()
    from crawler_filter.integrations.spark import filter_frame

    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", PIECE)
    frame = spark.createDataFrame(rows.to_pylist(), "id long, url string, sha1 string").coalesce(1)
    kept = str(work / str(len(list(work.iterdir()))))
    try:
        filter_frame(frame, optout).write.parquet(kept)
    except BaseException:
        assert not Path(kept, "_SUCCESS").exists()
        raise
    return [row.id for row in spark.read.parquet(kept).collect()]


TOOLS: dict[str, Job] = {
    "pandas": pandas_job, "polars": polars_job, "duckdb": duckdb_job, "datasets": datasets_job, "datatrove": datatrove_job,
    "webdataset": webdataset_job, "warcio": warcio_job, "fastwarc": fastwarc_job, "dask": dask_job,
}  # fmt: skip
ENGINES: dict[str, Job] = {"ray": ray_job, "spark": spark_job}
EVERY = [*TOOLS, *(pytest.param(engine, marks=pytest.mark.slow) for engine in ENGINES)]  # `.ci/run` runs all


def rows_without_digests() -> Any:
    return table(ROWS).set_column(2, "sha1", pa.array([None] * ROWS, pa.string()))


def kept_by_python(synced: Path, rows: Any) -> list[int]:
    return sorted(set(range(ROWS)) - with_python(opened(synced), rows, synced).keys())


@pytest.fixture(autouse=True)
def workers_find_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", ROOT)


@pytest.mark.parametrize("tool", EVERY)
def test_a_snapshot_that_grows_too_old_in_mid_run_fails_the_job_which_can_be_run_again(
    tool: str, synced: Path, tmp_path: Path
) -> None:
    job, rows = (TOOLS | ENGINES)[tool], rows_without_digests()
    if tool in ("warcio", "fastwarc"):
        rows = rows.filter(pa.compute.is_valid(rows["url"]))
    ages = AgesAfter(1_500 if tool in ("webdataset", "warcio", "fastwarc") else 2, str(tmp_path))
    optout = with_clock(opened(synced), ages)
    with pytest.raises(Exception, match="days old") as caught:
        job(optout, rows, tmp_path)
    assert isinstance(caught.value, NotCheckedError) or "NotCheckedError" in f"{type(caught.value)} {caught.value}"
    again = job(opened(synced), rows, tmp_path)  # what a sync gives
    expected = set(kept_by_python(synced, rows_without_digests())) & set(rows["id"].to_pylist())
    assert sorted(again) == sorted(expected)


@pytest.mark.parametrize("tool", EVERY)
def test_a_machine_that_has_no_snapshot_fails_the_job(tool: str, synced: Path, tmp_path: Path) -> None:
    sent, away = pickle.dumps(opened(synced)), synced / "away"
    (synced / "snapshot").rename(away)
    try:
        with pytest.raises(Exception, match=r"there is no snapshot in|cannot be opened") as caught:
            (TOOLS | ENGINES)[tool](pickle.loads(sent), rows_without_digests(), tmp_path)
    finally:
        away.rename(synced / "snapshot")
    said = f"{type(caught.value)} {caught.value}"
    assert isinstance(caught.value, FilterError) or "NotCheckedError" in said


def test_a_registry_that_is_down_at_the_start_opens_no_filter(synced: Path, tmp_path: Path) -> None:
    with pytest.raises(FilterError):
        Filter.open("http://127.0.0.1:9", trust=synced / "trust", policy=ENFORCING, directory=tmp_path / "none")


@pytest.mark.parametrize("tool", ["pandas", "polars", "duckdb", "datatrove", "dask", "ray", "spark"])
def test_without_pyarrow_a_table_tool_says_at_once_what_to_install(tool: str) -> None:
    pytest.importorskip(
        {"spark": "pyspark", "dask": "dask.dataframe"}.get(tool, tool), reason=f"{tool} is not installed"
    )
    program = f"import sys; sys.modules['pyarrow'] = None; import crawler_filter.integrations.{tool}"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT)
    assert run.returncode == 1
    assert f"pip install 'training-optout[{tool}]'" in run.stderr.splitlines()[-1]
