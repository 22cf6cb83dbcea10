"""A real browser whose every request passes the filter."""

import asyncio
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from crawler_filter import NotCheckedError
from tests.conftest import require_system
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
from tests.simulators.names_on_loopback import HOP, NamesOnLoopback, hop

pytest.importorskip("playwright.async_api", reason="playwright is not installed")
pytestmark = pytest.mark.browser


@pytest.fixture
def site() -> Iterator[NamesOnLoopback]:
    with NamesOnLoopback() as site:
        yield site


def launching(site: NamesOnLoopback) -> dict[str, Any]:
    path = shutil.which("chromium") or "/usr/bin/chromium"
    require_system(Path(path).exists(), "Chromium (Debian package chromium)")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": path, "args": sandbox, "proxy": {"server": site.url}}


def visit(site: NamesOnLoopback, route: Any, *urls: str) -> list[str]:
    """Open pages one after the other; return for each its address, or the error."""
    from playwright.async_api import Error, async_playwright

    async def run() -> list[str]:
        seen = []
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(**launching(site))
            context = await browser.new_context()
            await context.route("**/*", route)
            for url in urls:
                page = await context.new_page()
                try:
                    await page.goto(url)
                    await page.wait_for_url(lambda at: HOP not in at)
                    seen.append(page.url)
                except Error as error:
                    seen.append(str(error).partition(" at ")[0].removeprefix("Page.goto: "))
            await browser.close()
        return seen

    return asyncio.run(run())


def test_what_is_reserved_is_not_loaded_on_any_hop_nor_passed_on(site: NamesOnLoopback) -> None:
    from crawler_filter.integrations.playwright import Route

    free, told = "http://free.example.com", []
    route = Route(filter_of(Clock(), ENFORCING), content=True, on_excluded=lambda url, _: told.append(url))
    blocked = "net::ERR_BLOCKED_BY_CLIENT"
    pages = [FREE, RESERVED, hop(free, f"{free}/b"), hop(free, RESERVED), f"{free}/noai", f"{free}/work"]
    assert visit(site, route, *pages) == [FREE, blocked, f"{free}/b", blocked, blocked, blocked]
    assert told == [RESERVED, RESERVED, f"{free}/noai", f"{free}/work"]
    assert "reserved.example.com" not in site.hosts()
    assert dict(route.summary.reasons) == {"registry.domain": 2, "signal.headers": 1, "registry.digest": 1}


def test_audit_mode_loads_everything_and_counts(site: NamesOnLoopback) -> None:
    from crawler_filter.integrations.playwright import Route

    route = Route(filter_of(Clock(), AUDITING))
    assert visit(site, route, RESERVED) == [RESERVED]
    assert route.summary.reasons["registry.domain"] >= 1


def test_where_nothing_can_be_checked_nothing_is_loaded_and_it_says_so(site: NamesOnLoopback) -> None:
    from crawler_filter.integrations.playwright import Route

    clock = Clock()
    clock.now += 8 * 86_400
    route = Route(filter_of(clock, ENFORCING))
    assert visit(site, route, FREE) == ["net::ERR_BLOCKED_BY_CLIENT"]
    assert route.failed is not None
    assert route.failed.retry
    assert route.summary.excluded == 0


def test_a_snapshot_that_grows_too_old_in_mid_run_stops_loading_and_excludes_nothing(
    site: NamesOnLoopback,
) -> None:
    from crawler_filter.integrations.playwright import Route

    clock = Clock()
    route = Route(filter_of(clock, ENFORCING))

    async def ages(routed: Any) -> None:
        await route(routed)
        clock.now += 8 * 86_400

    assert visit(site, ages, FREE, "http://free.example.com/b") == [FREE, "net::ERR_BLOCKED_BY_CLIENT"]
    assert site.asked == [FREE]
    assert route.failed is not None
    assert (route.stopped, route.summary.checked, route.summary.excluded) == (None, 1, 0)


def test_a_missing_extra_stops_loading_and_says_so(site: NamesOnLoopback, monkeypatch: pytest.MonkeyPatch) -> None:
    from crawler_filter.integrations.playwright import Route

    site.picture = encoded(OTHER)
    lack_pillow(monkeypatch)
    route = Route(filter_of(Clock(), ENFORCING, pictured()), content=True)
    assert visit(site, route, "http://free.example.com/picture") == ["net::ERR_BLOCKED_BY_CLIENT"]
    assert route.failed is not None
    assert "install training-optout[media]" in route.failed.summary()
    assert route.summary.excluded == 0


def test_what_cannot_be_reached_fails_at_once_as_without_a_filter(site: NamesOnLoopback) -> None:
    from playwright.async_api import Error

    from crawler_filter.integrations.playwright import Route

    class Unreachable:
        """A request whose host does not answer, and whose page may be closed by then."""

        def __init__(self, *, is_closed: bool) -> None:
            self.request, self.ended, self._is_closed = _Asked(FREE), [], is_closed

        async def fetch(self, **_: Any) -> None:
            raise Error("net::ERR_NAME_NOT_RESOLVED")

        async def abort(self, why: str) -> None:
            self.ended.append(why)
            if self._is_closed:
                raise Error("Target page, context or browser has been closed")

    route = Route(filter_of(Clock(), ENFORCING))
    for is_closed in (False, True):
        request = Unreachable(is_closed=is_closed)
        asyncio.run(route(request))
        assert request.ended == ["failed"]
    route.require_checked()
    assert (route.stopped, route.failed, route.summary.checked) == (None, None, 0)


class _Asked:
    """A page that is asked for."""

    parent_frame = None

    def __init__(self, url: str) -> None:
        self.url, self.frame = url, self

    def is_navigation_request(self) -> bool:
        return True


def test_a_page_of_the_other_api_fails_with_its_name(site: NamesOnLoopback) -> None:
    from crawler_filter.integrations.playwright import Route

    ended = []
    request = SimpleNamespace(fetch=lambda **_: None, abort=ended.append, request=_Asked(FREE))
    with pytest.raises(
        TypeError, match=r"for playwright\.async_api, and this page is one of playwright\.sync_api"
    ):
        Route(filter_of(Clock(), ENFORCING))(request)
    assert ended == ["failed"]


PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "crawler" / "playwright.md"


def test_the_visit_of_the_manual_tells_excluded_from_failed_and_from_not_checked(site: NamesOnLoopback) -> None:
    from playwright.async_api import Error, async_playwright

    clock = Clock()
    shown: dict[str, Any] = {"optout": filter_of(clock, ENFORCING)}
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    exec(blocks[1], shown)

    async def run() -> None:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(**launching(site))
            page = await (await shown["guarded"](browser)).new_page()
            assert await shown["visit"](page, FREE)
            assert not await shown["visit"](page, RESERVED)
            site.server.shutdown()
            site.server.server_close()
            with pytest.raises(Error, match="ERR_FAILED"):
                await shown["visit"](page, FREE)
            clock.now += 8 * 86_400
            with pytest.raises(NotCheckedError, match="sync a newer one"):
                await shown["visit"](page, FREE)
            await browser.close()

    asyncio.run(run())


def test_scrapy_playwright_is_told_which_requests_to_abort(site: NamesOnLoopback) -> None:
    from crawler_filter.integrations.playwright import abort_request

    is_aborted = abort_request(filter_of(Clock(), ENFORCING))

    async def as_scrapy_playwright_does(routed: Any) -> None:
        await (routed.abort() if is_aborted(routed.request) else routed.continue_())

    assert visit(site, as_scrapy_playwright_does, FREE, RESERVED) == [FREE, "net::ERR_FAILED"]
    assert site.hosts() == ["free.example.com"]


def crawl(
    site: NamesOnLoopback, *urls: str, clock: Clock, content: bool = False, more: Any = ()
) -> dict[str, Any]:
    """Crawl by Crawlee's own browser crawler."""
    crawlers = pytest.importorskip("crawlee.crawlers", reason="the crawlee extra is not installed")
    from crawlee import ConcurrencySettings
    from crawlee.storage_clients import MemoryStorageClient
    from crawlee.storages import RequestQueue

    from crawler_filter.integrations.crawlee import guard_pages

    skipped: list[str] = []
    handled: list[str] = []

    async def run() -> dict[str, Any]:
        queue = await RequestQueue.open(alias=str(id(handled)), storage_client=MemoryStorageClient())
        crawler = crawlers.PlaywrightCrawler(
            browser_type="chromium", browser_launch_options=launching(site), request_manager=queue, configure_logging=False,
            fingerprint_generator=None, concurrency_settings=ConcurrencySettings(desired_concurrency=1, max_concurrency=1),
        )  # fmt: skip
        optout = filter_of(clock, ENFORCING, *more)
        summary = guard_pages(crawler, optout, content=content, on_skipped=lambda url, _: skipped.append(url))

        @crawler.router.default_handler
        async def handle(context: Any) -> None:
            handled.append(context.page.url)

        await crawler.run(list(urls))
        kept = [await queue.get_request(url) for url in urls]
        left = [request.url for request in kept if request is not None and not request.was_already_handled]
        return {"handled": handled, "skipped": skipped, "left": left, "summary": summary}

    return asyncio.run(run())


def test_a_crawler_with_a_browser_skips_what_is_reserved_on_every_hop(
    site: NamesOnLoopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # where Crawlee keeps its statistics
    free = "http://free.example.com"
    crawled = crawl(site, FREE, RESERVED, hop(free, RESERVED), f"{free}/noai", clock=Clock())
    assert crawled["handled"] == [FREE]
    assert sorted(crawled["skipped"]) == sorted([RESERVED, RESERVED, f"{free}/noai"])
    assert crawled["left"] == []
    assert len(site.asked) == 3  # nothing was tried again


def test_a_crawler_with_a_browser_stops_where_nothing_can_be_checked_and_its_queue_stays(
    site: NamesOnLoopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    clock = Clock()
    clock.now += 8 * 86_400
    crawled = crawl(site, FREE, "http://free.example.com/b", clock=clock)
    assert (crawled["handled"], crawled["skipped"]) == ([], [])
    assert crawled["left"] == [FREE, "http://free.example.com/b"]
    assert site.asked == []
