"""Detects declarations that match an implausible share of content lookups, and warns the operator or holds them.

Matches are counted in memory, by declaration, in windows of lookups. What was looked up is not kept. Anybody may
look up, and whoever looks for one picture a thousand times could remove its protection. So nothing is held
automatically unless the operator asks for it. A held declaration keeps restricting if its party has verified
something.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable
from typing import Final

from crawler_filter.decision import Decision
from registry.errors import RegistryError

WINDOW: Final = 1_000
"""Content lookups that are judged together."""

FLOOD_SHARE: Final = 0.05
"""The share of a window from which on a declaration is reported. Hardly a work is in one of twenty pictures."""

_LOG: Final = logging.getLogger(__name__)


class OvermatchMonitor:
    """Counts the current window, for all threads. `hold` is called with each declaration that is reported."""

    def __init__(self, hold: Callable[[str], object] | None = None) -> None:
        self._hold = hold
        self._lock = threading.Lock()
        self._looked_up = 0
        self._found: Counter[str] = Counter()

    def count(self, decision: Decision) -> None:
        """Count one lookup of content."""
        found = {finding.declaration for finding in decision.findings if finding.evidence and finding.declaration}
        with self._lock:
            self._looked_up += 1
            self._found.update(found)
            if self._looked_up < WINDOW:
                return
            counts, self._found, self._looked_up = self._found, Counter(), 0
        for declaration, count in counts.most_common():
            if count < FLOOD_SHARE * WINDOW:
                break
            _LOG.warning(
                "declaration %s is like %d of the last %d contents looked up; see `optout-registry hold`",
                declaration,
                count,
                WINDOW,
            )
            if self._hold is not None:
                try:
                    self._hold(declaration)
                except RegistryError as error:
                    _LOG.info("declaration %s is not held: %s", declaration, error)
