"""A real browser whose every request passes the filter."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import require_system
from tests.crawler_filter.integrations.test_http_clients import (
    AUDITING,
    ENFORCING,
    FREE,
    RESERVED,
    Clock,
    filter_of,
)
from tests.simulators.names_on_loopback import NamesOnLoopback

pytest.importorskip("playwright.async_api", reason="playwright is not installed")
pytestmark = pytest.mark.browser


@pytest.fixture
def site() -> Iterator[NamesOnLoopback]:
    with NamesOnLoopback() as site:
        yield site


def visit(site: NamesOnLoopback, route: Any, *urls: str) -> list[str]:
    """Open pages one after the other; return for each its address, or the error."""
    from playwright.async_api import Error, async_playwright

    path = shutil.which("chromium") or "/usr/bin/chromium"
    require_system(Path(path).exists(), "Chromium (Debian package chromium)")

    async def run() -> list[str]:
        seen = []
        async with async_playwright() as playwright:
            sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
            browser = await playwright.chromium.launch(
                executable_path=path, args=sandbox, proxy={"server": site.url}
            )
            context = await browser.new_context()
            await context.route("**/*", route)
            for url in urls:
                page = await context.new_page()
                try:
                    await page.goto(url)
                    await page.wait_for_url(lambda at: "/to?" not in at)
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
    pages = [FREE, RESERVED, f"{free}/to?{free}/b", f"{free}/to?{RESERVED}", f"{free}/noai", f"{free}/work"]
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
