"""Which module reads which kind of data set."""

from collections.abc import Mapping
from typing import Final

from crawler_filter.audit import arrow, cdx, lines, parquet, shards, warc
from crawler_filter.audit.inputs import Kind
from crawler_filter.audit.parts import Format

FORMATS: Final[Mapping[Kind, Format]] = {
    Kind.PARQUET: parquet,
    Kind.ARROW: arrow,
    Kind.CSV: lines,
    Kind.JSONL: lines,
    Kind.WARC: warc,
    Kind.WEBDATASET: shards,
    Kind.CDX: cdx,
}
