"""The log of enquiries with their deadlines, and the public sheet of how an operator answers questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from crawler_filter.formats.record import rfc3339
from registry.model.durations import DAY
from registry.model.enquiry import Enquiry, Question


@dataclass(frozen=True, slots=True)
class LoggedEnquiry:
    """An enquiry without its messages. `answered` is when the other side first said anything, or ended it."""

    enquiry: Enquiry
    answered: int | None

    def days_late(self, now: int) -> int:
        """Return the days, begun ones too, that an answer came after its date, or is missing since then."""
        waited = self.answered or self.enquiry.closed or (now if self.enquiry.state.is_live else 0)
        return max(0, -(-(waited - self.enquiry.due) // DAY))

    def to_row(self, now: int) -> dict[str, str]:
        """Return the line that both sides read, by the names of `COLUMNS`. Lists stand with spaces between."""
        enquiry, subject = self.enquiry, self.enquiry.subject
        return {
            "enquiry": enquiry.id,
            "kind": enquiry.kind.value,
            "asked_by": enquiry.asking.value,
            "operator": enquiry.operator,
            "party": enquiry.party,
            "asked": rfc3339(enquiry.opened),
            "due": rfc3339(enquiry.due),
            "answered": _time(self.answered),
            "closed": _time(enquiry.closed),
            "days_late": str(self.days_late(now)),
            "state": enquiry.state.value,
            "grant": enquiry.grant or "",
            "declaration": subject.declaration or "",
            "works": " ".join(subject.works),
            "usages": " ".join(subject.usages),
            "question": subject.question or "",
            "fetched_after": _time(subject.fetched_after),
            "purpose": subject.purpose,
            "product": subject.product,
            "starts": _time(subject.starts),
            "ends": _time(subject.ends),
            "territories": " ".join(subject.territories),
            "terms": subject.terms,
        }


COLUMNS: Final = (
    "enquiry", "kind", "asked_by", "operator", "party", "asked", "due", "answered", "closed", "days_late", "state",
    "grant", "declaration", "works", "usages", "question", "fetched_after", "purpose", "product", "starts", "ends",
    "territories", "terms",
)  # fmt: skip
"""Columns of the log, in the order of the file. New ones come last."""


@dataclass(frozen=True, slots=True)
class QuestionCounts:
    """Questions of parties that have proved a place, by what became of them; `unverified` are those of all others.

    Whoever likes can be such another party, so that what becomes of its questions says nothing of who is asked.
    `refused` and `with_files` are of the `answered`, `overdue` of the `open`. `median_days` is from question to
    end, None where none was answered. What was taken back counts nowhere.
    """

    asked: int = 0
    answered: int = 0
    refused: int = 0
    with_files: int = 0
    open: int = 0
    overdue: int = 0
    median_days: float | None = None
    unverified: int = 0

    def to_json(self) -> dict[str, int | float | None]:
        """Return the public JSON object."""
        return {name: getattr(self, name) for name in self.__slots__}

    def to_cells(self) -> list[str]:
        """Return the numbers in the same order, as cells of a table."""
        return ["" if value is None else str(value) for value in self.to_json().values()]


@dataclass(frozen=True, slots=True)
class DisclosureSheet:
    """The answers of an operator about its data in counts, and how many grants it holds and held."""

    operator: str
    time: int
    total: QuestionCounts
    questions: Mapping[Question, QuestionCounts]
    grants_held: int
    grants_ended: int

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON object."""
        return {
            "operator": self.operator,
            "time": rfc3339(self.time),
            "total": self.total.to_json(),
            "questions": {question: counts.to_json() for question, counts in self.questions.items()},
            "grants_held": self.grants_held,
            "grants_ended": self.grants_ended,
        }


def _time(unix: int | None) -> str:
    return "" if unix is None else rfc3339(unix)
