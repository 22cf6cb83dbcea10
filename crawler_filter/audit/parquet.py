"""Parquet: a row group is a part. What loses no row is copied byte for byte, the rest is written as it was before.

The file that comes out has the schema and the metadata of the one that went in, and its row groups in their order;
one that keeps no row is left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler_filter.audit.inputs import Input
from crawler_filter.audit.judging import Judged
from crawler_filter.audit.parquet_footer import KEY, Piece, footer_in, is_plain, join, physical, read_footer
from crawler_filter.audit.parts import (
    COPIED,
    WRITTEN,
    Drafts,
    Judge,
    Output,
    Part,
    Settings,
    mask_schema,
    mask_table,
    reason_columns,
)
from crawler_filter.errors import DataError
from crawler_filter.sync import durable

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq


def columns(source: Input) -> list[str]:
    """Return the names of a file's columns, those inside of objects with dots."""
    return [_path(column.path) for column in _open(source).schema]


def head(source: Input, roles: Mapping[str, str], rows: int) -> list[dict[str, Any]]:
    """Return the first rows, by role."""
    batches = _open(source).iter_batches(batch_size=rows, columns=list(roles.values()))
    table = next(batches, None)
    if table is None:
        return []
    found = {role: _column(table, name).to_pylist() for role, name in roles.items()}
    return [dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)]


def parts(source: Input, limit: int | None) -> list[Part]:
    """Return the row groups of a file, those alone that hold the first `limit` rows."""
    metadata = _open(source).metadata
    found: list[Part] = []
    rows = 0
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        if limit is not None and rows >= limit:
            break
        weight = sum(group.column(each).total_compressed_size for each in range(group.num_columns))
        found.append(Part(number, rows, weight))
        rows += group.num_rows
    return found


def run(
    source: Input, part: Part, roles: Mapping[str, str], judge: Judge, settings: Settings, drafts: Drafts
) -> None:
    """Judge a row group, and write what of it is wanted."""
    file = _open(source)
    keys = file.read_row_group(part.number, columns=list(roles.values()))
    if settings.limit is not None:
        keys = keys.slice(0, settings.limit - part.row)
    judged = judge({role: _column(keys, name) for role, name in roles.items()})
    if Output.MASK in settings.write:
        _write(mask_table(judged, part.row), drafts, Output.MASK, part)
    halves = _halves(source, file, part, judged, settings, keys)
    if Output.KEPT in halves:
        _write(halves[Output.KEPT], drafts, Output.KEPT, part, like=file)
    elif Output.KEPT in settings.write and judged.keep.any():
        drafts.made[Output.KEPT] = COPIED
    if Output.REMOVED in halves:
        removed = halves[Output.REMOVED]
        if settings.keys_only:
            removed = removed.select(_tops(removed.schema, roles.values()))
        for name, column in reason_columns(judged, settings.sequence).items():
            removed = removed.append_column(name, column)
        _write(removed, drafts, Output.REMOVED, part)


def assemble(
    source: Input,
    made: Sequence[Mapping[str, str]],
    settings: Settings,
    drafts: Drafts,
    output: Output,
    target: Path,
) -> None:
    """Write one output of a whole file; of removed rows none where there are none."""
    pieces = []
    for number, of_part in enumerate(made):
        if of_part.get(output) == COPIED:
            pieces.append(Piece(source.path, number))
        elif of_part.get(output) == WRITTEN:
            pieces.append(Piece(drafts.path(output, number), 0))
    if output is Output.KEPT and _is_copied(source):
        like = source.path
    elif pieces:
        like = pieces[0].path
    else:
        _write_empty(source, output, target)
        return
    with durable.replacing(target) as file:
        join(pieces, like, file, {KEY: settings.about})


def _write_empty(source: Input, output: Output, target: Path) -> None:
    import pyarrow.parquet as pq  # noqa: PLC0415

    if output in (Output.KEPT, Output.MASK):
        schema = _open(source).schema_arrow if output is Output.KEPT else mask_schema()
        with durable.replacing(target) as file:
            pq.write_table(schema.empty_table(), file)


@lru_cache(maxsize=1)
def _open(source: Input) -> "pq.ParquetFile":
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        return pq.ParquetFile(source.path)
    except pa.ArrowException as error:
        raise DataError(f"{source.path} cannot be read as Parquet: {error}") from error


def _path(path: str) -> str:
    return path.removesuffix(".list.element").removesuffix(".list.item")


def _column(table: "pa.Table | pa.RecordBatch", name: str) -> "pa.Array":
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    first, *inner = [name] if name in table.schema.names else name.split(".")
    column = table.column(first)
    for field in inner:
        column = pc.struct_field(column, field)
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _halves(
    source: Input, file: "pq.ParquetFile", part: Part, judged: Judged, settings: Settings, read: "pa.Table"
) -> "dict[Output, pa.Table]":
    """Return the rows to keep and the others, as far as they are to be written anew.

    `read` are columns of the row group that are in memory. The others are read one after the other, each once.
    """
    import pyarrow as pa  # noqa: PLC0415

    chosen: dict[Output, pa.Array] = {}
    some, every = bool(judged.keep.any()), bool(judged.keep.all())
    if Output.KEPT in settings.write and some and not (every and _is_copied(source)):
        chosen[Output.KEPT] = pa.array(judged.keep)
    if Output.REMOVED in settings.write and not every:
        chosen[Output.REMOVED] = pa.array(~judged.keep)
    if not chosen:
        return {}
    schema = file.schema_arrow
    if len(set(schema.names)) != len(schema.names):  # a name that stands for several columns cannot be asked for
        whole = file.read_row_group(part.number)
        return {output: whole.filter(mask) for output, mask in chosen.items()}
    names = schema.names if Output.KEPT in chosen or not settings.keys_only else _tops(schema, read.column_names)
    columns: dict[Output, list[pa.ChunkedArray]] = {output: [] for output in chosen}
    for name in names:
        held = read.schema.field(name) == schema.field(name) if name in read.column_names else False
        column = (read if held else file.read_row_group(part.number, columns=[name])).column(name)
        for output, mask in chosen.items():
            columns[output].append(column.filter(mask))
    fields = pa.schema([schema.field(name) for name in names], schema.metadata)
    return {output: pa.table(filtered, schema=fields) for output, filtered in columns.items()}


def _tops(schema: "pa.Schema", names: Iterable[str]) -> list[str]:
    """Return the whole columns that hold the columns `names`, each once."""
    return list(dict.fromkeys(name if name in schema.names else name.partition(".")[0] for name in names))


def _write(
    table: "pa.Table", drafts: Drafts, output: Output, part: Part, like: "pq.ParquetFile | None" = None
) -> None:
    import pyarrow.parquet as pq  # noqa: PLC0415

    options = {"compression": "zstd"} if like is None else _as_before(like, part.number)
    with durable.replacing(drafts.path(output, part.number)) as file:
        pq.write_table(table, file, row_group_size=max(len(table), 1), **options)
    drafts.made[output] = WRITTEN


def _as_before(file: "pq.ParquetFile", number: int) -> dict[str, Any]:
    """Return how the columns of a row group are compressed and encoded."""
    group = file.metadata.row_group(number)
    found = [group.column(each) for each in range(group.num_columns)]
    codecs = {each.path_in_schema: _codec(each.compression) for each in found}
    return {
        "compression": codecs,
        "use_dictionary": [each.path_in_schema for each in found if each.has_dictionary_page],
        "write_statistics": [each.path_in_schema for each in found if each.is_stats_set],
        "use_compliant_nested_type": _is_compliant([each.path_in_schema for each in found]),
    }


def _codec(name: str) -> str:
    return {"UNCOMPRESSED": "none", "LZ4_RAW": "lz4"}.get(name, name.lower())


@lru_cache(maxsize=16)
def _is_copied(source: Input) -> bool:
    """Tell whether row groups may be copied: what pyarrow writes of them has the same columns, byte for byte."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    file, footer = _open(source), read_footer(source.path)
    draft = BytesIO()
    names = [column.path for column in file.schema]
    pq.write_table(file.schema_arrow.empty_table(), draft, use_compliant_nested_type=_is_compliant(names))
    return is_plain(footer) and physical(footer) == physical(footer_in(draft, "what pyarrow wrote"))


def _is_compliant(paths: Sequence[str]) -> bool:
    """Tell whether lists are spelled as the format asks since 2015: their items are an `element`."""
    return not any(".list.item" in path for path in paths)
