"""Sites as content systems and providers make them: what the filter does with each, and what the linter says of it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crawler_filter import Decision, Filter, Policy, Preference, SnapshotId, Usage
from crawler_filter.checks.sources import FixedSource
from crawler_filter.lint.linting import lint
from crawler_filter.lint.report import Outcome, Report
from crawler_filter.lint.site import Site
from crawler_filter.signals.response import Response
from crawler_filter.signals.robots.robots_txt import RobotsTxt
from crawler_filter.snapshot import Snapshot
from tests.simulators.published import NOW

VECTORS = Path(__file__).parents[2] / "vectors"
SITES = json.loads((VECTORS / "sites.json").read_text("utf-8"))
CASES = json.loads((VECTORS / "cases" / "signals" / "checks.json").read_text("utf-8"))
OF_CASES = [
    {"name": case["id"], "url": "https://a.example", "path": "/p.png", "robots": case["check"]["robots_txt"], "keep": False}
    for case in CASES
    if "robots_txt" in case["check"]
]  # fmt: skip
EMPTY = Snapshot.from_records([], SnapshotId("registry.example", 1, 0, "", NOW))
FILTER = Filter(FixedSource(EMPTY), replace(Policy.opt_out(Usage.TRAIN_AI), agent="ExampleBot"), clock=lambda: NOW)
READ = {Outcome.NOT_FETCHED, Outcome.RESERVED, Outcome.NOT_READABLE}


def answers(site: dict[str, Any]) -> tuple[Decision, Report]:
    """Return what the filter decides of the page of a site, and what the linter says of the site."""
    url = site["url"] + site["path"]
    status = site.get("status", 200) if site["robots"] is not None or "status" in site else 404
    robots = Response(f"{site['url']}/robots.txt", status if site["robots"] is not None or status != 200 else 404,
                      body=(site["robots"] or "").encode())  # fmt: skip
    headers = tuple((name, value) for name, value in site.get("headers", ()))
    page = site.get("html", "<p>A page").encode()
    known = site.get("well_known", {})
    decision = FILTER.check(
        url, robots_txt=RobotsTxt.from_response(robots), headers=list(headers), html=page, well_known=known
    )
    files = {path: Response(site["url"] + path, 200, body=text.encode()) for path, text in known.items()}
    return decision, lint(Site(url, robots, (Response(url, 200, headers, page),), well_known=files))


@pytest.mark.parametrize("site", [*SITES, *OF_CASES], ids=lambda site: site["name"])
def test_filter_and_linter_say_the_same_of_a_site(site: dict[str, Any]) -> None:
    decision, report = answers(site)
    assert decision.keep is site["keep"]
    (understanding,) = report.understandings
    reading = understanding.readings[list(Usage).index(Usage.TRAIN_AI)]
    refused = any(said.preference is Preference.DISALLOWED for said in reading.said)
    assert (reading.outcome in READ or refused) is not decision.keep


@pytest.mark.parametrize("site", SITES, ids=lambda site: site["name"])
def test_the_linter_says_of_a_site_what_it_said_before(site: dict[str, Any]) -> None:
    _, report = answers(site)
    assert sorted({advice.fault.value for advice in report.advice}) == site["faults"]


def test_the_table_has_many_sites_and_each_once() -> None:
    assert len({site["name"] for site in SITES}) == len(SITES) >= 50
