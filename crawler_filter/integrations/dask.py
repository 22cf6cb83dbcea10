"""The filter for Dask frames.

kept = filter_frame(frame, optout, url="url")
"""

from typing import Any

from crawler_filter.filter import Filter
from crawler_filter.integrations.installed import installed

with installed("dask"):
    from crawler_filter.integrations.pandas import split

__all__ = ["filter_frame"]


def filter_frame(frame: Any, optout: Filter, *, removed: bool = False, **columns: Any) -> Any:
    """Return the rows that are kept, partition by partition; with `removed`, the others and why instead.

    `columns` are those of `Columns`. A partition that cannot be checked raises NotCheckedError: the job fails.
    """
    meta = split(frame._meta, optout, **columns)[int(removed)]  # noqa: SLF001 - what `meta=` is made from
    return frame.map_partitions(_half, optout, int(removed), columns, meta=meta)


def _half(part: Any, optout: Filter, half: int, columns: dict[str, Any]) -> Any:
    return split(part, optout, **columns)[half]
