"""What a crawl tells of the add-on's work: stats, one line for each exclusion, a report file, signals."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from scrapy import Request
from scrapy.crawler import Crawler

from crawler_filter.decision import Decision, SnapshotId
from crawler_filter.filter import Filter
from crawler_filter.formats.written_hosts import written_host
from crawler_filter.integrations.removed import RemovedWriter
from crawler_filter.integrations.scrapy.options import Options
from crawler_filter.integrations.summary import Summary

request_excluded: Final = object()
"""Signal sent for each exclusion, with `request`, `decision` and `spider`."""

snapshot_changed: Final = object()
"""Signal sent when a newer snapshot answers, with `old` and `new` as `SnapshotId`."""

PROBE: Final = "https://example.invalid/"
"""An address that nobody can reserve."""

_LOG: Final = logging.getLogger("crawler_filter.integrations.scrapy")


class Journal:
    """Keeps the books of one crawl. `clock` counts seconds."""

    def __init__(
        self,
        crawler: Crawler,
        optout: Filter,
        options: Options,
        *,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.summary = Summary.of(optout.policy)
        self.items = Summary.of(optout.policy)
        """What the item pipeline has asked about: addresses, files and items."""
        self._crawler = crawler
        self._optout = optout
        self._options = options
        self._clock = clock
        self._seconds = 0.0
        self._hosts: set[str] = set()
        self._last: SnapshotId | None = None
        self._report: RemovedWriter | None = None
        self._files = ExitStack()

    def open(self) -> None:
        """Say what is checked, and open the report."""
        _LOG.info("%s", self._standing())
        if self._options.report:
            spider = self._crawler.spider
            now = datetime.now(tz=UTC).strftime("%Y-%m-%dT%H-%M-%S")
            path = self._options.report % {"name": spider.name if spider else "spider", "time": now}
            self._open_report(Path(path.removeprefix("file://")))

    def _open_report(self, path: Path) -> None:
        """Open a report that goes on where an earlier crawl has left it, as Scrapy's own feeds do."""
        file = self._files.enter_context(path.open("ab", buffering=0))
        if file.tell():
            _LOG.warning(
                "%s has exclusions of an earlier crawl, and those of this one follow: write %%(time)s in"
                " OPTOUT_REPORT for a file of each crawl",
                path,
            )
        self._report = RemovedWriter(file)

    def close(self) -> None:
        """Say what was excluded, and close the report."""
        _LOG.info("%s", f"{self.summary}; in items {self.items}" if self.items.checked else self.summary)
        self._set("seconds", round(self._seconds, 3))
        self._files.close()

    def count(self, name: str, amount: int = 1) -> None:
        """Add to a stat below `optout/`."""
        if self._crawler.stats is not None:
            self._crawler.stats.inc_value(f"optout/{name}", amount)

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Count the seconds that something takes."""
        start = self._clock()
        try:
            yield
        finally:
            self._seconds += self._clock() - start

    def note(self, decision: Decision, request: Request, stage: str) -> None:
        """Count one decision of a stage, `request` or `response`."""
        self.summary.add(decision, request.url)
        self.count(f"{stage}/checked")
        self.count(f"{stage}/{'kept' if decision.keep else 'excluded'}")
        if decision.snapshot is not self._last:
            self._note_snapshot(decision.snapshot)
        if not decision.would_keep:
            self.tell(decision, request)

    def note_item(self, decision: Decision, url: str | None) -> None:
        """Count one decision of the item pipeline; what has no address is told with an empty one."""
        self.items.add(decision, url)
        self.count("item/checked")
        if not decision.keep:
            self.count("item/excluded")
        if not decision.would_keep:
            self.tell(decision, Request(url or "data:,"))

    def tell(self, decision: Decision, request: Request) -> None:
        """Count, log and report an exclusion, or what would be one outside audit mode."""
        self.count(f"{'would_exclude' if decision.keep else 'excluded'}/{decision.reason}")
        host = written_host(request.url)
        is_new = host not in self._hosts
        if is_new and len(self._hosts) < 1_000_000:
            self._hosts.add(host)
            self._set("domains_excluded", len(self._hosts))
        if is_new or self._options.logged_once == "url":
            level = logging.getLevelName(self._options.log_level)
            verb = "Would exclude" if decision.keep else "Excluded"
            _LOG.log(level, "%s (%s) %s: %s", verb, decision.reason, request, decision.summary())
        if self._report is not None:
            self._report.write(decision, url=request.url)
        if not decision.keep:
            self._send(request_excluded, request=request, decision=decision)

    def _note_snapshot(self, snapshot: SnapshotId | None) -> None:
        old, self._last = self._last, snapshot
        if snapshot is None:
            return
        self._set("snapshot/sequence", snapshot.sequence)
        if old is not None and old != snapshot:
            _LOG.info("the opt-out snapshot is now %s of %s", snapshot.sequence, snapshot.origin)
            self._send(snapshot_changed, old=old, new=snapshot)

    def _send(self, signal: object, **about: object) -> None:
        self._crawler.signals.send_catch_log(signal, spider=self._crawler.spider, **about)

    def _set(self, name: str, value: object) -> None:
        if self._crawler.stats is not None:
            self._crawler.stats.set_value(f"optout/{name}", value)

    def _standing(self) -> str:
        options, policy = self._options, self._optout.policy
        read = ", ".join(sorted(options.signals)) or "none"
        missing = "; ".join(self._optout.missing_extras)
        return (
            f"opt-out snapshot: {self._optout!r}; policy {policy.name}, mode {policy.mode};"
            f" signals read: {read}; content checked: {options.content}"
            + (f"; NOT checked for want of an extra: {missing}" if missing and options.content == "all" else "")
        )
