"""The linter tells a publisher what the filter will do: of the same answers both say the same."""

import gzip
from dataclasses import replace

import pytest

from crawler_filter import Filter, Policy, SnapshotId, Usage
from crawler_filter.checks.sources import FixedSource
from crawler_filter.lint.linting import lint
from crawler_filter.lint.report import Outcome
from crawler_filter.lint.site import Site
from crawler_filter.net.robots_cache import RobotsCache
from crawler_filter.preference import Preference
from crawler_filter.signals.response import Response
from crawler_filter.signals.robots.robots_txt import RobotsTxt
from crawler_filter.snapshot import Snapshot
from tests.crawler_filter.signals.test_reported import CASES, given
from tests.simulators.published import NOW

URL = "https://example.com/art/1"
RULES = b"User-agent: *\nDisallow: /art/\n"
GZIP = (("Content-Encoding", "gzip"),)
ANSWERS = {
    "rules": Response(URL, 200, body=RULES),
    "gzip, said so": Response(URL, 200, GZIP, gzip.compress(RULES)),
    "gzip, unsaid": Response(URL, 200, body=gzip.compress(RULES)),
    "gzip, cut short": Response(URL, 200, GZIP, gzip.compress(RULES)[:-6]),
    "gzip, taken off already": Response(URL, 200, GZIP, RULES),
    "in <pre>": Response(URL, 200, body=b"<html><body><pre>User-agent: *</pre>\n<pre>Disallow: /art/</pre>"),
    "a page": Response(URL, 200, body=b"<!doctype html><title>Shop</title>"),
    "in a coding that nobody knows": Response(URL, 200, (("Content-Encoding", "x-own"),), b"\0\1"),
    "bytes": Response(URL, 200, body=b"\0\1\2\3\4"),
    "nothing": Response(URL, 200),
    "no content": Response(URL, 204),
    "absent": Response(URL, 404, body=RULES),
    "forbidden": Response(URL, 403),
    "too many requests": Response(URL, 429),
    "a failing server": Response(URL, 503),
    "a redirect that leads nowhere": Response(URL, 302),
}


class Answering:
    """A network where every address has one answer."""

    def __init__(self, answer: Response) -> None:
        self.answer = answer

    def look(self, url: str, **_: object) -> Response:
        return replace(self.answer, url=url)


@pytest.fixture(scope="module")
def optout() -> Filter:
    empty = Snapshot.from_records([], SnapshotId("registry.example", 1, 0, "", NOW))
    return Filter(FixedSource(empty), Policy.opt_out(Usage.TRAIN_AI), clock=lambda: NOW)


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
def test_filter_and_linter_read_one_robots_txt_alike(optout: Filter, answer: Response) -> None:
    robots = RobotsCache(transport=Answering(answer)).get(URL)
    report = lint(Site(URL, answer, (Response(URL, 200, body=b"<title>A</title>"),)))
    (understanding,) = report.understandings
    training = understanding.readings[0]
    kept = optout.check(URL, robots_txt=robots).keep
    assert (training.outcome is Outcome.NOTHING_SAID) is kept
    assert robots.may_crawl("ExampleBot", URL) is kept


def test_a_file_in_gzip_and_rules_in_a_page_refuse(optout: Filter) -> None:
    for answer in (ANSWERS["gzip, said so"], ANSWERS["gzip, unsaid"], ANSWERS["in <pre>"]):
        robots = RobotsCache(transport=Answering(answer)).get(URL)
        assert not robots.unreachable
        assert not optout.check(URL, robots_txt=robots).keep


REPORTED = [case for case in CASES if "robots_txt" in case["check"]]


@pytest.mark.parametrize("case", REPORTED, ids=[case["id"] for case in REPORTED])
def test_the_linter_shows_the_refusal_that_the_filter_finds(optout: Filter, case: dict) -> None:
    text = given(case["check"]["robots_txt"])
    answer = Response(URL, 200, body=text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    (understanding,) = lint(Site(URL, answer, (Response(URL, 200, body=b"<title>A</title>"),))).understandings
    training = understanding.readings[0]
    refused = any(each.preference is Preference.DISALLOWED for each in training.said)
    kept = optout.check(URL, robots_txt=RobotsTxt.from_response(answer)).keep
    assert (refused or training.outcome not in (Outcome.NOTHING_SAID, Outcome.ALLOWED)) is not kept
