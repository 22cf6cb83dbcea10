"""What the linter returns: how a site will be understood, and what to fix, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from crawler_filter.lint.explanations import EXPLANATIONS
from crawler_filter.lint.issues import Explanation, Issue, Level
from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.signal import Family


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to fix: where, what stands there, and the particulars."""

    fault: Issue
    place: str
    quote: str = ""
    detail: str = ""

    @property
    def explanation(self) -> Explanation:
        """Explain the fault and its cure."""
        return EXPLANATIONS[self.fault]

    def to_dict(self) -> dict[str, str]:
        """Return the JSON object of `crawler-filter lint --json`."""
        explanation = self.explanation
        return {
            "fault": self.fault.value,
            "level": explanation.level.value,
            "place": self.place,
            "quote": self.quote,
            "detail": self.detail,
            "wrong": explanation.wrong,
            "mend": explanation.fix,
        }


class Outcome(StrEnum):
    """The conclusion on one usage of one asset, by a crawler that reads everything."""

    NOT_FETCHED = "may not be fetched"
    RESERVED = "reserved"
    ALLOWED = "allowed"
    NOTHING_SAID = "nothing said"
    NOT_READABLE = "could not be read"


@dataclass(frozen=True, slots=True)
class Said:
    """The word of one standard on one usage, and its place."""

    family: Family
    preference: Preference
    place: str
    statement: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The ways in which one usage will be understood, and by whom.

    `outcome` is for a crawler without a group of its own in robots.txt. `shut_out`, `told_no` and `admitted` are
    the known crawlers whose purpose this usage is: those whom robots.txt keeps from fetching, those whom it lets
    in and refuses the usage, and the others.
    """

    usage: Usage
    outcome: Outcome
    said: tuple[Said, ...] = ()
    shut_out: tuple[str, ...] = ()
    told_no: tuple[str, ...] = ()
    admitted: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of `crawler-filter lint --json`."""
        return {
            "usage": self.usage.value,
            "outcome": self.outcome.value,
            "said": [
                {
                    "family": said.family.value,
                    "preference": said.preference.value,
                    "place": said.place,
                    "statement": said.statement,
                }
                for said in self.said
            ],
            "crawlers": {
                "shut_out": list(self.shut_out),
                "told_no": list(self.told_no),
                "admitted": list(self.admitted),
            },
        }


@dataclass(frozen=True, slots=True)
class Understanding:
    """Assets that will be understood alike, and how: one reading a usage."""

    assets: tuple[str, ...]
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The judgement of one site. `advice` has the worst first; `cut` says that there was more than is listed."""

    url: str
    understandings: tuple[Understanding, ...]
    advice: tuple[Advice, ...]
    cut: bool = False

    @property
    def has_faults(self) -> bool:
        """Tell whether there is something to fix; notes are not."""
        return any(each.explanation.level is not Level.NOTE for each in self.advice)

    def to_dict(self) -> Mapping[str, Any]:
        """Return the JSON object of `crawler-filter lint --json`."""
        return {
            "url": self.url,
            "understandings": [
                {"assets": list(each.assets), "readings": [reading.to_dict() for reading in each.readings]}
                for each in self.understandings
            ],
            "advice": [each.to_dict() for each in self.advice],
            "cut": self.cut,
        }
