"""The time that may be acted upon: wall time, while nothing says that it has jumped.

Three things can contradict a machine's clock: a steady count of seconds beside it, what was signed last, and a
source outside that the operator names. While one does, `now` raises: nothing is signed, nothing that is due is
done and nothing expires. `estimate` goes on from the last time that was trusted, for answers that must not stop.

| state | written by | read by | held by |
|---|---|---|---|
| `_anchor` | `look`, `confirm`: the watch, the control socket | any thread | one assignment of a pair |
| `_contradicted` | `compare_…`, `confirm` | any thread | one assignment |
"""

import time
from collections.abc import Callable
from typing import Final

from crawler_filter.errors import Sentence
from registry.errors import UnavailableError
from registry.model.durations import MAX_BEHIND

MAX_JUMP: Final = 120
"""Seconds by which wall time may leave the steady count: NTP corrects less than that without a step."""
FOLLOWED: Final = 0.01
"""Seconds of correction that are followed in a second: NTP slews far less. A clock that walks away by steps that
are each small enough has gone MAX_JUMP too far in the end, and is not followed for days."""
MAX_AHEAD: Final = 3 * 86_400
"""Seconds by which a clock may be ahead of what was signed last, at a start. A registry that runs signs every
hour; announced changes wait 72 hours for somebody to see them, and a clock that is wrong must not end that."""
RETRY_AFTER: Final = 60

Seconds = Callable[[], float]


def unix_time() -> int:
    """Return the present time in unix seconds."""
    return int(time.time())


def steady_seconds() -> float:
    """Count seconds that never go back and go on while the machine sleeps, where it can tell."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class ClockInDoubtError(UnavailableError):
    """This machine's clock contradicts something that is known; nothing is signed and nothing ends meanwhile."""

    slug = "clock-in-doubt"
    title = "This registry's clock is in doubt"


class TrustedClock:
    """`wall` gives unix seconds; `steady` counts seconds, never goes back, and goes on while the machine
    sleeps."""

    def __init__(self, wall: Seconds, steady: Seconds) -> None:
        self._wall = wall
        self._steady = steady
        self._anchor = (wall(), steady())
        self._contradicted: Sentence | None = None

    def now(self) -> int:
        """Return the time in unix seconds. Raises ClockInDoubtError."""
        doubt = self.doubt()
        if doubt is not None:
            raise ClockInDoubtError(
                "%(doubt)s; nothing is signed until that is settled", doubt=doubt, retry_after=RETRY_AFTER
            )
        return int(self._wall())

    def estimate(self) -> int:
        """Return the time as counted from when it was last trusted. Never raises."""
        wall, steady = self._anchor
        counted = wall + self._steady() - steady
        here = self._wall()
        return int(here if abs(here - counted) <= MAX_JUMP else counted)

    def doubt(self) -> Sentence | None:
        """Return what contradicts the clock, None while nothing does."""
        wall, steady = self._anchor
        jump = self._wall() - wall - (self._steady() - steady)
        if abs(jump) > MAX_JUMP:
            return Sentence("this machine's clock has jumped by %(jump)s s", jump=f"{jump:+.0f}")
        return self._contradicted

    def look(self) -> None:
        """Follow the small corrections that a time service makes to the clock. Call this every few seconds."""
        wall, steady = self._anchor
        here, counted = self._wall(), self._steady()
        passed = counted - steady
        jump = here - wall - passed
        if abs(jump) <= MAX_JUMP:
            most = FOLLOWED * passed
            self._anchor = (wall + passed + max(-most, min(most, jump)), counted)

    def compare_with_signed(self, signed: int) -> None:
        """Compare with the time of the newest signature, once, at a start."""
        ahead = self._wall() - signed
        if ahead < -MAX_BEHIND:
            self._contradicted = Sentence(
                "this machine's clock is %(behind)s s behind what was signed last", behind=f"{-ahead:.0f}"
            )
        elif ahead > MAX_AHEAD:
            self._contradicted = Sentence(
                "this machine's clock is %(ahead)s days ahead of what was signed last",
                ahead=f"{ahead / 86_400:.1f}",
            )

    def compare_with_outside(self, source: str, theirs: float) -> None:
        """Compare with the time that a source outside gives, which the operator named because it is believed."""
        apart = self._wall() - theirs
        if abs(apart) > MAX_BEHIND:
            self._contradicted = Sentence(
                "this machine's clock is %(apart)s s from that of %(source)s", apart=f"{apart:+.0f}", source=source
            )
        else:
            self.confirm()

    def confirm(self) -> int:
        """Take the clock as it is now for right, because the operator or a source outside says so; return it."""
        self._contradicted = None
        self._anchor = (self._wall(), self._steady())
        return int(self._wall())
