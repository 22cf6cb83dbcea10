"""Counts decisions, and logs those of them that an operator wants to hear of."""

import logging
from collections.abc import Callable, Sequence
from typing import Final

from crawler_filter.checks.tally import Tallies
from crawler_filter.decision import Decision
from crawler_filter.policy import Policy
from crawler_filter.reason import Reason

_LOG: Final = logging.getLogger("crawler_filter.filter")


class Reports:
    """The decisions of one filter. `missing_extras` gives a line for each extra that is to be installed."""

    def __init__(self, policy: Policy, missing_extras: Callable[[], Sequence[str]]) -> None:
        self.tallies = Tallies()
        self._own = self.tallies.own
        self._policy = policy
        self._missing_extras = missing_extras
        self._has_warned_of_extras = False

    def count(self, decision: Decision, name: object) -> Decision:
        """Count a decision, log it where enforcing would exclude what is kept, and return it."""
        try:  # `add` written out, because a call is a part of what a check costs
            tally = self._own.tally
        except AttributeError:
            tally = self.tallies.start()
        if decision is tally.last:
            tally.run += 1
        else:
            tally.begin_run(decision, 1)
        if decision.would_keep:
            return decision
        if decision.unavailable and decision.reason is Reason.UNCHECKED_EXTRA:
            self._warn_of_extras(decision)
        if decision.keep:
            _LOG.info("%s: %s: %s", self._policy.name, name, decision.summary())
        return decision

    def _warn_of_extras(self, decision: Decision) -> None:
        """Say once what has to be installed, and not for every asset that is dropped for it."""
        if not self._has_warned_of_extras:
            self._has_warned_of_extras = True
            _LOG.warning("%s; %s", decision.summary(), "; ".join(self._missing_extras()))
