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
from crawler_filter.audit.parquet_footer import (
    KEY,
    ROW_GROUPS,
    Piece,
    footer_in,
    is_plain,
    join,
    physical,
    read_footer,
)
from crawler_filter.audit.parquet_reading import (
    column,
    columns,
    metadata_of,
    no_rows,
    opened,
    read,
    readable,
    schema_of,
)
from crawler_filter.audit.parquet_rewriting import as_before, as_typed
from crawler_filter.audit.parts import (
    COPIED,
    MASK_OPTIONS,
    WRITTEN,
    Drafts,
    Judge,
    Output,
    Part,
    Settings,
    first_rows,
    mask_schema,
    mask_table,
    reason_columns,
)
from crawler_filter.audit.thrift import Struct
from crawler_filter.errors import DataError
from crawler_filter.sync import durable

if TYPE_CHECKING:
    import pyarrow as pa


__all__ = ["assemble", "columns", "head", "parts", "run"]


def head(source: Input, roles: Mapping[str, str], rows: int) -> list[dict[str, Any]]:
    """Return the first rows, by role."""
    with readable(source.path):
        table = next(opened(source).iter_batches(batch_size=rows, columns=list(roles.values())), None)
    if table is None:
        return []
    return first_rows({role: column(table, name) for role, name in roles.items()}, rows)


def parts(source: Input, limit: int | None) -> list[Part]:
    """Return the row groups of a file, those alone that hold the first `limit` rows."""
    metadata = opened(source).metadata
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
    file = opened(source)
    keys = read(source, part.number, list(roles.values()))
    if settings.limit is not None:
        keys = keys.slice(0, settings.limit - part.row)
    judged = judge({role: column(keys, name) for role, name in roles.items()})
    if Output.MASK in settings.write:
        _write(mask_table(judged, part.row), drafts, Output.MASK, part, MASK_OPTIONS)
    halves = _halves(source, part, judged, settings, keys)
    if Output.KEPT in halves:
        before = as_before(file, part.number, _footer(source)[ROW_GROUPS][1].items[part.number])
        _write(halves[Output.KEPT], drafts, Output.KEPT, part, before)
    elif Output.KEPT in settings.write and judged.keep.any():
        drafts.made[Output.KEPT] = COPIED
    if Output.REMOVED in halves:
        removed = halves[Output.REMOVED]
        if settings.keys_only:
            removed = removed.select(_tops(removed.schema, roles.values()))
        for name, said in reason_columns(judged, settings.sequence).items():
            removed = removed.append_column(name, said)
        _write(removed, drafts, Output.REMOVED, part, as_typed(file) | {"compression": "zstd"})


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
        _write_empty(source, settings, output, target)
        return
    added = {} if output is Output.MASK else metadata_of(source)
    with durable.replacing(target) as file:
        join(pieces, like, file, added | {KEY: settings.about})


def _write_empty(source: Input, settings: Settings, output: Output, target: Path) -> None:
    import pyarrow.parquet as pq  # noqa: PLC0415

    if output not in (Output.KEPT, Output.MASK):
        return
    file = opened(source)
    schema, about = mask_schema(), {KEY: settings.about}
    if output is Output.KEPT:
        schema, about = file.schema_arrow, metadata_of(source) | about
    schema = schema.with_metadata((schema.metadata or {}) | about)
    with durable.replacing(target) as out:
        pq.write_table(no_rows(schema), out, **(as_typed(file) if output is Output.KEPT else {}))


def _halves(
    source: Input, part: Part, judged: Judged, settings: Settings, keys: "pa.Table"
) -> "dict[Output, pa.Table]":
    """Return the rows to keep and the others, as far as they are to be written anew.

    `keys` are columns of the row group that are in memory. The others are read one after the other, each once.
    """
    import pyarrow as pa  # noqa: PLC0415

    chosen = _chosen(source, judged, settings)
    if not chosen:
        return {}
    schema = schema_of(source)
    if len(set(schema.names)) != len(schema.names):  # a name that stands for several columns cannot be asked for
        whole = read(source, part.number)
        return {output: whole.filter(mask).cast(opened(source).schema_arrow) for output, mask in chosen.items()}
    names = schema.names if Output.KEPT in chosen or not settings.keys_only else _tops(schema, keys.column_names)
    filtered: dict[Output, list[pa.ChunkedArray]] = {output: [] for output in chosen}
    for name in names:
        is_held = name in keys.column_names and keys.schema.field(name) == schema.field(name)
        whole_column = keys.column(name) if is_held else _column(source, part, name)
        for output, mask in chosen.items():
            filtered[output].append(whole_column.filter(mask))
    fields = pa.schema([schema.field(name) for name in names], schema.metadata)
    as_it_was = pa.schema([opened(source).schema_arrow.field(name) for name in names], schema.metadata)
    return {output: pa.table(half, schema=fields).cast(as_it_was) for output, half in filtered.items()}


def _column(source: Input, part: Part, name: str) -> "pa.ChunkedArray":
    table = read(source, part.number, [name])
    if name not in table.schema.names:  # a group without members, of which there are no bytes
        raise DataError(
            f"{source.path}: column {name!r} cannot be read and written anew. Write a mask instead (--write mask)"
        )
    return table.column(name)


def _chosen(source: Input, judged: Judged, settings: Settings) -> "dict[Output, pa.Array]":
    """Return which rows each output gets, without those outputs that are copied or empty."""
    import pyarrow as pa  # noqa: PLC0415

    chosen: dict[Output, pa.Array] = {}
    some, every = bool(judged.keep.any()), bool(judged.keep.all())
    if Output.KEPT in settings.write and some and not (every and _is_copied(source)):
        chosen[Output.KEPT] = pa.array(judged.keep)
    if Output.REMOVED in settings.write and not every:
        chosen[Output.REMOVED] = pa.array(~judged.keep)
    return chosen


def _tops(schema: "pa.Schema", names: Iterable[str]) -> list[str]:
    """Return the whole columns that hold the columns `names`, each once."""
    return list(dict.fromkeys(name if name in schema.names else name.partition(".")[0] for name in names))


def _write(table: "pa.Table", drafts: Drafts, output: Output, part: Part, options: Mapping[str, Any]) -> None:
    import pyarrow.parquet as pq  # noqa: PLC0415

    with drafts.writing(output, part.number) as file:
        pq.write_table(table, file, row_group_size=max(len(table), 1), **options)
    drafts.made[output] = WRITTEN


@lru_cache(maxsize=1)
def _footer(source: Input) -> Struct:
    return read_footer(source.path)


@lru_cache(maxsize=16)
def _is_copied(source: Input) -> bool:
    """Tell whether row groups may be copied: what pyarrow writes of them has the same columns, byte for byte."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    file, footer = opened(source), _footer(source)
    draft = BytesIO()
    try:
        pq.write_table(no_rows(file.schema_arrow), draft, **as_typed(file))
    except pa.ArrowNotImplementedError:
        return False
    return is_plain(footer) and physical(footer) == physical(footer_in(draft, "what pyarrow wrote"))
