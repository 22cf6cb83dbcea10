"""Follows a source of snapshots: how the policy sees the one in force now, and a warning when that changes."""

import logging
from collections.abc import Callable, Sequence
from typing import Final

from crawler_filter.checks import extras
from crawler_filter.checks.freshness import Freshness
from crawler_filter.checks.matchers import Matcher, standings
from crawler_filter.checks.sources import SnapshotSource
from crawler_filter.errors import FilterError
from crawler_filter.policy import Mode, Policy

_LOG: Final = logging.getLogger("crawler_filter.filter")


class Following:
    """The snapshot in force, as one policy sees it. Computed anew only if the snapshot or its age changed.

    `clock` returns unix seconds. It holds no lock: threads that meet a change at once see the same one.
    """

    def __init__(
        self, source: SnapshotSource, policy: Policy, matchers: Sequence[Matcher], clock: Callable[[], float]
    ) -> None:
        self._source = source
        self._policy = policy
        self._matchers = matchers
        self._clock = clock
        off = policy.mode is Mode.OFF
        self._off = Freshness.missing(policy, "the policy's mode is off") if off else None
        self._last = Freshness.missing(policy, "")
        self._has_warned_of_models = False

    def standing(self) -> Freshness:
        """Return how the policy sees the snapshot in force now. Never raises: a failure is part of the answer."""
        if self._off is not None:
            return self._off
        last = self._last
        if last.unavailable and last.refuses:
            self._source.look_again()  # whoever has synced need not wait
        try:
            snapshot = self._source.current()
        except FilterError as error:
            return self._changed(Freshness.missing(self._policy, str(error)))
        now = self._clock()
        if last.snapshot is snapshot and last.since <= now < last.until:
            return last
        return self._changed(Freshness.of(snapshot, self._policy, now))

    def missing_extras(self) -> tuple[str, ...]:
        """Return a line for each missing extra that is needed to find works of the snapshot in force."""
        snapshot = self.standing().snapshot
        return () if snapshot is None else extras.missing_for(snapshot)

    def _changed(self, standing: Freshness) -> Freshness:
        if standing.silent != self._last.silent and (standing.stale or standing.refuses):
            _LOG.warning("%s: %s", self._policy.name, standing.refuses or "the snapshot is stale")
        if self._matchers and standing.snapshot is not None and not self._has_warned_of_models:
            self._has_warned_of_models = True
            for each in (each for each in standings(standing.snapshot, self._matchers) if not each.known):
                _LOG.warning("a model is of no use: %s", each.describe())
        self._last = standing
        return standing
