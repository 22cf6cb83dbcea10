"""Which rows of columns are not kept and why, as a table that says for each what a decision says.

Rows that share a decision share its reasons, so each is put in words once. Only rows that are not kept are
visited, unless all are asked for.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from crawler_filter.checks import columns
from crawler_filter.checks.judge import Judge
from crawler_filter.checks.mask import Group, groups
from crawler_filter.decision import Decision
from crawler_filter.errors import MissingExtraError
from crawler_filter.finding import Unavailable

if TYPE_CHECKING:
    import pyarrow as pa

Rows = npt.NDArray[np.int64]


def explain_rows(
    judge: Judge,
    given: Mapping[str, Any],
    length: int,
    rows: Any = None,  # noqa: ANN401 - any library's column
    *,
    all_rows: bool = False,
) -> "pa.Table":
    """Return one row for each that would not be kept, or for each that there is.

    `given` and `length` are as `mask.keep_rows` takes them. `rows` are the numbers of those to look at, or a
    column that is True for them. Raises MissingExtraError without pyarrow.
    """
    chosen = _numbers(rows, length)
    if chosen is not None:
        given, length = {name: columns.pick(column, chosen) for name, column in given.items()}, len(chosen)
    told = _Told(all_rows=all_rows)
    silent = np.ones(length, dtype=np.bool_)
    for group in groups(judge, given, length):
        silent[group.rows] = False
        told.add(group)
    if all_rows or not judge.silent.would_keep:
        told.add(Group.of_one(judge.silent, np.flatnonzero(silent)))
    return told.table(chosen)


def _numbers(rows: Any, length: int) -> Rows | None:  # noqa: ANN401
    if rows is None:
        return None
    numbers = np.array(columns.values(rows))
    if numbers.dtype == np.bool_:
        if len(numbers) != length:
            raise ValueError(f"expected {length} rows in each column, got {len(numbers)} of rows")
        return np.flatnonzero(numbers)
    return numbers.astype(np.int64)


class _Told:
    """The decisions reported so far, and which of them each row has."""

    def __init__(self, *, all_rows: bool) -> None:
        self._all = all_rows
        self._words: list[tuple[object, ...]] = []
        self._rows: list[Rows] = []
        self._places: list[Rows] = []

    def add(self, group: Group) -> None:
        """Add the decisions of a group to what is reported."""
        wanted = np.array([self._all or not each.would_keep for each in group.decisions], dtype=np.bool_)
        places = np.cumsum(wanted) - 1 + len(self._words)
        self._words += [_words(each) for each in group.decisions if self._all or not each.would_keep]
        among = wanted[group.of_row]
        self._rows.append(group.rows[among])
        self._places.append(places[group.of_row][among])

    def table(self, chosen: Rows | None) -> "pa.Table":
        """Return the table, in the order of the rows; `chosen` are their numbers, where only some were given."""
        pa = _pyarrow()
        rows = np.concatenate([np.zeros(0, dtype=np.int64), *self._rows])
        order = np.argsort(rows, kind="stable")
        places = np.concatenate([np.zeros(0, dtype=np.int64), *self._places])[order]
        rows = rows[order] if chosen is None else chosen[rows[order]]
        told = list(zip(*self._words, strict=True)) or [()] * len(_COLUMNS)
        made = {"row": pa.array(rows)}
        for (name, kind), column in zip(_COLUMNS.items(), told, strict=True):
            array = pa.array(column, _KINDS.get(kind, "string"))
            array = array.dictionary_encode() if kind is dict else array
            made[name] = array.take(pa.array(places))
        return pa.table(made)


_COLUMNS: Final = {
    "keep": bool,
    "reason": dict,
    "rule": str,
    "source": dict,
    "declaration": str,
    "locator": str,
    "sequence": int,
}
"""What is told of each row, and what kind of column it is: `dict` is text of which there are few."""

_KINDS: Final = {bool: "bool", int: "int64"}


def _words(decision: Decision) -> tuple[object, ...]:
    cause, snapshot = decision.cause, decision.snapshot
    told, sequence = (decision.keep, decision.reason.value), snapshot.sequence if snapshot else None
    if cause is None:
        return *told, None, None, None, None, sequence
    if isinstance(cause, Unavailable):
        return *told, cause.reason, cause.source.value, None, None, sequence
    source = cause.origin or cause.source.value
    return *told, cause.rule, source, cause.declaration, cause.locator, sequence


def _pyarrow() -> Any:  # noqa: ANN401
    try:
        import pyarrow as pa  # noqa: PLC0415 - an optional dependency
    except ImportError as error:
        raise MissingExtraError(
            "explain_rows answers with an Arrow table: install training-optout[arrow]"
        ) from error
    return pa
