"""The filter as a stage of NeMo Curator.

    pipeline.add_stage(OptOutStage(optout))

Put it right behind the reader. It takes batches of documents whose columns say where each comes from, as Arrow
tables or pandas frames, and gives them back in the same kind.
"""

from typing import Any

from crawler_filter.filter import Filter
from crawler_filter.integrations.gate import require_checked
from crawler_filter.integrations.installed import installed

with installed("arrow", of="NeMo Curator"):
    from nemo_curator.stages.base import ProcessingStage
    from nemo_curator.tasks import DocumentBatch

    from crawler_filter.integrations.rows import Columns, judge, with_reasons

__all__ = ["OptOutStage"]

_PROBE = "https://example.invalid/"


class OptOutStage(ProcessingStage):  # type: ignore[misc]
    """Keeps the documents that the policy keeps; with `removed`, the others and why instead.

    `columns` are those of `Columns`. The snapshot is mapped into memory by every worker of a node, from the folder
    that the filter was opened with. A batch that cannot be checked raises NotCheckedError: the pipeline fails.
    """

    name = "optout"

    def __init__(self, optout: Filter, *, removed: bool = False, **columns: Any) -> None:
        super().__init__()
        self._optout = optout
        self._removed = removed
        self._columns = Columns(**columns)

    def inputs(self) -> tuple[list[str], list[str]]:
        """Name the columns that a batch must have."""
        return ["data"], list(dict.fromkeys(self._columns.named().values()))

    def outputs(self) -> tuple[list[str], list[str]]:
        """Name the columns that are left as they are."""
        return self.inputs()

    def setup_on_node(self, node_info: Any = None, worker_metadata: Any = None) -> None:  # noqa: ARG002 - Curator's face
        """Fail at once on a node without a snapshot that can answer. Raises NotCheckedError."""
        require_checked(self._optout.check(_PROBE))

    def process(self, task: DocumentBatch) -> DocumentBatch:
        """Judge one batch. Raises NotCheckedError."""
        table = task.to_pyarrow()
        judged = judge(self._optout, self._columns.of(table.column))
        rows = with_reasons(table, judged.removed) if self._removed else table.filter(judged.keep)
        batch = DocumentBatch(task.dataset_name, rows, _stage_perf=task._stage_perf, _metadata=task._metadata)  # noqa: SLF001
        if not isinstance(task.data, type(table)):
            batch.data = batch.to_pandas()
        return batch
