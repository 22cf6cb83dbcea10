"""What a request is charged: units before the work, told from its bytes, and afterwards what it took beyond them.

What is told from bytes is a guess that keeps out what is too much. The settling makes it true: whatever a request
was, its caller has paid for the processor time that it took, so nothing is dear for the registry and cheap for
who asks. What the writer's thread does for a request is in the units of the operation.
"""

from collections.abc import Callable
from typing import Protocol, cast

import flask
from werkzeug.wrappers import Response

from registry.rate_limits import UNIT, WRITES, Rate, RateLimitStatus


class Limiter(Protocol):
    """A counter of units against callers."""

    def take(self, rate: Rate, key: str, units: int = 1, /) -> RateLimitStatus:
        """Take units, or raise RateLimitedError."""

    def owe(self, rate: Rate, key: str, units: int, /) -> None:
        """Take units that were used already."""


class Charge:
    """The charge for one request. `cpu` gives the seconds of processor time of this thread."""

    def __init__(self, limiter: Limiter, cpu: Callable[[], float]) -> None:
        self._limiter = limiter
        self._cpu = cpu
        self._began = cpu()
        self._taken = 0
        self._caller: tuple[Rate, str] | None = None

    def take(self, rate: Rate, who: str, units: int) -> RateLimitStatus:
        """Count `units` against a caller. Raises RateLimitedError or TooLargeError."""
        self._caller = rate if rate.is_work else WRITES, who
        standing = self._limiter.take(rate, who, units)
        self._taken += units if rate.is_work else 0
        return standing

    def settle(self) -> None:
        """Charge the caller what the request took beyond its units."""
        more = int((self._cpu() - self._began) / UNIT) - self._taken
        if self._caller is not None and more > 0:
            self._limiter.owe(*self._caller, more)


def charge() -> Charge:
    """Return what the request being answered is charged."""
    return cast("Charge", flask.g.charge)


def install(app: flask.Flask, means: Callable[[], tuple[Limiter, Callable[[], float]]]) -> None:
    """Charge every request of `app`. `means` gives the limiter, and what tells a thread's processor time."""

    def begin() -> None:
        flask.g.charge = Charge(*means())

    def settle(response: Response) -> Response:
        charge().settle()
        return response

    app.before_request(begin)
    app.after_request(settle)
