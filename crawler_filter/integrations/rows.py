"""Judges the rows of a table's columns in bulk: which to keep, and the removed ones with their columns.

What every table tool's integration is made of. A batch that could not be checked, because the snapshot is too old
or the installation lacks something, raises NotCheckedError: it is neither kept nor removed.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from crawler_filter.errors import NotCheckedError
from crawler_filter.filter import Filter
from crawler_filter.integrations.installed import installed
from crawler_filter.integrations.removed import COLUMNS
from crawler_filter.integrations.summary import Summary
from crawler_filter.reason import OURS, Reason

with installed("arrow"):
    import pyarrow as pa
    import pyarrow.compute as pc


_LOOKED_AT: Final = 10
"""Rows of a batch of which one must be readable, or else the columns were perhaps named by mistake."""


class UnreadColumnWarning(UserWarning):
    """Every row of a batch was dropped because it could not be read: perhaps another column was meant."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The meaning of a table's columns. `found_on` holds one address or a list of them a row."""

    url: str | None = "url"
    found_on: str | None = None
    sha256: str | None = None
    sha1: str | None = None
    md5: str | None = None

    def named(self) -> dict[str, str]:
        """Return the columns' names by the arguments of `Filter.mask`. Raises ValueError where none is named."""
        every = {"urls": self.url, "found_on": self.found_on, "sha256": self.sha256, "sha1": self.sha1}
        named = {argument: column for argument, column in (every | {"md5": self.md5}).items() if column}
        if not named:
            raise ValueError("name at least one column")
        return named

    def of(self, column: Callable[[str], Any]) -> dict[str, Any]:
        """Return the columns by the arguments of `Filter.mask`; `column` gets one of the table by name."""
        return {argument: column(name) for argument, name in self.named().items()}


@dataclass(frozen=True, slots=True)
class Judged:
    """The rows of one table: a boolean Arrow array that is True for what to keep, and the removed rows.

    `removed` has `row`, the row's number, and the columns of `removed.COLUMNS`. In audit mode everything is kept,
    and `removed` has what enforcing would remove.
    """

    keep: Any
    removed: Any


def judge(optout: Filter, given: dict[str, Any], summary: Summary | None = None) -> Judged:
    """Judge rows given as columns by the arguments of `Filter.mask`, and count them in `summary`.

    Raises NotCheckedError where the snapshot or the installation failed, and MissingExtraError without pyarrow.
    """
    told = optout.explain_rows(**given)
    length = len(next(iter(given.values())))
    excluded = told.filter(pc.invert(told["keep"]))
    _require_checked(excluded)
    _tell_if_none_was_read(excluded, length)
    keep = _all_but(excluded["row"], length)
    removed = _renamed(told)
    if summary is not None:
        _count(summary, removed, given, length)
    return Judged(keep, removed)


def reasons(optout: Filter, given: dict[str, Any]) -> Any:
    """Return the reason of each row as an Arrow array of text. Raises as `judge` does."""
    told = optout.explain_rows(**given, all=True)
    _require_checked(told.filter(pc.invert(told["keep"])))
    return told["reason"].combine_chunks().cast(pa.string())


def with_reasons(table: Any, removed: Any) -> Any:
    """Return the removed rows of an Arrow table with the columns that say why."""
    rows = table.take(removed["row"])
    for name in COLUMNS:
        rows = rows.append_column(name, removed[name])
    return rows


def _all_but(rows: Any, length: int) -> Any:
    import numpy as np  # noqa: PLC0415 - the bulk path has loaded it

    keep = np.ones(length, dtype=np.bool_)
    keep[rows.to_numpy()] = False
    return pa.array(keep, pa.bool_())


def _require_checked(excluded: Any) -> None:
    ours = pc.is_in(excluded["reason"].cast(pa.string()), pa.array([reason.value for reason in OURS]))
    if pc.any(ours).as_py():
        raise NotCheckedError(str(excluded.filter(ours)["rule"][0].as_py()))


def _tell_if_none_was_read(excluded: Any, length: int) -> None:
    """Warn, once a place, where every row of a batch is dropped because it could not be read."""
    unread = pc.equal(excluded["reason"].cast(pa.string()), Reason.UNCHECKED_ASSET.value)
    if length >= _LOOKED_AT and pc.sum(unread).as_py() == length:
        warnings.warn(
            "no row of a batch could be read, so none is kept: name the columns with url=, sha256= and the like,"
            " and make addresses whole (https://…). Of the first row: "
            + str(excluded["rule"][0].as_py()).partition(", got")[0],
            UnreadColumnWarning,
            stacklevel=4,
        )


def _renamed(told: Any) -> Any:
    names = {column.removeprefix("optout_"): column for column in COLUMNS}
    columns = [told["row"], *(_plain(told[name]) for name in names)]
    return pa.table(columns, names=["row", *names.values()])


def _plain(column: Any) -> Any:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def _count(summary: Summary, removed: Any, given: dict[str, Any], length: int) -> None:
    summary.checked += length
    if not removed.num_rows:
        return
    from crawler_filter.checks.columns import pick  # noqa: PLC0415 - loads numpy

    urls = pick(given["urls"], removed["row"].to_numpy()) if "urls" in given else [None] * removed.num_rows
    for row, url in zip(removed.to_pylist(), urls, strict=True):
        summary.add_excluded(row, url)
