"""What an operator wants: for which usage, whose statements count, and what becomes of each outcome."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Self

from crawler_filter.finding import Likeness, Source
from crawler_filter.formats.record import Assurance
from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.agents import Agent
from crawler_filter.signals.signal import Family


class Mode(StrEnum):
    """Whether a policy acts: `audit` decides and reports but keeps everything, `off` does not look."""

    ENFORCE = "enforce"
    AUDIT = "audit"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Policy:
    """What an operator does with each outcome, for one usage.

    Made by `opt_out` or `permission_first`, changed by `dataclasses.replace`.

    A snapshot older than `fresh_for` makes decisions `stale`; one older than `max_age` counts as not checked.
    `assurance` names the kinds of backing whose statements count, `likeness` the least likeness that decides where
    a work is recognised by its content.

    Of what sites and files say about themselves, the families in `signals` are read. `agent` is the crawler's own
    product token and `user_type` its kind of user in RSL (`commercial`, `education` …). The `robots_agents` are
    others whose refusal by name counts, None being the list that comes with this package. `trust_anchors` are the
    certificates (PEM) that may sign a permission inside a file. A source in `required` that a check is not given
    counts as not checked.
    """

    usage: Usage
    keep_unknown: bool
    keep_unavailable: bool = False
    fresh_for: timedelta = timedelta(hours=24)
    max_age: timedelta = timedelta(days=7)
    assurance: frozenset[Assurance] = frozenset(Assurance)
    likeness: Likeness = Likeness.MATCH
    mode: Mode = Mode.ENFORCE
    signals: frozenset[Family] = frozenset(Family)
    required: frozenset[Source] = frozenset()
    agent: str = ""
    user_type: str | None = None
    robots_agents: tuple[Agent, ...] | None = None
    trust_anchors: bytes | None = None

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
    if policy.mode is not Mode.ENFORCE:
        return True
    if preference is Preference.DISALLOWED or not crawl:
        return False
    if unchecked and not policy.keep_unavailable:
        return False
    return preference is Preference.ALLOWED or policy.keep_unknown
