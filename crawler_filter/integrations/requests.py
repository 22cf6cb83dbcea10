"""A `requests` adapter that asks the filter before every request, each hop of a redirect included.

    session = requests.Session()
    summary = mount(session, Filter.open("https://registry.example", trust="registry.policy", policy=...))

`requests` sends each redirect through the adapter again, so a harmless address that leads to a reserved one is
stopped at the reserved one. What an answer's headers reserve is not passed on. With `content` neither is a body
that is, or is like, a reserved work: then bodies are read at once, also where `stream=True` asks for less.
"""

from io import BytesIO
from typing import Any, Final

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse

from crawler_filter.decision import Decision
from crawler_filter.filter import Filter
from crawler_filter.integrations.gate import Gate
from crawler_filter.integrations.summary import Summary

_OF_THE_TRANSFER: Final = ("content-encoding", "content-length", "transfer-encoding")


class ExcludedRequestError(requests.RequestException):
    """The request was not sent, or its answer is not passed on: the policy does not keep what it brings."""

    def __init__(self, decision: Decision, request: requests.PreparedRequest | None = None) -> None:
        super().__init__(decision.summary(), request=request)
        self.decision = decision


class FilterAdapter(BaseAdapter):
    """Wraps another transport adapter; raises ExcludedRequestError in place of what is not kept.

    A response that is kept has its decision as `response.optout`. Raises NotCheckedError, which is no
    RequestException, while nothing can be checked.
    """

    def __init__(
        self,
        optout: Filter,
        inner: BaseAdapter | None = None,
        *,
        content: bool = False,
        gate: Gate | None = None,
    ) -> None:
        super().__init__()
        self._gate = gate or Gate(optout, _excluded)
        self._inner = inner or HTTPAdapter()
        self._content = content

    @property
    def summary(self) -> Summary:
        """Return what became of the requests."""
        return self._gate.summary

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """Ask, send, and ask again with what is answered."""
        url = request.url or ""
        try:
            self._gate.before(url)
            response = self._inner.send(request, *args, **options)
        except ExcludedRequestError as error:
            error.request = request
            raise
        if response.is_redirect:
            return response
        try:
            lines = _lines(response)
            streams = args[0] if args else options.get("stream")  # else `requests` itself reads it next
            body = _read(response, again=bool(streams)) if self._content else None
            decision = self._gate.after(url, response.status_code, lines, body)
        except BaseException as error:
            response.close()
            if isinstance(error, ExcludedRequestError):
                error.request = request
            raise
        response.optout = decision  # type: ignore[attr-defined]
        return response

    def close(self) -> None:
        """Close the wrapped adapter."""
        self._inner.close()

    def __getattr__(self, name: str) -> Any:
        """Answer what only the wrapped adapter knows, such as its `poolmanager` or `max_retries`."""
        if name.startswith("_"):  # it is asked before there is one, where this is copied
            raise AttributeError(name)
        return getattr(self._inner, name)


def _excluded(decision: Decision, _url: str) -> Exception:
    return ExcludedRequestError(decision)


def _read(response: requests.Response, *, again: bool) -> bytes:
    """Read a body, and put it back, unpacked, for whoever reads `response.raw` next."""
    body, raw = response.content, response.raw
    if again and isinstance(raw, HTTPResponse):
        headers = HTTPHeaderDict(raw.headers)
        for name in _OF_THE_TRANSFER:
            headers.discard(name)
        response.raw = HTTPResponse(
            BytesIO(body), headers, raw.status, raw.version, reason=raw.reason, preload_content=False,
            original_response=getattr(raw, "_original_response", None),
        )  # fmt: skip
    return body


def _lines(response: requests.Response) -> Any:
    """Return the header lines as they came: in `response.headers` the lines of one name are joined by commas."""
    return getattr(response.raw, "headers", None) or response.headers


def mount(session: requests.Session, optout: Filter, *, content: bool = False) -> Summary:
    """Put the filter before every http and https request of `session`, keeping its adapters underneath.

    An adapter that is mounted later, such as one that tries again, comes underneath as well.
    """
    gate, own = Gate(optout, _excluded), session.mount

    def guarded(prefix: str | bytes, adapter: BaseAdapter) -> None:
        own(prefix, FilterAdapter(optout, adapter, content=content, gate=gate))

    for prefix, adapter in list(session.adapters.items()):
        requests.Session.mount(session, prefix, FilterAdapter(optout, adapter, content=content, gate=gate))
    session.mount = guarded  # type: ignore[method-assign]
    return gate.summary
