"""Each integration beside its identity run: the same tool over the same rows, keeping everything.

Every tool must keep as many rows as `mask` does. Scrapy and engines start programs of their own: they are measured
at full scale only.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Final
from uuid import UUID

import pyarrow as pa

from benchmarks import crawl, engines, peers
from benchmarks.bench import Bench
from benchmarks.measure import over, side_by_side
from benchmarks.report import Report, at_most_times
from benchmarks.rules import urls

SECTION = "integrations"
_PER_SITE: Final = 20.0
_FULL: Final = 10_000

Pair = tuple[Callable[[], Any], Callable[[], Any], Callable[[Any], int]]
"""The identity run, the run with the filter, and how many rows the latter's result has."""


def run(bench: Bench, report: Report) -> None:
    """Measure every tool that is installed on host-sorted rows, and peers beside it."""
    rows = min(bench.scale.rows, 200_000)
    found = sorted(urls(bench.scale.rules, rows, per_site=_PER_SITE, seed=11), key=_host)
    table = pa.table({"url": found, "host": [_host(url) for url in found]})
    kept = sum(bench.filter.mask(table["url"]).to_pylist())
    for name, pair in _TOOLS.items():
        with _installed(report, name):
            identity, filtered, count = pair(bench, table)
            bench.say(f"integrations: {name}")
            seconds = side_by_side({"identity": identity, "filter": filtered}, passes=bench.scale.passes)
            report.require(SECTION, f"{name} keeps other rows than mask", int(count(filtered()) != kept))
            _add(report, name, len(found), seconds["filter"], seconds["identity"])
    with _installed(report, "DuckDB's anti-join"):
        _duckdb_join(bench, report, table)
    with _installed(report, "datatrove's URLFilter"):
        _url_filter(bench, report, table)
    with _installed(report, "datadiligence"):
        _datadiligence(bench, report)
    if bench.scale.rules >= _FULL:
        with _installed(report, "scrapy"):
            _scrapy(bench, report)
        engines.run(bench, report, SECTION, table)


def _add(report: Report, name: str, rows: int, taken: float, identity: float, **more: Any) -> None:
    against = taken / identity if identity else None
    report.add(SECTION, name, rows / taken / 1e6, "M rows/s", ratio=against, against="identity", **more)


@contextmanager
def _installed(report: Report, name: str) -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        report.missing.append(f"{SECTION}, {name}: {error}")


def _pandas(bench: Bench, table: pa.Table) -> Pair:
    from crawler_filter.integrations.pandas import split

    frame = table.to_pandas()
    return lambda: frame[frame["url"].notna()], lambda: split(frame, bench.filter)[0], len


def _polars(bench: Bench, table: pa.Table) -> Pair:
    import polars as pl

    from crawler_filter.integrations.polars import keep

    lazy = pl.DataFrame(table).lazy()
    identity = lazy.filter(pl.col("url").str.len_bytes() > 0)
    return identity.collect, lazy.filter(keep(bench.filter)).collect, len


def _duckdb(bench: Bench, table: pa.Table) -> Pair:
    import duckdb

    from crawler_filter.integrations.duckdb import register

    connection = bench.resources.enter_context(duckdb.connect())
    connection.register("given", table)
    register(connection, bench.filter)
    counted = "SELECT count(*) FROM given WHERE {}"

    def query(condition: str) -> Callable[[], Any]:
        return lambda: connection.execute(counted.format(condition)).fetchone()[0]

    return query("length(url) > 0"), query("optout_keep(url)"), int


def _datasets(bench: Bench, table: pa.Table) -> Pair:
    import datasets

    from crawler_filter.integrations.datasets import filter_dataset

    data = datasets.Dataset(table)

    def identity() -> Any:
        batches = data.select_columns(["url"]).with_format("arrow").iter(batch_size=10_000)
        return data.select(range(sum(len(batch) for batch in batches)))

    return identity, lambda: filter_dataset(data, bench.filter)[0], len


def _datatrove(bench: Bench, table: pa.Table) -> Pair:
    from datatrove.data import Document
    from datatrove.pipeline.filters import LambdaFilter

    from crawler_filter.integrations.datatrove import OptOutFilter

    addresses = table["url"].to_pylist()

    def through(step: Any) -> int:
        documents = (Document(text="", id="", metadata={"url": url}) for url in addresses)
        return sum(1 for _ in step.run(documents))

    return (
        lambda: through(LambdaFilter(lambda _: True)),
        lambda: through(OptOutFilter(bench.filter)),
        int,
    )


def _webdataset(bench: Bench, table: pa.Table) -> Pair:
    from crawler_filter.integrations.webdataset import select

    samples = [{"__key__": "", "json": b'{"url": "%b"}' % url.encode()} for url in table["url"].to_pylist()]

    def reads(sample: dict[str, Any]) -> bool:
        return "url" in json.loads(sample["json"])

    def through(chosen: Callable[[dict[str, Any]], bool]) -> int:
        return sum(1 for _ in filter(chosen, samples))

    return lambda: through(reads), lambda: through(select(bench.filter)), int


def _warc(bench: Bench, table: pa.Table) -> Pair:
    from fastwarc.warc import ArchiveIterator

    from crawler_filter.integrations.warc import predicate

    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + b"<p>a page</p>" * 100
    head = "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {}\r\nWARC-Record-ID: <urn:uuid:{}>\r\n"
    kind = f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
    archive = b"".join(
        head.format(url, UUID(int=row)).encode() + kind.encode() + answer + b"\r\n\r\n"
        for row, url in enumerate(table["url"].to_pylist())
    )

    def through(chosen: Callable[[Any], bool]) -> int:
        return sum(1 for _ in ArchiveIterator(BytesIO(archive), func_filter=chosen))

    return lambda: through(lambda _: True), lambda: through(predicate(bench.filter)), int


_TOOLS: Final[dict[str, Callable[[Bench, pa.Table], Pair]]] = {
    "pandas": _pandas,
    "polars": _polars,
    "duckdb": _duckdb,
    "datasets": _datasets,
    "datatrove": _datatrove,
    "webdataset": _webdataset,
    "WARC, fastwarc": _warc,
}


def _url_filter(bench: Bench, report: Report, table: pa.Table) -> None:
    """Measure the URL filter of the FineWeb pipeline, which knows no prefixes, over a tenth of the rows."""
    try:
        check = peers.datatrove(bench.scale.rules)
    except peers.MissingPeerError as error:
        raise ImportError(str(error)) from error
    found = table["url"].to_pylist()[::10]
    seconds = side_by_side({"peer": over(check, found)}, passes=1)["peer"]
    report.add(SECTION, "peer: datatrove URLFilter", len(found) / seconds / 1e6, "M rows/s", note="no prefixes")


def _datadiligence(bench: Bench, report: Report) -> None:
    """Measure what reads the headers of an answer; about addresses it asks a service, which is not compared."""
    from datadiligence.evaluators import HttpEvaluator

    headers = {"content-type": "image/png", "server": "bench", "x-robots-tag": "noimageindex"}
    evaluator, answers = HttpEvaluator(), [headers] * min(bench.scale.urls, 20_000)
    runs = {
        "ours": over(lambda each: bench.filter.check("https://free.example/a", headers=each, status=200), answers),
        "peer": over(lambda each: evaluator.is_allowed(headers=each), answers),
    }
    seconds = side_by_side(runs, passes=bench.scale.passes)
    ratio = seconds["ours"] / seconds["peer"]
    each, note = seconds["ours"] / len(answers) * 1e6, "which looks at headers alone"
    what = "address and headers of an answer"
    report.add(SECTION, what, each, "µs", ratio=ratio, against="datadiligence", note=note)


def _duckdb_join(bench: Bench, report: Report, table: pa.Table) -> None:
    """Measure an anti-join on the host, which knows whole hosts only."""
    import duckdb

    hosts = [name for name in bench.names if "/" not in name][:200_000]
    with duckdb.connect() as connection:
        connection.register("given", table)
        connection.register("blocked", pa.table({"host": hosts}))
        joined = "SELECT count(*) FROM given ANTI JOIN blocked ON given.host = blocked.host"
        runs = {
            "identity": lambda: connection.execute("SELECT count(*) FROM given WHERE length(url) > 0").fetchone(),
            "join": lambda: connection.execute(joined).fetchone(),
        }
        seconds = side_by_side(runs, passes=bench.scale.passes)
    note = "whole hosts only"
    _add(report, "peer: DuckDB anti-join", len(table), seconds["join"], seconds["identity"], note=note)


def _scrapy(bench: Bench, report: Report) -> None:
    seconds = crawl.cpu_seconds_a_page(bench.folder, passes=bench.scale.passes)
    report.add(
        SECTION,
        "Scrapy, 60 KB pages, URLs, robots.txt and headers",
        seconds["headers"] * 1e6,
        "µs CPU a page",
        at_most_times(1.25),
        seconds["headers"] / seconds["alone"],
        "Scrapy alone",
    )
    report.add(
        SECTION, "the same with pages' tags and content", seconds["all"] * 1e6, "µs CPU a page",
        ratio=seconds["all"] / seconds["alone"], against="Scrapy alone",
    )  # fmt: skip


def _host(url: str) -> str:
    return url.replace("\\", "/").partition("://")[2].partition("/")[0].rpartition("@")[2].lower()
