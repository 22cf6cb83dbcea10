"""Refuses columns whose type can hold no address and no digest, before each of their rows fails by itself.

A row that is no address is about that row. A column of numbers was named by mistake: to drop all of its rows would
be an answer about none of them.
"""

from typing import Any, Final

LISTED: Final = frozenset({"found_on", "fingerprints"})
"""Columns whose rows may be lists."""


def require_texts(name: str, column: Any) -> None:  # noqa: ANN401 - any library's column
    """Raise TypeError where a column has values, and its type says that none of them is a text or bytes."""
    try:
        import pyarrow as pa  # noqa: PLC0415 - an optional dependency
    except ImportError:
        return
    kind = _type_of(pa, column)
    if kind is None or _may_be_text(pa, kind, lists=name in LISTED) or not _has_values(column):
        return
    raise TypeError(f"the column of {name} holds {kind}, which is no text: name the column that holds it")


def storage(kind: Any) -> Any:  # noqa: ANN401 - an Arrow type
    """Return the type by which Arrow keeps the values of another: of a dictionary, of runs, of an extension."""
    import pyarrow as pa  # noqa: PLC0415 - it is there

    if pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind):
        return storage(kind.value_type)
    return storage(kind.storage_type) if isinstance(kind, pa.BaseExtensionType) else kind


def _type_of(pa: Any, column: Any) -> Any | None:  # noqa: ANN401
    """Return the Arrow type of a column; None where each of its rows has a type of its own."""
    match type(column).__module__.partition(".")[0]:
        case "pyarrow":
            return column.type
        case "polars":
            return None if str(column.dtype) == "Object" else column.head(0).to_arrow().type
        case "pandas":
            return pa.array(column.iloc[:0]).type
        case "numpy":
            return pa.array(column[:0]).type
    return None


def _may_be_text(pa: Any, kind: Any, *, lists: bool) -> bool:  # noqa: ANN401
    kind, known = storage(kind), pa.types
    listed = (
        known.is_list,
        known.is_large_list,
        known.is_fixed_size_list,
        known.is_list_view,
        known.is_large_list_view,
    )
    if any(is_kind(kind) for is_kind in listed):
        return lists and _may_be_text(pa, kind.value_type, lists=False)
    texts = (known.is_string, known.is_large_string, known.is_string_view, known.is_null)
    raw = (known.is_binary, known.is_large_binary, known.is_binary_view, known.is_fixed_size_binary)
    return any(is_kind(kind) for is_kind in texts + raw)


def _has_values(column: Any) -> bool:  # noqa: ANN401
    """Tell whether any row has a value; a column without any is of numbers in pandas and numpy."""
    if hasattr(column, "null_count"):
        count = column.null_count
        return bool((count() if callable(count) else count) < len(column))
    return any(value is not None and value == value for value in column.tolist())  # noqa: PLR0124 - NaN is missing
