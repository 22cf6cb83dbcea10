"""Parquet files as they are read: their columns by name, their row groups, and what an error in them says."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler_filter.audit.inputs import Input
from crawler_filter.checks.columns import whole
from crawler_filter.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq


@lru_cache(maxsize=1)
def opened(source: Input) -> "pq.ParquetFile":
    """Return a file that is open. Raises DataError where it is none of Parquet."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - an optional dependency

    with readable(source.path):
        return pq.ParquetFile(source.path)


def columns(source: Input, named: Collection[str] = ()) -> list[str]:  # noqa: ARG001 - every format has the same face
    """Return the names of a file's columns, those inside of objects with dots."""
    if not (names := names_in(opened(source).schema_arrow)):
        raise DataError(f"{source.path} has no columns")
    return names


def names_in(schema: "pa.Schema") -> list[str]:
    """Return the names of a schema's columns, those inside of objects with dots."""
    return list(_names(schema))


def _names(fields: "Iterable[pa.Field]", before: str = "") -> Iterator[str]:
    import pyarrow as pa  # noqa: PLC0415

    for field in fields:
        if pa.types.is_struct(field.type):
            yield from _names(field.type, f"{before}{field.name}.")
        else:
            yield before + field.name


def read(source: Input, group: int, names: Sequence[str] | None = None) -> "pa.Table":
    """Return columns of a row group, or all of it. Raises DataError where they cannot be read."""
    with readable(source.path, f" in its row group {group}"):
        # the processes of a run share the cores already
        table = opened(source).read_row_group(group, columns=names, use_threads=False)
    rows = opened(source).metadata.row_group(group).num_rows
    if any(len(column) != rows for column in table.columns):
        raise DataError(f"{source.path} is broken in its row group {group}: its columns differ in length")
    return table.cast(without_views(table.schema))


def metadata_of(source: Input) -> dict[str, str]:
    """Return the metadata of a file, but for its columns as Arrow has them, which are those of what is written."""
    said = opened(source).metadata.metadata or {}
    found = {name.decode("utf-8", "replace"): value.decode("utf-8", "replace") for name, value in said.items()}
    return {name: value for name, value in found.items() if name != "ARROW:schema"}


def schema_of(source: Input) -> "pa.Schema":
    """Return the columns of a file as `read` gives them."""
    return without_views(opened(source).schema_arrow)


def without_views(schema: "pa.Schema") -> "pa.Schema":
    """Return a schema without views of texts, as DataFusion writes them: Arrow cannot take rows of those."""
    import pyarrow as pa  # noqa: PLC0415

    return pa.schema([_without_views(field) for field in schema], schema.metadata)


def _without_views(field: "pa.Field") -> "pa.Field":
    import pyarrow as pa  # noqa: PLC0415

    kind, known = field.type, pa.types
    if known.is_string_view(kind) or known.is_binary_view(kind):
        return field.with_type(pa.large_string() if known.is_string_view(kind) else pa.large_binary())
    if known.is_struct(kind):
        return field.with_type(pa.struct([_without_views(inner) for inner in kind]))
    if known.is_map(kind):
        return field.with_type(pa.map_(_without_views(kind.key_field), _without_views(kind.item_field)))
    if known.is_fixed_size_list(kind):
        return field.with_type(pa.list_(_without_views(kind.value_field), kind.list_size))
    if known.is_list(kind) or known.is_large_list(kind):
        new = pa.list_ if known.is_list(kind) else pa.large_list
        return field.with_type(new(_without_views(kind.value_field)))
    return field


@contextmanager
def readable(path: Path, where: str = "") -> Iterator[None]:
    """Raise DataError for what pyarrow says of a file."""
    import pyarrow as pa  # noqa: PLC0415

    try:
        yield
    except (FileNotFoundError, PermissionError):
        raise
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{path} cannot be read as Parquet{where}: {str(error).strip()}") from error


def column(table: "pa.Table | pa.RecordBatch", name: str) -> "pa.Array":
    """Return a column by its name, of dots for one inside of objects. Raises DataError for intervals in months."""
    import pyarrow.compute as pc  # noqa: PLC0415 - an optional dependency

    first, *inner = [name] if name in table.schema.names else name.split(".")
    found: Any = table.column(first)
    for field in inner:
        found = pc.struct_field(found, field)
    try:
        return whole(found)
    except KeyError as error:  # pyarrow has no array of them
        raise DataError(
            f"column {name!r} holds {found.type}, which is no text: name the column that holds it"
        ) from error


def no_rows(schema: "pa.Schema") -> "pa.Table":
    """Return a table without rows; `empty_table` knows no columns of extension types, such as UUIDs."""
    import pyarrow as pa  # noqa: PLC0415

    return pa.Table.from_batches([], schema)
