"""A handler for `urllib.request` that asks the filter before every request, each hop of a redirect included.

    opener = urllib.request.build_opener(OptOutHandler(optout))

For code that downloads as img2dataset does. With `content` bodies are read at once and compared with registered
works.
"""

from io import BytesIO
from typing import Any
from urllib.error import URLError
from urllib.request import BaseHandler, Request
from urllib.response import addinfourl

from crawler_filter.decision import Decision
from crawler_filter.filter import Filter
from crawler_filter.integrations.gate import Gate, is_redirect
from crawler_filter.integrations.summary import Summary

__all__ = ["ExcludedRequestError", "OptOutHandler"]


class ExcludedRequestError(URLError):
    """The request was not sent, or its answer is not passed on: the policy does not keep what it brings."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(decision.summary())
        self.decision = decision


class OptOutHandler(BaseHandler):
    """Raises ExcludedRequestError in place of what is not kept, NotCheckedError while nothing can be checked."""

    handler_order = 490
    """Before `HTTPErrorProcessor`, which turns answers into redirects and errors."""

    def __init__(self, optout: Filter, *, content: bool = False) -> None:
        self._gate = Gate(optout, _excluded)
        self._content = content

    @property
    def summary(self) -> Summary:
        """Return what became of the requests."""
        return self._gate.summary

    def http_request(self, request: Request) -> Request:
        """Ask before the request is sent."""
        self._gate.before(request.full_url)
        return request

    def http_response(self, request: Request, response: Any) -> Any:
        """Ask again with what is answered."""
        if is_redirect(response.status, response.headers):
            return response
        body = response.read() if self._content else None
        try:
            self._gate.after(request.full_url, response.status, response.headers, body)
        except BaseException:
            response.close()
            raise
        return response if body is None else _again(response, body)

    https_request = http_request
    https_response = http_response


def _again(response: Any, body: bytes) -> Any:
    """Return an answer whose body can be read once more."""
    answer: Any = addinfourl(BytesIO(body), response.headers, response.url, response.status)
    answer.msg = response.msg
    response.close()
    return answer


def _excluded(decision: Decision, _url: str) -> Exception:
    return ExcludedRequestError(decision)
