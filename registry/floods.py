"""Which declarations are like too much of what is looked up: said to the operator, who may hold them for review.

Counted in memory, by declaration, in windows of lookups; what was looked up is not kept. Nothing is held by
itself: otherwise whoever looks one picture up a thousand times could unprotect it.
"""

import logging
import threading
from collections import Counter
from typing import Final

from crawler_filter.decision import Decision

WINDOW: Final = 1_000
"""Content lookups that are judged together."""

FLOOD_SHARE: Final = 0.05
"""The share of a window from which on a declaration is reported. Hardly a work is in one of twenty pictures."""

_LOG: Final = logging.getLogger(__name__)


class Floods:
    """The current window. Shared by all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._looked_up = 0
        self._found: Counter[str] = Counter()

    def note(self, decision: Decision) -> None:
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
