"""How far a run is: a bar on a terminal, a line a minute in a log."""

import sys
from collections.abc import Callable
from typing import Final

from tqdm import tqdm

from crawler_filter.audit.tally import Tally

EVERY: Final = 60.0
"""Seconds between two lines where there is no terminal."""


class Progress:
    """Takes note of parts that are done. `total` and `before` are bytes: of all files, and of what was done
    before.
    """

    def __init__(self, total: int, before: int, clock: Callable[[], float], *, quiet: bool) -> None:
        self._total, self._before, self._read = total, before, before
        self._clock = clock
        self._quiet = quiet
        self._began = self._said = clock()
        self._rows = self._removed = 0
        shown = sys.stderr.isatty() and not quiet
        self._bar = (
            tqdm(total=total, initial=before, unit="B", unit_scale=True, file=sys.stderr) if shown else None
        )

    def done(self, size: int, tally: Tally) -> None:
        """Count a part, and say how far the run is where it is time to."""
        self._read += size
        self._rows += tally.rows
        self._removed += tally.removed
        if self._bar is not None:
            self._bar.update(size)
            self._bar.set_postfix_str(self._figures(self._clock()))
        elif not self._quiet and self._clock() - self._said >= EVERY:
            self._said = self._clock()
            sys.stderr.write(f"{self.line()}\n")
            sys.stderr.flush()

    def line(self) -> str:
        """Return one line: how much is done, how fast, how long it will take, how much is removed."""
        now = self._clock()
        share = self._read / self._total if self._total else 1.0
        speed = (self._read - self._before) / max(now - self._began, 1e-9)
        left = (self._total - self._read) / speed if speed > 0 else float("inf")
        return f"{share:.1%} read, {self._figures(now)}, {_duration(left)} left"

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self._bar is not None:
            self._bar.close()

    def _figures(self, now: float) -> str:
        speed = self._rows / max(now - self._began, 1e-9)
        removed = self._removed / self._rows if self._rows else 0.0
        return f"{speed:,.0f} rows/s, {removed:.2%} removed"


def _duration(seconds: float) -> str:
    if seconds == float("inf"):
        return "an unknown time"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"
