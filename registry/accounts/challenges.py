"""Challenges that browsers got for a passkey: each is used once, within five minutes, by the browser that got it.

Kept in memory: strangers may ask for them, and nothing of strangers is written down. After a restart one presses
the button again. When there are too many, the network that asks most loses its oldest.

| state | written by | read by | held by |
|---|---|---|---|
| `_open` | `issue`, `take` | the same | `_lock` |
"""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from registry.model.credentials import digest

CHALLENGE_SECONDS: Final = 300
MOST_OPEN: Final = 10_000


@dataclass(frozen=True, slots=True)
class Challenge:
    """A challenge for one purpose: signing in, or adding a passkey to one account."""

    value: bytes
    account: str | None
    network: str
    expires: float


class Challenges:
    """The challenges that wait for an answer. Shared by all threads. `elapsed` counts seconds."""

    def __init__(self, elapsed: Callable[[], float], *, most: int = MOST_OPEN) -> None:
        self._elapsed = elapsed
        self._most = most
        self._open: dict[bytes, Challenge] = {}
        self._lock = threading.Lock()

    def issue(self, nonce: str, value: bytes, *, network: str, account: str | None = None) -> None:
        """Remember a challenge for the browser that keeps `nonce`; `account` is who adds a passkey."""
        now = self._elapsed()
        with self._lock:
            if len(self._open) >= self._most:
                self._make_room(now)
            self._open[digest(nonce)] = Challenge(value, account, network, now + CHALLENGE_SECONDS)

    def take(self, nonce: str | None, account: str | None = None) -> bytes | None:
        """Use up the challenge of a browser; None where it has none for this purpose, or it is too old."""
        with self._lock:
            found = None if nonce is None else self._open.pop(digest(nonce), None)
        is_usable = found is not None and found.account == account and found.expires > self._elapsed()
        return found.value if found is not None and is_usable else None

    def _make_room(self, now: float) -> None:
        self._open = {key: each for key, each in self._open.items() if each.expires > now}
        if len(self._open) >= self._most:
            busiest, _ = Counter(each.network for each in self._open.values()).most_common(1)[0]
            del self._open[next(key for key, each in self._open.items() if each.network == busiest)]
