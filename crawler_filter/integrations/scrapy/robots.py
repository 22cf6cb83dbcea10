"""The robots.txt of the sites of one Scrapy crawl: asked for once a host, kept under the host that was asked for.

Scrapy's own middleware asks where ROBOTSTXT_OBEY is on, and its answer is read here. Where it does not ask, this
does. A redirect may lead the question to another host; the answer is for the host that it was asked of, and for no
other.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred

from crawler_filter.net.robots_cache import MAX_AGE
from crawler_filter.signals.response import Response as Answer
from crawler_filter.signals.robots.robots_txt import RobotsTxt

ASKED_OF: Final = "optout_robots_of"
"""The key of `request.meta` that names the host whose robots.txt is asked for. Redirects and retries keep it."""

SITES: Final = 10_000
"""Hosts whose robots.txt is kept."""

_DEFAULT_PORTS: Final = {"http": ":80", "https": ":443"}


class _Kept(NamedTuple):
    robots: RobotsTxt
    until: float


class SiteRobots:
    """Keeps and fetches robots.txt by host. `clock` counts seconds."""

    def __init__(self, crawler: Crawler, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._crawler = crawler
        self._fetches = crawler.settings.getbool("OPTOUT_FETCH_ROBOTS", True)
        self._clock = clock
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._asked: set[str] = set()
        self._waiting: dict[str, list[Deferred[None]]] = {}
        self._answers: dict[str, Response] = {}

    def known(self, url: str) -> RobotsTxt | None:
        """Return the rules of the host of `url`, None where nobody has asked for them in the last day."""
        kept = self._kept.get(host_of(url))
        return kept.robots if kept is not None and self._clock() < kept.until else None

    def note_request(self, request: Request) -> Response | None:
        """Mark a request that asks for robots.txt on behalf of the crawl, and return its answer if it is there.

        Scrapy's own is told by how it is made. An address of a page that ends in `/robots.txt` is a page.
        """
        if ASKED_OF not in request.meta and _is_scrapys_own(request):
            host = host_of(request.url)
            request.meta[ASKED_OF] = host
            self._asked.add(host)
            return self._answers.pop(host, None)
        return None

    def keep(self, host: str, response: Response) -> None:
        """Keep what a host answered, after redirects."""
        lines = tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        )
        self._keep(host, RobotsTxt.from_response(Answer(response.url, response.status, lines, response.body)))

    def keep_failure(self, host: str, reason: str) -> None:
        """Keep that a host could not be asked."""
        self._keep(host, RobotsTxt.not_reached(f"robots.txt of {host} could not be fetched: {reason}"))

    async def require(self, request: Request) -> None:
        """Ask for the rules of a request's host if nobody has, and wait for them."""
        host = host_of(request.url)
        if self.known(request.url) is not None:
            return
        if host in self._asked:  # by Scrapy, whose middleware has waited for the answer and got none
            self.keep_failure(host, "nothing answered")
        elif host in self._waiting:
            turn: Deferred[None] = Deferred()
            self._waiting[host].append(turn)
            await maybe_deferred_to_future(turn)
        elif self._fetches:
            await self._fetch(host, request.url)

    async def _fetch(self, host: str, url: str) -> None:
        self._waiting[host] = []
        parts = urlsplit(url)
        meta = {ASKED_OF: host, "dont_obey_robotstxt": True, "allow_offsite": True}
        address = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/robots.txt"
        reason = "nothing answered"
        question = Request(address, priority=1000, meta=meta, callback=NO_CALLBACK)
        try:
            self._answers[host] = await _download(self._crawler, question)
        except Exception as error:  # whatever a handler or a middleware raises, there is no file
            reason = f"{type(error).__name__}: {error}"[:200]
        finally:
            if self.known(url) is None:
                self.keep_failure(host, reason)
            if not self._crawler.settings.getbool("ROBOTSTXT_OBEY"):
                self._answers.pop(host, None)  # nobody else asks
            for turn in self._waiting.pop(host):
                turn.callback(None)

    def _keep(self, host: str, robots: RobotsTxt) -> None:
        self._asked.discard(host)
        self._kept[host] = _Kept(robots, self._clock() + MAX_AGE.total_seconds())
        self._kept.move_to_end(host)
        while len(self._kept) > SITES:
            self._answers.pop(self._kept.popitem(last=False)[0], None)
        if self._crawler.stats is not None:
            outcome = "not_reached" if robots.unreachable else "read"
            self._crawler.stats.inc_value(f"optout/robots_txt/{outcome}")


def host_of(url: str) -> str:
    """Return the host and port of a URL; one of the scheme's own port is the host alone."""
    parts = urlsplit(url)
    return parts.netloc.rpartition("@")[2].lower().removesuffix(_DEFAULT_PORTS.get(parts.scheme, ""))


def _is_scrapys_own(request: Request) -> bool:
    parts = urlsplit(request.url)
    is_question = (parts.path, parts.query) == ("/robots.txt", "") and request.meta.get("dont_obey_robotstxt")
    return bool(is_question) and request.callback is NO_CALLBACK and not request.meta.get("redirect_urls")


async def _download(crawler: Crawler, request: Request) -> Response:
    engine: Any = crawler.engine
    if hasattr(engine, "download_async"):  # Scrapy 2.14
        answer: Response = await engine.download_async(request)
        return answer
    return await maybe_deferred_to_future(engine.download(request))
