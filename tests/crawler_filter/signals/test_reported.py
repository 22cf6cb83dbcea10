"""Robots files, headers and tags as webmasters really wrote them: what refuses is found, what does not is kept.

`tests/vectors/reported.json` has each with the `keep` that is right for training; octets are in base64.
"""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from crawler_filter import Filter, Policy, SnapshotId, Usage
from crawler_filter.checks.sources import FixedSource
from crawler_filter.snapshot import Snapshot
from tests.simulators.published import NOW

CASES = json.loads((Path(__file__).parents[2] / "vectors" / "reported.json").read_text("utf-8"))
ADDRESS = "https://a.example/art/p.png"


@pytest.fixture(scope="module")
def optout() -> Filter:
    empty = Snapshot.from_records([], SnapshotId("registry.example", 1, 0, "", NOW))
    return Filter(FixedSource(empty), Policy.opt_out(Usage.TRAIN_AI), clock=lambda: NOW)


def given(value: Any) -> Any:
    if isinstance(value, dict) and set(value) != {"base64"}:
        return {name: given(each) for name, each in value.items()}
    return base64.b64decode(value["base64"]) if isinstance(value, dict) else value


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_what_was_meant_is_what_counts(optout: Filter, case: dict[str, Any]) -> None:
    received = {name: given(value) for name, value in case["check"].items()}
    decision = optout.check(ADDRESS, **received, agent="ExampleBot")
    assert decision.keep is case["keep"]


@pytest.mark.parametrize("name", ["OpenAI", "Claude", "Common Crawl", "Midjourney", "stable diffusion", "LAION"])
def test_a_company_named_in_place_of_its_crawler_is_refused_too(optout: Filter, name: str) -> None:
    assert not optout.check(ADDRESS, robots_txt=f"User-agent: {name}\nDisallow: /", agent="ExampleBot").keep


def test_what_is_said_to_a_crawler_by_name_counts_for_what_it_stands_for(optout: Filter) -> None:
    robots = (
        "User-agent: GPTBot\nContent-Signal: ai-train=no\n\nUser-agent: PerplexityBot\nContent-Signal: {}=no\n"
    )
    (finding,) = optout.check(ADDRESS, robots_txt=robots.format("ai-input"), agent="ExampleBot").findings
    assert finding.rule == "Content-Signal: ai-train=no for gptbot"
    assert optout.check(
        ADDRESS, robots_txt="User-agent: PerplexityBot\nContent-Signal: ai-train=no", agent="ExampleBot"
    ).keep


@pytest.mark.parametrize("word", ["noal", "no_ai", "noimageal", "noia", "no: ai", "-ai", "noai-noimageai"])
def test_a_slip_for_noai_refuses_and_is_warned_of(optout: Filter, word: str) -> None:
    for check in ({"headers": {"X-Robots-Tag": word}}, {"html": f'<meta name="robots" content="{word}">'}):
        (finding,) = optout.check(ADDRESS, **check, agent="ExampleBot").findings
        assert "not written as the standard asks" in finding.warning


def test_noai_as_it_is_documented_has_no_warning(optout: Filter) -> None:
    (finding,) = optout.check(ADDRESS, headers={"X-Robots-Tag": "noai, noimageai"}, agent="ExampleBot").findings
    assert not finding.warning
