"""Inputs of public bug reports: what each says about training is found, in whatever form it was published."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from crawler_filter import Filter, Policy, SnapshotId, Usage
from crawler_filter.checks.sources import FixedSource
from crawler_filter.snapshot import Snapshot
from tests.simulators.published import NOW

CASES = json.loads(
    (Path(__file__).parents[2] / "vectors" / "cases" / "signals" / "checks.json").read_text("utf-8")
)


@pytest.fixture(scope="module")
def optout() -> Filter:
    empty = Snapshot.from_records([], SnapshotId("registry.example", 1, 0, "", NOW))
    return Filter(FixedSource(empty), Policy.opt_out(Usage.TRAIN_AI), clock=lambda: NOW)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
@pytest.mark.parametrize("as_bytes", [False, True], ids=["as text", "as bytes"])
def test_a_reported_input_is_answered_as_it_should_be(
    optout: Filter, case: dict[str, Any], as_bytes: bool
) -> None:
    given = dict(case["check"])
    if page := given.pop("content_base64_of_gzip", None):
        given["content"] = gzip.compress(page.encode())
    for name in ("robots_txt", "html", "content"):
        if as_bytes and isinstance(given.get(name), str):
            given[name] = given[name].encode()
    decision = optout.check(**given, agent="ExampleBot")
    assert decision.keep is case["keep"]
    assert decision.findings
