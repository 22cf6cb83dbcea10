"""How a snapshot stands at a moment: fresh, stale, or too old to count; and its answer where it says nothing.

A decision does not name its asset, so all assets that nobody said anything about share one object for as long as
the snapshot and its standing stay the same: the common answer costs no allocation.
"""

from dataclasses import dataclass
from typing import Final, Self

from crawler_filter.checks.combining import decide
from crawler_filter.checks.in_band import missing
from crawler_filter.checks.permitting import permits_of
from crawler_filter.decision import Decision, SnapshotId
from crawler_filter.finding import Source, Unavailable
from crawler_filter.formats.counts import number_of
from crawler_filter.grants.operator import Identity
from crawler_filter.grants.permits import NOBODY, Permits
from crawler_filter.policy import MAX_CLOCK_SKEW, Policy
from crawler_filter.reason import Reason
from crawler_filter.snapshot.reader import Snapshot

_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Freshness:
    """The view of one policy on one snapshot, or on its lack, while `since <= now < until` (unix seconds)."""

    snapshot: Snapshot | None
    unavailable: tuple[Unavailable, ...]
    stale: bool
    since: float
    until: float
    silent: Decision
    permits: Permits = NOBODY

    @property
    def refuses(self) -> str:
        """The reason for which nothing is answered from the snapshot; empty where it counts."""
        return next((each.reason for each in self.unavailable if each.source is Source.REGISTRY), "")

    @classmethod
    def of(cls, snapshot: Snapshot, policy: Policy, now: float, shown: Identity | None = None) -> Self:
        """Return how `policy` sees a snapshot at `now`: fresh, stale, or too old to count.

        `shown` is an operator that has shown who it is in another way than by the policy.
        """
        if not snapshot.ages:
            permits = permits_of(snapshot, policy, now, stale=False, shown=shown)
            ever = float("-inf"), float("inf")
            return cls._judged(snapshot, policy, "", stale=False, since=ever[0], until=ever[1], permits=permits)
        issued = snapshot.id.holds_at
        fresh_until = issued + policy.fresh_for.total_seconds()
        accepted_until = issued + policy.max_age.total_seconds()
        moments = [issued - MAX_CLOCK_SKEW, fresh_until, accepted_until]
        if snapshot.expires is not None:
            moments.append(snapshot.expires)
        reason = _why_not_counted(snapshot, accepted_until, now)
        permits = permits_of(snapshot, policy, now, stale=bool(reason) or now >= fresh_until, shown=shown)
        moments.append(permits.until)
        return cls._judged(
            snapshot,
            policy,
            reason,
            permits=permits,
            stale=now >= fresh_until,
            since=max((moment for moment in moments if moment <= now), default=float("-inf")),
            until=min((moment for moment in moments if moment > now), default=float("inf")),
        )

    @classmethod
    def missing(cls, policy: Policy, reason: str) -> Self:
        """Return the state used when there is no usable snapshot; every check gets the decision in `silent`."""
        return cls._judged(None, policy, reason, stale=False, since=float("-inf"), until=float("inf"))

    @classmethod
    def _judged(
        cls,
        snapshot: Snapshot | None,
        policy: Policy,
        reason: str,
        *,
        stale: bool,
        since: float,
        until: float,
        permits: Permits = NOBODY,
    ) -> Self:
        unavailable = (
            (Unavailable(Source.REGISTRY, reason, Reason.UNCHECKED_SNAPSHOT),) if reason else ()
        ) + missing(policy)
        identity: SnapshotId | None = snapshot.id if snapshot else None
        silent = decide((), (), unavailable, policy, snapshot=identity, stale=stale, permits=permits)
        return cls(snapshot, unavailable, stale, since, until, silent, permits)


def _why_not_counted(snapshot: Snapshot, accepted_until: float, now: float) -> str:
    issued = snapshot.id.holds_at
    if now < issued - MAX_CLOCK_SKEW:
        return f"the snapshot is dated {issued - now:.0f} s ahead of this machine's clock"
    if now >= accepted_until:
        return f"the snapshot is {_spelled(now - issued)} old; sync a newer one"
    if snapshot.expires is not None and now >= snapshot.expires:
        return f"the snapshot expired {_spelled(now - snapshot.expires)} ago; sync a newer one"
    return ""


def _spelled(seconds: float) -> str:
    """Return a span of time in days, below two days in hours and below two hours in minutes."""
    if seconds < 2 * 3_600:
        return number_of(round(seconds / 60), "minute")
    return number_of(round(seconds / 3_600), "hour") if seconds < 2 * _DAY else f"{seconds / _DAY:.1f} days"
