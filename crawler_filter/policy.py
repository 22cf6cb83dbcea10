"""What an operator wants: for which usage, whose statements count, and what becomes of each outcome."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final, Self

from crawler_filter.finding import Likeness, Source
from crawler_filter.formats.record import Assurance
from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.agents import Agent
from crawler_filter.signals.signal import Family

MAX_CLOCK_SKEW: Final = 300
"""Seconds by which a manifest or a snapshot may be dated ahead of this machine's clock."""


class Mode(StrEnum):
    """Whether a policy acts: `audit` decides and reports but keeps everything, `off` does not look."""

    ENFORCE = "enforce"
    AUDIT = "audit"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Policy:
    """What an operator does with each outcome, for one usage.

    Make one with `Policy.opt_out` or `Policy.permission_first`, and change it with `dataclasses.replace`.
    """

    usage: Usage
    """What the assets are wanted for."""
    keep_unknown: bool
    """Whether to keep what nobody said anything about."""
    keep_unavailable: bool = False
    """Whether to keep what could not be checked."""
    fresh_for: timedelta = timedelta(hours=24)
    """A snapshot older than this makes decisions `stale`."""
    max_age: timedelta = timedelta(days=7)
    """A snapshot older than this counts as "could not be checked"."""
    assurance: frozenset[Assurance] = frozenset(Assurance)
    """Whose statements count: those of verified scopes, of attested ones, or both."""
    likeness: Likeness = Likeness.MATCH
    """The least likeness that decides, where a work is recognised by its content."""
    mode: Mode = Mode.ENFORCE
    """`Mode.AUDIT` keeps everything and reports what it found; `Mode.OFF` keeps everything without looking."""
    signals: frozenset[Family] = frozenset(Family)
    """The standards that are read of what sites and files say about themselves."""
    required: frozenset[Source] = frozenset()
    """Sources that count as "could not be checked" if a check is not given them."""
    agent: str = ""
    """The crawler's own product token, such as `ExampleBot`."""
    user_type: str | None = None
    """The crawler's kind of user in RSL, such as `commercial` or `education`."""
    robots_agents: tuple[Agent, ...] | None = None
    """Other crawlers whose refusal by name in robots.txt counts. None stands for the list in this package."""
    trust_anchors: bytes | None = None
    """Certificates (PEM) that may sign a permission inside a file."""

    @classmethod
    def opt_out(cls, usage: Usage) -> Self:
        """Keep what nobody has reserved. What could not be checked is not kept."""
        return cls(usage=Usage(usage), keep_unknown=True)

    @classmethod
    def permission_first(cls, usage: Usage) -> Self:
        """Keep only what was allowed by somebody who could. Silence and failure are not kept."""
        return cls(usage=Usage(usage), keep_unknown=False)

    @property
    def name(self) -> str:
        """The name by which reports call this policy."""
        return f"{'opt-out' if self.keep_unknown else 'permission-first'} {self.usage}"


def keeps(preference: Preference, policy: Policy, *, unchecked: bool, crawl: bool = True) -> bool:
    """Tell whether `policy` keeps an asset of this preference.

    It is `unchecked` when any source was not available; without `crawl` it may not even be fetched.
    """
    return policy.mode is not Mode.ENFORCE or would_keep(preference, policy, unchecked=unchecked, crawl=crawl)


def would_keep(preference: Preference, policy: Policy, *, unchecked: bool, crawl: bool = True) -> bool:
    """Tell what `keeps` says where the policy is enforced; a policy that is off would keep everything."""
    if policy.mode is Mode.OFF:
        return True
    if preference is Preference.DISALLOWED or not crawl:
        return False
    if unchecked and not policy.keep_unavailable:
        return False
    return preference is Preference.ALLOWED or policy.keep_unknown
