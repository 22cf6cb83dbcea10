"""The filter for pandas: `frame.optout.keep(...)` for a column of booleans, `split` for both halves.

import crawler_filter.integrations.pandas

kept, removed = frame.optout.split(optout)
"""

from typing import Any

from crawler_filter.filter import Filter
from crawler_filter.integrations.installed import installed
from crawler_filter.integrations.summary import Summary

with installed("pandas"):
    import pandas as pd

    from crawler_filter.integrations.rows import Columns, judge

__all__ = ["OptOutAccessor", "split"]


def split(
    frame: pd.DataFrame, optout: Filter, *, summary: Summary | None = None, **columns: Any
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows that are kept, and the removed ones with the columns that say why.

    `columns` are those of `Columns`: `url="url"`, `found_on`, `sha256`, `sha1`, `md5`. In audit mode every row is
    kept, and the removed ones are those that enforcing would remove. Raises NotCheckedError, KeyError for no
    column.
    """
    judged = judge(optout, Columns(**columns).of(frame.__getitem__), summary)
    why = judged.removed.to_pandas()
    removed = frame.iloc[why.pop("row")]
    why.index = removed.index
    return frame[judged.keep.to_numpy(zero_copy_only=False)], pd.concat([removed, why], axis=1)


@pd.api.extensions.register_dataframe_accessor("optout")
class OptOutAccessor:
    """The accessor `frame.optout` that frames have once this module is imported."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

    def keep(self, optout: Filter, **columns: Any) -> "pd.Series[bool]":
        """Return for each row whether to keep it. Raises as `split` does."""
        judged = judge(optout, Columns(**columns).of(self._frame.__getitem__))
        return pd.Series(judged.keep.to_numpy(zero_copy_only=False), index=self._frame.index, name="keep")

    def split(self, optout: Filter, **columns: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return `split` of this frame."""
        return split(self._frame, optout, **columns)
