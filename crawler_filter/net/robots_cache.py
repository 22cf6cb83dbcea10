"""robots.txt for crawlers that have no cache of their own: fetched once a site, and kept for at most a day.

What RFC 9309 section 2.3.1 tells apart stays apart: a file that is absent forbids nothing, one that could not be
fetched forbids everything, and an answer is never made of an error for longer than `retry_after`.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol
from urllib.parse import urlsplit

from crawler_filter.errors import InvalidUrlError, TransportError
from crawler_filter.formats.urls import href
from crawler_filter.net.transport import RequestsTransport
from crawler_filter.signals.response import Response
from crawler_filter.signals.robots.lines import MAX_BYTES
from crawler_filter.signals.robots.robots_txt import RobotsTxt

MAX_AGE: Final = timedelta(hours=24)
"""How long a file may be used without asking again (RFC 9309 section 2.4)."""

SECONDS: Final = 15.0
"""How long one answer may take: redirects, headers and body together."""


class RobotsFetcher(Protocol):
    """The network that the cache needs: `RequestsTransport` is one."""

    def look(self, url: str, *, max_bytes: int, seconds: float) -> Response:
        """Return the answer to a GET of any status, complete within `seconds`. Raises TransportError."""


@dataclass(slots=True)
class _Kept:
    robots: RobotsTxt
    until: float


class RobotsCache:
    """Fetches and keeps the robots.txt of sites; may be shared by threads.

    `seconds` is the time that a site has for its whole answer, redirects included; past it the file counts as
    unreachable. `sites` is how many are kept, the least lately used being dropped first. `clock` counts seconds.
    """

    def __init__(
        self,
        *,
        transport: RobotsFetcher | None = None,
        seconds: float = SECONDS,
        max_age: timedelta = MAX_AGE,
        retry_after: timedelta = timedelta(minutes=5),
        sites: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not timedelta(0) < max_age <= MAX_AGE:
            raise ValueError(f"expected an age of more than nothing and at most {MAX_AGE}, got {max_age}")
        self._transport: RobotsFetcher = transport or RequestsTransport()
        self._seconds = seconds
        self._max_age = max_age.total_seconds()
        self._retry_after = retry_after.total_seconds()
        self._sites = sites
        self._clock = clock
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, url: str) -> RobotsTxt:
        """Return the rules of the site of `url`, fetched if need be; give it to `Filter.check(robots_txt=…)`.

        Never raises for what a site does. Raises InvalidUrlError for what is not an http or https URL.
        """
        site = _site(url)
        now = self._clock()
        with self._lock:
            kept = self._kept.get(site)
            if kept is not None and now < kept.until:
                self._kept.move_to_end(site)
                return kept.robots
        robots = self._fetch(f"{site}/robots.txt")
        seconds = self._retry_after if robots.unreachable else self._max_age
        with self._lock:
            self._kept[site] = _Kept(robots, now + seconds)
            self._kept.move_to_end(site)
            while len(self._kept) > self._sites:
                self._kept.popitem(last=False)
        return robots

    def _fetch(self, address: str) -> RobotsTxt:
        """Fetch one file. The transport follows five redirects; more are an error, and so is 429."""
        try:
            answer = self._transport.look(address, max_bytes=MAX_BYTES + 1, seconds=self._seconds)
        except TransportError as error:
            return RobotsTxt.not_reached(str(error))
        return RobotsTxt.from_response(answer)


def _site(url: str) -> str:
    parts = urlsplit(href(url))
    if not parts.netloc:
        raise InvalidUrlError("expected a URL with a host, got %(url)s", url=f"{url!r:.200}")
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
