"""Checks of a site go through the guarded fetcher, seldom for one site and few at once."""

import threading

import pytest

from crawler_filter.errors import InvalidUrlError
from crawler_filter.lint.issues import Issue
from registry.errors import RateLimitedError
from registry.net import Fetcher, Permit
from registry.rate_limits import CHECKS_OF_SITE, RateLimiter
from registry.site_checks import AT_ONCE, SECONDS, SiteChecks, SiteNotReachedError
from tests.registry.conftest import SYSTEM_TRUST
from tests.simulators.site import Site, page


class Ticks:
    """Seconds that pass only when told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Ticks:
    return Ticks()


@pytest.fixture
def open_checks(zone, clock):
    """Makes checks that find art.example.com at a site on loopback."""

    def open_checks(site: Site) -> SiteChecks:
        permits = frozenset({Permit("art.example.com", "127.0.0.1", site.port)})
        fetcher = Fetcher(
            zone.resolver(),
            agent="test",
            tls=SYSTEM_TRUST,
            permit_loopback=permits,
        )
        return SiteChecks(fetcher, RateLimiter(clock), clock=clock)

    return open_checks


def serving(files: dict[str, str]):
    return lambda path: [page(files[path]) if path in files else page("", status=404)]


def test_a_site_is_judged_by_what_it_serves(open_checks) -> None:
    files = {"/robots.txt": "Content-Signal: ai-train=no", "/": "<!doctype html><img src=/a.png>", "/a.png": "x"}
    with Site(serving(files)) as site:
        report = open_checks(site).check("http://art.example.com/")
    assert Issue.ROBOTS_ORPHAN in {advice.fault for advice in report.advice}
    assert [each.assets for each in report.understandings] == [
        ("http://art.example.com/", "http://art.example.com/a.png")
    ]


def test_what_the_fetcher_refuses_is_never_asked(open_checks) -> None:
    with Site(serving({})) as site, pytest.raises(SiteNotReachedError, match="not the name of a web host"):
        open_checks(site).check("http://127.0.0.1/")
    assert site.connections == 0


def test_a_page_cannot_send_the_registry_to_other_sites(open_checks) -> None:
    html = '<!doctype html><img src="http://victim.example/a.png"><img src="http://127.0.0.1/b.png">'
    with Site(serving({"/": html})) as site:
        report = open_checks(site).check("http://art.example.com/")
    assert not any("victim" in advice.place or "127" in advice.place for advice in report.advice)


def test_what_is_no_address_is_refused(open_checks) -> None:
    with Site(serving({})) as site, pytest.raises(InvalidUrlError):
        open_checks(site).check("two words")


def test_one_site_is_not_asked_often_whoever_asks(open_checks, clock) -> None:
    with Site(serving({"/": "<html>"})) as site:
        checks = open_checks(site)
        for _ in range(CHECKS_OF_SITE.quota):
            checks.check("http://art.example.com/")
        with pytest.raises(RateLimitedError):
            checks.check("http://ART.example.com/other")
        clock.now += CHECKS_OF_SITE.seconds
        checks.check("http://art.example.com/")


def test_few_checks_run_at_once(open_checks) -> None:
    release, reached = threading.Event(), threading.Semaphore(0)

    def slow(path: str):
        reached.release()
        release.wait(60)
        yield page("<html>")

    with Site(slow) as site:
        checks = open_checks(site)
        waiting = [
            threading.Thread(target=checks.check, args=("http://art.example.com/",)) for _ in range(AT_ONCE)
        ]
        for thread in waiting:
            thread.start()
            assert reached.acquire(timeout=60)
        with pytest.raises(RateLimitedError, match="right now"):
            checks.check("http://art.example.com/")
        release.set()
        for thread in waiting:
            thread.join()
        checks.check("http://art.example.com/")


def test_a_slow_site_holds_a_check_no_longer_than_its_time(open_checks, clock) -> None:
    def late(path: str):
        clock.now += SECONDS
        yield page("<html>")

    with Site(late) as site:
        report = open_checks(site).check("http://art.example.com/")
    assert len(site.requests) == 1
    assert any("time" in advice.detail for advice in report.advice)
