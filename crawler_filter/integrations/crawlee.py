"""An HTTP client for Crawlee that asks the filter before every request, each hop of a redirect included.

    client = OptOutHttpClient(optout, ImpitHttpClient(follow_redirects=False))
    crawler = BeautifulSoupCrawler(http_client=client)

What is not kept is skipped as Crawlee skips a request, and is not retried. The client wrapped must not follow
redirects itself. A `PlaywrightCrawler` fetches with its browser: there it is `guard_pages(crawler, optout)`.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

from crawler_filter.decision import Decision
from crawler_filter.errors import NotCheckedError
from crawler_filter.filter import Filter
from crawler_filter.integrations.gate import Gate, is_redirect
from crawler_filter.integrations.installed import installed
from crawler_filter.integrations.summary import Summary

with installed("crawlee"):
    from crawlee import Request
    from crawlee.errors import ContextPipelineInterruptedError
    from crawlee.http_clients import HttpClient, HttpCrawlingResult, HttpResponse, ImpitHttpClient

if TYPE_CHECKING:
    from crawlee.crawlers import PlaywrightCrawler
    from playwright.async_api import Page

    from crawler_filter.integrations.playwright import Route

__all__ = ["ExcludedRequestError", "OptOutHttpClient", "guard_pages"]

_MOST_HOPS: Final = 20
_OF_ONE_SITE: Final = frozenset({"authorization", "cookie", "proxy-authorization"})


class ExcludedRequestError(ContextPipelineInterruptedError):
    """The request was skipped: the policy does not keep what it brings."""

    def __init__(self, decision: Decision, url: str) -> None:
        super().__init__(decision.summary())
        self.decision = decision
        self.url = url


class OptOutHttpClient(HttpClient):
    """Wraps a client. `on_skipped` is told of what is skipped.

    `on_unavailable` is called once when nothing can be checked: give it `crawler.stop`, and the queue stays.
    """

    def __init__(
        self,
        optout: Filter,
        inner: HttpClient | None = None,
        *,
        content: bool = False,
        on_skipped: Callable[[str, Decision], None] | None = None,
        on_unavailable: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        self._gate = Gate(optout, ExcludedRequestError)
        self._inner = inner or ImpitHttpClient(follow_redirects=False)
        self._content = content
        self._on_skipped = on_skipped
        self.on_unavailable = on_unavailable

    @property
    def summary(self) -> Summary:
        """Return what became of the requests."""
        return self._gate.summary

    async def crawl(self, request: Request, **options: Any) -> HttpCrawlingResult:
        """Fetch for a crawler, hop by hop. What cannot be checked goes back to the queue."""
        try:
            return await self._follow(request, **options)
        except NotCheckedError:
            request.retry_count -= 1  # so that giving it back costs it none of its tries
            raise

    async def _follow(self, request: Request, **options: Any) -> HttpCrawlingResult:
        hop = request
        for _ in range(_MOST_HOPS):
            self._told(self._gate.before, hop.url)
            result = await self._inner.crawl(hop, **options)
            response = result.http_response
            if not is_redirect(response.status_code, response.headers):
                await self._judge(hop.url, response)
                request.loaded_url = hop.url
                return result
            hop = _next(hop, response)
        raise RuntimeError(f"more than {_MOST_HOPS} redirects from {request.url}")

    async def send_request(self, url: str, **options: Any) -> HttpResponse:
        """Fetch for a handler, hop by hop."""
        for _ in range(_MOST_HOPS):
            self._told(self._gate.before, url)
            response = await self._inner.send_request(url, **options)
            if not is_redirect(response.status_code, response.headers):
                await self._judge(url, response)
                return response
            url = urljoin(url, response.headers["location"])
        raise RuntimeError(f"more than {_MOST_HOPS} redirects, the last to {url}")

    @asynccontextmanager
    async def stream(self, url: str, **options: Any) -> AsyncGenerator[HttpResponse, None]:
        """Fetch in pieces; a redirect is handed to the caller, and bodies are not looked at."""
        self._told(self._gate.before, url)
        async with self._inner.stream(url, **options) as response:
            if not is_redirect(response.status_code, response.headers):
                self._told(self._gate.after, url, response.status_code, response.headers)
            yield response

    async def cleanup(self) -> None:
        """Close the wrapped client."""
        await self._inner.cleanup()

    async def _judge(self, url: str, response: HttpResponse) -> None:
        answered = url, response.status_code, dict(response.headers)
        if self._content:
            await asyncio.to_thread(self._told, self._gate.after, *answered, await response.read())
        else:
            self._told(self._gate.after, *answered)

    def _told(self, judge: Callable[..., Decision], *known: Any) -> None:
        try:
            judge(*known)
        except ExcludedRequestError as error:
            if self._on_skipped is not None:
                self._on_skipped(error.url, error.decision)
            raise
        except NotCheckedError:
            if self.on_unavailable is not None:
                self.on_unavailable()
            raise


def guard_pages(
    crawler: "PlaywrightCrawler",
    optout: Filter,
    *,
    content: bool = False,
    on_skipped: Callable[[str, Decision], None] | None = None,
) -> Summary:
    """Ask the filter about everything that the pages of a crawler load; return the summary.

    A page that is not kept is skipped. When nothing can be checked the crawler stops, and the page goes back to
    its queue. `on_skipped` is told of pages and files.
    """
    from crawler_filter.integrations.playwright import Route  # noqa: PLC0415 - Crawlee does without

    summary = Summary.of(optout.policy)

    async def guard(context: Any) -> None:
        route = Route(optout, content=content, on_excluded=on_skipped)
        route.summary = summary
        await context.page.route("**/*", route)
        _judge_loading(context.page, context.request, route, crawler.stop)

    crawler.pre_navigation_hook(guard)
    return summary


def _judge_loading(page: "Page", request: Request, route: "Route", stop: Callable[[], object]) -> None:
    """Let a page whose loading has ended say what the route decided about it."""
    load = page.goto

    async def judged(url: str, **options: Any) -> Any:
        try:
            return await load(url, **options)
        finally:
            if route.failed is not None:
                request.retry_count -= 1
                stop()
                raise NotCheckedError(route.failed.summary())
            if route.stopped is not None:
                raise ExcludedRequestError(route.stopped, url)

    page.goto = judged  # type: ignore[method-assign]  # the one place where the crawler waits for the page


def _next(request: Request, response: HttpResponse) -> Request:
    url = urljoin(request.url, response.headers["location"])
    changes: dict[str, Any] = {"url": url}
    if response.status_code == 303 or (response.status_code in (301, 302) and request.method == "POST"):
        changes |= {"method": "GET", "payload": None}
    if urlsplit(url)[:2] != urlsplit(request.url)[:2]:
        kept = {name: value for name, value in request.headers.items() if name.lower() not in _OF_ONE_SITE}
        changes["headers"] = type(request.headers)(kept)
    return request.model_copy(update=changes)
