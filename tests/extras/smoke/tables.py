"""Tools whose rows are judged in bulk: of two rows one is reserved."""

import json
import os
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .given import FREE, URLS, Given, require


def arrow(given: Given) -> None:
    import pyarrow as pa

    require(given.opened().mask(pa.array(URLS)).to_pylist(), [True, False])


def dask(given: Given) -> None:
    import dask.dataframe as dd
    import pandas as pd

    from crawler_filter.integrations.dask import filter_frame

    frame = dd.from_pandas(pd.DataFrame({"url": URLS}), npartitions=2)
    require(list(filter_frame(frame, given.opened()).compute(scheduler="synchronous")["url"]), [FREE])


def datasets(given: Given) -> None:
    os.environ["HF_HUB_OFFLINE"] = "1"
    from datasets import Dataset

    from crawler_filter.integrations.datasets import Keep, filter_dataset

    data, optout = Dataset.from_dict({"url": URLS}), given.opened()
    kept, summary = filter_dataset(data, optout)
    require((kept["url"][:], summary.excluded), ([FREE], 1))
    keep = Keep(optout)
    require(data.filter(keep, batched=True, input_columns=keep.input_columns)["url"][:], [FREE])


def datatrove(given: Given) -> None:
    from datatrove.data import Document

    from crawler_filter.integrations.datatrove import OptOutFilter

    documents = [Document(text="x", id=str(row), metadata={"url": url}) for row, url in enumerate(URLS)]
    require([each.id for each in OptOutFilter(given.opened()).run(iter(documents))], ["0"])


def duckdb(given: Given) -> None:
    import duckdb

    from crawler_filter.integrations.duckdb import register

    with duckdb.connect() as connection:
        register(connection, given.opened())
        connection.execute("CREATE TABLE given (url VARCHAR)")
        connection.executemany("INSERT INTO given VALUES (?)", [[url] for url in URLS])
        require(connection.execute("SELECT url FROM given WHERE optout_keep(url)").fetchall(), [(FREE,)])


def pandas(given: Given) -> None:
    import pandas as pd

    import crawler_filter.integrations.pandas  # noqa: F401 - makes the accessor

    kept, removed = pd.DataFrame({"url": URLS}).optout.split(given.opened())
    require((list(kept["url"]), list(removed["optout_reason"])), ([FREE], ["registry.domain"]))


def polars(given: Given) -> None:
    import polars as pl

    from crawler_filter.integrations.polars import keep

    require(
        pl.LazyFrame({"url": URLS}).filter(keep(given.opened())).collect()["url"].to_list(),
        [FREE],
    )


def ray(given: Given) -> None:
    import ray

    from crawler_filter.integrations.ray import OptOutBatch

    ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False)
    rows = ray.data.from_items([{"url": url} for url in URLS])
    kept = rows.map_batches(OptOutBatch(given.opened()), batch_format="pyarrow").take_all()
    require(kept, [{"url": FREE}])
    ray.shutdown()


def spark(given: Given) -> None:
    if shutil.which("java") is None:
        raise SystemExit("Java (Debian package default-jre-headless) is not installed")
    from pyspark.sql import SparkSession

    from crawler_filter.integrations.spark import filter_frame, register_sql

    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    session = builder.config("spark.driver.host", "127.0.0.1").getOrCreate()
    frame, optout = session.createDataFrame([(url,) for url in URLS], "url string"), given.opened()
    require([row.url for row in filter_frame(frame, optout).collect()], [FREE])
    register_sql(session, optout)
    frame.createOrReplaceTempView("given")
    require([row.url for row in session.sql("SELECT url FROM given WHERE optout_keep(url)").collect()], [FREE])
    session.stop()


def warc(given: Given) -> None:
    import fastwarc
    from warcio.archiveiterator import ArchiveIterator
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    from crawler_filter.integrations.warc import predicate, rewrite

    with TemporaryDirectory() as name:
        path, out = Path(name) / "in.warc.gz", Path(name) / "out.warc.gz"
        with path.open("wb") as stream:
            writer = WARCWriter(stream, gzip=True)
            for url in URLS:
                head = StatusAndHeaders("200 OK", [("Content-Type", "text/plain")], protocol="HTTP/1.1")
                writer.write_record(writer.create_warc_record(url, "response", http_headers=head))
        require(rewrite(path, out, given.opened()).excluded, 1)
        with out.open("rb") as stream:
            kept = [record.rec_headers.get_header("WARC-Target-URI") for record in ArchiveIterator(stream)]
        with path.open("rb") as stream:
            records = fastwarc.ArchiveIterator(stream, func_filter=predicate(given.opened()))
            also = [record.headers["WARC-Target-URI"] for record in records]
        require((kept, also), ([FREE], [FREE]))


def webdataset(given: Given) -> None:
    import webdataset as wds

    from crawler_filter.integrations.webdataset import rewrite_shards, select

    with TemporaryDirectory() as name:
        shard, optout = Path(name) / "0.tar", given.opened()
        (Path(name) / "kept").mkdir()
        with wds.TarWriter(str(shard)) as writer:
            for row, url in enumerate(URLS):
                writer.write({"__key__": f"{row}", "json": json.dumps({"url": url}).encode()})
        rewrite_shards([shard], Path(name) / "kept", optout)
        kept = _keys(wds.WebDataset(str(Path(name) / "kept" / "0.tar"), shardshuffle=False))
        chosen = _keys(wds.WebDataset(str(shard), shardshuffle=False).select(select(optout)))
        require((kept, chosen), (["0"], ["0"]))


def _keys(samples: Any) -> list[str]:
    return [sample["__key__"] for sample in samples]
