"""The filter for Polars: an expression for lazy and streaming queries, and `split` for both halves.

scanned.filter(keep(optout, "url", sha1="content_digest"))
"""

from typing import Any

from crawler_filter.filter import Filter
from crawler_filter.integrations.installed import installed
from crawler_filter.integrations.summary import Summary

with installed("polars"):
    import polars as pl

    from crawler_filter.integrations.rows import Columns, judge
    from crawler_filter.integrations.rows import reasons as reasons_of

__all__ = ["keep", "reason", "split"]


def keep(optout: Filter, url: str | None = "url", *, summary: Summary | None = None, **columns: Any) -> pl.Expr:
    """Return an expression that is True for the rows to keep; a missing address is not kept.

    `columns` are those of `Columns`. The query raises NotCheckedError's message where nothing can be checked.
    With a `summary` every row is judged once, and counted: then the columns are in memory as a whole.
    """
    named = Columns(url, **columns).named()

    def mask(rows: pl.Series) -> pl.Series:
        given = {argument: rows.struct.field(name) for argument, name in named.items()}
        return pl.Series("keep", judge(optout, given, summary).keep, dtype=pl.Boolean)

    return _over(named, mask, pl.Boolean, each_row_once=summary is not None)


def reason(optout: Filter, url: str | None = "url", **columns: Any) -> pl.Expr:
    """Return an expression that says in one word why each row is kept or not."""
    named = Columns(url, **columns).named()

    def words(rows: pl.Series) -> pl.Series:
        given = {argument: rows.struct.field(name) for argument, name in named.items()}
        return pl.Series("reason", reasons_of(optout, given), dtype=pl.String)

    return _over(named, words, pl.String)


def split(
    frame: pl.DataFrame, optout: Filter, *, summary: Summary | None = None, **columns: Any
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows that are kept, and the removed ones with the columns that say why.

    Raises NotCheckedError where nothing can be checked, and TypeError for what is no frame in memory.
    """
    if not isinstance(frame, pl.DataFrame):
        raise TypeError(f"split takes a DataFrame, got {type(frame).__name__}: collect() it, or filter by keep()")
    judged = judge(optout, Columns(**columns).of(frame.get_column), summary)
    why = pl.DataFrame(judged.removed)
    removed = pl.concat([frame[why["row"]], why.drop("row")], how="horizontal")
    return frame.filter(pl.Series(judged.keep, dtype=pl.Boolean)), removed


def _over(named: dict[str, str], function: Any, kind: Any, *, each_row_once: bool = False) -> pl.Expr:
    """Return the expression. Of one element by element, Polars asks about statistics and distinct values alone."""
    return pl.struct(list(dict.fromkeys(named.values()))).map_batches(
        function, return_dtype=kind, is_elementwise=not each_row_once
    )
