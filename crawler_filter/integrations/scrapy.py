"""A Scrapy add-on: reserved works are neither requested nor, when only the answer gives them away, passed on.

    ADDONS = {"crawler_filter.integrations.scrapy.OptOutAddon": 90}
    OPTOUT_SNAPSHOT = "https://registry.example"     # or a folder that `crawler-filter sync` keeps
    OPTOUT_TRUST = "registry.policy"

Every request passes, so every hop of a redirect and every file of a media pipeline does. A spider that follows an
image from a page may name the page in `request.meta["optout_found_on"]`. What a site says for itself is read from
its answers and its robots.txt, which is asked for once a host: by Scrapy where ROBOTSTXT_OBEY is on, else by the
add-on, unless OPTOUT_FETCH_ROBOTS is off, which the start of a crawl warns of. A robots.txt that cannot be reached
leaves its host not checked. `data:` and `file:` addresses have neither registry nor robots.txt; their content is
checked. Settings, with their defaults:

    OPTOUT_USAGE = "train-ai"       OPTOUT_PERMISSION_FIRST = False       OPTOUT_MODE = "enforce"
    OPTOUT_REFRESH_SECONDS = 3600   OPTOUT_CHECK_CONTENT = True           OPTOUT_READ_SIGNALS = True
    OPTOUT_FETCH_ROBOTS = True      OPTOUT_AGENT = ROBOTSTXT_USER_AGENT or USER_AGENT

Stats: `optout/checked`, `optout/kept`, `optout/excluded`, `optout/excluded/<source>`, `optout/not_checked`,
`optout/robots_txt/read`, `optout/robots_txt/not_reached`.
"""

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import HtmlResponse, Response
from scrapy.settings import BaseSettings

from crawler_filter.decision import Decision
from crawler_filter.filter import Filter
from crawler_filter.integrations.scrapy_robots import ASKED_OF, SiteRobots
from crawler_filter.policy import Mode, Policy
from crawler_filter.preference import Usage

PRIORITY: Final = 90
"""Before the robots.txt middleware (100): a reserved host is not even asked for its robots.txt."""

ROBOTS_PRIORITY: Final = 110
"""Behind the robots.txt middleware, which has asked by then: what robots.txt reserves is not requested."""

request_excluded: Final = object()
"""Signal sent for each exclusion, with `request`, `decision` and `spider`."""

_AGENT_SETTINGS: Final = ("OPTOUT_AGENT", "ROBOTSTXT_USER_AGENT", "USER_AGENT")

_LOG: Final = logging.getLogger(__name__)
_LOCAL: Final = ("data:", "file:")
_NOT_FETCHED: Final = (
    "OPTOUT_FETCH_ROBOTS and ROBOTSTXT_OBEY are off: nobody asks for robots.txt, so what sites reserve there"
    " is NOT READ"
)


class ExcludedRequest(IgnoreRequest):
    """Raised in place of a request or response that the policy does not keep."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(decision.explain())
        self.decision = decision


class OptOutAddon:
    """Puts the middlewares in their places."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Called by Scrapy before the crawl."""
        settings.setdefault("OPTOUT_SNAPSHOT", None, "addon")
        settings["DOWNLOADER_MIDDLEWARES"].set(OptOutMiddleware, PRIORITY, priority="addon")
        settings["DOWNLOADER_MIDDLEWARES"].set(OptOutRobotsMiddleware, ROBOTS_PRIORITY, priority="addon")


class OptOutMiddleware:
    """Asks the filter about each request, and about the headers and bytes of each response."""

    def __init__(self, crawler: Crawler, optout: Filter, *, check_content: bool, read_signals: bool) -> None:
        self._crawler = crawler
        self._optout = optout
        self._check_content = check_content
        self._read_signals = read_signals
        self.robots = SiteRobots(crawler) if read_signals and optout.policy.mode is not Mode.OFF else None

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
        return cls(
            crawler,
            optout,
            check_content=settings.getbool("OPTOUT_CHECK_CONTENT", True),
            read_signals=settings.getbool("OPTOUT_READ_SIGNALS", True),
        )

    def process_request(self, request: Request) -> Response | None:
        """Stop a request whose address, or whose page, is not kept."""
        answer = self.robots.note_request(request) if self.robots else None
        if ASKED_OF not in request.meta and not request.url.startswith(_LOCAL):
            self._act(self._optout.check(request.url, **self._known(request)), request)
        return answer

    async def process_request_with_robots(self, request: Request) -> None:
        """Stop a request that the robots.txt of its host reserves, and ask for that file if nobody has."""
        if self.robots is None or ASKED_OF in request.meta or request.url.startswith(_LOCAL):
            return
        await self.robots.require(request)
        decision = self._optout.check(request.url, **self._known(request))
        if not decision.keep:
            self._act(decision, request)

    def process_response(self, request: Request, response: Response) -> Response:
        """Stop a response that is reserved by what it says, or whose bytes are those of a reserved work."""
        if (host := request.meta.get(ASKED_OF)) is not None:
            if self.robots:
                self.robots.keep(host, response)
            return response
        answered = self._answered(response)
        is_local = request.url.startswith(_LOCAL)
        if answered and not (is_local and "content" not in answered):
            decision = self._optout.check(None if is_local else response.url, **self._known(request), **answered)
            if not decision.keep:
                self._act(decision, request)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Note that a robots.txt could not be fetched."""
        if self.robots and (host := request.meta.get(ASKED_OF)) is not None:
            self.robots.keep_failure(host, f"{type(exception).__name__}: {exception}"[:200])

    def _known(self, request: Request) -> dict[str, Any]:
        """Return what is known before the answer: where it was found, and what robots.txt says."""
        found_on = request.meta.get("optout_found_on", ())
        known: dict[str, Any] = {"found_on": (found_on,) if isinstance(found_on, str) else tuple(found_on)}
        if self.robots and not request.url.startswith(_LOCAL) and (robots := self.robots.known(request.url)):
            known["robots_txt"] = robots
        return known

    def _answered(self, response: Response) -> dict[str, Any]:
        answered: dict[str, Any] = {}
        if self._check_content and response.body:
            answered["content"] = response.body
        if self._read_signals:
            answered |= {"headers": response.headers, "status": response.status}
            if isinstance(response, HtmlResponse):
                answered["html"] = response.body
        return answered

    def _act(self, decision: Decision, request: Request) -> None:
        self._count("checked")
        if decision.unavailable:
            self._count("not_checked")
        if decision.keep:
            self._count("kept")
            return
        self._count("excluded")
        for source in {finding.source for finding in decision.findings if finding.decides}:
            self._count(f"excluded/{source}")
        self._crawler.signals.send_catch_log(
            request_excluded, request=request, decision=decision, spider=self._crawler.spider
        )
        raise ExcludedRequest(decision)

    def _count(self, name: str) -> None:
        if self._crawler.stats is not None:
            self._crawler.stats.inc_value(f"optout/{name}")


class OptOutRobotsMiddleware:
    """Asks the filter about each request once more, with the robots.txt of its host."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Say before the crawl that nobody will ask for robots.txt, where that is so."""
        settings = crawler.settings
        obeys = settings.getbool("ROBOTSTXT_OBEY")
        if not settings.getbool("OPTOUT_FETCH_ROBOTS", True) and not obeys:
            if settings.getbool("OPTOUT_READ_SIGNALS", True):
                _LOG.warning("%s", _NOT_FETCHED)
            raise NotConfigured(_NOT_FETCHED)
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Stop a request that the robots.txt of its host reserves."""
        middleware = self._crawler.get_downloader_middleware(OptOutMiddleware)
        if middleware is not None:
            await middleware.process_request_with_robots(request)


def policy_from(settings: BaseSettings) -> Policy:
    """Return the policy that the settings describe. Raises ValueError for words that mean nothing."""
    usage = Usage(settings.get("OPTOUT_USAGE", "train-ai"))
    permission_first = settings.getbool("OPTOUT_PERMISSION_FIRST", False)
    policy = Policy.permission_first(usage) if permission_first else Policy.opt_out(usage)
    agent = next(filter(None, (settings.get(name) for name in _AGENT_SETTINGS)), "")
    return replace(policy, mode=Mode(settings.get("OPTOUT_MODE", "enforce")), agent=agent)
