"""From what sites and files say about themselves to the parts of a decision.

The parsers are loaded when a check is first given something to read: whoever only asks by URL never pays for them.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

from crawler_filter.finding import Finding, Source, Unavailable
from crawler_filter.policy import Policy
from crawler_filter.preference import Preference
from crawler_filter.reason import Reason
from crawler_filter.signals.agents import default_agents, usages_by_token

if TYPE_CHECKING:
    from crawler_filter.preference import Usage
    from crawler_filter.signals.evaluation import Reader, Statement
    from crawler_filter.signals.received import Received
    from crawler_filter.signals.signal import Signal


_OF_FILE: Final = (Source.ASSET, Source.CONTENT)


class InBand:
    """Reads what a crawler received as one policy asks."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    @cached_property
    def _reader(self) -> "Reader":
        from crawler_filter.signals.evaluation import Reader  # noqa: PLC0415

        policy = self._policy
        agents = default_agents().agents if policy.robots_agents is None else policy.robots_agents
        return Reader(policy.signals, usages_by_token(agents), policy.user_type, policy.trust_anchors)

    def read(
        self, received: "Received", url: object, agent: object
    ) -> tuple[tuple[Finding, ...], tuple[Unavailable, ...]]:
        """Return what was found that concerns the policy's usage, and what could not be read."""
        statements = self._reader.read(received, url, self._policy.agent if agent is None else agent)
        unread = (
            Unavailable(source, f"{signal.rule or signal.locator}: {signal.warning}", _cause(source, signal))
            for source, signal in statements
            if signal.unchecked
        )
        # two families that may have spoken in one place are one reason
        return _findings(statements, self._policy.usage), tuple(dict.fromkeys(unread))


def _cause(source: Source, signal: "Signal") -> Reason:
    if signal.lacks_extra:
        return Reason.UNCHECKED_EXTRA
    return Reason.UNCHECKED_ASSET if source in _OF_FILE else Reason.UNCHECKED_SIGNAL


def missing(policy: Policy) -> tuple[Unavailable, ...]:
    """Return the sources that a policy requires and a check by URL alone does not have."""
    required = sorted(policy.required - {Source.REGISTRY, Source.ASSET})
    reason = "required by the policy, and not given"
    return tuple(Unavailable(source, reason, Reason.UNCHECKED_SIGNAL) for source in required)


def _findings(statements: Sequence["Statement"], usage: "Usage") -> tuple[Finding, ...]:
    return tuple(
        Finding(
            source=source,
            preference=preference,
            rule=signal.rule,
            locator=signal.locator,
            decides=signal.decides,
            family=signal.family and signal.family.value,
            terms=signal.terms,
            warning=signal.warning,
            crawl=signal.crawl,
        )
        for source, signal in statements
        if (preference := signal.says(usage)) is not Preference.UNKNOWN
        or not signal.crawl
        or (signal.warning and not signal.unchecked)
    )
