"""A `requests` adapter that asks the filter before every request, each hop of a redirect included.

    session = requests.Session()
    mount(session, Filter.open("https://registry.example", trust="registry.policy", policy=...))

`requests` sends each redirect through the adapter again, so a harmless address that leads to a reserved one is
stopped at the reserved one. What an answer's headers reserve is not passed on; its body is the caller's to check.
"""

from typing import Any

import requests
from requests.adapters import BaseAdapter, HTTPAdapter

from crawler_filter.decision import Decision
from crawler_filter.filter import Filter


class ExcludedRequestError(requests.RequestException):
    """The request was not sent, or its answer is not passed on: the policy does not keep what it brings."""

    def __init__(self, decision: Decision, request: requests.PreparedRequest) -> None:
        super().__init__(decision.explain(), request=request)
        self.decision = decision


class FilterAdapter(BaseAdapter):
    """Wraps another transport adapter; raises ExcludedRequestError in place of what is not kept."""

    def __init__(self, optout: Filter, inner: BaseAdapter | None = None) -> None:
        super().__init__()
        self._optout = optout
        self._inner = inner or HTTPAdapter()

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:  # noqa: ANN401
        """Ask, send, and ask again with the answer's headers."""
        self._require_kept(self._optout.check(request.url), request)
        response = self._inner.send(request, *args, **options)
        if not response.is_redirect:
            decision = self._optout.check(request.url, headers=_lines(response), status=response.status_code)
            if not decision.keep:
                response.close()
            self._require_kept(decision, request)
        return response

    def _require_kept(self, decision: Decision, request: requests.PreparedRequest) -> None:
        if not decision.keep:
            raise ExcludedRequestError(decision, request)

    def close(self) -> None:
        """Close the wrapped adapter."""
        self._inner.close()


def _lines(response: requests.Response) -> Any:  # noqa: ANN401 - any kind of headers is read
    """Return the header lines as they came: in `response.headers` the lines of one name are joined by commas."""
    return getattr(response.raw, "headers", None) or response.headers


def mount(session: requests.Session, optout: Filter) -> None:
    """Put the filter before every http and https request of `session`, keeping its adapters underneath."""
    for prefix, adapter in list(session.adapters.items()):
        session.mount(prefix, FilterAdapter(optout, adapter))
