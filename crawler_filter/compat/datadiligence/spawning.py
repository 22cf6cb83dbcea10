"""The registry rule of datadiligence: asks a registry that speaks Spawning's wire format about many addresses.

`POST /api/v2/query/urls/`, one URL a line as text/plain; the answer is `{"urls": [{"url", "optOut", "optIn"}]}`.
Spawning's own registry has been off line since 2026 and needs a key; one of this project's needs none:

    SpawningAPI.SPAWNING_AI_API_URL = "https://registry.example/api/v2/query/urls/"
"""

import asyncio
import json
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Any, ClassVar, Final

from crawler_filter._version import __version__
from crawler_filter.compat.datadiligence.exceptions import SpawningAIAPIError, SpawningNoParam
from crawler_filter.compat.datadiligence.rule import BulkRule
from crawler_filter.errors import FilterError, HttpStatusError, TransportError
from crawler_filter.net.transport import RequestsTransport

SPAWNING: Final = "https://opts-api.spawningaiapi.com/api/v2/query/urls/"

_WORTH_RETRYING: Final = frozenset({429, 500, 502, 503, 504})
_MAX_ANSWER: Final = 64 << 20


class SpawningAPI(BulkRule):
    """Asks a registry. An address that its answer does not clear is not allowed.

    Args:
        user_agent: the User-Agent of the requests.
        chunk_size: addresses in one request, at most MAX_CHUNK_SIZE.
        timeout: seconds for one request.
        max_retries: how often a request is made again after a failure that may pass.
        max_concurrent_requests: requests at once, at most MAX_CONCURRENT_REQUESTS.
    """

    API_KEY_ENV_VAR: ClassVar[str] = "SPAWNING_OPTS_KEY"
    SPAWNING_AI_API_URL: ClassVar[str] = SPAWNING
    MAX_CHUNK_SIZE: ClassVar[int] = 10_000
    DEFAULT_TIMEOUT: ClassVar[int] = 20
    MAX_CONCURRENT_REQUESTS: ClassVar[int] = 10
    BACKOFF_SECONDS: ClassVar[float] = 0.1

    def __init__(
        self,
        user_agent: str | None = None,
        chunk_size: int | None = None,
        timeout: float | None = None,
        max_retries: int = 5,
        max_concurrent_requests: int | None = None,
    ) -> None:
        self.api_key = os.environ.get(self.API_KEY_ENV_VAR, "")
        self.user_agent = user_agent or f"crawler-filter/{__version__}"
        self.chunk_size = _within(chunk_size, self.MAX_CHUNK_SIZE)
        self.timeout = timeout if timeout is not None and timeout >= 0 else self.DEFAULT_TIMEOUT
        self.max_retries = max_retries
        self.max_concurrent_requests = _within(max_concurrent_requests, self.MAX_CONCURRENT_REQUESTS)

    def is_ready(self) -> bool:
        """Tell whether the registry can be asked: Spawning's own needs a key, any other may not."""
        return bool(self.api_key) or self.SPAWNING_AI_API_URL != SPAWNING

    def is_allowed(self, urls: Sequence[str] | None = None, url: str | None = None, **_: Any) -> list[bool]:
        """Return for each address whether it may be used. Raises SpawningNoParam, SpawningAIAPIError."""
        asked = [url] if urls is None and url is not None else urls
        if asked is None:
            raise SpawningNoParam
        with ThreadPoolExecutor(max_workers=self.max_concurrent_requests) as threads:
            return list(chain.from_iterable(threads.map(self._ask, self._chunk(asked))))

    def filter_allowed(self, urls: Sequence[str] | None = None, url: str | None = None, **_: Any) -> list[str]:
        """Return the addresses that may be used. Raises SpawningNoParam, SpawningAIAPIError."""
        allowed = self.is_allowed(urls, url)
        asked = [url] if urls is None and url is not None else urls or ()
        return [each for each, may in zip(asked, allowed, strict=True) if may]

    async def is_allowed_async(
        self, urls: Sequence[str] | None = None, url: str | None = None, **_: Any
    ) -> list[bool]:
        """Return the same without blocking an event loop."""
        return await asyncio.to_thread(self.is_allowed, urls, url)

    async def filter_allowed_async(
        self,
        urls: Sequence[str] | None = None,
        url: str | None = None,
        **_: Any,
    ) -> list[str]:
        """Return the same without blocking an event loop."""
        return await asyncio.to_thread(self.filter_allowed, urls, url)

    def _chunk(self, urls: Sequence[str]) -> Iterator[Sequence[str]]:
        for start in range(0, len(urls), self.chunk_size):
            yield urls[start : start + self.chunk_size]

    def _ask(self, urls: Sequence[str]) -> list[bool]:
        if not self.is_ready():
            raise SpawningAIAPIError(f"no key: set {self.API_KEY_ENV_VAR}, or SPAWNING_AI_API_URL to a registry")
        if any("\n" in url or "\r" in url for url in urls):
            raise SpawningAIAPIError("an address with a line break would be read as two")
        for attempt in range(self.max_retries + 1):
            try:
                return cleared(self._post(urls), urls)
            except TransportError as error:
                may_pass = not isinstance(error, HttpStatusError) or error.status in _WORTH_RETRYING
                if attempt == self.max_retries or not may_pass:
                    raise SpawningAIAPIError(str(error)) from error
                time.sleep(self.BACKOFF_SECONDS * 2**attempt)
            except (FilterError, ValueError) as error:
                raise SpawningAIAPIError(str(error)) from error
        raise SpawningAIAPIError("max_retries must not be negative")

    def _post(self, urls: Sequence[str]) -> bytes:
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        if self.api_key:
            headers["Authorization"] = f"API {self.api_key}"
        with RequestsTransport(user_agent=self.user_agent) as transport:
            body = "\n".join(urls).encode()
            return transport.post(
                self.SPAWNING_AI_API_URL, body, headers=headers, max_bytes=_MAX_ANSWER, seconds=self.timeout
            )


def cleared(answer: bytes, urls: Sequence[str]) -> list[bool]:
    """Return which of `urls` an answer clears; raises ValueError where it is none.

    Rows are found by their URL. Where a registry answers in its own spelling, its rows stand in the places of what
    was asked, but only if there are as many and those that can be recognised are where they belong.
    """
    value = json.loads(answer)
    rows = value.get("urls") if isinstance(value, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("the registry's answer is not a list of urls")
    by_url: dict[str, bool] = {}
    for row in rows:
        # of two rows about one address, the refusal stands
        by_url[str(row.get("url"))] = row.get("optOut") is False and by_url.get(str(row.get("url")), True)
    known = set(urls)
    in_place = len(rows) == len(urls) and all(
        row.get("url") == url or row.get("url") not in known for row, url in zip(rows, urls, strict=True)
    )
    by_place = [row.get("optOut") is False for row in rows] if in_place else [False] * len(urls)
    return [by_url.get(url, at_place) for url, at_place in zip(urls, by_place, strict=True)]


def _within(value: int | None, most: int) -> int:
    return value if value is not None and 0 < value <= most else most
