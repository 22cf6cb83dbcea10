"""What a crawl does while nothing can be checked: it stops, and what it was about to ask stays in the queue.

A request that cannot be checked goes back to the scheduler as it was; it is neither failed nor marked as seen. The
engine is paused, a sync is tried once, and if that does not help the spider is closed, which keeps the queue of a
crawl with JOBDIR on disk (`close`), or it waits for somebody's sync (`pause`).
"""

import logging
from typing import Any, Final

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.utils.defer import deferred_from_coro, maybe_deferred_to_future
from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThread

from crawler_filter.decision import Decision
from crawler_filter.errors import FilterError
from crawler_filter.filter import Filter
from crawler_filter.integrations.scrapy.journal import PROBE
from crawler_filter.integrations.scrapy.options import Options
from crawler_filter.reason import Reason

_LOG: Final = logging.getLogger("crawler_filter.integrations.scrapy")

CLOSED_FOR: Final = "optout_unavailable"
"""The reason that a spider is closed with."""


class Outage:
    """The pause of a crawl, and the requests that wait with it."""

    def __init__(self, crawler: Crawler, optout: Filter, options: Options) -> None:
        self._crawler = crawler
        self._optout = optout
        self._options = options
        self._waiting: list[Deferred[None]] = []
        self.holds = False
        self.given_up = False

    def postpone(self, request: Request, decision: Decision) -> Request:
        """Return the request for the scheduler to keep, and stop the crawl from taking others."""
        self.begin(decision)
        return request.replace(dont_filter=True)

    async def over(self, decision: Decision) -> None:
        """Wait until the outage ends, or is given up. For what does not come from the scheduler."""
        self.begin(decision)
        if self.holds and not self.given_up:
            turn: Deferred[None] = Deferred()
            self._waiting.append(turn)
            await maybe_deferred_to_future(turn)

    def begin(self, decision: Decision) -> None:
        """Pause the engine and look for a way out, unless that is being done."""
        if self.holds:
            return
        self.holds = True
        _LOG.error("nothing can be checked, the queue stays as it is: %s", decision.summary())
        engine: Any = self._crawler.engine
        engine.pause()
        deferred_from_coro(self._recover(decision)).addErrback(lambda failure: _LOG.error("%s", failure))

    async def _recover(self, decision: Decision) -> None:
        engine: Any = self._crawler.engine
        while not self._usable(decision) and not await self._synced(decision):
            if self._options.on_unavailable == "close":
                self.given_up = True
                self._wake()
                await engine.close_spider_async(reason=CLOSED_FOR)
                return
            await _seconds(self._options.retry_seconds)
            if engine.spider is None or not engine.running:
                break
        self.holds = False
        _LOG.info("checking goes on")
        engine.unpause()
        self._wake()

    async def _synced(self, decision: Decision) -> bool:
        try:
            await maybe_deferred_to_future(deferToThread(self._optout.sync))
        except FilterError as error:
            _LOG.warning("syncing did not help: %s", error)
        return self._usable(decision)

    def _usable(self, decision: Decision) -> bool:
        """Tell whether the filter answers; what an extra is missing for is not mended while a crawl runs."""
        return decision.reason is not Reason.UNCHECKED_EXTRA and not self._optout.check(PROBE).retry

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, []
        for turn in waiting:
            turn.callback(None)


async def _seconds(delay: float) -> None:
    from twisted.internet import reactor as installed  # noqa: PLC0415 - importing it chooses one

    reactor: Any = installed

    turn: Deferred[None] = Deferred()
    reactor.callLater(delay, turn.callback, None)
    await maybe_deferred_to_future(turn)
