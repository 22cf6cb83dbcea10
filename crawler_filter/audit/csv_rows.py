"""Rows of CSV: the header, if there is one, the columns that are judged, and what is written of a removed row.

pyarrow parses the columns; a row that has too many of them, or too few, is a row of nulls.
"""

import csv
import io
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from crawler_filter.audit.blocks import Spans
from crawler_filter.audit.csv_quotes import Dialect, is_closed, require_no_row_within
from crawler_filter.audit.inputs import Input, Quotes
from crawler_filter.audit.row_bytes import UTF_16, beginning
from crawler_filter.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

_DELIMITERS: Final = ",;\t|"
_DELIMITERS_OF_TEXTS: Final = "\t|,;"
"""Those of a first row that is no header: its texts may hold commas."""
_BREAK: Final = re.compile(rb"\r\n?|\n")
_BREAK_WITHIN: Final = re.compile(rb"[\r\n](?=[^\r\n])")
_WEB: Final = ("http://", "https://")


@lru_cache(maxsize=4)
def dialect(source: Input) -> Dialect:
    """Return what separates columns, by the file's name or else the first usual one that the header has; and what
    quotes mean.
    """
    if ".tsv" in source.path.name.lower():
        return Dialect("\t", source.quotes)
    header = _header_line(source).decode("utf-8", "replace")
    usual = _DELIMITERS if source.header else _DELIMITERS_OF_TEXTS
    return Dialect(next((each for each in usual if each in header), ","), source.quotes)


@lru_cache(maxsize=4)
def header(source: Input) -> tuple[list[str], int, bytes]:
    """Return the names of the columns, the length of the header in bytes, and the header: without one
    their numbers from 1, and nothing.
    """
    line, (delimiter, quotes) = _header_line(source), dialect(source)
    text = line.lstrip(b"\r\n").decode("utf-8-sig", "replace")
    lines = io.StringIO(text, newline="")
    rows = (
        list(csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE))
        if quotes is Quotes.LETTERS
        else list(csv.reader(lines, delimiter=delimiter))
    )
    if len(rows) != 1 or not is_closed(dialect(source), line.strip(b"\r\n")):
        raise DataError(  # what it takes for its own would be judged by nobody
            f"{source.path}: the quotes of its first row do not say where it ends. Write the file anew with quotes"
            " after RFC 4180, or say that they are letters (--quotes letters)"
        )
    if not source.header:
        return [str(place) for place in range(1, len(rows[0]) + 1)], 0, b""
    if any(name.startswith(_WEB) for name in rows[0]):
        raise DataError(
            f"{source.path} begins with a row that names no columns. If it has no header, say so with --no-header,"
            f" and give the number of the column of addresses: --url {_place_of_address(rows[0])}"
        )
    return rows[0], len(line), line


def _place_of_address(row: list[str]) -> int:
    return next(place for place, value in enumerate(row, 1) if value.startswith(_WEB))


@lru_cache(maxsize=4)
def _header_line(source: Input) -> bytes:
    """Return the first line that is not empty, with what stands before it: to a line break behind an even
    number of quotes.
    """
    data = beginning(source)
    if data.startswith(UTF_16):
        raise DataError(f"{source.path} is in UTF-16: write it anew in UTF-8")
    end = len(data) - len(data.lstrip(b"\r\n"))
    if end == len(data):
        raise DataError(f"{source.path} is empty: expected a line with the names of columns")
    quotes = 0
    for found in _BREAK.finditer(data, end):
        quotes += data.count(b'"', end, found.end())
        end = found.end()
        if source.quotes is Quotes.LETTERS or quotes % 2 == 0:
            return data[:end]
    return data


def columns_in(
    source: Input, data: bytes, spans: Spans, names: list[str], roles: Mapping[str, str], row: int
) -> "dict[str, pa.Array]":
    """Return the columns of a block of rows by role, as texts; the first row has the number `row`.

    Raises DataError where a quote swallows what looks like a row, or the rest of the file.
    """
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency

    _require_rows(source, data, spans, names, roles, row)
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


def _require_rows(
    source: Input, data: bytes, spans: Spans, names: list[str], roles: Mapping[str, str], row: int
) -> None:
    its, (start, stop) = dialect(source), spans[-1].tolist()
    if not is_closed(its, data[start:stop].rstrip(b"\r\n")):
        raise DataError(
            f"{source.path} has a quote without its other in row {row + len(spans):,}, its last. If quotes are"
            " letters in this file, as pandas writes them with quoting=3, say so with --quotes letters; else mend"
            " the row"
        )
    breaks = data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")
    if its.quotes is not Quotes.AUTO or breaks <= len(spans):
        return
    judged = {names.index(name) for name in roles.values()}
    for place, (start, stop) in enumerate(spans.tolist(), row):
        if _BREAK_WITHIN.search(data, start, stop):
            try:
                require_no_row_within(its, data[start:stop], names, judged)
            except DataError as error:
                raise DataError(f"{source.path}, row {place + 1:,}: {error}") from error


def _parsed(source: Input, data: bytes, names: list[str], roles: Mapping[str, str]) -> "dict[str, pa.Array]":
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import csv as pa_csv  # noqa: PLC0415

    torn: list[int] = []

    def note(row: Any) -> str:  # noqa: ANN401
        torn.append(row.number - 1)
        return "skip"

    its = dialect(source)
    encloses = its.quotes is not Quotes.LETTERS
    wanted = list(dict.fromkeys(roles.values()))
    table = pa_csv.read_csv(
        pa.BufferReader(data),
        read_options=pa_csv.ReadOptions(column_names=names, use_threads=False, block_size=len(data) + 1),
        parse_options=pa_csv.ParseOptions(
            delimiter=its.delimiter, quote_char='"' if encloses else False, newlines_in_values=encloses,
            invalid_row_handler=note,
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


def told(its: Dialect, row: bytes, said: Mapping[str, Any]) -> bytes:
    """Return a removed row with the columns that say why."""
    values = ["" if value is None else str(value) for value in said.values()]
    line = row.rstrip(b"\r\n") + its.delimiter.encode()
    if its.quotes is Quotes.LETTERS:
        plain = (value.replace(its.delimiter, " ").replace("\n", " ") for value in values)
        return line + its.delimiter.join(plain).encode("utf-8", "surrogateescape") + b"\n"
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=its.delimiter, lineterminator="\n").writerow(values)
    return line + out.getvalue().encode("utf-8", "surrogateescape")
