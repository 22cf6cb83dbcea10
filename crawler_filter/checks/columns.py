"""Columns of any library in, a column of the same library and length out.

Lists, numpy arrays, pyarrow arrays, pandas and polars series are told apart by where their class comes from: none
of these libraries is loaded for somebody who does not use it. Nothing here knows what the values mean.
"""

from typing import Any


def values(column: Any) -> list[object]:  # noqa: ANN401 - any library's column
    """Return the column's values as Python objects; missing ones are None."""
    match _library(column):
        case "pyarrow":
            return _arrow_values(column)
        case "pandas":
            missing = column.isna().tolist()
            return [None if gone else value for value, gone in zip(column.tolist(), missing, strict=True)]
        case "polars":
            return list(column.to_list())
        case "numpy":
            return list(column.tolist())
    return list(column)


def _arrow_values(column: Any) -> list[object]:  # noqa: ANN401
    """Arrow does not check text that it reads from a file: what is not UTF-8 comes out as its bytes."""
    try:
        return list(column.to_pylist())
    except UnicodeDecodeError:
        import pyarrow as pa  # noqa: PLC0415

        return [value and _text(value) for value in column.cast(pa.large_binary()).to_pylist()]


def _text(value: bytes) -> object:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value


def missing(column: Any) -> Any:  # noqa: ANN401
    """Return a numpy array that tells which rows have no value, or an empty list of them."""
    import numpy as np  # noqa: PLC0415 - whoever checks single assets does without

    if (array := as_arrow(column)) is not None:
        return array.is_null().to_numpy(zero_copy_only=False)
    if (lists := as_arrow_lists(column)) is not None:
        import pyarrow.compute as pc  # noqa: PLC0415 - it is there

        return pc.equal(pc.fill_null(pc.list_value_length(lists), 0), 0).to_numpy(zero_copy_only=False)
    return np.array(
        [value is None or (isinstance(value, (list, tuple)) and not value) for value in values(column)],
        dtype=np.bool_,
    )


def part(column: Any, start: int, stop: int) -> Any:  # noqa: ANN401
    """Return the rows from `start` to before `stop`, in the same kind of column."""
    return column.iloc[start:stop] if _library(column) == "pandas" else column[start:stop]


def pick(column: Any, rows: Any) -> list[object]:  # noqa: ANN401
    """Return the values of some rows, given by a numpy array of their numbers."""
    match _library(column):
        case "pyarrow":
            return _arrow_values(_to_take_from(column).take(rows))
        case "pandas":
            return values(column.iloc[rows])
        case "polars" | "numpy":
            return values(column[rows])
    return [column[row] for row in rows.tolist()]


def _to_take_from(column: Any) -> Any:  # noqa: ANN401
    """Return a column of views (as DataFusion writes), runs or an extension as one whose rows Arrow can take."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    if pa.types.is_run_end_encoded(column.type):
        return _to_take_from(pc.run_end_decode(column))
    kinds = {pa.string_view(): pa.large_string(), pa.binary_view(): pa.large_binary()}
    kind = kinds.get(column.type)
    if isinstance(column.type, pa.BaseExtensionType):
        kind = column.type.storage_type
    return column if kind is None else column.cast(kind)


def whole(array: Any) -> Any:  # noqa: ANN401 - an Arrow array, in chunks or not
    """Return an Arrow array in one piece, not copied if it is."""
    if not hasattr(array, "num_chunks"):
        return array
    return array.chunk(0) if array.num_chunks == 1 else array.combine_chunks()


def as_arrow(column: Any) -> Any | None:  # noqa: ANN401
    """Return the column as one Arrow array of text or of bytes, missing values as null.

    None where it is neither, or mixed, or where pyarrow is not installed.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 - an optional dependency
    except ImportError:
        return None
    try:
        match _library(column):
            case "pyarrow":
                array = column
            case "pandas":
                array = pa.array(column, from_pandas=True)
            case "polars":
                array = column.to_arrow()
            case _:
                array = pa.array(column)
        array = _to_take_from(whole(array))
        if pa.types.is_dictionary(array.type):
            array = array.dictionary_decode()
        kind = _plain_type(array.type)
        return None if kind is None else _in_utf8(array.cast(kind))
    except (pa.ArrowException, UnicodeError, TypeError, ValueError, OverflowError):
        return None


def _in_utf8(array: Any) -> Any:  # noqa: ANN401
    """Return text as it is if its bytes are UTF-8, else as bytes: a file claims it, and Arrow believes."""
    import pyarrow as pa  # noqa: PLC0415 - it is there

    try:
        array.validate(full=True)
    except pa.ArrowInvalid:
        return array.cast(pa.binary())
    return array


def as_arrow_text(column: Any) -> Any | None:  # noqa: ANN401
    """Return the column as one Arrow array of text, bytes read as UTF-8. None where it is something else."""
    array = as_arrow(column)
    if array is None or str(array.type) == "string":
        return array
    import pyarrow as pa  # noqa: PLC0415 - it is there

    try:
        return array.cast(pa.string())
    except pa.ArrowInvalid:
        return None


def as_arrow_lists(column: Any) -> Any | None:  # noqa: ANN401
    """Return a column of which some rows are lists as one Arrow array of lists of text, a text as a list of one.

    None where no row is a list, where one holds something else than text, or where pyarrow is not installed.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 - an optional dependency
    except ImportError:
        return None
    try:
        array = _listed(pa, column)
        array, known = whole(array), pa.types
        is_list = (
            known.is_list(array.type) or known.is_large_list(array.type) or known.is_fixed_size_list(array.type)
        )
        return array.cast(pa.list_(pa.string())) if is_list else None
    except (pa.ArrowException, UnicodeError, TypeError, ValueError, OverflowError):
        return None


def _listed(pa: Any, column: Any) -> Any:  # noqa: ANN401
    match _library(column):
        case "pyarrow":
            return column
        case "polars":
            return column.to_arrow()
    rows = values(column)
    if not any(isinstance(row, (list, tuple)) for row in rows):
        return pa.array(rows[:0], pa.string())
    return pa.array([[row] if isinstance(row, str) else row for row in rows], pa.list_(pa.string()))


def like(column: Any, answers: Any) -> Any:  # noqa: ANN401
    """Return `answers`, a numpy array, as a column of the kind of `column`; anything unknown gives a list."""
    match _library(column):
        case "numpy":
            return answers
        case "pyarrow":
            return _arrow_like(column, answers)
        case "pandas":
            return type(column)(answers, index=column.index, name=column.name, dtype=bool)
        case "polars":
            return type(column)(column.name, answers)
    return answers.tolist()


def _arrow_like(column: Any, answers: Any) -> Any:  # noqa: ANN401
    import pyarrow as pa  # noqa: PLC0415

    whole = pa.array(answers, type=pa.bool_())
    if not isinstance(column, pa.ChunkedArray):
        return whole
    chunks, start = [], 0
    for chunk in column.chunks:
        chunks.append(whole.slice(start, len(chunk)))
        start += len(chunk)
    return pa.chunked_array(chunks, type=pa.bool_())


def _plain_type(kind: Any) -> Any | None:  # noqa: ANN401
    import pyarrow as pa  # noqa: PLC0415

    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_null(kind):
        return pa.string()
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return pa.binary()
    return pa.binary() if pa.types.is_binary_view(kind) else None


def _library(column: object) -> str:
    return type(column).__module__.partition(".")[0]
