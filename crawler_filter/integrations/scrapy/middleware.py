"""The downloader middlewares: each request before it is sent, and each response before it is passed on."""

import logging
from collections import OrderedDict
from collections.abc import Awaitable
from fnmatch import fnmatch
from typing import Any, Final, Self
from weakref import WeakKeyDictionary

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import HtmlResponse, Response
from scrapy.http.request import NO_CALLBACK
from scrapy.settings import BaseSettings
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.threads import deferToThread

from crawler_filter.decision import Decision, SnapshotId
from crawler_filter.filter import Filter
from crawler_filter.fingerprints.digests import digests_of
from crawler_filter.integrations.scrapy.journal import Journal
from crawler_filter.integrations.scrapy.options import Options, open_filter
from crawler_filter.integrations.scrapy.outage import Outage
from crawler_filter.integrations.scrapy.robots import ASKED_OF, SiteRobots
from crawler_filter.policy import Mode

PRIORITY: Final = 90
"""Before the robots.txt middleware (100): a reserved host is not even asked for its robots.txt."""

ROBOTS_PRIORITY: Final = 110
"""Behind the robots.txt middleware, which has asked by then: what robots.txt reserves is not requested."""

PAGES: Final = 100_000
"""Files of media pipelines whose page is remembered."""

_LOG: Final = logging.getLogger("crawler_filter.integrations.scrapy")
_LOCAL: Final = ("data:", "file:")
_NEVER: Final = object()
_NOT_FETCHED: Final = (
    "OPTOUT_FETCH_ROBOTS and ROBOTSTXT_OBEY are off: nobody asks for robots.txt, so what sites reserve there"
    " is NOT READ"
)


class ExcludedRequest(IgnoreRequest):
    """Raised in place of a request or response that the policy does not keep."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(decision.summary())
        self.decision = decision


class NotCheckedRequest(ExcludedRequest):
    """Raised for the file of a media pipeline while nothing can be checked: the file may be free."""


class OptOutAddon:
    """Puts the middlewares in their places."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Called by Scrapy before the crawl. Raises NotConfigured where OPTOUT_ENABLED is off."""
        if not settings.getbool("OPTOUT_ENABLED", True):
            raise NotConfigured("OPTOUT_ENABLED is off: nothing is checked")
        settings.setdefault("OPTOUT_SNAPSHOT", None, "addon")
        settings["DOWNLOADER_MIDDLEWARES"].set(OptOutMiddleware, PRIORITY, priority="addon")
        settings["DOWNLOADER_MIDDLEWARES"].set(OptOutRobotsMiddleware, ROBOTS_PRIORITY, priority="addon")


class OptOutMiddleware:
    """Asks the filter about each request, and about the headers and bytes of each response."""

    def __init__(self, crawler: Crawler, optout: Filter, options: Options) -> None:
        reads = "robots.txt" in options.signals and optout.policy.mode is not Mode.OFF
        self.optout = optout
        self.journal = Journal(crawler, optout, options)
        self.outage = Outage(crawler, optout, options)
        self.robots = SiteRobots(crawler) if reads else None
        self.pages: OrderedDict[str, str] = OrderedDict()
        self._judged: WeakKeyDictionary[Request, SnapshotId | None] = WeakKeyDictionary()
        """By which snapshot each request was judged, with the robots.txt of its host where that is read."""
        self._asks_robots = self.robots is not None and options.asks_robots
        self._options = options
        self._reads_body = "html" in options.signals or options.content != "none"
        # what nobody allows has no permission: then an answer is judged with all that was known before it
        self._keeps_unknown = optout.policy.keep_unknown

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Open the filter that the settings name; a crawl without one does not start."""
        options = Options.of(crawler.settings)
        self = cls(crawler, open_filter(crawler.settings), options)
        crawler.signals.connect(self.request_scheduled, signal=signals.request_scheduled)
        crawler.signals.connect(self.journal.open, signal=signals.spider_opened)
        crawler.signals.connect(self.journal.close, signal=signals.spider_closed)
        return self

    @property
    def waits_for_checks(self) -> bool:
        """Tell whether what cannot be checked is kept for later, and not dropped."""
        return self._options.on_unavailable != "drop"

    def request_scheduled(self, request: Request) -> None:
        """Keep a request that is reserved for sure out of the queue. Raises ExcludedRequest."""
        if _is_waived(request) or ASKED_OF in request.meta or request.url.startswith(_LOCAL):
            return
        decision = self.optout.check(request.url, **self._found_on(request))
        if not decision.keep and decision.findings and not _is_audited(request):
            self.journal.note(decision, request, "request")
            raise ExcludedRequest(decision)

    def process_request(self, request: Request) -> Response | Request | Awaitable[Request | None] | None:
        """Stop a request whose address, or whose page, is not kept."""
        answer = self.robots.note_request(request) if self.robots else None
        if ASKED_OF in request.meta or request.url.startswith(_LOCAL):
            return answer
        if _is_waived(request):
            self.journal.count("request/waived")
            return answer
        robots = self._robots(request)
        with self.journal.timed():
            decision = self.optout.check(request.url, **self._found_on(request), **robots)
        if decision.would_keep and self._asks_robots and not robots:
            return None  # judged and counted when its robots.txt has been read
        self._judged[request] = decision.snapshot
        return self._act(decision, request, "request")

    async def process_request_with_robots(self, request: Request) -> Request | None:
        """Stop a request that the robots.txt of its host reserves, and ask for that file if nobody has."""
        is_asked = ASKED_OF in request.meta or request.url.startswith(_LOCAL)
        if self.robots is None or is_asked or _is_waived(request) or request in self._judged:
            return None
        await self.robots.require(request)
        with self.journal.timed():
            decision = self.optout.check(request.url, **self._found_on(request), **self._robots(request))
        self._judged[request] = decision.snapshot
        acted = self._act(decision, request, "request")
        return acted if acted is None or isinstance(acted, Request) else await acted

    async def process_response(self, request: Request, response: Response) -> Response | Request:
        """Stop a response that is reserved by what it says, or whose bytes are those of a reserved work."""
        if (host := request.meta.get(ASKED_OF)) is not None:
            if self.robots:
                self.robots.keep(host, response)
            return response
        answered, reads_body = self._answered(response)
        if not answered or _is_waived(request) or (not reads_body and request.url.startswith(_LOCAL)):
            return response
        decision = await self._judge_answer(request, response, answered, reads_body=reads_body)
        acted = self._act(decision, request, "response")
        if acted is not None and not isinstance(acted, Request):
            acted = await acted
        return response if acted is None else acted

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Note that a robots.txt could not be fetched."""
        if self.robots and (host := request.meta.get(ASKED_OF)) is not None:
            self.robots.keep_failure(host, f"{type(exception).__name__}: {exception}"[:200])

    async def _judge_answer(
        self, request: Request, response: Response, answered: dict[str, Any], *, reads_body: bool
    ) -> Decision:
        """Judge an answer; its address only where it was not, because headers alone cost a fifth of that."""
        with self.journal.timed():
            if not reads_body and self._keeps_unknown:
                decision = self.optout.check(**answered)
                if decision.snapshot is self._judged.get(request, _NEVER):
                    return decision
            url = None if request.url.startswith(_LOCAL) else response.url
            known = self._found_on(request) | answered
            if not self._keeps_unknown:
                known |= self._robots(request)
            if not reads_body:
                return self.optout.check(url, **known)
            checking = deferToThread(self.optout.check, url, **known)
            judged: Decision = await maybe_deferred_to_future(checking)
            return judged

    def _act(self, decision: Decision, request: Request, stage: str) -> Request | Awaitable[Request | None] | None:
        """Count, and return nothing, or the request to be asked for later. Raises ExcludedRequest."""
        if decision.keep or _is_audited(request):
            self.journal.note(decision, request, stage)
            return None
        if decision.retry and self.waits_for_checks:
            self.journal.count("postponed")
            if request.callback is not NO_CALLBACK:
                return self.outage.postpone(request, decision)
            return self._after_outage(decision, request)
        self.journal.note(decision, request, stage)
        raise ExcludedRequest(decision)

    async def _after_outage(self, decision: Decision, request: Request) -> Request | None:
        """Ask again for a file of a media pipeline, which the scheduler does not keep."""
        await self.outage.over(decision)
        if self.outage.given_up:
            raise NotCheckedRequest(decision)
        return request.replace(dont_filter=True)

    def _found_on(self, request: Request) -> dict[str, Any]:
        found_on = request.meta.get("optout_found_on") or self.pages.get(request.url)
        return {"found_on": found_on} if found_on else {}

    def _robots(self, request: Request) -> dict[str, Any]:
        known = self.robots.known(request.url) if self.robots and not request.url.startswith(_LOCAL) else None
        return {"robots_txt": known} if known else {}

    def _answered(self, response: Response) -> tuple[dict[str, Any], bool]:
        """Return what an answer tells, and whether its body is looked at."""
        answered: dict[str, Any] = {}
        if "headers" in self._options.signals:
            answered |= {"headers": response.headers, "status": response.status}
        if not self._reads_body or not response.body:
            return answered, False
        body = self._body(response)
        if "html" in self._options.signals and isinstance(response, HtmlResponse):
            body["html"] = response.body
        return answered | body, bool(body)

    def _body(self, response: Response) -> dict[str, Any]:
        content, most = self._options.content, self._options.max_bytes
        kind = (response.headers.get("Content-Type") or b"").decode("latin-1").partition(";")[0].strip().lower()
        if content == "none" or not any(fnmatch(kind, pattern) for pattern in self._options.content_types):
            return {}
        self.journal.count("bytes", len(response.body))
        if content == "all" and (not most or len(response.body) <= most):
            return {"content": response.body}
        self.journal.count("response/by_digest_only")
        return dict(digests_of(response.body))

    def remember_page(self, media: str, page: str | None) -> None:
        """Remember on which page a file of a media pipeline was found, where that is known."""
        if not page:
            return
        self.pages[media] = page
        while len(self.pages) > PAGES:
            self.pages.popitem(last=False)


class OptOutRobotsMiddleware:
    """Asks the filter about each request once more, with the robots.txt of its host."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Say before the crawl that nobody will ask for robots.txt, where that is so."""
        options = Options.of(crawler.settings)
        if not options.asks_robots:
            if "robots.txt" in options.signals:
                _LOG.warning("%s", _NOT_FETCHED)
            raise NotConfigured(_NOT_FETCHED)
        return cls(crawler)

    async def process_request(self, request: Request) -> Request | None:
        """Stop a request that the robots.txt of its host reserves."""
        middleware = self._crawler.get_downloader_middleware(OptOutMiddleware)
        return None if middleware is None else await middleware.process_request_with_robots(request)


def _is_waived(request: Request) -> bool:
    return request.meta.get("optout") is False


def _is_audited(request: Request) -> bool:
    return request.meta.get("optout") == "audit"
