"""Scrapy crawls of webs that are written down: `python -m … FOLDER TRUST < cases`, one JSON line a case.

A case has `web` (address → status, headers, type, body, or error), `start`, and `settings`. What is printed are the
addresses that were kept and excluded, every address that was asked for, in order, and what was logged. With
`ages_after` the snapshot is too old once so many addresses were asked for, with 0 when the first item is made, and with `recovers` it is new again after so many seconds. The modules in OPTOUT_TEST_LACKS are not there.
"""

import json
import logging
import os
import sys
import time
from collections.abc import Iterator
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.exceptions import DownloadFailedError
from scrapy.http import Response
from scrapy.responsetypes import responsetypes

from crawler_filter.integrations.scrapy import OptOutMiddleware, request_excluded
from tests.crawler_filter.integrations.clocks import with_clock


def age(crawler: Crawler) -> None:
    """Make the crawl's snapshot too old, until it recovers."""
    optout = crawler.get_downloader_middleware(OptOutMiddleware).optout
    old_until = time.monotonic() + (crawler.settings["RECOVERS"] or 3600)
    with_clock(optout, lambda: time.time() + (8 * 86_400 if time.monotonic() < old_until else 0))


class Web:
    """A download handler for http and https: answers from the settings, and writes down what was asked for."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        self.web = crawler.settings.getdict("WEB")
        self.asked = crawler.settings["ASKED"]
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Web":
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        self.asked.append(request.url)
        if len(self.asked) == self.crawler.settings["AGES_AFTER"]:
            age(self.crawler)
        answer = self.web.get(request.url, {"status": 404})
        if "error" in answer:
            raise DownloadFailedError(answer["error"])
        headers = [*answer.get("headers", ()), ("Content-Type", answer.get("type", "text/plain"))]
        body = bytes.fromhex(answer["hex"]) if "hex" in answer else answer.get("body", "").encode()
        kind = responsetypes.from_args(
            headers={b"Content-Type": answer.get("type", "text/plain").encode()}, body=body
        )
        return kind(
            request.url, status=answer.get("status", 200), headers=dict(headers), body=body, request=request
        )

    async def close(self) -> None:
        pass


class Visitor(Spider):
    """Asks for every address of the case and for nothing else."""

    name = "visitor"
    custom_settings = {"LOG_LEVEL": "WARNING"}  # noqa: RUF012 - Scrapy's own form

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "Visitor":
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.excluded, signal=request_excluded)
        crawler.signals.connect(spider.stored, signal=signals.item_scraped)
        crawler.signals.connect(spider.report, signal=signals.spider_closed)
        return spider

    async def start(self) -> Any:
        for url in self.settings.getlist("START"):
            meta = self.settings.getdict("META")
            yield Request(url, callback=self.parse, meta=meta, dont_filter=not self.settings["JOBDIR"])

    def parse(self, response: Response) -> Iterator[Any]:
        self.settings["KEPT"].append(response.request.url)
        if files := self.settings["FILES"]:
            if self.settings["AGES_AFTER"] == 0:
                age(self.crawler)
            yield ({} if self.settings["NO_URL"] else {"url": response.url}) | {"file_urls": list(files)}

    def excluded(self, request: Request) -> None:
        self.settings["EXCLUDED"].append(request.url)

    def stored(self, item: Any) -> None:
        self.settings["ITEMS"].append(
            {"file_urls": item["file_urls"], "files": [file["url"] for file in item["files"]]}
        )

    def report(self, reason: str) -> None:
        lists = ("kept", "excluded", "asked", "warned", "logged", "items")
        found = {name: list(self.settings[name.upper()]) for name in lists} | {"reason": reason}
        stats = {
            name: value
            for name, value in self.crawler.stats.get_stats().items()
            if name.startswith(("optout/", "scheduler/"))
        }
        sys.stdout.write(json.dumps({"case": self.settings["CASE"], **found, "stats": stats}) + "\n")


class Lines(logging.Handler):
    """Keeps what the add-on says, from some level on."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def main(folder: str, trust: str) -> None:
    process = CrawlerProcess({"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False})
    for name, case in json.load(sys.stdin).items():
        warned, logged = Lines(logging.WARNING), Lines(logging.DEBUG)
        for handler in (warned, logged):
            logging.getLogger("crawler_filter.integrations.scrapy").addHandler(handler)
        logging.getLogger("crawler_filter.integrations.scrapy").setLevel(logging.DEBUG)
        settings = {
            "ADDONS": {"crawler_filter.integrations.scrapy.OptOutAddon": 90},
            "OPTOUT_SNAPSHOT": folder,
            "OPTOUT_TRUST": trust,
            "DOWNLOAD_HANDLERS": {"http": Web, "https": Web},
            "USER_AGENT": "ExampleBot",
            "RETRY_TIMES": 1,
            "RETRY_PRIORITY_ADJUST": 0,
            "CONCURRENT_REQUESTS": 1 if case.get("in_turn", True) else 16,
            "WEB": case["web"], "START": case["start"], "META": case.get("meta", {}), "CASE": name,
            "KEPT": [], "EXCLUDED": [], "ASKED": [], "WARNED": warned.lines,
            "LOGGED": logged.lines, "ITEMS": [], "FILES": case.get("files"), "AGES_AFTER": case.get("ages_after"),
            "RECOVERS": case.get("recovers"), "NO_URL": case.get("no_url"),
            **case.get("settings", {}),
        }  # fmt: skip
        process.crawl(process.create_crawler(type("Visitor", (Visitor,), {"custom_settings": settings})))
    process.start()


if __name__ == "__main__":
    sys.modules.update(dict.fromkeys(os.environ.get("OPTOUT_TEST_LACKS", "").split(), None))  # type: ignore[arg-type]
    main(sys.argv[1], sys.argv[2])
