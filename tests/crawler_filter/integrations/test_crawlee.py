"""Real crawls by Crawlee through the client that asks the filter."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler_filter import Policy
from tests.crawler_filter.checks.test_content import OTHER, encoded, pictured
from tests.crawler_filter.integrations.test_http_clients import (
    AUDITING,
    ENFORCING,
    FREE,
    RESERVED,
    Clock,
    filter_of,
    lack_pillow,
)
from tests.simulators.names_on_loopback import NamesOnLoopback, hop

crawlee = pytest.importorskip("crawlee", reason="the crawlee extra is not installed")


def crawl(
    site: NamesOnLoopback,
    *urls: str,
    policy: Policy = ENFORCING,
    age: float = 0,
    content: bool = True,
    more: Sequence[tuple[str, str]] = (),
) -> dict[str, Any]:
    from crawlee import ConcurrencySettings
    from crawlee.configuration import Configuration
    from crawlee.crawlers import HttpCrawler
    from crawlee.http_clients import ImpitHttpClient
    from crawlee.storage_clients import MemoryStorageClient
    from crawlee.storages import RequestQueue

    from crawler_filter.integrations.crawlee import OptOutHttpClient

    clock = Clock()
    clock.now += age
    skipped: list[str] = []
    inner = ImpitHttpClient(follow_redirects=False, proxy=site.url)
    client = OptOutHttpClient(
        filter_of(clock, policy, *more), inner, content=content, on_skipped=lambda url, _: skipped.append(url)
    )

    async def run() -> dict[str, Any]:
        handled: list[str] = []
        queue = await RequestQueue.open(alias=str(id(clock)), storage_client=MemoryStorageClient())
        crawler = HttpCrawler(
            http_client=client, request_manager=queue, configure_logging=False, concurrency_settings=ConcurrencySettings(desired_concurrency=1, max_concurrency=1), request_handler_timeout=timedelta(seconds=20),
            # Crawlee starts nothing while the machine is busy with anything else
            configuration=Configuration(purge_on_start=True, max_used_cpu_ratio=1, max_event_loop_delay=timedelta(minutes=1)),
        )  # fmt: skip
        client.on_unavailable = crawler.stop

        @crawler.router.default_handler
        async def handle(context: Any) -> None:
            handled.append(context.request.loaded_url)

        await crawler.run(list(urls))
        kept = [await queue.get_request(url) for url in urls]
        left = [request.url for request in kept if request is not None and not request.was_already_handled]
        return {
            "handled": handled,
            "skipped": skipped,
            "left": left,
            "summary": client.summary,
        }

    return asyncio.run(run())


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)  # where Crawlee keeps its statistics
    with NamesOnLoopback() as site:
        yield site


def test_what_is_reserved_is_skipped_on_every_hop_and_by_headers_and_content(site: NamesOnLoopback) -> None:
    free = "http://free.example.com"
    crawled = crawl(
        site, FREE, RESERVED, hop(free, RESERVED), f"{free}/noai", f"{free}/work", hop(free, f"{free}/b")
    )
    assert sorted(crawled["handled"]) == [FREE, f"{free}/b"]
    assert sorted(crawled["skipped"]) == sorted([RESERVED, RESERVED, f"{free}/noai", f"{free}/work"])
    assert "reserved.example.com" not in site.hosts()


def test_where_nothing_can_be_checked_the_crawler_stops_and_its_queue_stays(site: NamesOnLoopback) -> None:
    crawled = crawl(site, FREE, "http://free.example.com/b", age=8 * 86_400)
    assert (crawled["handled"], crawled["skipped"], crawled["left"]) == (
        [],
        [],
        [FREE, "http://free.example.com/b"],
    )
    assert crawled["summary"].excluded == 0
    assert site.asked == []


def test_a_missing_extra_stops_the_crawler_and_its_queue_stays(
    site: NamesOnLoopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.picture, pages = encoded(OTHER), ["http://free.example.com/picture", "http://free.example.com/b"]
    lack_pillow(monkeypatch)
    crawled = crawl(site, *pages, more=[pictured()])
    assert (crawled["handled"], crawled["skipped"]) == ([], [])
    assert crawled["left"] == pages


def test_audit_mode_hands_everything_on_and_counts(site: NamesOnLoopback) -> None:
    crawled = crawl(site, FREE, RESERVED, "http://free.example.com/noai", policy=AUDITING)
    assert sorted(crawled["handled"]) == sorted([FREE, RESERVED, "http://free.example.com/noai"])
    assert dict(crawled["summary"].reasons) == {"registry.domain": 1, "signal.headers": 1}
