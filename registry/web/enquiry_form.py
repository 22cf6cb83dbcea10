"""Reads the forms of enquiries: what an operator asks for, what a rights holder asks, and names of files."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, Self

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from crawler_filter.preference import Usage
from registry.model.enquiry import MAX_ATTACHMENTS, Attachment, Question, Subject
from registry.web.country_input import country_codes
from registry.web.form_input import FieldProblem, half_width

_FILE_LINE: Final = re.compile(r"([0-9a-fA-F]{64})\s+\*?(.+)")


@dataclass(frozen=True, slots=True)
class TypedRequest:
    """A request for permission as it was typed."""

    operator: str = ""
    usages: tuple[str, ...] = ()
    purpose: str = ""
    product: str = ""
    ends: str = ""
    territories: str = ""
    terms: str = ""

    @classmethod
    def of(cls, form: MultiDict[str, str]) -> Self:
        """Read the form."""
        return cls(
            form.get("operator", ""),
            tuple(each for each in form.getlist("usages") if each in set(Usage)),
            form.get("purpose", "").strip(),
            form.get("product", "").strip(),
            form.get("ends", "").strip(),
            form.get("territories", "").strip(),
            form.get("terms", "").strip(),
        )

    def subject(self, declaration: str) -> Subject:
        """Return the matter. Raises ValueError where the day is none."""
        return Subject(
            declaration=declaration,
            usages=tuple(map(Usage, self.usages)),
            purpose=self.purpose,
            product=self.product,
            ends=day(self.ends) if self.ends else None,
            territories=country_codes(self.territories) if self.territories else (),
            terms=self.terms,
        )

    def problems(self) -> tuple[FieldProblem, ...]:
        """Return what is to be put right before anything is asked."""
        wanted: Mapping[str, tuple[bool, str]] = {
            "operator": (bool(self.operator), _("Choose which of your AI operators asks")),
            "usages": (bool(self.usages), _("Choose at least one use")),
            "purpose": (bool(self.purpose), _("Say what you want to make of it")),
            "ends": (not self.ends or is_day(self.ends), _("Enter a day, such as 2027-03-31")),
        }
        return tuple(FieldProblem(field, words) for field, (right, words) in wanted.items() if not right)


@dataclass(frozen=True, slots=True)
class TypedQuestion:
    """A question to an operator as it was typed."""

    declaration: str = ""
    question: str = ""
    fetched_after: str = ""
    purpose: str = ""

    @classmethod
    def of(cls, form: MultiDict[str, str]) -> Self:
        """Read the form."""
        return cls(**{name: half_width(form.get(name, "")).strip() for name in cls.__slots__})

    def subject(self) -> Subject:
        """Return the matter. Raises ValueError where the day is none."""
        question = Question(self.question)
        after = day(self.fetched_after) if question is Question.FETCHED_AFTER else None
        return Subject(
            declaration=self.declaration.lower(), question=question, fetched_after=after, purpose=self.purpose
        )

    def problems(self) -> tuple[FieldProblem, ...]:
        """Return what is to be put right before anything is asked."""
        needs_day = self.question == Question.FETCHED_AFTER
        wanted: Mapping[str, tuple[bool, str]] = {
            "declaration": (bool(self.declaration), _("Enter the number of your declaration")),
            "question": (self.question in set(Question), _("Choose a question")),
            "fetched_after": (not needs_day or is_day(self.fetched_after), _("Enter a day, such as 2027-03-31")),
        }
        return tuple(FieldProblem(field, words) for field, (right, words) in wanted.items() if not right)


def day(typed: str) -> int:
    """Return the first second of a day in UTC. Raises ValueError."""
    typed = half_width(typed).replace("/", "-")
    return int(datetime.combine(date.fromisoformat(typed), datetime.min.time(), UTC).timestamp())


def is_day(typed: str) -> bool:
    """Tell whether a day was typed."""
    try:
        day(typed)
    except ValueError:
        return False
    return True


def attachments(typed: str) -> tuple[Sequence[Attachment], tuple[FieldProblem, ...]]:
    """Read lines of `sha256sum` as files; what is no such line is a problem."""
    found, wrong = [], []
    for number, line in enumerate(filter(None, map(str.strip, typed.splitlines())), start=1):
        match = _FILE_LINE.fullmatch(line)
        if match is None:
            words = _(
                "Line %(number)s: expected a SHA-256 digest and a name, as sha256sum prints them", number=number
            )
            wrong.append(FieldProblem("attachments", words))
        else:
            found.append(Attachment(match[2].strip()[:200], match[1].lower()))
    return found, tuple(wrong[:MAX_ATTACHMENTS])
