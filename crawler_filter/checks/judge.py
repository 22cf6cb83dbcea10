"""Who decides the rows of columns: one decider, at one moment, with what is counted and logged of them."""

import logging
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from crawler_filter.checks.asset import Asset
from crawler_filter.checks.column_types import require_texts
from crawler_filter.checks.deciding import Decider
from crawler_filter.checks.freshness import Freshness
from crawler_filter.checks.tally import Tallies
from crawler_filter.decision import Decision
from crawler_filter.reason import Reason

_LOG: Final = logging.getLogger("crawler_filter.filter")


class Judge:
    """Decides rows by one snapshot. Without `tallies` nothing is counted or logged."""

    def __init__(self, decider: Decider, standing: Freshness, tallies: Tallies | None) -> None:
        self.snapshot = standing.snapshot
        self.silent = standing.silent
        self._decider = decider
        self._standing = standing
        self._tallies = tallies
        self._would_exclude: Counter[Reason] = Counter()

    def by_url(self, url: object) -> Decision:
        """Decide a row by its URL alone."""
        return self._decider.by_url(self._standing, url)

    def by_names(self, asset: Asset) -> Decision:
        """Decide a row by all that names it."""
        return self._decider.by_names(self._standing, asset)

    def count(self, decision: Decision, times: int) -> None:
        """Count rows that have one decision."""
        if self._tallies is None:
            return
        self._tallies.add(decision, times)
        if decision.keep is not decision.would_keep:
            self._would_exclude[decision.reason] += times

    def report(self, rows: int) -> None:
        """Log what enforcing the policy would have excluded of so many rows, if it is not enforced."""
        if self._would_exclude:
            reasons = ", ".join(f"{reason} {times}" for reason, times in self._would_exclude.most_common())
            total = self._would_exclude.total()
            _LOG.info("%s: would exclude %d of %d rows: %s", self.silent.policy, total, rows, reasons)


def given_columns(**given: Any) -> Mapping[str, Any]:  # noqa: ANN401
    """Return the columns that were given.

    Raises ValueError where none was, TypeError for one value, and for a column whose type holds no text.
    """
    named = {name: column for name, column in given.items() if column is not None}
    if not named:
        raise ValueError("give at least one column")
    for name, column in named.items():
        require_several(name, column)
        require_texts(name, column)
    return named


def require_several(name: str, given: object) -> None:
    """Raise TypeError for a text, whose letters would pass for so many values, and for a mapping."""
    if isinstance(given, (str, bytes, bytearray, Mapping)):
        raise TypeError(
            f"expected a column of {name}, got one {type(given).__name__}; for one asset there is check"
        )
