"""The program of each extra; that of "" needs none."""

from collections.abc import Callable, Mapping
from typing import Final

from . import files, tables, web
from .given import Given

Program = Callable[[Given], None]

PROGRAMS: Final[Mapping[str, Program]] = {
    "": files.plain,
    "aiohttp": web.aiohttp,
    "archives": files.archives,
    "arrow": tables.arrow,
    "c2pa": files.c2pa,
    "codings": files.codings,
    "compare": files.compare,
    "content": files.content,
    "crawlee": web.crawlee,
    "dask": tables.dask,
    "datasets": tables.datasets,
    "datatrove": tables.datatrove,
    "duckdb": tables.duckdb,
    "embed": files.embed,
    "evidence": files.evidence,
    "heif": files.heif,
    "httpx": web.httpx,
    "iscc": files.iscc,
    "jxl": files.jxl,
    "media": files.media,
    "names": files.names,
    "pandas": tables.pandas,
    "pdf": files.pdf,
    "playwright": web.playwright,
    "polars": tables.polars,
    "ray": tables.ray,
    "scrapy": web.scrapy,
    "spark": tables.spark,
    "video": files.video,
    "warc": tables.warc,
    "webdataset": tables.webdataset,
}
