"""How much work something is, so that a bound on it holds on a machine that others use too.

Seconds say how busy a machine is. Processor time says less of that, and still twice as much when neighbours share its
caches. So a cost is a ratio: the processor time of the work beside that of plain additions right before and after.
"""

import time
from collections.abc import Callable
from typing import Final

SECOND: Final = 30.0
"""What a second of an idle machine of 2025 comes to, in millions of additions of plain Python."""

_ADDITIONS: Final = 200_000


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _add() -> None:
    total = 0
    for number in range(_ADDITIONS):
        total += number


def cost(work: Callable[[], object], *, limit: float, tries: int = 3) -> float:
    """Return what `work` costs in millions of additions: the least of some tries, or the first within `limit`.

    More than one try, because a burst of other work between the two clocks can only make a try dearer.
    """
    least = float("inf")
    for _ in range(tries):
        before, spent, after = _seconds(_add), _seconds(work), _seconds(_add)
        least = min(least, spent / max(before, after) * _ADDITIONS / 1e6)
        if least <= limit:
            break
    return least
