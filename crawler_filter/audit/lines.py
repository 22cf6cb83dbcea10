"""CSV and JSON Lines, compressed or not: a range of bytes between two rows is a part.

A CSV row may hold line breaks within quotes, so the quotes are counted: a row ends where a line does and their
number is even. pyarrow parses the columns that are judged; where it finds another number of rows than the quotes
tell, the file is refused, because then nobody knows which bytes are whose.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import numpy as np

from crawler_filter.audit.blocks import Block, Spans, assemble, judge_blocks, writers
from crawler_filter.audit.inputs import Input, Kind
from crawler_filter.audit.parts import COLUMNS, Drafts, Judge, Part, Settings
from crawler_filter.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

PART: Final = 1 << 26
"""Bytes of a part, about."""
BLOCK: Final = 1 << 23
"""Bytes that are read at once."""
MAX_ROW: Final = 1 << 28
"""Bytes of one row that are read."""

_NEWLINE: Final = 10
_QUOTE: Final = 34


__all__ = ["assemble", "columns", "head", "parts", "run"]


def columns(source: Input) -> list[str]:
    """Return the names of a file's columns: of the header, or of the first object."""
    if source.kind is Kind.CSV:
        return _header(source)[0]
    return list(_paths(next(_objects(_first(source)), {})))


def head(source: Input, roles: Mapping[str, str], rows: int) -> list[dict[str, Any]]:
    """Return the first rows, by role."""
    block = next(_blocks(source, Part(0, 0, 0), roles), None)
    if block is None:
        return []
    found = {role: column[:rows].to_pylist() for role, column in block.columns.items()}
    return [dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)]


def parts(source: Input, limit: int | None) -> list[Part]:
    """Cut a file between rows, about every PART bytes; a compressed one, or the beginning of one, is one part."""
    if source.compression or limit is not None or source.size <= PART:
        return [Part(0, 0, source.size)]
    found: list[Part] = []
    start = row = rows = 0
    at = _header(source)[1] if source.kind is Kind.CSV else 0
    for data in _whole_rows(source, at, -1):
        at += len(data)
        rows += len(_spans(source.kind, data))
        if at - start >= PART or at >= source.size:
            found.append(Part(len(found), row, at - start, start, at))
            start, row = at, rows
    return found


def run(
    source: Input, part: Part, roles: Mapping[str, str], judge: Judge, settings: Settings, drafts: Drafts
) -> None:
    """Judge the rows of a part, and write what of them is wanted."""
    told = partial(_told_csv, _delimiter(source)) if source.kind is Kind.CSV else _told_json
    with writers(settings, drafts, part.number, told, source.compression) as write:
        if source.kind is Kind.CSV and part.start == 0:
            header = _header(source)[2]
            write.begin(header, _told_csv(_delimiter(source), header, dict(zip(COLUMNS, COLUMNS, strict=True))))
        judge_blocks(_blocks(source, part, roles), judge, settings, write, first=part.row)


def _blocks(source: Input, part: Part, roles: Mapping[str, str]) -> Iterator[Block]:
    is_csv = source.kind is Kind.CSV
    names, size, _ = _header(source) if is_csv else ([], 0, b"")
    for data in _whole_rows(source, max(part.start, size), part.stop):
        spans = _spans(source.kind, data)
        if not len(spans):
            continue
        found = _csv_columns(source, data, names, roles) if is_csv else _json_columns(data, spans, roles)
        if any(len(column) != len(spans) for column in found.values()):
            raise DataError(
                f"{source.path}: the quotes do not say where rows end: they tell {len(spans)} rows, the columns"
                f" {len(next(iter(found.values())))}. Write the file anew with quotes after RFC 4180"
            )
        yield Block(found, spans, partial(_slice, data))


def _slice(data: bytes, start: int, stop: int) -> bytes:
    return data[start:stop]


def _whole_rows(source: Input, start: int, stop: int) -> Iterator[bytes]:
    """Yield the bytes from `start` to `stop` in blocks that end where a row does."""
    with _open(source) as file:
        _skip(file, start)
        left = stop - start if stop >= 0 else -1
        rest = b""
        while data := file.read(BLOCK if left < 0 else min(BLOCK, left)):
            left -= len(data) if left >= 0 else 0
            data = rest + data
            end = _last_end(source.kind, data)
            if end:
                yield data[:end]
            rest = data[end:]
            if len(rest) > MAX_ROW:
                raise DataError(
                    f"{source.path} has a row of more than {MAX_ROW} bytes, or a quote without its other"
                )
        if rest:
            yield rest


def _skip(file: BinaryIO, start: int) -> None:
    if start and file.seekable():
        file.seek(start)
        return
    while start:
        start -= len(file.read(min(start, BLOCK)))


def _open(source: Input) -> Any:  # noqa: ANN401 - a file of pyarrow's, or Python's
    if source.compression is None:
        return source.path.open("rb")
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency

    return pa.input_stream(source.path, compression=source.compression)


def _first(source: Input) -> bytes:
    return next(_whole_rows(source, 0, -1), b"")


def _last_end(kind: Kind, data: bytes) -> int:
    if kind is Kind.JSONL or _QUOTE not in data:
        return data.rfind(b"\n") + 1
    ends = _ends(kind, data)
    return int(ends[-1]) if len(ends) else 0


def _ends(kind: Kind, data: bytes) -> Spans:
    """Return behind which bytes rows end."""
    octets = np.frombuffer(data, dtype=np.uint8)
    newlines = np.flatnonzero(octets == _NEWLINE)
    if kind is Kind.CSV and _QUOTE in data:
        within = np.bitwise_xor.accumulate((octets == _QUOTE).view(np.uint8))
        newlines = newlines[within[newlines] == 0]
    return newlines + 1


def _spans(kind: Kind, data: bytes) -> Spans:
    """Return where each row begins and ends, its line break with it; empty lines belong to the row before them."""
    ends = _ends(kind, data)
    if not len(ends) or ends[-1] != len(data):
        ends = np.append(ends, len(data))
    spans = np.column_stack((np.concatenate(([0], ends[:-1])), ends))
    short = np.flatnonzero(spans[:, 1] - spans[:, 0] <= 2)
    empty = [place for place in short.tolist() if not data[spans[place, 0] : spans[place, 1]].strip(b"\r\n")]
    return np.delete(spans, empty, axis=0)


def _delimiter(source: Input) -> str:
    return "\t" if ".tsv" in source.path.name.lower() else ","


@lru_cache(maxsize=4)
def _header(source: Input) -> tuple[list[str], int, bytes]:
    """Return the names of the columns, the length of the header in bytes, and the header."""
    data = _first(source)
    spans = _spans(Kind.CSV, data)
    if not len(spans):
        raise DataError(f"{source.path} is empty: expected a line with the names of columns")
    start, end = spans[0].tolist()
    line = data[:end]
    text = data[start:end].decode("utf-8-sig", "replace")
    return next(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(source))), len(line), line


def _csv_columns(source: Input, data: bytes, names: list[str], roles: Mapping[str, str]) -> "dict[str, pa.Array]":
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency
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
            delimiter=_delimiter(source), newlines_in_values=True, invalid_row_handler=note
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


def _json_columns(data: bytes, spans: Spans, roles: Mapping[str, str]) -> "dict[str, pa.Array]":
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency

    found: dict[str, list[Any]] = {role: [] for role in roles}
    for start, stop in spans.tolist():
        value = _parsed(data[start:stop])
        for role, name in roles.items():
            found[role].append(_text_at(value, name))
    return {role: _as_array(pa, values) for role, values in found.items()}


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _text_at(value: Any, name: str) -> Any:  # noqa: ANN401 - whatever a JSON object holds
    if not isinstance(value, dict):
        return None
    if name in value:
        return value[name]
    first, _, rest = name.partition(".")
    return _text_at(value.get(first), rest) if rest else None


def _as_array(pa: Any, values: list[Any]) -> "pa.Array":  # noqa: ANN401
    """Return values as texts, or as lists of texts where there are lists; what is neither is not an address."""
    if any(isinstance(value, list) for value in values):
        lists = [
            value if isinstance(value, list) else [value] if isinstance(value, str) else None for value in values
        ]
        return pa.array([each and [str(item) for item in each] for each in lists], pa.list_(pa.string()))
    return pa.array(
        [value if isinstance(value, str) or value is None else str(value) for value in values], pa.string()
    )


def _objects(data: bytes) -> Iterator[dict[str, Any]]:
    for line in data.splitlines():
        if (value := _parsed(line)) is not None:
            yield value


def _paths(value: Mapping[str, Any], before: str = "") -> Iterator[str]:
    for name, inner in value.items():
        if isinstance(inner, dict):
            yield from _paths(inner, f"{before}{name}.")
        else:
            yield f"{before}{name}"


def _told_csv(delimiter: str, row: bytes, said: Mapping[str, Any]) -> bytes:
    """Return a removed row with the columns that say why."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerow(
        ["" if value is None else value for value in said.values()]
    )
    return row.rstrip(b"\r\n") + delimiter.encode() + out.getvalue().encode("utf-8", "surrogateescape")


def _told_json(row: bytes, said: Mapping[str, Any]) -> bytes:
    """Return a removed object with the members that say why; what is no object becomes a member itself."""
    line = row.strip()
    about = json.dumps({name: value for name, value in said.items() if value is not None}, ensure_ascii=False)
    if _parsed(line) is None:
        text = json.dumps(line.decode("utf-8", "replace"), ensure_ascii=False)
        return f'{{"optout_line": {text}, {about[1:]}\n'.encode()
    inner = line[:-1].rstrip()
    return inner + (b", " if inner != b"{" else b"") + about[1:].encode() + b"\n"
