"""A real Scrapy crawl of both sites through the add-on, in a process of its own. Prints one JSON line a URL."""

import json
import sys
from collections.abc import Iterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.http import Response, TextResponse
from scrapy.resolver import CachingThreadedResolver
from twisted.internet import defer

from crawler_filter import Decision, Finding
from crawler_filter.integrations.scrapy import request_excluded
from demo.sites import FANS, GALLERY


class LoopbackResolver(CachingThreadedResolver):
    """The demo's hosts live on this machine."""

    def getHostByName(self, name: str, timeout: Any = ()) -> Any:  # noqa: ARG002, N802 - Twisted's signature
        return defer.succeed("127.0.0.1")


class Visitor(Spider):
    """Follows every link and keeps what arrives."""

    name = "visitor"

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "Visitor":
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.excluded, signal=request_excluded)
        return spider

    def parse(self, response: Response) -> Iterator[Request]:
        """Report a kept page and follow its links."""
        report(response.url, keep=True, why="")
        if isinstance(response, TextResponse) and "html" in str(response.headers.get("Content-Type")):
            for link in response.css("a::attr(href)").getall():
                yield response.follow(link, callback=self.parse)

    def excluded(self, request: Request, decision: Decision) -> None:
        """Report what the add-on stopped."""
        speaking = (_told(finding) for finding in decision.findings if finding.decides)
        missing = (item.reason for item in decision.unavailable)
        report(request.url, keep=False, why="; ".join([*speaking, *missing]))


def _told(finding: Finding) -> str:
    member = finding.evidence.member if finding.evidence else None
    return f"{finding.rule} in {member}" if member else finding.rule


def report(url: str, *, keep: bool, why: str) -> None:
    print(json.dumps({"url": url, "keep": keep, "why": why}), flush=True)


def main(port: int, snapshot: str, trust: str) -> None:
    hosts = (GALLERY, FANS)
    starts = [
        f"http://{host}:{port}{path}"
        for host in hosts
        for path in ("/", "/press/")
        if (host, path) != (FANS, "/press/")
    ]
    settings = {
        "ADDONS": {"crawler_filter.integrations.scrapy.OptOutAddon": 90},
        "OPTOUT_SNAPSHOT": snapshot,
        "OPTOUT_TRUST": trust,
        "TWISTED_DNS_RESOLVER": LoopbackResolver,
        "LOG_LEVEL": "WARNING",
        "TELNETCONSOLE_ENABLED": False,
        "ROBOTSTXT_OBEY": False,
    }
    process = CrawlerProcess(settings)
    process.crawl(Visitor, start_urls=starts)
    process.start()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
