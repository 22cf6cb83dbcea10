"""What the filter says of a batch of rows: which are kept, and of each that is not, why.

"We are broken" is nobody's answer here: where the snapshot or the installation fails, the batch raises, and the
run stops with what it has done so far.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from crawler_filter.decision import SnapshotId
from crawler_filter.errors import DataError, FilterError
from crawler_filter.filter import Filter
from crawler_filter.reason import OURS

if TYPE_CHECKING:
    import pyarrow as pa

ABOUT: Final = ("reason", "rule", "source", "declaration", "locator")
"""What is said of a removed row; in outputs each with `optout_` before it."""

Bools = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]


def _no_rows() -> Rows:
    return np.zeros(0, dtype=np.int64)


class BrokenError(FilterError):
    """The snapshot or the installation fails, so that nothing can be said of any asset."""


@dataclass(frozen=True, slots=True)
class Judged:
    """`keep` for each row; `removed` has a row for each that is not kept: its number `row`, and `ABOUT`.

    `released` are rows, by their numbers, that an older snapshot did not keep.
    """

    keep: Bools
    removed: "pa.Table"
    released: Rows = field(default_factory=_no_rows)

    @property
    def rows(self) -> int:
        """Count the rows that were judged."""
        return len(self.keep)


class Judging(Protocol):
    """Judges rows that are given by columns of equal length, by role. A row of nulls alone could not be read."""

    def snapshots(self) -> Sequence[SnapshotId]:
        """Return the states that it answers from. Raises BrokenError where none can be used."""

    def judge(self, columns: "Mapping[str, pa.Array]") -> Judged:
        """Judge rows. Raises BrokenError where the snapshot or the installation fails."""


@dataclass(frozen=True, slots=True)
class WholeJudging:
    """Judges every row by what is reserved now."""

    optout: Filter

    def snapshots(self) -> Sequence[SnapshotId]:
        """Return the states that the filter answers from. Raises BrokenError where none can be used."""
        decision = self.optout.check("https://example.com/")
        if decision.retry or not self.optout.snapshots:
            raise BrokenError(decision.summary())
        return self.optout.snapshots

    def judge(self, columns: "Mapping[str, pa.Array]") -> Judged:
        """Judge rows. Raises BrokenError where the snapshot or the installation fails."""
        return _judged(length_of(columns), _not_kept(self.optout, columns))


@dataclass(frozen=True, slots=True)
class ChangeJudging:
    """Judges what became reserved between two snapshots, and looks only at rows that `changed` covers."""

    changed: Filter
    old: Filter
    new: Filter

    def snapshots(self) -> Sequence[SnapshotId]:
        """Return the older and the newer state. Raises BrokenError where the newer one cannot be used."""
        return [*self.old.snapshots, *WholeJudging(self.new).snapshots()]

    def judge(self, columns: "Mapping[str, pa.Array]") -> Judged:
        """Judge rows: not kept is what the newer snapshot alone does not keep."""
        import pyarrow as pa  # noqa: PLC0415 - an optional dependency
        import pyarrow.compute as pc  # noqa: PLC0415

        touched = self.changed.explain_rows(**_arguments(columns)).column("row").to_numpy()
        before, after = (_not_kept(each, columns, touched) for each in (self.old, self.new))
        is_new = pc.invert(pc.is_in(after.column("row"), before.column("row").combine_chunks()))
        gone = pc.invert(pc.is_in(before.column("row"), after.column("row").combine_chunks()))
        judged = _judged(length_of(columns), after.filter(is_new))
        return replace(judged, released=pa.chunked_array(before.column("row")).filter(gone).to_numpy())


def _judged(length: int, removed: "pa.Table") -> Judged:
    keep = np.ones(length, dtype=np.bool_)
    keep[removed.column("row").to_numpy()] = False
    return Judged(keep, removed)


def _not_kept(optout: Filter, columns: "Mapping[str, pa.Array]", rows: Rows | None = None) -> "pa.Table":
    try:
        removed = optout.explain_rows(**_arguments(columns), rows=rows)
    except TypeError as error:  # of columns that were named by mistake
        raise DataError(str(error)) from error
    for reason in removed.column("reason").unique().to_pylist():
        if reason in OURS:
            raise BrokenError(_why(removed, reason))
    return removed


def length_of(columns: "Mapping[str, pa.Array]") -> int:
    """Return how many rows columns have."""
    return len(next(iter(columns.values())))


def _arguments(columns: "Mapping[str, pa.Array]") -> dict[str, Any]:
    given: dict[str, Any] = {"urls" if role == "url" else role: column for role, column in columns.items()}
    if (hashes := given.pop("pdq", None)) is not None:
        given["fingerprints"] = [value and [f"pdq:{value}"] for value in hashes.to_pylist()]
    return given


def _why(removed: "pa.Table", reason: str) -> str:
    row = removed.column("reason").to_pylist().index(reason)
    said = removed.column("rule")[row].as_py() or reason
    return f"stopped, because nothing can be checked on this machine: {said}. What was done is kept"
