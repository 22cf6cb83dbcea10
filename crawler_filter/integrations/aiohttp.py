"""A client middleware for aiohttp that asks the filter before every request, each hop of a redirect included.

    optout_middleware = OptOutMiddleware(optout)
    session = aiohttp.ClientSession(middlewares=(optout_middleware,))

aiohttp calls it for every hop. With `content` bodies are read at once and compared with registered works, in a
thread.
"""

import asyncio

from crawler_filter.decision import Decision
from crawler_filter.filter import Filter
from crawler_filter.integrations.gate import Gate, is_redirect
from crawler_filter.integrations.installed import installed
from crawler_filter.integrations.summary import Summary

with installed("aiohttp"):
    import aiohttp
    from aiohttp import ClientHandlerType, ClientRequest, ClientResponse
    from aiohttp.base_protocol import BaseProtocol

__all__ = ["ExcludedRequestError", "OptOutMiddleware"]


class ExcludedRequestError(aiohttp.ClientError):
    """The request was not sent, or its answer is not passed on: the policy does not keep what it brings."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(decision.summary())
        self.decision = decision


class OptOutMiddleware:
    """Raises ExcludedRequestError in place of what is not kept, NotCheckedError while nothing can be checked."""

    def __init__(self, optout: Filter, *, content: bool = False) -> None:
        self._gate = Gate(optout, _excluded)
        self._content = content

    @property
    def summary(self) -> Summary:
        """Return what became of the requests."""
        return self._gate.summary

    async def __call__(self, request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        """Ask, send, and ask again with what is answered."""
        url = str(request.url)
        self._gate.before(url)
        response = await handler(request)
        if is_redirect(response.status, response.headers):
            return response
        answered = url, response.status, response.headers
        try:
            if self._content:
                body = await response.read()
                response.content = _again(body)
                await asyncio.to_thread(self._gate.after, *answered, body)
            else:
                self._gate.after(*answered)
        except BaseException:
            response.close()
            raise
        return response


def _again(body: bytes) -> aiohttp.StreamReader:
    """Return a stream of what was read: whoever asked may read it in pieces."""
    loop = asyncio.get_running_loop()
    stream = aiohttp.StreamReader(BaseProtocol(loop), max(len(body), 1), loop=loop)
    stream.feed_data(body)
    stream.feed_eof()
    return stream


def _excluded(decision: Decision, _url: str) -> Exception:
    return ExcludedRequestError(decision)
