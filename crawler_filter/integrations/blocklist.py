"""The filter as a block list, for tools that take a set of addresses or a test for what to leave out.

trafilatura takes `url_blacklist=Blocklist(optout)`; what courlan gives is filtered by `reject(optout)`, and fundus
takes that as `url_filter`: True means that an address is left out.
"""

from collections.abc import Callable, Iterator
from typing import Any

from crawler_filter.filter import Filter
from crawler_filter.integrations.gate import require_checked
from crawler_filter.integrations.summary import Summary

__all__ = ["Blocklist", "reject"]


class Blocklist:
    """Contains every address that the policy does not keep, and those that are added.

    It cannot be listed: iterating gives what was added. Looking raises NotCheckedError while nothing can be
    checked. With `without_scheme` addresses are asked about as trafilatura's `blacklist=` does, `example.com/a`;
    without it what has no scheme is no address, and in the list.
    """

    def __init__(self, optout: Filter, *, without_scheme: bool = False) -> None:
        self.summary = Summary.of(optout.policy)
        self._optout = optout
        self._without_scheme = without_scheme
        self._added: set[str] = set()

    def __contains__(self, url: object) -> bool:
        if url in self._added:
            return True
        if self._without_scheme and isinstance(url, str) and "://" not in url:
            url = f"https://{url}"
        return not require_checked(self.summary.add(self._optout.check(url), url)).keep

    def __iter__(self) -> Iterator[str]:
        return iter(self._added)

    def __bool__(self) -> bool:
        return True

    def add(self, url: str) -> None:
        """Leave out one address more, as a set would."""
        self._added.add(url)


def reject(optout: Filter) -> Callable[..., bool]:
    """Return a test that says True for what to leave out."""
    blocklist = Blocklist(optout)

    def is_rejected(url: Any, *_: object) -> bool:
        return url in blocklist

    return is_rejected
