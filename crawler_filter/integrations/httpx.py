"""Transports for httpx that ask the filter before every request, each hop of a redirect included.

    client = httpx.Client(transport=OptOutTransport(optout))

httpx sends each hop through the transport. A response that is kept has its decision as
`response.extensions["optout"]`. With `content` bodies are read at once and compared with registered works.
"""

from functools import partial

from crawler_filter.decision import Decision
from crawler_filter.filter import Filter
from crawler_filter.integrations.gate import Gate, is_redirect
from crawler_filter.integrations.installed import installed
from crawler_filter.integrations.summary import Summary

with installed("httpx"):
    import anyio  # httpx is made of it: its users may run trio
    import httpx

__all__ = ["AsyncOptOutTransport", "ExcludedRequestError", "OptOutTransport"]


class ExcludedRequestError(httpx.RequestError):
    """The request was not sent, or its answer is not passed on: the policy does not keep what it brings."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(decision.summary())
        self.decision = decision


class OptOutTransport(httpx.BaseTransport):
    """Wraps another transport; raises ExcludedRequestError, or NotCheckedError while nothing can be checked."""

    def __init__(self, optout: Filter, inner: httpx.BaseTransport | None = None, *, content: bool = False) -> None:
        self._gate = Gate(optout, _excluded)
        self._inner = inner or httpx.HTTPTransport()
        self._content = content

    @property
    def summary(self) -> Summary:
        """Return what became of the requests."""
        return self._gate.summary

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Ask, send, and ask again with what is answered."""
        self._gate.before(str(request.url))
        response = self._inner.handle_request(request)
        if is_redirect(response.status_code, response.headers):
            return response
        try:
            body = None
            if self._content and not response.is_stream_consumed:
                response = _again(response, b"".join(response.iter_raw()))
                body = _again(response, response.stream).read()
            elif self._content:  # a transport that answers by itself has no stream
                body = response.read()
            decision = self._gate.after(str(request.url), response.status_code, response.headers, body)
        except BaseException:
            response.close()
            raise
        response.extensions = {**response.extensions, "optout": decision}
        return response

    def close(self) -> None:
        """Close the wrapped transport."""
        self._inner.close()


class AsyncOptOutTransport(httpx.AsyncBaseTransport):
    """The same for `httpx.AsyncClient`; bodies are checked in a thread."""

    def __init__(
        self, optout: Filter, inner: httpx.AsyncBaseTransport | None = None, *, content: bool = False
    ) -> None:
        self._gate = Gate(optout, _excluded)
        self._inner = inner or httpx.AsyncHTTPTransport()
        self._content = content

    @property
    def summary(self) -> Summary:
        """Return what became of the requests."""
        return self._gate.summary

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Ask, send, and ask again with what is answered."""
        url = str(request.url)
        self._gate.before(url)
        response = await self._inner.handle_async_request(request)
        if is_redirect(response.status_code, response.headers):
            return response
        answered = url, response.status_code, response.headers
        try:
            if self._content:
                if response.is_stream_consumed:  # a transport that answers by itself has no stream
                    body = await response.aread()
                else:
                    response = _again(response, b"".join([part async for part in response.aiter_raw()]))
                    body = await _again(response, response.stream).aread()
                decision = await anyio.to_thread.run_sync(partial(self._gate.after, *answered, body))
            else:
                decision = self._gate.after(*answered)
        except BaseException:
            await response.aclose()
            raise
        response.extensions = {**response.extensions, "optout": decision}
        return response

    async def aclose(self) -> None:
        """Close the wrapped transport."""
        await self._inner.aclose()


def _again(response: httpx.Response, body: bytes | httpx.SyncByteStream | httpx.AsyncByteStream) -> httpx.Response:
    """Return an answer of which nobody has read the body, as it was sent: whoever asked may read it in pieces."""
    stream = httpx.ByteStream(body) if isinstance(body, bytes) else body
    return httpx.Response(
        response.status_code, headers=response.headers, stream=stream, extensions=response.extensions
    )


def _excluded(decision: Decision, _url: str) -> Exception:
    return ExcludedRequestError(decision)
