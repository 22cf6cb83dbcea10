"""A Scrapy add-on: reserved works are neither requested nor, when only their bytes give them away, passed on.

    ADDONS = {"crawler_filter.integrations.scrapy.OptOutAddon": 90}
    OPTOUT_SNAPSHOT = "https://registry.example"     # or a folder that `crawler-filter sync` keeps
    OPTOUT_TRUST = "registry.policy"

Every request passes, so every hop of a redirect and every file of a media pipeline does. A spider that follows an
image from a page may name the page in `request.meta["optout_found_on"]`. Settings, with their defaults:

    OPTOUT_USAGE = "train-ai"       OPTOUT_PERMISSION_FIRST = False       OPTOUT_MODE = "enforce"
    OPTOUT_REFRESH_SECONDS = 3600   OPTOUT_CHECK_CONTENT = True

Stats: `optout/checked`, `optout/kept`, `optout/excluded`, `optout/excluded/<source>`, `optout/not_checked`.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.settings import BaseSettings

from crawler_filter.decision import Decision
from crawler_filter.filter import Filter
from crawler_filter.policy import Mode, Policy
from crawler_filter.preference import Usage

PRIORITY: Final = 90
"""Before the robots.txt middleware (100): a reserved host is not even asked for its robots.txt."""

request_excluded: Final = object()
"""Signal sent for each exclusion, with `request`, `decision` and `spider`."""


class ExcludedRequest(IgnoreRequest):
    """Raised in place of a request or response that the policy does not keep."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(decision.explain())
        self.decision = decision


class OptOutAddon:
    """Puts the middleware in its place."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Called by Scrapy before the crawl."""
        settings.setdefault("OPTOUT_SNAPSHOT", None, "addon")
        settings["DOWNLOADER_MIDDLEWARES"].set(OptOutMiddleware, PRIORITY, priority="addon")


class OptOutMiddleware:
    """Asks the filter about each request, and about the bytes of each response."""

    def __init__(self, crawler: Crawler, optout: Filter, *, check_content: bool) -> None:
        self._crawler = crawler
        self._optout = optout
        self._check_content = check_content

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Open the filter that the settings name; a crawl without one does not start."""
        settings = crawler.settings
        for name in ("OPTOUT_SNAPSHOT", "OPTOUT_TRUST"):
            if not settings.get(name):
                raise ValueError(f"set {name}: without a snapshot and a trust file nothing can be checked")
        optout = Filter.open(
            settings["OPTOUT_SNAPSHOT"],
            trust=settings["OPTOUT_TRUST"],
            policy=policy_from(settings),
            refresh=timedelta(seconds=settings.getfloat("OPTOUT_REFRESH_SECONDS", 3600)),
        )
        return cls(crawler, optout, check_content=settings.getbool("OPTOUT_CHECK_CONTENT", True))

    def process_request(self, request: Request) -> None:
        """Stop a request whose address, or whose page, is not kept."""
        found_on = request.meta.get("optout_found_on", ())
        self._act(self._optout.check(request.url, found_on=_as_tuple(found_on)), request)

    def process_response(self, request: Request, response: Response) -> Response:
        """Stop a response whose bytes are those of a reserved file."""
        if self._check_content and response.body:
            found_on = request.meta.get("optout_found_on", ())
            decision = self._optout.check(response.url, found_on=_as_tuple(found_on), content=response.body)
            if not decision.keep:
                self._act(decision, request)
        return response

    def _act(self, decision: Decision, request: Request) -> None:
        self._count("checked")
        if decision.unavailable:
            self._count("not_checked")
        if decision.keep:
            self._count("kept")
            return
        self._count("excluded")
        for source in {finding.source for finding in decision.findings if finding.speaks}:
            self._count(f"excluded/{source}")
        self._crawler.signals.send_catch_log(
            request_excluded, request=request, decision=decision, spider=self._crawler.spider
        )
        raise ExcludedRequest(decision)

    def _count(self, name: str) -> None:
        if self._crawler.stats is not None:
            self._crawler.stats.inc_value(f"optout/{name}")


def policy_from(settings: BaseSettings) -> Policy:
    """Return the policy that the settings describe. Raises ValueError for words that mean nothing."""
    usage = Usage(settings.get("OPTOUT_USAGE", "train-ai"))
    permission_first = settings.getbool("OPTOUT_PERMISSION_FIRST", False)
    policy = Policy.permission_first(usage) if permission_first else Policy.opt_out(usage)
    return replace(policy, mode=Mode(settings.get("OPTOUT_MODE", "enforce")))


def _as_tuple(found_on: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (found_on,) if isinstance(found_on, str) else tuple(found_on)
