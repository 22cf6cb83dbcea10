"""Asks about what an HTTP client fetches, before and after, and counts: what each client's drop-in is made of.

Of a redirect's answer only the next hop counts: the client asks about it again. While the snapshot or the
installation fails, NotCheckedError is raised. It is none of the client's own errors, so a loop that passes over
pages that fail stops, and keeps what it had still to ask for.
"""

from collections.abc import Callable
from typing import Any, Final

from crawler_filter.decision import Decision
from crawler_filter.errors import NotCheckedError
from crawler_filter.filter import Filter
from crawler_filter.integrations.summary import Summary

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
"""Statuses by which an answer only points to another, given that it names one."""


class Gate:
    """Judges the hops of one client. `excluded` makes the client's own error of a decision and an address."""

    def __init__(self, optout: Filter, excluded: Callable[[Decision, str], Exception]) -> None:
        self.optout = optout
        self.summary = Summary.of(optout.policy)
        self._excluded = excluded

    def before(self, url: str) -> Decision:
        """Judge an address that is about to be asked for. Raises the client's error, or NotCheckedError."""
        decision = self.optout.check(url)
        if not decision.keep:
            self.summary.add(require_checked(decision), url)
        return self._require_kept(decision, url)

    def after(self, url: str, status: int, headers: object, body: bytes | None = None) -> Decision:
        """Judge an answer by its headers, and by its body if that is given. Raises as `before` does."""
        decision = self.optout.check(url, headers=headers, status=status, content=body)
        self.summary.add(require_checked(decision), url)
        return self._require_kept(decision, url)

    def _require_kept(self, decision: Decision, url: str) -> Decision:
        if decision.keep:
            return decision
        raise self._excluded(decision, url)


def require_checked(decision: Decision) -> Decision:
    """Return the decision. Raises NotCheckedError where the snapshot or the installation failed."""
    if decision.retry and not decision.keep:
        raise NotCheckedError(decision.summary())
    return decision


def is_redirect(status: int, headers: Any) -> bool:
    """Tell whether an answer only points to another address."""
    return status in REDIRECTS and "location" in headers
