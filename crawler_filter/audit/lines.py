"""CSV and JSON Lines, compressed or not: a range of bytes between two rows is a part.

Where pyarrow finds another number of rows of CSV than their quotes tell, the file is refused, because then nobody
knows which bytes are whose.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import partial
from itertools import chain, islice
from typing import Any, Final

from crawler_filter.audit import csv_rows, json_rows, row_bytes
from crawler_filter.audit.blocks import Block, assemble, head_of, judge_blocks, writers
from crawler_filter.audit.csv_quotes import row_ends
from crawler_filter.audit.inputs import Input, Kind
from crawler_filter.audit.latecomers import Latecomers
from crawler_filter.audit.parts import COLUMNS, Drafts, Judge, Part, Settings
from crawler_filter.audit.row_bytes import Cut, first_block, line_ends, spans_of, whole_rows
from crawler_filter.errors import DataError

PART: Final = 1 << 26
"""Bytes of a part, about."""

_LOOKED_AT: Final = 1000
"""Objects whose members are looked at before a run."""

__all__ = ["assemble", "columns", "head", "parts", "run"]


def columns(source: Input, named: Collection[str] = ()) -> list[str]:
    """Return the names of a file's columns: of the header, or of the first objects; none of an empty file.

    Members of objects that are `named` by hand are looked for in all rows.
    """
    if not any(block.strip() for block in whole_rows(source, line_ends)):
        return []
    if source.kind is Kind.CSV:
        return csv_rows.header(source)[0]
    block = first_block(source, line_ends)
    if b"\0" in block[:4] or block.startswith(row_bytes.UTF_16):
        raise DataError(f"{source.path} is in UTF-16 or UTF-32: write it anew in UTF-8")
    if b"\n" not in block and b"\r" in block.strip():
        raise DataError(f"{source.path} ends its lines with carriage returns alone: write it anew with line feeds")
    objects = list(islice(json_rows.objects(block), _LOOKED_AT))
    if not objects:
        raise DataError(f"{source.path} begins with no line that is a JSON object: write one object a line")
    names = list(dict.fromkeys(chain.from_iterable(map(json_rows.paths, objects))))
    if not names:
        raise DataError(f"{source.path} begins with objects that have no member: there is nothing to check")
    missing = [name for name in named if name not in names]
    return [*names, *json_rows.named_in(whole_rows(source, line_ends), missing)] if missing else names


def head(source: Input, roles: Mapping[str, str], rows: int) -> list[dict[str, Any]]:
    """Return the first rows, by role."""
    return head_of(_blocks(source, Part(0, 0, 0), roles, None), rows)


def parts(source: Input, limit: int | None) -> list[Part]:
    """Cut a file between rows, about every PART bytes; a compressed one, or the beginning of one, is one part."""
    if not columns(source):
        return []
    if source.compression or limit is not None or source.size <= PART:
        return [Part(0, 0, source.size)]
    found: list[Part] = []
    start = row = rows = 0
    at = csv_rows.header(source)[1] if source.kind is Kind.CSV else 0
    cut = _cut(source)
    for data in whole_rows(source, cut, at):
        at += len(data)
        rows += len(spans_of(cut, data))
        if at - start >= PART or at >= source.size:
            found.append(Part(len(found), row, at - start, start, at))
            start, row = at, rows
    return found


def run(
    source: Input, part: Part, roles: Mapping[str, str], judge: Judge, settings: Settings, drafts: Drafts
) -> None:
    """Judge the rows of a part, and write what of them is wanted."""
    told = partial(csv_rows.told, csv_rows.dialect(source)) if source.kind is Kind.CSV else json_rows.told
    with writers(settings, drafts, part.number, told, source.compression) as write:
        if source.kind is Kind.CSV and source.header and part.start == 0:
            header = csv_rows.header(source)[2]
            write.begin(header, told(header, dict(zip(COLUMNS, COLUMNS, strict=True))))
        late = Latecomers(source.path, columns(source), settings.choice) if source.kind is Kind.JSONL else None
        judge_blocks(_blocks(source, part, roles, late), judge, settings, write, first=part.row)


def _blocks(source: Input, part: Part, roles: Mapping[str, str], late: Latecomers | None) -> Iterator[Block]:
    row = part.row
    is_csv = source.kind is Kind.CSV
    names, size, _ = csv_rows.header(source) if is_csv else ([], 0, b"")
    cut = _cut(source)
    for data in whole_rows(source, cut, max(part.start, size), part.stop):
        spans = spans_of(cut, data)
        if not len(spans):
            continue
        found = (
            csv_rows.columns_in(source, data, spans, names, roles, row)
            if is_csv
            else json_rows.columns_in(data, spans, roles, late, row)
        )
        if any(len(column) != len(spans) for column in found.values()):
            raise DataError(
                f"{source.path} does not say where its rows end: from row {row + 1:,} its quotes tell {len(spans)}"
                f" of them, its columns {len(next(iter(found.values())))}. Write the file anew after RFC 4180"
            )
        yield Block(found, spans, partial(_slice, data))
        row += len(spans)


def _cut(source: Input) -> Cut:
    """Return what tells where rows end."""
    return partial(row_ends, csv_rows.dialect(source)) if source.kind is Kind.CSV else line_ends


def _slice(data: bytes, start: int, stop: int) -> bytes:
    return data[start:stop]
