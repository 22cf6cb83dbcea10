"""HTTP clients, crawlers and a browser, behind a proxy that answers for every host: one address is not asked for."""

import asyncio
import os
import shutil
from datetime import timedelta
from typing import Any

from .given import FREE, RESERVED, URLS, Given, require


def aiohttp(given: Given) -> None:
    import aiohttp

    from crawler_filter.integrations.aiohttp import ExcludedRequestError, OptOutMiddleware

    async def run() -> None:
        async with aiohttp.ClientSession(middlewares=(OptOutMiddleware(given.opened()),)) as session:
            async with session.get(FREE, proxy=given.proxy) as response:
                require(await response.read(), b"<p>free")
            try:
                await session.get(RESERVED, proxy=given.proxy)
            except ExcludedRequestError as error:
                require(error.decision.reason.value, "registry.domain")
            else:
                raise SystemExit("what is reserved was asked for")

    asyncio.run(run())


def crawlee(given: Given) -> None:
    from crawlee import ConcurrencySettings
    from crawlee.configuration import Configuration
    from crawlee.crawlers import HttpCrawler
    from crawlee.http_clients import ImpitHttpClient
    from crawlee.storage_clients import MemoryStorageClient
    from crawlee.storages import RequestQueue

    from crawler_filter.integrations.crawlee import OptOutHttpClient

    handled: list[str] = []
    skipped: list[str] = []
    inner = ImpitHttpClient(follow_redirects=False, proxy=given.proxy)
    client = OptOutHttpClient(given.opened(), inner, on_skipped=lambda url, _: skipped.append(url))

    async def run() -> None:
        queue = await RequestQueue.open(alias="smoke", storage_client=MemoryStorageClient())
        crawler = HttpCrawler(
            http_client=client, request_manager=queue, configure_logging=False, request_handler_timeout=timedelta(seconds=20),
            concurrency_settings=ConcurrencySettings(desired_concurrency=1, max_concurrency=1),
            # Crawlee starts nothing while the machine is busy with anything else
            configuration=Configuration(purge_on_start=True, max_used_cpu_ratio=1, max_event_loop_delay=timedelta(minutes=1)),
        )  # fmt: skip

        @crawler.router.default_handler
        async def handle(context: Any) -> None:
            handled.append(context.request.url)

        await crawler.run(URLS)

    asyncio.run(run())
    require((handled, skipped), ([FREE], [RESERVED]))


def httpx(given: Given) -> None:
    import httpx

    from crawler_filter.integrations.httpx import ExcludedRequestError, OptOutTransport

    transport = OptOutTransport(given.opened(), httpx.HTTPTransport(proxy=httpx.Proxy(given.proxy)))
    with httpx.Client(transport=transport) as client:
        require(client.get(FREE).content, b"<p>free")
        try:
            client.get(RESERVED)
        except ExcludedRequestError as error:
            require(error.decision.reason.value, "registry.domain")
        else:
            raise SystemExit("what is reserved was asked for")


def playwright(given: Given) -> None:
    from playwright.async_api import Error, async_playwright

    from crawler_filter.integrations.playwright import Route

    path = shutil.which("chromium")
    if path is None:
        raise SystemExit("Chromium (Debian package chromium) is not installed")

    async def run() -> list[str]:
        seen = []
        async with async_playwright() as started:
            arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
            browser = await started.chromium.launch(
                executable_path=path, args=arguments, proxy={"server": given.proxy}
            )
            context = await browser.new_context()
            await context.route("**/*", Route(given.opened()))
            for url in URLS:
                page = await context.new_page()
                try:
                    await page.goto(url)
                    seen.append(page.url)
                except Error as error:
                    seen.append("blocked" if "ERR_BLOCKED_BY_CLIENT" in str(error) else str(error))
            await browser.close()
        return seen

    require(asyncio.run(run()), [FREE, "blocked"])


def scrapy(given: Given) -> None:
    from scrapy import Request, Spider
    from scrapy.crawler import CrawlerProcess

    class Visitor(Spider):
        name = "visitor"

        async def start(self) -> Any:
            for url in URLS:
                yield Request(url, meta={"proxy": given.proxy})

        def parse(self, response: Any) -> None:
            self.crawler.stats.inc_value("parsed/" + response.url)

    settings = {
        "ADDONS": {"crawler_filter.integrations.scrapy.OptOutAddon": 90},
        "OPTOUT_SNAPSHOT": str(given.folder / "snapshot"),
        "OPTOUT_TRUST": str(given.folder / "trust"),
        "OPTOUT_CHECK_CONTENT": "digests",
        "OPTOUT_FETCH_ROBOTS": False,
        "TELNETCONSOLE_ENABLED": False,
        "LOG_LEVEL": "ERROR",
    }
    process = CrawlerProcess(settings)
    crawler = process.create_crawler(Visitor)
    process.crawl(crawler)
    process.start()
    found = crawler.stats.get_stats()
    require((found.get("parsed/" + FREE), found.get("parsed/" + RESERVED)), (1, None))
    require(found.get("optout/request/excluded"), 1)
