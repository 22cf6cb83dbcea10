"""One home for the rule of every loop over what strangers gave: whatever one item raises is that item's failure.

It is counted and said, the loop goes on, and who failed waits, so that the oldest are never the only ones looked
at.
"""

import logging
from collections.abc import Callable, Hashable, Iterable
from typing import Final, TypeVar

from registry.errors import RegistryError

T = TypeVar("T")

PAUSE_SECONDS: Final = 3600.0
"""How long an item that failed lets the others go first."""

_log = logging.getLogger(__name__)


class Rounds:
    """One loop's items, from round to round. Used by one thread at a time; the counts may be read by any.

    `clock` counts seconds and never goes back.
    """

    def __init__(self, name: str, clock: Callable[[], float], *, pause: float = PAUSE_SECONDS) -> None:
        self.name = name
        self.done = 0
        self.failed = 0
        self._clock = clock
        self._pause = pause
        self._waits_until: dict[Hashable, float] = {}

    @property
    def waiting(self) -> int:
        """Count the items that wait because they failed. Ask the store for that many more than are due."""
        return len(self._waits_until)

    def take(self, items: Iterable[T], key: Callable[[T], Hashable], act: Callable[[T], object]) -> int:
        """Call `act` with each item whose turn it is; return how many failed."""
        now, before = self._clock(), self.failed
        self._waits_until = {item: until for item, until in self._waits_until.items() if until > now}
        for item in items:
            if key(item) not in self._waits_until:
                self._take_one(key(item), item, act)
        return self.failed - before

    def _take_one(self, key: Hashable, item: T, act: Callable[[T], object]) -> None:
        try:
            act(item)
        except RegistryError as error:  # refused for a reason that is known: no traceback, which might name people
            self._count_failure(key)
            _log.warning("%s: %s failed and waits %g s: %s", self.name, key, self._pause, error)
        except Exception:  # whatever it is, it is this item's
            self._count_failure(key)
            _log.exception("%s: %s failed and waits %g s", self.name, key, self._pause)
        else:
            self.done += 1

    def _count_failure(self, key: Hashable) -> None:
        self.failed += 1
        self._waits_until[key] = self._clock() + self._pause
