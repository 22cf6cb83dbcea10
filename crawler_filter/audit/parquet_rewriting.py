"""Rows of a Parquet file that are written anew: compressed, encoded and typed as the file they come from.

A footer counts the pages of each column by their encoding. A column whose dictionary grew too large has most pages
without it, and one of numbers that are all different is longer with a dictionary than without: trying a dictionary
again would cost time and bytes.

https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
"""

from collections import Counter
from inspect import signature
from typing import TYPE_CHECKING, Any, Final

from crawler_filter.audit.thrift import Struct

if TYPE_CHECKING:
    import pyarrow.parquet as pq

# ColumnMetaData, PageEncodingStats
_COLUMNS, _META, _ENCODINGS = 1, 3, 13
_PAGE_TYPE, _ENCODING, _COUNT = 1, 2, 3
_DATA_PAGES: Final = (0, 3)

_PLAIN: Final = 0
_DICTIONARY: Final = (2, 8)
_NAMES: Final = {
    5: "DELTA_BINARY_PACKED",
    6: "DELTA_LENGTH_BYTE_ARRAY",
    7: "DELTA_BYTE_ARRAY",
    9: "BYTE_STREAM_SPLIT",
}
"""Encodings that pyarrow is told by name; of the others it knows itself when to use them."""

_WIDTHS: Final = {"INT32": 4, "FLOAT": 4, "INT64": 8, "DOUBLE": 8, "INT96": 12}
"""The bytes of a value without a dictionary, of types whose values are all of one length."""


def as_before(file: "pq.ParquetFile", number: int, group: Struct) -> dict[str, Any]:
    """Return how `pyarrow.parquet.write_table` writes rows of the row group `number`, which the footer has as
    `group`, as they were.
    """
    metadata = file.metadata.row_group(number)
    found = [metadata.column(each) for each in range(metadata.num_columns)]
    pages = [_pages(chunk[_META][1]) for chunk in group[_COLUMNS][1].items]
    usual = {
        each.path_in_schema: _most(counts, has_dictionary=each.has_dictionary_page)
        for each, counts in zip(found, pages, strict=True)
    }
    return as_typed(file) | {
        "compression": {each.path_in_schema: _codec(each.compression) for each in found},
        "use_dictionary": [
            each.path_in_schema
            for each in found
            if usual[each.path_in_schema] in _DICTIONARY and _is_shorter(each)
        ],
        "column_encoding": {path: _NAMES[each] for path, each in usual.items() if each in _NAMES} or None,
        "write_statistics": [each.path_in_schema for each in found if each.is_stats_set],
    }


def as_typed(file: "pq.ParquetFile") -> dict[str, Any]:
    """Return how `pyarrow.parquet.write_table` spells types and lists as a file does."""
    columns = list(file.schema)
    physical = {column.physical_type for column in columns}
    times = any(column.logical_type.type == "TIMESTAMP" for column in columns)
    decimals = {column.physical_type for column in columns if column.logical_type.type == "DECIMAL"}
    options: dict[str, Any] = {
        "use_compliant_nested_type": not any(".list.item" in column.path for column in columns),
        # what Spark writes by default, and the only nanoseconds that it reads
        "use_deprecated_int96_timestamps": "INT96" in physical and not times,
    }
    if decimals & {"INT32", "INT64"} and _writes_decimals_as_integers():  # as Spark and DuckDB do
        options["store_decimal_as_integer"] = True
    return options


def _writes_decimals_as_integers() -> bool:
    """Tell whether this pyarrow can, which the oldest that is supported cannot."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - an optional dependency

    return "store_decimal_as_integer" in signature(pq.write_table).parameters


def _pages(meta: Struct) -> dict[int, int]:
    """Return how many pages of data a column has, by their encoding; none where nobody counted."""
    if _ENCODINGS not in meta:
        return {}
    pages = [{key: field[1] for key, field in each.items()} for each in meta[_ENCODINGS][1].items]
    counts: Counter[int] = Counter()
    for each in pages:
        if each[_PAGE_TYPE] in _DATA_PAGES:
            counts[each[_ENCODING]] += each[_COUNT]
    return counts


def _is_shorter(chunk: "pq.ColumnChunkMetaData") -> bool:
    """Tell whether a column with a dictionary is shorter than its values alone, as far as that can be known."""
    width = _WIDTHS.get(chunk.physical_type)
    return width is None or chunk.total_uncompressed_size < width * chunk.num_values


def _most(pages: dict[int, int], *, has_dictionary: bool) -> int:
    """Return the encoding of most pages of a column; of as many, the one behind a dictionary that was given up."""
    if not pages:
        return _DICTIONARY[-1] if has_dictionary else _PLAIN
    return max(pages, key=lambda each: (pages[each], -each))


def _codec(name: str) -> str:
    """Return a codec as pyarrow takes it; the LZ4 of Hadoop it reads without a name, and writes no more."""
    return {"UNCOMPRESSED": "none", "UNKNOWN": "lz4", "LZ4_RAW": "lz4"}.get(name, name.lower())
