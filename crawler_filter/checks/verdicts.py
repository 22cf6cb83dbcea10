"""What looking at whole columns says of a row, before any row is looked at by itself."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from crawler_filter.checks import columns
from crawler_filter.snapshot.reader import Snapshot

SILENT: Final = 0
"""Nobody declared anything about it."""
BY_HOST: Final = 1
"""It is as every row of the same host is."""
BY_ROW: Final = 2
"""It must be checked by itself."""

Bools = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]
Verdicts = npt.NDArray[np.uint8]


def declared(snapshot: Snapshot, table: str, halves: npt.NDArray[Any]) -> Bools:
    """Return which keys a table may hold, by their first halves. Sorting lets neighbours read the same pages."""
    result = np.zeros(len(halves), dtype=np.bool_)
    order = np.argsort(halves)
    sought = halves[order].astype(np.uint64)
    for column in snapshot.all_first_halves(table):
        known = np.frombuffer(column, dtype=np.uint64)
        if len(known):
            at = np.minimum(np.searchsorted(known, sought), len(known) - 1)
            result[order] |= known[at] == sought
    return result


def unreadable(column: Any, *, required: bool) -> Verdicts:  # noqa: ANN401 - any library's column
    """Mark every value to be checked by itself. A missing value needs no check unless it is `required`."""
    given = [required or value is not None for value in columns.values(column)]
    return np.where(np.array(given, dtype=np.bool_), BY_ROW, SILENT).astype(np.uint8)
