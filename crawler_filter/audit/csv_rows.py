"""Rows of CSV: the header, the columns that are judged, and what is written of a removed row.

pyarrow parses the columns; a row that has too many of them, or too few, is a row of nulls.
"""

import csv
import io
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from crawler_filter.audit.inputs import Input, Kind
from crawler_filter.audit.row_bytes import UTF_16, first_block, spans_of
from crawler_filter.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

_DELIMITERS: Final = ",;\t|"


def delimiter(source: Input) -> str:
    """Return what separates columns: by the file's name, or else the first usual one that the header has."""
    if ".tsv" in source.path.name.lower():
        return "\t"
    header = _header_line(source).decode("utf-8", "replace")
    return next((each for each in _DELIMITERS if each in header), ",")


@lru_cache(maxsize=4)
def header(source: Input) -> tuple[list[str], int, bytes]:
    """Return the names of the columns, the length of the header in bytes, and the header."""
    line = _header_line(source)
    text = line.lstrip(b"\r\n").decode("utf-8-sig", "replace")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(source)))
    if len(rows) != 1 or line.count(b'"') % 2:  # what it takes for its own would be judged by nobody
        raise DataError(
            f"{source.path}: the quotes of its header do not say where it ends. Write the file anew with quotes"
            " after RFC 4180"
        )
    return rows[0], len(line), line


@lru_cache(maxsize=4)
def _header_line(source: Input) -> bytes:
    data = first_block(source)
    if data.startswith(UTF_16):
        raise DataError(f"{source.path} is in UTF-16: write it anew in UTF-8")
    spans = spans_of(Kind.CSV, data)
    if not len(spans):
        raise DataError(f"{source.path} is empty: expected a line with the names of columns")
    line = data[: spans[0][1]]
    if b"\r" in line.rstrip(b"\r\n").lstrip(b"\r\n"):
        raise DataError(f"{source.path} ends its lines with carriage returns alone: write it anew with line feeds")
    return line


def columns_in(source: Input, data: bytes, names: list[str], roles: Mapping[str, str]) -> "dict[str, pa.Array]":
    """Return the columns of a block of rows by role, as texts."""
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency

    try:
        data.decode()
    except UnicodeDecodeError:  # pyarrow tells of a torn row in UTF-8 alone, and each byte is a letter of Latin-1
        found = _parsed(source, data.decode("latin-1").encode(), names, roles)
    else:
        return _parsed(source, data, names, roles)
    rows = {
        role: [value and value.encode("latin-1") for value in each.to_pylist()] for role, each in found.items()
    }
    return {role: pa.array(each, pa.binary()).cast(pa.string(), safe=False) for role, each in rows.items()}


def _parsed(source: Input, data: bytes, names: list[str], roles: Mapping[str, str]) -> "dict[str, pa.Array]":
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import csv as pa_csv  # noqa: PLC0415

    torn: list[int] = []

    def note(row: Any) -> str:  # noqa: ANN401
        torn.append(row.number - 1)
        return "skip"

    wanted = list(dict.fromkeys(roles.values()))
    table = pa_csv.read_csv(
        pa.BufferReader(data),
        read_options=pa_csv.ReadOptions(column_names=names, use_threads=False, block_size=len(data) + 1),
        parse_options=pa_csv.ParseOptions(
            delimiter=delimiter(source), newlines_in_values=True, invalid_row_handler=note
        ),
        convert_options=pa_csv.ConvertOptions(
            include_columns=wanted, column_types=dict.fromkeys(wanted, pa.string()), check_utf8=False,
            strings_can_be_null=True, null_values=[""],
        ),
    )  # fmt: skip
    found = {role: table.column(name).combine_chunks() for role, name in roles.items()}
    return _spread(found, torn) if torn else found


def _spread(found: "dict[str, pa.Array]", torn: list[int]) -> "dict[str, pa.Array]":
    """Put empty rows where there are rows that have too many columns, or too few."""
    broken = np.zeros(len(next(iter(found.values()))) + len(torn), dtype=np.bool_)
    broken[torn] = True
    places = np.where(broken, -1, np.cumsum(~broken) - 1)
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency

    chosen = pa.array(places, mask=broken)
    return {role: column.take(chosen) for role, column in found.items()}


def told(delimiter: str, row: bytes, said: Mapping[str, Any]) -> bytes:
    """Return a removed row with the columns that say why."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerow(
        ["" if value is None else value for value in said.values()]
    )
    return row.rstrip(b"\r\n") + delimiter.encode() + out.getvalue().encode("utf-8", "surrogateescape")
