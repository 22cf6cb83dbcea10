"""Who asked for a sign-in link and has to wait for it, because too many were asked for.

Nobody is locked out by somebody else: whoever asks beyond a rate waits for a letter, and an address that others
keep asking for gets one letter for all of them. That letter works in every browser that waits for it, which
gives nobody anything: the link is in the letter alone. Kept in memory; after a restart one asks again.

| state | written by | read by | held by |
|---|---|---|---|
| `_waiting` | `ask`, `admitted` | the same | `_lock` |
"""

import threading
from collections import Counter
from dataclasses import dataclass
from typing import Final

from registry.rate_limits import SIGN_IN_BY_ADDRESS, SIGN_IN_BY_NETWORK, SIGN_IN_IN_ALL, RateLimiter

MOST_WAITING: Final = 10_000


@dataclass(frozen=True, slots=True)
class LinkRequest:
    """Somebody at one of `networks` wants a letter to `address`; `nonce` is what the browser gets to keep."""

    address: str
    networks: tuple[str, ...]
    language: str
    nonce: str


class SignInQueue:
    """The requests that wait, by address. Shared by all threads."""

    def __init__(self, limiter: RateLimiter, *, most: int = MOST_WAITING) -> None:
        self.limiter = limiter
        self._most = most
        self._waiting: dict[str, LinkRequest] = {}
        self._lock = threading.Lock()

    def ask(self, request: LinkRequest) -> tuple[LinkRequest, bool]:
        """Return the request that is answered, the one that waits for the address if any, and whether at once."""
        with self._lock:
            if (waiting := self._waiting.get(request.address)) is not None:
                return waiting, False
            if self._is_admitted(request):
                return request, True
            if len(self._waiting) >= self._most:
                self._drop_of_the_busiest()
            self._waiting[request.address] = request
            return request, False

    def admitted(self) -> list[LinkRequest]:
        """Take out and return the requests whose turn has come, the oldest first."""
        with self._lock:
            turn = [request for request in self._waiting.values() if self._is_admitted(request)]
            for request in turn:
                del self._waiting[request.address]
            return turn

    def _is_admitted(self, request: LinkRequest) -> bool:
        by_network = zip(SIGN_IN_BY_NETWORK, request.networks, strict=False)
        return self.limiter.take_all(((SIGN_IN_BY_ADDRESS, request.address), (SIGN_IN_IN_ALL, ""), *by_network))

    def _drop_of_the_busiest(self) -> None:
        """Make room: of the widest network that asks most, the oldest request goes."""
        counts = Counter(request.networks[-1] for request in self._waiting.values())
        busiest = max(counts, key=counts.__getitem__)
        oldest = next(address for address, each in self._waiting.items() if each.networks[-1] == busiest)
        del self._waiting[oldest]
