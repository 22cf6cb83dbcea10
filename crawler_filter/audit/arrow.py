"""Arrow and Feather, as Hugging Face's `datasets`, Polars and pandas write them: a run of batches is a part.

What comes out is of the same form, schema, metadata and codec as what went in. Record batches stay in their order;
one that keeps no row is left out. A file whose batches share dictionaries is one part: what stands before a batch
says what is in it.
"""

import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from crawler_filter.audit.arrow_joining import join_batches
from crawler_filter.audit.arrow_reading import batches, codec, found, has_footer, reading
from crawler_filter.audit.inputs import Input
from crawler_filter.audit.judging import Judged
from crawler_filter.audit.parquet_footer import KEY, groups_of, join
from crawler_filter.audit.parquet_reading import column, names_in, without_views
from crawler_filter.audit.parts import (
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
    reason_fields,
)
from crawler_filter.checks.columns import whole
from crawler_filter.errors import DataError
from crawler_filter.sync import durable

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_AT_ONCE: Final = 50_000
"""Rows that are judged at once: `datasets` writes batches of 1000."""
BYTES_AT_ONCE: Final = 1 << 26
"""Bytes of batches that are held at once, about."""

PART: Final = 1 << 26
"""Bytes of a part, about."""

__all__ = ["assemble", "columns", "head", "parts", "run"]


def columns(source: Input, named: Collection[str] = ()) -> list[str]:  # noqa: ARG001 - every format has the same face
    """Return the names of a file's columns, those inside of objects with dots."""
    with reading(source) as reader:
        names = names_in(reader.schema)
    if names == ["indices"]:
        raise DataError(
            f"{source.path} holds row numbers of another file, as `datasets` keeps them in its cache: name the"
            " files with the data, or write the data set with save_to_disk first"
        )
    if not names:
        raise DataError(f"{source.path} has no columns")
    return names


def head(source: Input, roles: Mapping[str, str], rows: int) -> list[dict[str, Any]]:
    """Return the first rows, by role."""
    with reading(source) as reader:
        batch = next((batch for batch, _ in batches(source, reader) if batch.num_rows), None)
        return [] if batch is None else first_rows(_chosen([(batch, None)], roles), rows)


def parts(source: Input, limit: int | None) -> list[Part]:
    """Cut a file between batches, about every PART bytes, but for the rows behind the first `limit`."""
    whole_file = [Part(0, 0, source.size)]
    there = found(source) if source.size > PART else None
    if not there:
        return whole_file
    made: list[Part] = []
    begun, row, rows, size = there[0].start, 0, 0, 0
    for batch in there:
        rows, size = rows + batch.rows, size + batch.size
        is_enough = limit is not None and rows >= limit
        if size >= PART or batch is there[-1] or is_enough:
            made.append(Part(len(made), row, size, begun, batch.stop))
            begun, row, size = batch.stop, rows, 0
        if is_enough:
            break
    return made


def run(
    source: Input, part: Part, roles: Mapping[str, str], judge: Judge, settings: Settings, drafts: Drafts
) -> None:
    """Judge the rows of a part, and write what of them is wanted."""
    limit = None if settings.limit is None else settings.limit - part.row
    with reading(source, part) as reader, _Writers(source, reader.schema, part, settings, drafts) as write:
        row = part.row
        for group in _groups(batches(source, reader, part), limit):
            judged = judge(_chosen(group, roles))
            write.take(group, judged, row)
            row += sum(batch.num_rows for batch, _ in group)


def assemble(
    source: Input,
    made: Sequence[Mapping[str, str]],
    settings: Settings,
    drafts: Drafts,
    output: Output,
    target: Path,
) -> None:
    """Write one output of a whole file; of removed rows none where there are none."""
    paths = [drafts.path(output, number) for number, of_part in enumerate(made) if output in of_part]
    if not paths:
        return
    with durable.replacing(target) as file:
        if len(made) == 1:
            with paths[0].open("rb") as draft:
                shutil.copyfileobj(draft, file, 1 << 20)
        elif output is Output.MASK:
            join(groups_of(paths), paths[0], file, {KEY: settings.about})
        else:
            join_batches(paths, file, footer=has_footer(source))


def _groups(
    found_here: "Iterator[tuple[pa.RecordBatch, Any]]", limit: int | None
) -> "Iterator[list[tuple[pa.RecordBatch, Any]]]":
    """Yield batches, several small ones at once; those alone that hold the first `limit` rows."""
    group: list[tuple[pa.RecordBatch, Any]] = []
    rows = size = 0
    for whole_batch, metadata in found_here:
        batch = whole_batch if limit is None else whole_batch.slice(0, limit)
        limit = limit if limit is None else limit - batch.num_rows
        group.append((batch, metadata))
        rows, size = rows + batch.num_rows, size + batch.get_total_buffer_size()
        if rows >= ROWS_AT_ONCE or size >= BYTES_AT_ONCE:
            yield group
            group, rows, size = [], 0, 0
        if limit == 0:
            break
    if rows:
        yield group


def _chosen(group: "Sequence[tuple[pa.RecordBatch, Any]]", roles: Mapping[str, str]) -> "dict[str, pa.Array]":
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency

    table = pa.Table.from_batches([batch for batch, _ in group])
    keys = pa.table({role: column(table, name) for role, name in roles.items()})
    return {role: column(keys.cast(without_views(keys.schema)), role) for role in roles}


class _Writers(ExitStack):
    """The outputs of a file, each open until the block ends; of removed rows none where there are none."""

    def __init__(self, source: Input, schema: "pa.Schema", part: Part, settings: Settings, drafts: Drafts) -> None:
        super().__init__()
        self._source, self._schema, self._part = source, schema, part
        self._settings, self._drafts = settings, drafts
        self._codec = codec(source)
        self._open: dict[Output, Any] = {}

    def __enter__(self) -> "_Writers":
        for output in (Output.KEPT, Output.MASK):
            if output in self._settings.write:
                self._writer(output)
        return self

    def take(self, group: "list[tuple[pa.RecordBatch, Any]]", judged: Judged, row: int) -> None:
        """Write the rows of batches, the first of which has the number `row`."""
        if Output.MASK in self._open:
            self._open[Output.MASK].write_table(mask_table(judged, row))
        start = said = 0
        columns = reason_columns(judged, self._settings.sequence)
        reasons = {name: whole(each) for name, each in columns.items()}
        for batch, metadata in group:
            keep = judged.keep[start : start + batch.num_rows]
            start += batch.num_rows
            if Output.KEPT in self._open and keep.any():
                kept = batch if keep.all() else _filtered(batch, keep)
                self._open[Output.KEPT].write_batch(kept.replace_schema_metadata(self._about()), metadata)
            removed = int((~keep).sum())
            if removed and Output.REMOVED in self._settings.write:
                self._take_removed(
                    _filtered(batch, ~keep), {n: c[said : said + removed] for n, c in reasons.items()}
                )
            said += removed

    def _take_removed(self, rows: "pa.RecordBatch", reasons: "Mapping[str, pa.Array]") -> None:
        writer = self._writer(Output.REMOVED)
        for field in reason_fields():  # not by all columns: of intervals in months pyarrow has no arrays
            rows = rows.append_column(field, reasons[field.name])
        writer.write_batch(rows)

    def _writer(self, output: Output) -> Any:  # noqa: ANN401 - of Arrow or of Parquet
        if output not in self._open:
            file = self.enter_context(self._drafts.writing(output, self._part.number))
            self._open[output] = self.enter_context(self._made(output, file))
            self._drafts.made[output] = WRITTEN
        return self._open[output]

    def _made(self, output: Output, file: Any) -> Any:  # noqa: ANN401
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.parquet as pq  # noqa: PLC0415

        if output is Output.MASK:
            about = {KEY: self._settings.about}
            return pq.ParquetWriter(file, mask_schema().with_metadata(about), **MASK_OPTIONS)
        schema = self._removed_schema() if output is Output.REMOVED else self._schema.with_metadata(self._about())
        options = pa.ipc.IpcWriteOptions(compression=self._codec)
        # a part among others is a stream, whose messages a file with a footer has too
        new = pa.ipc.new_file if has_footer(self._source) and self._part.stop < 0 else pa.ipc.new_stream
        return new(file, schema, options=options)

    def _removed_schema(self) -> "pa.Schema":
        import pyarrow as pa  # noqa: PLC0415

        return pa.schema([*self._schema, *reason_fields()], self._schema.metadata)

    def _about(self) -> dict[bytes, bytes]:
        return (self._schema.metadata or {}) | {KEY.encode(): self._settings.about.encode()}


def _filtered(batch: "pa.RecordBatch", mask: Any) -> "pa.RecordBatch":  # noqa: ANN401 - a numpy array
    """Return the rows of a batch; views of texts, as Polars writes them, Arrow can copy and not filter."""
    import numpy as np  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415

    try:
        return batch.filter(pa.array(mask))
    except pa.ArrowNotImplementedError:
        edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])))).reshape(-1, 2)
        spans = [(start, stop - start) for start, stop in edges.tolist()]
        columns = [pa.concat_arrays([each.slice(*span) for span in spans]) for each in batch.columns]
        return pa.RecordBatch.from_arrays(columns, schema=batch.schema)
