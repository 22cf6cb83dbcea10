"""A thread that does one thing again and again, and can be asked whether it still does.

A round that raises is counted and said, and the next one comes. A thread that ended by itself, or that is stuck in
one round for too long, is a `problem`: whoever watches ends the process, because only a start knows what to do.
"""

import logging
import threading
from collections.abc import Callable

_log = logging.getLogger(__name__)


class Loop:
    """Calls `act` every `seconds`. `clock` counts seconds and never goes back; `stuck` is the longest a round may
    take."""

    def __init__(
        self,
        name: str,
        act: Callable[[], object],
        *,
        seconds: float,
        clock: Callable[[], float],
        stuck: float = 1800.0,
        first: float | None = None,
    ) -> None:
        self.name = name
        self.rounds = 0
        self.failed = 0
        self._act = act
        self._seconds = seconds
        self._clock = clock
        self._stuck = stuck
        self._first = seconds if first is None else first
        self._began: float | None = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread. The first round comes after `first` seconds, by default after one interval."""
        self._thread.start()

    def close(self, timeout: float | None = None) -> None:
        """End after the round that is going on, and wait for that, at most `timeout` seconds."""
        self._closing.set()
        if self._thread.ident is not None:
            self._thread.join(timeout)

    def problem(self) -> str | None:
        """Return why this loop no longer does its work, None while it does."""
        if self._closing.is_set() or self._thread.ident is None:
            return None
        if not self._thread.is_alive():
            return f"the thread {self.name} has ended"
        began = self._began
        if began is not None and self._clock() - began > self._stuck:
            return f"the thread {self.name} has been in one round for more than {self._stuck:g} s"
        return None

    def _run(self) -> None:
        wait = self._first
        while not self._closing.wait(wait):
            wait = self._seconds
            self._began = self._clock()
            try:
                self._act()
                self.rounds += 1
            except Exception:  # the next round must come, whatever this one met
                self.failed += 1
                _log.exception("a round of %s failed; the next one comes in %g s", self.name, self._seconds)
            finally:
                self._began = None
