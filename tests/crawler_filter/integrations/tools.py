"""The same table through every tool: a function for each that gives the reason of each row that is not kept."""

import gzip
import json
import os
import shutil
import sys
from base64 import b32encode
from collections.abc import Callable, Iterator
from hashlib import sha1
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from crawler_filter import Filter, Mode, Policy, Usage
from tests.conftest import require_system

pa = pytest.importorskip("pyarrow", reason="the arrow extra is not installed")

ENFORCING = Policy.opt_out(Usage.TRAIN_AI)
WORK = sha1(b"a registered work").digest()
ADDRESSES = (
    "https://free.example/a", "https://Reserved.example:443/x", "https://www.reserved.example/y", "https://host.example/z",
    "https://below.host.example/z", "https://pages.example/art/1", "https://pages.example/other", "https://one.example/only?q=1",
    "https://one.example/only", "https://作品.example/漫画/第1話", "https://free.example/漫画?題=空", "https://reserved.example.",
    "http://free.example/%e6%bc%ab", "not-a-url", "", None, "ftp://reserved.example/x", "https://free.example/work",
)  # fmt: skip


def table(rows: int) -> Any:
    """Nulls, raw Japanese, base32 and hex digests, duplicates, every kind of rule, sorted by nothing."""
    urls, digests = [], []
    for number in range(rows):
        url = ADDRESSES[number * 7 % len(ADDRESSES)]
        if url and number % 3 == 0 and url.startswith("https://free"):
            url = f"https://s{number % 997}.free.example/{number}"
        own = WORK if url == "https://free.example/work" else sha1(str(number % 500).encode()).digest()
        urls.append(url)
        digests.append((None, f"sha1:{b32encode(own).decode()}", own.hex(), b32encode(own).decode())[number % 4])
    return pa.table(
        {"id": list(range(rows)), "url": pa.array(urls, pa.string()), "sha1": pa.array(digests, pa.string())}
    )


def opened(folder: Path, policy: Policy = ENFORCING, **more: Any) -> Filter:
    return Filter.open(folder / "snapshot", trust=folder / "trust", policy=policy, **more)


Answers = dict[int, str]
"""The reason of each row that is not kept."""


def with_python(optout: Filter, rows: Any, _: Path) -> Answers:
    found = {}
    for row in rows.to_pylist():
        decision = optout.check(row["url"], sha1=row["sha1"])
        if not decision.would_keep:
            found[row["id"]] = decision.reason.value
    return found


def with_pyarrow(optout: Filter, rows: Any, _: Path) -> Answers:
    told = optout.explain_rows(rows["url"], sha1=rows["sha1"])
    return dict(zip(told["row"].to_pylist(), told["reason"].to_pylist(), strict=True))


def with_pandas(optout: Filter, rows: Any, _: Path) -> Answers:
    pytest.importorskip("pandas", reason="the pandas extra is not installed")
    import crawler_filter.integrations.pandas  # noqa: F401

    frame = rows.to_pandas()
    frame.index = frame.index * 10 + 3
    kept, removed = frame.optout.split(optout, sha1="sha1")
    assert list(kept["id"]) == list(frame[frame.optout.keep(optout, sha1="sha1")]["id"])
    return _answers(rows, kept["id"], removed["id"], removed["optout_reason"])


def with_polars(optout: Filter, rows: Any, _: Path) -> Answers:
    pl = pytest.importorskip("polars", reason="the polars extra is not installed")
    from crawler_filter.integrations.polars import keep, reason, split

    frame = pl.DataFrame(rows)
    kept, removed = split(frame, optout, sha1="sha1")
    assert frame.lazy().filter(keep(optout, sha1="sha1")).collect().equals(kept)
    words = (
        frame.lazy().select("id", reason(optout, sha1="sha1").alias("r")).filter(pl.col("r") != "kept").collect()
    )
    assert words["r"].to_list() == removed["optout_reason"].to_list()
    return _answers(rows, kept["id"], removed["id"], removed["optout_reason"])


def with_duckdb(optout: Filter, rows: Any, _: Path) -> Answers:
    duckdb = pytest.importorskip("duckdb", reason="the duckdb extra is not installed")
    from crawler_filter.integrations.duckdb import register

    with duckdb.connect() as connection:
        summary = register(connection, optout)
        connection.register("given", rows)
        kept = connection.execute("SELECT id FROM given WHERE optout_keep_sha1(url, sha1)").fetchall()
        removed = connection.execute(
            "SELECT id, optout_reason_sha1(url, sha1) AS why FROM given WHERE why NOT IN ('kept', 'allowed')"
        ).fetchall()
        assert summary.checked == rows.num_rows
    return _answers(rows, [row[0] for row in kept], *zip(*removed, strict=True))


def with_datasets(optout: Filter, rows: Any, work: Path) -> Answers:
    datasets = pytest.importorskip("datasets", reason="the datasets extra is not installed")
    from crawler_filter.integrations.datasets import Keep, filter_dataset

    data = datasets.Dataset(rows)
    kept, summary = filter_dataset(data, optout, sha1="sha1", removed_to=work / "removed.parquet")
    assert summary.checked == rows.num_rows
    keep = Keep(optout, sha1="sha1")
    streamed = data.to_iterable_dataset().filter(keep, batched=True, input_columns=keep.input_columns)
    assert [row["id"] for row in streamed] == kept["id"][:]
    removed = pa.parquet.read_table(work / "removed.parquet") if summary.excluded else None
    told = (removed["row"].to_pylist(), removed["optout_reason"].to_pylist()) if removed is not None else ([], [])
    return _answers(rows, kept["id"], *told)


def with_datatrove(optout: Filter, rows: Any, work: Path) -> Answers:
    pytest.importorskip("datatrove", reason="the datatrove extra is not installed")
    from datatrove.data import Document
    from datatrove.pipeline.writers import JsonlWriter

    from crawler_filter.integrations.datatrove import OptOutFilter

    documents = [
        Document(text="x", id=str(row["id"]), metadata={"url": row["url"], "digest": row["sha1"]})
        for row in rows.to_pylist()
    ]
    writer = JsonlWriter(str(work / "removed"), compression=None)
    step = OptOutFilter(optout, digest_keys={"sha1": "digest"}, exclusion_writer=writer)
    kept = [int(document.id) for document in step.run(iter(documents))]
    lines = [json.loads(line) for file in (work / "removed").glob("*") for line in file.read_text().splitlines()]
    removed = [(int(line["id"]), line["metadata"]["filter_reason"]) for line in lines]
    dropped = {str(name): stat.total for name, stat in step.stats.stats.items()}
    assert dropped.get("dropped", 0) == len(removed)
    return _answers(rows, kept, *zip(*removed, strict=True))


def with_webdataset(optout: Filter, rows: Any, work: Path) -> Answers:
    wds = pytest.importorskip("webdataset", reason="the webdataset extra is not installed")
    from crawler_filter.integrations.webdataset import rewrite_shards, select

    (work / "kept").mkdir()
    with wds.TarWriter(str(work / "00000.tar")) as writer:
        for row in rows.to_pylist():
            writer.write({"__key__": f"{row['id']:08}", "json": row, "txt": "caption"})
    summary = rewrite_shards(
        [work / "00000.tar"], work / "kept", optout, removed_to=work / "removed.jsonl", sha1="sha1"
    )
    assert summary.checked == rows.num_rows
    kept = [
        int(sample["__key__"]) for sample in wds.WebDataset(str(work / "kept" / "00000.tar"), shardshuffle=False)
    ]
    chosen = wds.WebDataset(str(work / "00000.tar"), shardshuffle=False).select(select(optout, sha1="sha1"))
    assert [int(sample["__key__"]) for sample in chosen] == kept
    lines = [json.loads(line) for line in (work / "removed.jsonl").read_text().splitlines()]
    return _answers(rows, kept, [int(line["key"]) for line in lines], [line["optout_reason"] for line in lines])


def warc_of(rows: Any, path: Path) -> None:
    """Written by hand: warcio computes digests of its own, and these are to be believed."""
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nx"
    info = b"software: test\r\n"
    with path.open("wb") as stream:
        stream.write(_record({"WARC-Type": "warcinfo", "Content-Type": "application/warc-fields"}, info))
        for row in rows.to_pylist():
            fields = {"WARC-Type": "response", "WARC-Target-URI": row["url"], "X-Row": row["id"]}
            fields["Content-Type"] = "application/http; msgtype=response"
            if row["sha1"]:
                fields["WARC-Payload-Digest"] = row["sha1"]
            stream.write(_record(fields, block))


def _record(fields: dict[str, Any], block: bytes) -> bytes:
    every = {
        "WARC-Record-ID": f"<urn:uuid:{uuid4()}>",
        "WARC-Date": "2026-11-29T00:00:00Z",
        **fields,
        "Content-Length": len(block),
    }
    head = "WARC/1.0\r\n" + "".join(f"{name}: {value}\r\n" for name, value in every.items())
    return gzip.compress(head.encode() + b"\r\n" + block + b"\r\n\r\n", 1)


def with_warcio(optout: Filter, rows: Any, work: Path) -> Answers:
    pytest.importorskip("warcio", reason="the warcio extra is not installed")
    from warcio.archiveiterator import ArchiveIterator

    from crawler_filter.integrations.warc import rewrite

    warc_of(rows, work / "in.warc.gz")
    summary = rewrite(work / "in.warc.gz", work / "out.warc.gz", optout, removed_to=work / "removed.jsonl")
    assert summary.checked == rows.num_rows
    with (work / "out.warc.gz").open("rb") as stream:
        kept = [record.rec_headers.get_header("X-Row") for record in ArchiveIterator(stream)]
    assert kept[0] is None
    found = {}
    for record, decision in _records(work / "in.warc.gz", optout):
        if decision is not None and not decision.would_keep:
            found[int(record.rec_headers.get_header("X-Row"))] = decision.reason.value
    lines = [json.loads(line) for line in (work / "removed.jsonl").read_text().splitlines()]
    assert [line["optout_reason"] for line in lines] == list(found.values())
    if optout.policy.mode is Mode.ENFORCE:
        assert sorted(map(int, kept[1:])) == sorted(set(range(rows.num_rows)) - found.keys())
    return found


def with_fastwarc(optout: Filter, rows: Any, work: Path) -> Answers:
    pytest.importorskip("warcio", reason="the warcio extra is not installed")
    fastwarc = pytest.importorskip("fastwarc.warc", reason="the warc extra is not installed")
    from crawler_filter.integrations.warc import Judge, predicate

    warc_of(rows, work / "in.warc.gz")
    judge, found = Judge(optout), {}
    with (work / "in.warc.gz").open("rb") as stream:
        for record in fastwarc.ArchiveIterator(stream):
            decision = judge.of_fastwarc(record)
            if decision is not None and not decision.would_keep:
                found[int(record.headers["X-Row"])] = decision.reason.value
    with (work / "in.warc.gz").open("rb") as stream:
        kept = [
            record.headers.get("X-Row")
            for record in fastwarc.ArchiveIterator(stream, func_filter=predicate(optout))
        ]
    if optout.policy.mode is Mode.ENFORCE:
        assert sorted(int(number) for number in kept if number) == sorted(set(range(rows.num_rows)) - found.keys())
    return found


def with_dask(optout: Filter, rows: Any, _: Path) -> Answers:
    dd = pytest.importorskip("dask.dataframe", reason="the dask extra is not installed")
    from crawler_filter.integrations.dask import filter_frame

    frame = dd.from_pandas(rows.to_pandas(), npartitions=3)
    kept = filter_frame(frame, optout, sha1="sha1").compute(scheduler="synchronous")
    removed = filter_frame(frame, optout, removed=True, sha1="sha1").compute(scheduler="synchronous")
    return _answers(rows, kept["id"], removed["id"], removed["optout_reason"])


def ray_started() -> Any:
    """Ray on this machine, started once; its workers see the environment of that moment."""
    ray = pytest.importorskip("ray", reason="the ray extra is not installed")
    if not ray.is_initialized():
        ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False, configure_logging=False)
    return ray


def with_ray(optout: Filter, rows: Any, _: Path) -> Answers:
    from crawler_filter.integrations.ray import OptOutBatch

    ray = ray_started()
    data = ray.data.from_arrow(rows)
    kept = data.map_batches(OptOutBatch(optout, sha1="sha1"), batch_format="pyarrow").take_all()
    removed = data.map_batches(OptOutBatch(optout, removed=True, sha1="sha1"), batch_format="pyarrow").take_all()
    return _answers(
        rows,
        [row["id"] for row in kept],
        [row["id"] for row in removed],
        [row["optout_reason"] for row in removed],
    )


def spark_session() -> Any:
    """Spark on this machine, started once."""
    require_system(shutil.which("java"), "Java (Debian package default-jre-headless)")
    sql = pytest.importorskip("pyspark.sql", reason="the spark extra is not installed")
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    return (
        sql.SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2").config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1").getOrCreate()
    )  # fmt: skip


def with_spark(optout: Filter, rows: Any, _: Path) -> Answers:
    spark = spark_session()
    from crawler_filter.integrations.spark import filter_frame, keep, register_sql, summary

    frame = spark.createDataFrame(rows.to_pylist(), "id long, url string, sha1 string").repartition(3)
    counted = summary(spark, optout)
    kept = filter_frame(frame, optout, sha1="sha1", counted=counted).collect()
    assert counted.value.checked == rows.num_rows
    removed = filter_frame(frame, optout, removed=True, sha1="sha1").collect()
    by_url = {row.id for row in frame.where(keep(spark, optout)("url")).collect()}
    frame.createOrReplaceTempView("given")
    register_sql(spark, optout)
    assert {row.id for row in spark.sql("SELECT id FROM given WHERE optout_keep(url)").collect()} == by_url
    reasons = spark.sql("SELECT id FROM given WHERE optout_reason(url) = 'kept'").collect()
    assert optout.policy.mode is Mode.AUDIT or {row.id for row in reasons} == by_url
    return _answers(
        rows, [row.id for row in kept], [row.id for row in removed], [row.optout_reason for row in removed]
    )


def _records(path: Path, optout: Filter) -> Iterator[Any]:
    from crawler_filter.integrations.warc import records

    return records(path, optout)


def as_warc_has_it(rows: Any) -> Any:
    """A WARC record always has an address: what is none in place of a missing one."""
    import pyarrow.compute as pc

    given = pc.if_else(pc.equal(rows["url"], ""), None, rows["url"])
    return rows.set_column(1, "url", pc.fill_null(given, "not-a-url"))


def _answers(rows: Any, kept: Any = (), removed: Any = (), reasons: Any = ()) -> Answers:
    """Hold what is kept and what is removed together; every row is one of them, once, in order."""
    found = dict(zip(map(int, removed), reasons, strict=True))
    assert len(found) == len(list(removed))
    assert sorted([*map(int, kept), *found]) == list(range(rows.num_rows))
    return found


TOOLS: dict[str, Callable[[Filter, Any, Path], Answers]] = {
    "pyarrow": with_pyarrow, "pandas": with_pandas, "polars": with_polars, "duckdb": with_duckdb, "datasets": with_datasets,
    "datatrove": with_datatrove, "webdataset": with_webdataset, "warcio": with_warcio, "fastwarc": with_fastwarc, "dask": with_dask,
}  # fmt: skip
ENGINES = {"ray": with_ray, "spark": with_spark}
