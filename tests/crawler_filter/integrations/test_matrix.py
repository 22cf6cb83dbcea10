"""One table through every tool: the same rows are kept, and the others removed for the same reasons."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from crawler_filter import Mode
from tests.crawler_filter.integrations.tools import (
    ENFORCING,
    ENGINES,
    TOOLS,
    Answers,
    as_warc_has_it,
    opened,
    pa,
    table,
    with_fastwarc,
    with_python,
    with_warcio,
)

pytestmark = pytest.mark.filterwarnings("ignore")  # of what other tools leave open
SMALL = 2_000


@pytest.mark.whole
@pytest.mark.parametrize("tool", TOOLS)
def test_every_tool_keeps_the_same_rows_and_gives_the_same_reasons(
    tool: str, synced: Path, tmp_path: Path
) -> None:
    _same_as_python(TOOLS[tool], synced, tmp_path, SMALL)


@pytest.mark.slow  # `.ci/run` runs it
@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_keeps_the_same_rows_and_gives_the_same_reasons(
    engine: str, synced: Path, tmp_path: Path
) -> None:
    _same_as_python(ENGINES[engine], synced, tmp_path, SMALL)


@pytest.mark.slow
@pytest.mark.parametrize("tool", TOOLS | ENGINES)
def test_a_hundred_thousand_rows_are_the_same_everywhere(tool: str, synced: Path, tmp_path: Path) -> None:
    _same_as_python((TOOLS | ENGINES)[tool], synced, tmp_path, 100_000)


def _same_as_python(tool: Callable[..., Answers], synced: Path, work: Path, size: int) -> None:
    rows = table(size) if tool not in (with_warcio, with_fastwarc) else as_warc_has_it(table(size))
    expected = with_python(opened(synced), rows, work)
    assert set(expected.values()) == {
        "registry.domain", "registry.host", "registry.prefix", "registry.url", "registry.digest", "unchecked.asset"
    }  # fmt: skip
    assert tool(opened(synced), rows, work) == expected


def test_audit_mode_keeps_every_row_and_counts_what_it_would_remove(synced: Path) -> None:
    from crawler_filter.integrations.rows import judge
    from crawler_filter.integrations.summary import Summary

    rows, audit = table(SMALL), opened(synced, replace(ENFORCING, mode=Mode.AUDIT))
    summary = Summary.of(audit.policy)
    judged = judge(audit, {"urls": rows["url"], "sha1": rows["sha1"]}, summary)
    assert judged.keep.true_count == SMALL
    expected = with_python(opened(synced), rows, synced)
    assert judged.removed["row"].to_pylist() == list(expected)
    assert summary.excluded == len(expected)
    assert summary.hosts["www.reserved.example"] > 0
    assert Summary.from_dict(json.loads(json.dumps(summary.to_dict()))) == summary


def test_removed_rows_have_the_same_columns_in_bulk_and_one_by_one(synced: Path) -> None:
    from crawler_filter.integrations.removed import removed_row
    from crawler_filter.integrations.rows import judge

    rows, optout = table(200), opened(synced)
    judged = judge(optout, {"urls": rows["url"], "sha1": rows["sha1"]})
    for told in judged.removed.to_pylist():
        row = rows.slice(told.pop("row"), 1).to_pylist()[0]
        assert told == removed_row(optout.check(row["url"], sha1=row["sha1"]))


def test_a_table_without_rows_stays_one(synced: Path) -> None:
    from crawler_filter.integrations.rows import judge

    judged = judge(opened(synced), {"urls": pa.array([], pa.string())})
    assert (len(judged.keep), judged.removed.num_rows) == (0, 0)
