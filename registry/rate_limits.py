"""How often one caller may do one thing: token buckets, kept in memory by the one process that writes.

A bucket is one number, the time at which it will be full again (generic cell rate algorithm, ITU-T I.371,
in its virtual scheduling form). A full bucket is the same as none, so forgetting it costs nothing, and a restart
forgives everybody once. IPv6 callers count by /64, because that is what one customer is given.

What costs our own work is counted in units of it, so that an expensive request takes as much as the many cheap
ones that the same work would have answered. What reaches somebody else (a letter, a look at a site) is counted by
times. What is heavy or slow has turns besides: few places, so that it never takes what the other requests need.
Nobody waits for one: who finds no place is told when to come again, and the thread is free for others.
"""

import math
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from registry.errors import RateLimitedError, TooLargeError
from registry.model.durations import HOUR

MAX_BUCKETS: Final = 200_000

UNIT: Final = 50e-6
"""Seconds of one core that a unit of work is, about: one plain item of a batch of lookups."""

ANSWER: Final = 20
"""Units of any request that does little besides being answered."""

PAGE: Final = 60
"""Units of a page."""

ROW: Final = 8
"""Units of a row of a page, more than those of the page."""

PROOF: Final = 150
"""Units of looking for a proof, which may bring declarations into force."""

CHECK: Final = 100
"""Units of asking another site for a card or an answer."""

ERASE: Final = 450
"""Units of removing something for good: no byte of it is left in the files of the database."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`quota` units of what `name` counts in any `seconds`; all of them may come at once.

    `is_work` tells whether they are units of our work (UNIT) or times that something is done.
    """

    name: str
    quota: int
    seconds: int
    is_work: bool = False


SIGN_IN_BY_ADDRESS: Final = Rate("sign-in", 5, HOUR)
CODES_BY_ADDRESS: Final = Rate("code-mail", 5, HOUR)
ADDRESSES_BY_ACCOUNT: Final = Rate("account-address", 10, 24 * HOUR)
INVITATIONS: Final = Rate("invitation", 50, 24 * HOUR)
SIGN_IN_BY_NETWORK: Final = (
    Rate("sign-in-client", 10, 300),
    Rate("sign-in-network", 30, 300),
    Rate("sign-in-site", 100, 300),
)
"""Of an IPv4 address the first; of an IPv6 address its /64, /56 and /48, which one customer may all be given."""

SIGN_IN_IN_ALL: Final = Rate("sign-in-all", 1000, 300)
LOOKUPS: Final = Rate("lookup", 600_000, 60, is_work=True)
READS: Final = Rate("read", 120_000, 60, is_work=True)
WRITES: Final = Rate("write", 36_000, 60, is_work=True)
CHECKS: Final = Rate("check", 4_500, 300)
SITE_CHECKS: Final = Rate("site-check", 10, 300)
IMPORTS: Final = Rate("import", 12_000_000, HOUR, is_work=True)
"""Work on the lists that one account uploads: ten minutes of one core in an hour."""

DISPUTES: Final = Rate("dispute", 10, HOUR)
DISPUTES_BY_ADDRESS: Final = Rate("dispute-mail", 5, HOUR)
RECEIPTS: Final = Rate("receipt-mail", 20, HOUR)
CHECKS_OF_SITE: Final = Rate("checks-of-site", 10, 300)


@dataclass(frozen=True, slots=True)
class RateLimitStatus:
    """The rest of one bucket: units, and seconds until all of it is back."""

    rate: Rate
    remaining: int
    reset: int

    def headers(self) -> dict[str, str]:
        """Return the two fields of draft-ietf-httpapi-ratelimit-headers-11."""
        return {
            "RateLimit-Policy": f'"{self.rate.name}";q={self.rate.quota};w={self.rate.seconds}',
            "RateLimit": f'"{self.rate.name}";r={self.remaining};t={self.reset}',
        }


class RateLimiter:
    """The buckets of one process. Safe for threads. `clock` counts seconds and never jumps: it is no wall
    clock."""

    def __init__(self, clock: Callable[[], float], *, max_buckets: int = MAX_BUCKETS) -> None:
        self._clock = clock
        self._max_buckets = max_buckets
        self._full_at: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()

    def take(self, rate: Rate, key: str, units: int = 1) -> RateLimitStatus:
        """Take `units` from the bucket of `key`, or raise RateLimitedError and take nothing.

        Raises TooLargeError for more units than the quota, which no waiting would ever admit.
        """
        if units > rate.quota:
            raise TooLargeError(
                "this is %(units)s units of work and %(quota)s are taken at once: send it in parts",
                units=units,
                quota=rate.quota,
            )
        now = self._clock()
        each = rate.seconds / rate.quota
        cost = units * each
        with self._lock:
            full_at = max(self._full_at.get((rate.name, key), now), now) + cost
            wait = full_at - now - rate.seconds
            if wait > 1e-6:
                raise RateLimitedError(
                    "at most %(quota)s in %(seconds)s s are taken; try again in %(wait)s s",
                    quota=rate.quota,
                    seconds=rate.seconds,
                    wait=math.ceil(wait),
                    retry_after=math.ceil(wait),
                )
            if len(self._full_at) >= self._max_buckets:
                self._forget(now)
            self._full_at[rate.name, key] = full_at
        remaining = int((rate.seconds - (full_at - now)) / each + 1e-6)
        return RateLimitStatus(rate, remaining, math.ceil(full_at - now))

    def owe(self, rate: Rate, key: str, units: int) -> None:
        """Take units that were used already, more than are there if need be: the caller waits for them."""
        now = self._clock()
        with self._lock:
            if len(self._full_at) >= self._max_buckets:
                self._forget(now)
            before = max(self._full_at.get((rate.name, key), now), now)
            self._full_at[rate.name, key] = before + units * rate.seconds / rate.quota

    def take_all(self, asked: Sequence[tuple[Rate, str]]) -> bool:
        """Take a unit of every bucket, or of none; tell which it was."""
        now = self._clock()
        with self._lock:
            after = {
                (rate.name, key): max(self._full_at.get((rate.name, key), now), now) + rate.seconds / rate.quota
                for rate, key in asked
            }
            if any(after[rate.name, key] - now - rate.seconds > 1e-6 for rate, key in asked):
                return False
            if len(self._full_at) >= self._max_buckets:
                self._forget(now)
            self._full_at |= after
        return True

    def _forget(self, now: float) -> None:
        """Drop the full buckets; if a flood of callers has left too few, drop the half that is nearest to full."""
        self._full_at = {key: full_at for key, full_at in self._full_at.items() if full_at > now}
        if len(self._full_at) >= self._max_buckets:
            emptiest_first = sorted(self._full_at.items(), key=lambda item: -item[1])
            self._full_at = dict(emptiest_first[: self._max_buckets // 2])


class Turns:
    """`at_once` places, of which each caller's key holds `each` at most. Shared by all threads.

    `retry_after` is in seconds: about as long as a turn takes.
    """

    def __init__(self, at_once: int, *, each: int, retry_after: int) -> None:
        self._at_once = at_once
        self._each = each
        self._retry_after = retry_after
        self._held: Counter[str] = Counter()
        self._taken = 0
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, *callers: str) -> Iterator[None]:
        """Hold a place for the block, counted against every one of `callers`.

        Raises RateLimitedError where all places are taken, or as many as one of the callers may hold.
        """
        self._take(callers)
        try:
            yield
        finally:
            self._give_back(callers)

    def _take(self, callers: tuple[str, ...]) -> None:
        with self._lock:
            if any(self._held[caller] >= self._each for caller in callers):
                raise RateLimitedError(
                    "you have %(each)s of these at work already; wait until one has ended",
                    each=self._each,
                    retry_after=self._retry_after,
                )
            if self._taken >= self._at_once:
                raise RateLimitedError(
                    "others have %(at_once)s of these at work right now; try again a little later",
                    at_once=self._at_once,
                    retry_after=self._retry_after,
                )
            self._held.update(callers)
            self._taken += 1

    def _give_back(self, callers: tuple[str, ...]) -> None:
        with self._lock:
            self._taken -= 1
            self._held.subtract(callers)
            for caller in callers:
                if not self._held[caller]:
                    del self._held[caller]


def networks(address: str) -> tuple[str, ...]:
    """Return the networks that may be one customer's, the narrowest first, as SIGN_IN_BY_NETWORK counts them."""
    key = client_key(address)
    if "/" not in key:
        return (key,)
    narrow = ip_network(key)
    return (key, *(str(narrow.supernet(new_prefix=prefix)) for prefix in (56, 48)))


@lru_cache(maxsize=1024)
def client_key(address: str) -> str:
    """Return what counts as one caller: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ip_network((int(parsed), 64), strict=False))
    return str(parsed)
