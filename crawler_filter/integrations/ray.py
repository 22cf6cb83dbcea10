"""The filter for Ray Data: a function for `map_batches`.

    kept = dataset.map_batches(OptOutBatch(optout), batch_format="pyarrow")

The snapshot is mapped into memory by every worker of a machine, from the folder that the filter was opened with:
sync it on each node, or use a shared folder.
"""

from typing import Any

from crawler_filter.filter import Filter
from crawler_filter.integrations.installed import installed

with installed("ray"):
    from crawler_filter.integrations.rows import Columns, judge, with_reasons

__all__ = ["OptOutBatch"]


class OptOutBatch:
    """Takes an Arrow table and returns the rows that are kept; with `removed`, the others and why instead.

    `columns` are those of `Columns`. A batch that cannot be checked raises NotCheckedError, which fails the job.
    """

    def __init__(self, optout: Filter, *, removed: bool = False, **columns: Any) -> None:
        self._optout = optout
        self._removed = removed
        self._columns = Columns(**columns)

    def __call__(self, table: Any) -> Any:
        """Judge one batch."""
        judged = judge(self._optout, self._columns.of(table.column))
        return with_reasons(table, judged.removed) if self._removed else table.filter(judged.keep)
