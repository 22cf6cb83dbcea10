"""How often one caller may do one thing: token buckets, kept in memory by the one process that writes.

A bucket is one number, the time at which it will be full again (generic cell rate algorithm, ITU-T I.371,
in its virtual scheduling form). A full bucket is the same as none, so forgetting it costs nothing, and a restart
forgives everybody once. IPv6 callers count by /64, because that is what one customer is given.
"""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from registry.errors import RateLimitedError

MAX_BUCKETS: Final = 200_000


@dataclass(frozen=True, slots=True)
class Rate:
    """`quota` units of what `name` counts in any `seconds`; all of them may come at once."""

    name: str
    quota: int
    seconds: int


SIGN_IN_BY_ADDRESS: Final = Rate("sign-in", 5, 3600)
SIGN_IN_BY_CLIENT: Final = Rate("sign-in-client", 10, 300)
SIGN_IN_IN_ALL: Final = Rate("sign-in-all", 1000, 300)
LOOKUPS: Final = Rate("lookup", 60_000, 60)
READS: Final = Rate("read", 6_000, 60)
WRITES: Final = Rate("write", 600, 60)
CHECKS: Final = Rate("check", 30, 300)
SITE_CHECKS: Final = Rate("site-check", 10, 300)
CHECKS_OF_SITE: Final = Rate("checks-of-site", 10, 300)


@dataclass(frozen=True, slots=True)
class RateLimitStatus:
    """What is left of one bucket: units, and seconds until all of it is back."""

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

        More units than the quota count as the whole quota, so that one large call is possible at all.
        """
        now = self._clock()
        each = rate.seconds / rate.quota
        cost = min(units, rate.quota) * each
        with self._lock:
            full_at = max(self._full_at.get((rate.name, key), now), now) + cost
            wait = full_at - now - rate.seconds
            if wait > 1e-6:
                raise RateLimitedError(
                    f"at most {rate.quota} in {rate.seconds} s are taken; try again in {math.ceil(wait)} s",
                    retry_after=math.ceil(wait),
                )
            if len(self._full_at) >= self._max_buckets:
                self._forget(now)
            self._full_at[rate.name, key] = full_at
        remaining = int((rate.seconds - (full_at - now)) / each + 1e-6)
        return RateLimitStatus(rate, remaining, math.ceil(full_at - now))

    def _forget(self, now: float) -> None:
        """Drop the full buckets; if a flood of callers has left too few, drop the half that is nearest to full."""
        self._full_at = {key: full_at for key, full_at in self._full_at.items() if full_at > now}
        if len(self._full_at) >= self._max_buckets:
            emptiest_first = sorted(self._full_at.items(), key=lambda item: -item[1])
            self._full_at = dict(emptiest_first[: self._max_buckets // 2])


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
