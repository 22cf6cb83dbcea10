"""Counts of what a filter has decided, shared by threads, at next to no cost for a check.

A thread counts in a tally of its own, because two threads that count in one lose some. Nearly every decision is
the same object as the one before it, so a run of them is one number. What threads that have ended counted is kept
in one sum.
"""

import threading
import weakref
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass

from crawler_filter.decision import Decision
from crawler_filter.reason import Reason


@dataclass(frozen=True, slots=True)
class Stats:
    """The decisions of a filter in this process, counted.

    `unchecked` and `stale` overlap with the other counts. `reasons` counts every decision once. In audit mode
    nothing is excluded: `would_exclude` counts what enforcing the policy would exclude, and `reasons` says why.
    """

    checked: int
    kept: int
    excluded: int
    unchecked: int
    stale: int
    would_exclude: int
    reasons: Mapping[Reason, int]


class Tallies:
    """The tallies of all threads. `own` has that of each thread as its `tally`, once it has counted."""

    def __init__(self) -> None:
        self.own = threading.local()
        self._lock = threading.Lock()
        self._running: list[_Tally] = []
        self._ended: deque[_Tally] = deque()
        self._sum: Counter[_Kind] = Counter()

    def add(self, decision: Decision, times: int = 1) -> None:
        """Count a decision."""
        try:
            tally: _Tally = self.own.tally
        except AttributeError:
            tally = self.start()
        if decision is tally.last:
            tally.run += times
        else:
            tally.begin_run(decision, times)

    def stats(self) -> Stats:
        """Return the sums of all threads; what is being counted at this moment may be missing."""
        with self._lock:
            self._settle()
            total = Counter(self._sum)
            for tally in self._running:
                total.update(tally.total())
        reasons: Counter[Reason] = Counter()
        for kind, times in total.items():
            reasons[kind[0]] += times
        checked = total.total()
        excluded = sum(times for (_, keep, *_), times in total.items() if not keep)
        return Stats(
            checked=checked,
            kept=checked - excluded,
            excluded=excluded,
            would_exclude=sum(times for (_, _, would_keep, *_), times in total.items() if not would_keep),
            unchecked=sum(times for (*_, unchecked, _), times in total.items() if unchecked),
            stale=sum(times for (*_, stale), times in total.items() if stale),
            reasons=dict(reasons),
        )

    def start(self) -> "_Tally":
        """Begin the tally of this thread, and return it."""
        tally, life = _Tally(), _Life()
        weakref.finalize(life, self._ended.append, tally).atexit = False
        with self._lock:
            self._settle()
            self._running.append(tally)
        self.own.life = life  # goes when the thread goes
        self.own.tally = tally
        return tally

    def _settle(self) -> None:
        """Move what threads that have ended counted into the sum."""
        while self._ended:
            tally = self._ended.popleft()
            self._running.remove(tally)
            self._sum.update(tally.total())


_Kind = tuple[Reason, bool, bool, bool, bool]


class _Life:
    """Ends with its thread: a weak reference to it tells when."""

    __slots__ = ("__weakref__",)


class _Tally:
    """The counts of one thread: whole runs by kind, and the run that goes on."""

    __slots__ = ("counts", "last", "run")

    def __init__(self) -> None:
        self.counts: Counter[_Kind] = Counter()
        self.last: Decision | None = None
        self.run = 0

    def begin_run(self, decision: Decision, times: int) -> None:
        """Count the run before as a whole, and begin another."""
        last, run, self.last, self.run = self.last, self.run, decision, times
        if last is not None:
            self.counts[_kind(last)] += run

    def total(self) -> "Counter[_Kind]":
        """Return all that was counted."""
        total = Counter(self.counts)
        if (last := self.last) is not None:
            total[_kind(last)] += self.run
        return total


def _kind(decision: Decision) -> _Kind:
    return decision.reason, decision.keep, decision.would_keep, bool(decision.unavailable), decision.stale
