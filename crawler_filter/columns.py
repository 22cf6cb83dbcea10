"""Columns of any library in, a column of the same library and length out.

Lists, numpy arrays, pyarrow arrays, pandas and polars series are told apart by where their class comes from: none
of these libraries is loaded for somebody who does not use it.
"""

from collections.abc import Iterable, Sequence
from typing import Any


def values(column: Any) -> list[object]:  # noqa: ANN401 - any library's column
    """Return the column's values as Python objects; missing ones are None."""
    if _library(column) == "pyarrow":
        return list(column.to_pylist())
    if _library(column) == "pandas":
        return [None if value is not None and value != value else value for value in column.tolist()]  # noqa: PLR0124
    return list(column.tolist() if hasattr(column, "tolist") else column)


def like(column: Any, answers: Sequence[bool]) -> Any:  # noqa: ANN401 - any library's column
    """Return `answers` as a column of the kind of `column`; anything unknown gives a list."""
    match _library(column):
        case "numpy":
            import numpy as np  # noqa: PLC0415

            return np.array(answers, dtype=bool)
        case "pyarrow":
            import pyarrow as pa  # noqa: PLC0415

            return pa.array(answers, type=pa.bool_())
        case "pandas":
            return type(column)(answers, index=column.index, dtype=bool)
        case "polars":
            return type(column)(answers)
    return list(answers)


def rows(columns: Iterable[Any | None], length: int) -> Iterable[tuple[object, ...]]:
    """Yield the rows of parallel columns, None for a column that is absent. Raises ValueError on other lengths."""
    lists = [[None] * length if column is None else values(column) for column in columns]
    if any(len(column) != length for column in lists):
        raise ValueError(f"expected columns of {length} rows, got {[len(column) for column in lists]}")
    return zip(*lists, strict=True)


def _library(column: object) -> str:
    return type(column).__module__.partition(".")[0]
