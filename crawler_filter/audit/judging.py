"""What the filter says of a batch of rows: which are kept, and of each that is not, why.

"We are broken" is nobody's answer here: where the snapshot or the installation fails, the batch raises, and the
run stops with what it has done so far.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from crawler_filter.errors import FilterError
from crawler_filter.filter import Filter
from crawler_filter.reason import OURS

if TYPE_CHECKING:
    import pyarrow as pa

ABOUT: Final = ("reason", "rule", "source", "declaration", "locator")
"""What is said of a removed row; in outputs each with `optout_` before it."""

Bools = npt.NDArray[np.bool_]


class BrokenError(FilterError):
    """The snapshot or the installation fails, so that nothing can be said of any asset."""


@dataclass(frozen=True, slots=True)
class Judged:
    """`keep` for each row; `removed` has a row for each that is not kept: its number `row`, and `ABOUT`."""

    keep: Bools
    removed: "pa.Table"

    @property
    def rows(self) -> int:
        """How many rows were judged."""
        return len(self.keep)


def judge(optout: Filter, columns: "Mapping[str, pa.Array]") -> Judged:
    """Judge rows that are given by columns of equal length, by role. A row of nulls alone could not be read.

    Raises:
        BrokenError: the snapshot or the installation fails.
    """
    removed = optout.explain_rows(**_arguments(columns))
    for reason in removed.column("reason").unique().to_pylist():
        if reason in OURS:
            raise BrokenError(_why(removed, reason))
    keep = np.ones(length_of(columns), dtype=np.bool_)
    keep[removed.column("row").to_numpy()] = False
    return Judged(keep, removed)


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
