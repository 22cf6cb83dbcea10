"""The filter for Hugging Face datasets.

    kept, summary = filter_dataset(dataset, optout, url="url")

or, in a pipeline of your own, `dataset.filter(Keep(optout), batched=True, input_columns="url")`.
"""

from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any, Final

from crawler_filter.filter import Filter
from crawler_filter.integrations.installed import installed
from crawler_filter.integrations.removed import COLUMNS, require_new
from crawler_filter.integrations.summary import Summary
from crawler_filter.sync import durable

with installed("datasets"):
    from datasets import Dataset, DatasetDict, IterableDataset, IterableDatasetDict

    from crawler_filter.integrations.rows import Columns, judge

__all__ = ["Keep", "filter_dataset"]

_ROWS: Final = 10_000


class Keep:
    """The function that `filter(…, batched=True)` takes. It returns True for the rows to keep.

    With `input_columns=keep.input_columns` the other columns are not read. It pickles with the snapshot's
    identity, so cached results are those of the snapshot in force.
    """

    def __init__(self, optout: Filter, *, summary: Summary | None = None, **columns: Any) -> None:
        self._optout = optout
        self._columns = Columns(**columns)
        self._summary = summary

    @property
    def input_columns(self) -> list[str]:
        """The columns to ask for."""
        return list(dict.fromkeys(self._columns.named().values()))

    def __call__(self, *given: Any) -> list[bool]:
        """Judge one batch: the columns that were asked for, or all by their names. Raises NotCheckedError."""
        whole = len(given) == 1 and isinstance(given[0], Mapping)
        by_name = given[0] if whole else dict(zip(self.input_columns, given, strict=True))
        if any(isinstance(by_name[name], str) for name in self.input_columns):
            raise TypeError("whole batches are judged: give filter batched=True")
        keep: list[bool] = judge(
            self._optout, self._columns.of(by_name.__getitem__), self._summary
        ).keep.to_pylist()
        return keep

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return _keep, (self._optout, self._columns, self._optout.snapshots)


def filter_dataset(
    dataset: Any, optout: Filter, *, removed_to: str | Path | None = None, **columns: Any
) -> tuple[Any, Summary]:
    """Return the data set without what is not kept, in the same kind, and the summary.

    Of an iterable data set the summary fills while it is iterated. `removed_to` names a Parquet file for the
    removed rows' columns, with each row's number in `row`, and of a dictionary its part in `split`. Raises
    NotCheckedError where nothing can be checked, ValueError for `removed_to` of an iterable data set, and
    FileExistsError where it is there already: what another run has told is not lost.
    """
    summary = Summary.of(optout.policy)
    parts = dataset if isinstance(dataset, (DatasetDict, IterableDatasetDict)) else {None: dataset}
    if removed_to is not None and any(isinstance(part, IterableDataset) for part in parts.values()):
        raise ValueError(
            "an iterable data set is judged while it is read, so removed_to= can name no file: keep the reasons of"
            " Filter.explain_rows, or judge a data set that is loaded"
        )
    if removed_to is not None:
        require_new(removed_to)
    removed: list[Any] = []
    kept = {name: _part(part, optout, summary, removed, name, **columns) for name, part in parts.items()}
    if removed_to is not None:
        _write(removed, removed_to)
    return (kept[None] if None in kept else type(dataset)(kept)), summary


def _part(
    dataset: Any, optout: Filter, summary: Summary, removed: list[Any], split: str | None, **columns: Any
) -> Any:
    if isinstance(dataset, IterableDataset):
        keep = Keep(optout, summary=summary, **columns)
        return dataset.filter(keep, batched=True, batch_size=_ROWS, input_columns=keep.input_columns)
    return _filtered(dataset, optout, Columns(**columns), summary, removed, split)


def _filtered(
    dataset: Dataset, optout: Filter, columns: Columns, summary: Summary, removed: list[Any], split: str | None
) -> Dataset:
    import pyarrow as pa  # noqa: PLC0415 - datasets brings it
    import pyarrow.compute as pc  # noqa: PLC0415

    names = list(dict.fromkeys(columns.named().values()))
    kept: list[int] = []
    batches = dataset.select_columns(names).with_format("arrow").iter(batch_size=_ROWS)
    for start, batch in zip(count(step=_ROWS), batches, strict=False):
        judged = judge(optout, columns.of(batch.column), summary)
        kept.extend(pc.add(pc.indices_nonzero(judged.keep), start).to_pylist())
        rows = judged.removed.set_column(0, "row", pc.add(judged.removed["row"], start))
        if split is not None:
            rows = rows.append_column("split", pa.array([split] * rows.num_rows, pa.string()))
        removed.append(rows)
    return dataset.select(kept)


def _write(removed: list[Any], path: str | Path) -> None:
    import pyarrow as pa  # noqa: PLC0415 - datasets brings it
    import pyarrow.parquet as pq  # noqa: PLC0415

    none = [pa.table({"row": pa.array([], pa.int64()), **dict.fromkeys(COLUMNS, pa.array([], pa.string()))})]
    with durable.replacing(Path(path)) as file:
        pq.write_table(pa.concat_tables(removed or none), file)


def _keep(optout: Filter, columns: Columns, _snapshots: object) -> Keep:
    keep = Keep(optout)
    keep._columns = columns  # noqa: SLF001 - its own
    return keep
