"""When a proof is looked at again, and when it has lapsed: decisions only, no clock and no network.

A proof that is found again stays. One failure means little: sites move and zones break. A proof lapses after
enough failures over enough time; then it is not looked at any more, and only a new challenge helps, so that a
name that changed hands can never bring its former holder's declarations back. What lapsing does to a
declaration is decided where declarations are.
"""

from dataclasses import dataclass, replace
from typing import Final

from registry.model.durations import DAY

PERMISSION_SECONDS: Final = 7 * DAY
"""A use stays allowed for so long after the proof behind it was last seen: a name can be sold any day."""


@dataclass(frozen=True, slots=True)
class RecheckIntervals:
    """The times of a recheck, in seconds: between looks, after a failure, and how many failures make a lapse."""

    every: int = 5 * DAY
    retry: int = DAY
    failures: int = 3
    over: int = 14 * DAY


DEFAULT: Final = RecheckIntervals()


@dataclass(frozen=True, slots=True)
class ProofHealth:
    """The health of one proof: the unix time it was last found, and the failures since.

    `until` is the last second the proof stands by its own terms, or None.
    """

    last_ok: int
    until: int | None = None
    failures: int = 0
    first_failure: int | None = None
    last_failure: int | None = None
    lapsed: bool = False


def after_failure(state: ProofHealth, now: int, *, schedule: RecheckIntervals = DEFAULT) -> ProofHealth:
    """Return the state of a proof that stood and was not found at `now`."""
    first = now if state.first_failure is None else state.first_failure
    failures = state.failures + 1
    lapsed = failures >= schedule.failures and now - first >= schedule.over
    return replace(state, failures=failures, first_failure=first, last_failure=now, lapsed=lapsed)


def next_check(state: ProofHealth, *, schedule: RecheckIntervals = DEFAULT) -> int | None:
    """Return the unix time to look again, or None once the proof has lapsed."""
    if state.lapsed:
        return None
    if state.last_failure is not None:
        return state.last_failure + schedule.retry
    due = state.last_ok + schedule.every
    return due if state.until is None else min(due, state.until + 1)
