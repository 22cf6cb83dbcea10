"""What became of the assets of one run, counted: the same figures at the end of every integration."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from crawler_filter.decision import Decision
from crawler_filter.formats.written_hosts import written_host
from crawler_filter.integrations.removed import removed_row
from crawler_filter.policy import Policy

MOST_NAMED: Final = 10_000
"""Hosts and declarations that are counted by name; what comes after them is counted together."""

OTHERS: Final = "(others)"


@dataclass(slots=True)
class Summary:
    """Counts of one run under one policy. What is excluded in audit mode is what enforcing would exclude."""

    policy: str
    """The policy's name, such as `opt-out train-ai`."""
    mode: str
    """`enforce`, `audit` or `off`."""
    checked: int = 0
    """Assets that were asked about."""
    excluded: int = 0
    """Assets that the policy does not keep, or in audit mode would not."""
    reasons: Counter[str] = field(default_factory=Counter)
    """The excluded ones by `Decision.reason`."""
    hosts: Counter[str] = field(default_factory=Counter)
    """The excluded ones by the host of their address."""
    declarations: Counter[str] = field(default_factory=Counter)
    """The excluded ones by the declaration that reserves them."""
    sources: Counter[str] = field(default_factory=Counter)
    """The excluded ones by who says so: a registry's name, or `robots.txt`, `headers` and the like."""

    @classmethod
    def of(cls, policy: Policy) -> Self:
        """Return the summary of a run that has not begun."""
        return cls(policy.name, policy.mode.value)

    @property
    def kept(self) -> int:
        """Assets that the policy keeps."""
        return self.checked - self.excluded

    def add(self, decision: Decision, url: object = None) -> Decision:
        """Count one decision, and return it."""
        self.checked += 1
        if not decision.would_keep:
            self.add_excluded(removed_row(decision), url)
        return decision

    def add_excluded(self, row: Mapping[str, Any], url: object = None) -> None:
        """Count an exclusion by the columns of its removed row; the asset itself must have been counted."""
        self.excluded += 1
        self.reasons[str(row["optout_reason"])] += 1
        named = (
            (self.hosts, written_host(url)),
            (self.declarations, row["optout_declaration"]),
            (self.sources, row["optout_source"]),
        )
        for counter, name in named:
            if name:
                counter[str(name) if name in counter or len(counter) < MOST_NAMED else OTHERS] += 1

    def merge(self, other: "Summary") -> None:
        """Add what another process has counted under the same policy."""
        self.checked += other.checked
        self.excluded += other.excluded
        for name in _COUNTERS:
            getattr(self, name).update(getattr(other, name))

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object that reports hold."""
        counted = {name: dict(getattr(self, name).most_common()) for name in _COUNTERS}
        totals = {"checked": self.checked, "kept": self.kept, "excluded": self.excluded}
        return {"policy": self.policy, "mode": self.mode, **totals, **counted}

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Self:
        """Read `to_dict`."""
        counters = {name: Counter(value[name]) for name in _COUNTERS}
        return cls(value["policy"], value["mode"], value["checked"], value["excluded"], **counters)

    def write_json(self, path: str | Path) -> None:
        """Write `to_dict` to a file."""
        Path(path).write_text(json.dumps(self.to_dict(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    def __str__(self) -> str:
        top = ", ".join(f"{reason} {count:,}" for reason, count in self.reasons.most_common(3))
        verb = "would exclude" if self.mode == "audit" else "excluded"
        return f"{verb} {self.excluded:,} of {self.checked:,} ({self.policy})" + (f"; top: {top}" if top else "")


_COUNTERS: Final = ("reasons", "hosts", "declarations", "sources")


def merged(summaries: Iterable[Summary], policy: Policy) -> Summary:
    """Return several summaries as one."""
    whole = Summary.of(policy)
    for summary in summaries:
        whole.merge(summary)
    return whole
