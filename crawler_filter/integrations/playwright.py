"""A route for Playwright that asks the filter about everything a page loads, each hop of a redirect included.

    guard = Route(optout)
    await context.route("**/*", guard)

A file that a page loads belongs to the page too. The browser itself follows redirects without asking, so each
answer is fetched here, hop by hop, and handed to it: a page that was redirected is loaded anew at its address.
"""

import asyncio
import contextlib
import inspect
import json
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

from crawler_filter.decision import Decision
from crawler_filter.errors import NotCheckedError
from crawler_filter.filter import Filter
from crawler_filter.integrations.gate import is_redirect, require_checked
from crawler_filter.integrations.summary import Summary

if TYPE_CHECKING:
    from playwright.async_api import APIResponse, Request
    from playwright.async_api import Route as Routed

__all__ = ["Route", "abort_request"]

_BLOCKED: Final = "blockedbyclient"
_FAILED: Final = "failed"
_MOST_HOPS: Final = 20
_WEB: Final = ("http://", "https://")


class Route:
    """Aborts what is not kept (`net::ERR_BLOCKED_BY_CLIENT`); `on_excluded` is told of it.

    It is for `playwright.async_api`. While nothing can be checked everything is aborted and `failed` holds the
    decision: call `require_checked` after each page. `stopped` is the decision about the page that was opened
    last, as against the files that it loads, where it was not kept; None where it was, or failed by itself.
    """

    def __init__(
        self,
        optout: Filter,
        *,
        content: bool = False,
        on_excluded: Callable[[str, Decision], None] | None = None,
    ) -> None:
        self.summary = Summary.of(optout.policy)
        self.failed: Decision | None = None
        self.stopped: Decision | None = None
        self._optout = optout
        self._content = content
        self._on_excluded = on_excluded

    def require_checked(self) -> None:
        """Raise NotCheckedError where something could not be checked since this was made."""
        if self.failed is not None:
            raise NotCheckedError(self.failed.summary())

    def __call__(self, route: "Routed") -> Coroutine[Any, Any, None]:
        """Handle one request of the browser. Raises TypeError for one of `playwright.sync_api`."""
        if not inspect.iscoroutinefunction(route.fetch):
            route.abort(_FAILED)  # type: ignore[unused-coroutine]  # it is none there
            raise TypeError("Route is for playwright.async_api, and this page is one of playwright.sync_api")
        return self._handle_or_fail(route)

    async def _handle_or_fail(self, route: "Routed") -> None:
        """Handle a request; one that cannot be fetched fails, as it does without a filter."""
        from playwright.async_api import Error  # noqa: PLC0415 - the extra may be missing

        if _is_page(route.request):
            self.stopped = None
        try:
            await self._handle(route)
        except Error:
            with contextlib.suppress(Error):  # the page may be closed by now
                await route.abort(_FAILED)

    async def _handle(self, route: "Routed") -> None:
        request = route.request
        if not request.url.startswith(_WEB):
            await route.continue_()
        elif not self._keeps(request.url, request):
            await route.abort(_BLOCKED)
        else:
            await self._answer(route)

    async def _answer(self, route: "Routed") -> None:
        request, url = route.request, route.request.url
        response = await route.fetch(max_redirects=0)
        for _ in range(_MOST_HOPS):
            if not is_redirect(response.status, response.headers):
                break
            url = urljoin(url, response.headers["location"])
            if not self._keeps(url, request):
                await route.abort(_BLOCKED)
                return
            response = await route.fetch(url=url, max_redirects=0)
        if not await self._keeps_answer(url, request, response):
            await route.abort(_BLOCKED)
        elif url != request.url and request.is_navigation_request():
            moved = f"<!doctype html><script>location.replace({json.dumps(url)})</script>"
            await route.fulfill(body=moved, content_type="text/html")
        else:
            await route.fulfill(response=response)

    def _keeps(self, url: str, request: "Request") -> bool:
        decision = self._optout.check(url, **_page_of(request))
        return decision.keep or self._exclude(url, decision, request)

    async def _keeps_answer(self, url: str, request: "Request", response: "APIResponse") -> bool:
        known: dict[str, Any] = {"headers": _lines(response), "status": response.status, **_page_of(request)}
        if self._content:
            known["content"] = await response.body()
            decision = await asyncio.to_thread(self._optout.check, url, **known)
        else:
            decision = self._optout.check(url, **known)
        if not decision.retry or decision.keep:
            self.summary.add(decision, url)
        return decision.keep or self._exclude(url, decision, request, is_counted=True)

    def _exclude(self, url: str, decision: Decision, request: "Request", *, is_counted: bool = False) -> bool:
        """Tell of an exclusion; always False."""
        if decision.retry:
            self.failed = decision
            return False
        if not is_counted:
            self.summary.add(decision, url)
        if _is_page(request):
            self.stopped = decision
        if self._on_excluded is not None:
            self._on_excluded(url, decision)
        return False


def abort_request(optout: Filter) -> Callable[["Request"], bool]:
    """Return a test for scrapy-playwright's PLAYWRIGHT_ABORT_REQUEST, where True means that nothing is sent."""

    def is_aborted(request: "Request") -> bool:
        decision = optout.check(request.url, **_page_of(request)) if request.url.startswith(_WEB) else None
        return decision is not None and not require_checked(decision).keep

    return is_aborted


def _is_page(request: "Request") -> bool:
    return request.is_navigation_request() and request.frame.parent_frame is None


def _page_of(request: "Request") -> dict[str, Any]:
    """Return on which page a file was found; a page is found on none."""
    if request.is_navigation_request():
        return {}
    page = request.frame.url
    return {"found_on": page} if page.startswith(_WEB) else {}


def _lines(response: "APIResponse") -> list[tuple[str, str]]:
    return [(line["name"], line["value"]) for line in response.headers_array]
