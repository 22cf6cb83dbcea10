"""A pipeline of NeMo Curator with the stage, run by its own executor on Ray."""

import time
from pathlib import Path
from typing import Any

import pytest

from crawler_filter.errors import NotCheckedError
from tests.crawler_filter.integrations.tools import opened, pa, ray_started, table, with_python

pytest.importorskip("nemo_curator", reason="NeMo Curator is not installed: pip install --no-deps nemo-curator")
pytestmark = pytest.mark.filterwarnings("ignore")  # of what other tools leave open


def batch(rows: Any, kind: type) -> Any:
    from nemo_curator.tasks import DocumentBatch

    return DocumentBatch("rows", rows if kind is pa.Table else rows.to_pandas())


@pytest.mark.parametrize("kind", ["arrow", "pandas"])
def test_a_batch_comes_back_in_its_kind_without_what_is_reserved(synced: Path, kind: str) -> None:
    from crawler_filter.integrations.nemo_curator import OptOutStage

    rows, given = table(500), pa.Table if kind == "arrow" else object
    task = batch(rows, given)
    kept = OptOutStage(opened(synced), sha1="sha1").process(task)
    removed = OptOutStage(opened(synced), removed=True, sha1="sha1").process(task)
    assert type(kept.data) is type(task.data)
    expected = with_python(opened(synced), rows, synced)
    told = removed.to_pyarrow()
    assert dict(zip(told["id"].to_pylist(), told["optout_reason"].to_pylist(), strict=True)) == expected
    assert set(kept.to_pyarrow()["id"].to_pylist()) == set(range(500)) - expected.keys()
    assert (kept.dataset_name, kept._metadata) == (task.dataset_name, task._metadata)


def test_a_snapshot_that_is_too_old_fails_at_the_start_of_a_node_and_in_mid_run(synced: Path) -> None:
    from crawler_filter.integrations.nemo_curator import OptOutStage

    stage = OptOutStage(opened(synced, clock=lambda: time.time() + 8 * 86_400))
    with pytest.raises(NotCheckedError, match="days old"):
        stage.setup_on_node()
    with pytest.raises(NotCheckedError, match="days old"):
        stage.process(batch(table(10), pa.Table))


@pytest.mark.slow  # `.ci/run` runs it
def test_a_pipeline_on_ray_keeps_what_python_keeps(synced: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from nemo_curator.backends.ray_data import RayDataExecutor
    from nemo_curator.pipeline import Pipeline

    from crawler_filter.integrations.nemo_curator import OptOutStage

    monkeypatch.setenv("RAY_ADDRESS", ray_started().get_runtime_context().gcs_address)
    rows = table(2_000)
    batches = [batch(rows.slice(start, 500), pa.Table) for start in range(0, 2_000, 500)]
    pipeline = Pipeline("optout", stages=[OptOutStage(opened(synced), sha1="sha1")])
    done = pipeline.run(RayDataExecutor(), initial_tasks=batches)
    kept = {number for each in done for number in each.to_pyarrow()["id"].to_pylist()}
    assert kept == set(range(2_000)) - with_python(opened(synced), rows, synced).keys()
