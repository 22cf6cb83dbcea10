"""Checks how a site speaks about AI, for whoever asks: the linter of `crawler_filter`, behind the guarded fetcher.

Anybody can name any site here, so a site is asked for fifteen small files at most, within seconds, seldom, and
only few checks run at once. Nothing is kept.
"""

from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import urlsplit

from crawler_filter.errors import TransportError
from crawler_filter.formats.urls import href
from crawler_filter.lint.gathering import gather
from crawler_filter.lint.linting import lint
from crawler_filter.lint.report import Report
from crawler_filter.lint.site import Site
from crawler_filter.signals.response import Response
from registry.net import PAGE_LIMIT, Fetcher, FetchError
from registry.rate_limits import CHECKS_OF_SITE, RateLimiter, Turns

SECONDS: Final = 15.0
"""Time after which nothing more is asked for; the last question may take the fetcher's own limit longer."""
AT_ONCE: Final = 2
"""Checks that run at the same time: the other threads are for those who wait for pages and lookups."""


class SiteNotReachedError(TransportError):
    """Nothing of the site could be fetched."""


class SiteChecks:
    """Checks sites, a few at a time. `clock` counts seconds and never goes back."""

    def __init__(self, fetcher: Fetcher, limiter: RateLimiter, *, clock: Callable[[], float]) -> None:
        self._fetcher = fetcher
        self._limiter = limiter
        self._clock = clock
        self._turns = Turns(AT_ONCE, each=1, retry_after=60)

    def check(self, address: str, *callers: str) -> Report:
        """Return what the site of `address` will be understood as, and what to fix.

        Without a scheme https is tried, then http. `callers` have one check at a time each.

        Raises InvalidUrlError, RateLimitedError, and SiteNotReachedError where neither page nor robots.txt answer.
        """
        urls = [address] if "://" in address else [f"https://{address}", f"http://{address}"]
        self._limiter.take(CHECKS_OF_SITE, urlsplit(href(urls[0])).hostname or "")
        with self._turns.turn(*callers):
            site = self._reached(urls)
        return lint(site)

    def _reached(self, urls: Sequence[str]) -> Site:
        """Return the first site that answers; all of them together have the time of one check."""
        end, reasons = self._clock() + SECONDS, []
        for url in urls:
            site = gather(url, self._look, clock=self._clock, seconds=end - self._clock())
            if site.robots_txt is not None or site.pages or site.files:
                return site
            reasons.append(site.missed[0].reason)
        raise SiteNotReachedError(reasons[0])

    def _look(self, url: str, limit: int) -> Response:
        try:
            response = self._fetcher.get(url, limit=min(limit, PAGE_LIMIT))
        except FetchError as error:
            raise TransportError(error.detail) from error
        return Response(response.url, response.status, response.lines, response.body, response.truncated)
