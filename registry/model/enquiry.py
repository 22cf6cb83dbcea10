"""Enquiries: what an operator asks of a rights holder, or a rights holder of an operator, and how it goes on.

Silence is an answer to nothing: an enquiry whose time is over stays open, and nothing follows from it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Self

from crawler_filter.formats.record import rfc3339
from crawler_filter.preference import Usage
from registry.errors import FieldError
from registry.model.durations import DAY
from registry.model.grant import GrantRequest

ANSWER_SECONDS: Final = 30 * DAY
"""Time in which an answer is hoped for. The date is shown to both sides."""

AGAIN_SECONDS: Final = 30 * DAY
"""Time for which a site that was refused, or took many back, cannot ask the same party again."""

MAX_TEXT: Final = 5_000
MAX_SHORT: Final = 200
MAX_ATTACHMENTS: Final = 10
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_TERRITORY: Final = re.compile(r"[A-Z]{2}")


class EnquiryKind(StrEnum):
    """The direction of an enquiry, and so what it is about."""

    PERMISSION = "permission"
    """An operator asks a party for a use of what the party reserves."""
    DISCLOSURE = "disclosure"
    """A party asks an operator what became of its works."""


class Side(StrEnum):
    """One of the two that an enquiry is between."""

    OPERATOR = "operator"
    PARTY = "party"

    @property
    def other(self) -> "Side":
        """Return who is on the other side."""
        return Side.PARTY if self is Side.OPERATOR else Side.OPERATOR


class EnquiryState(StrEnum):
    """The stage of an enquiry. Only `granted` permits anything, and only as far as the grant goes."""

    OPEN = "open"
    TALKING = "talking"
    GRANTED = "granted"
    REFUSED = "refused"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"

    @property
    def is_live(self) -> bool:
        """Tell whether anything may still be said."""
        return self in (EnquiryState.OPEN, EnquiryState.TALKING)


class Question(StrEnum):
    """A question of a rights holder to an operator."""

    IN_TRAINING = "in-training"
    """Were these works in your training data?"""
    FETCHED_AFTER = "fetched-after"
    """Did you fetch them after this date?"""
    HONOURED = "honoured"
    """Do you honour this declaration?"""


@dataclass(frozen=True, slots=True)
class Subject:
    """The matter of an enquiry. A permission has usages, purpose and period; a disclosure has a question.

    `declaration` is whose scopes are meant, `works` the numbers of works; an enquiry names one of them at least.
    Times are unix seconds. No territory means all of them.
    """

    declaration: str | None = None
    works: tuple[str, ...] = ()
    usages: tuple[Usage, ...] = ()
    purpose: str = ""
    product: str = ""
    starts: int | None = None
    ends: int | None = None
    territories: tuple[str, ...] = ()
    terms: str = ""
    question: Question | None = None
    fetched_after: int | None = None

    def errors(self, kind: EnquiryKind) -> list[FieldError]:
        """Return what is wrong with it, field by field."""
        found = [
            FieldError(f"/{name}", "expected at most %(most)s characters", most=MAX_TEXT)
            for name in ("purpose", "product", "terms")
            if len(getattr(self, name)) > MAX_TEXT
        ]
        if self.declaration is None and not self.works:
            found.append(FieldError("/declaration", "name a declaration or works that this is about"))
        wanted = _permission_errors(self) if kind is EnquiryKind.PERMISSION else _disclosure_errors(self)
        return found + wanted

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object that both sides see."""
        return {
            "declaration": self.declaration,
            "works": list(self.works),
            "usages": [usage.value for usage in self.usages],
            "purpose": self.purpose,
            "product": self.product,
            "starts": None if self.starts is None else rfc3339(self.starts),
            "ends": None if self.ends is None else rfc3339(self.ends),
            "territories": list(self.territories),
            "terms": self.terms,
            "question": self.question,
            "fetched_after": None if self.fetched_after is None else rfc3339(self.fetched_after),
        }


def _permission_errors(subject: Subject) -> list[FieldError]:
    found = []
    if not subject.usages:
        found.append(FieldError("/usages", "name a use that you ask for"))
    if not subject.purpose.strip():
        found.append(FieldError("/purpose", "say what you want to make of it"))
    if subject.starts is not None and subject.ends is not None and subject.ends <= subject.starts:
        found.append(FieldError("/ends", "expected a time after the start"))
    if not all(_TERRITORY.fullmatch(each) for each in subject.territories):
        found.append(FieldError("/territories", "expected codes of countries, such as JP"))
    if subject.question is not None:
        found.append(FieldError("/question", "a request for permission has no question"))
    return found


def _disclosure_errors(subject: Subject) -> list[FieldError]:
    found = []
    if subject.question is None:
        found.append(FieldError("/question", "choose a question"))
    if (subject.question is Question.FETCHED_AFTER) != (subject.fetched_after is not None):
        found.append(FieldError("/fetched_after", "give the date with the question that needs one, and no other"))
    if subject.usages:
        found.append(FieldError("/usages", "a question asks for no use"))
    return found


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that one side sends to the other by its own ways: its name, and its SHA-256 in hex.

    The registry keeps no files; with the digest each side can show later which file it was.
    """

    name: str
    sha256: str

    def to_json(self) -> dict[str, str]:
        """Return the JSON object that both sides see."""
        return {"name": self.name, "sha256": self.sha256}

    @classmethod
    def from_json(cls, value: Mapping[str, str]) -> Self:
        """Read what `to_json` returned."""
        return cls(value["name"], value["sha256"])


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `is_standing`: nobody wrote it now, it is the party's answer to everybody."""

    side: Side
    time: int
    text: str
    attachments: tuple[Attachment, ...] = ()
    is_standing: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object that both sides see."""
        return {
            "side": self.side,
            "time": rfc3339(self.time),
            "text": self.text,
            "attachments": [each.to_json() for each in self.attachments],
            "standing": self.is_standing,
        }


def message_errors(text: str, attachments: Sequence[Attachment], *, required: bool = True) -> list[FieldError]:
    """Return what is wrong with a message, field by field."""
    found = []
    if len(text) > MAX_TEXT or (required and not text.strip() and not attachments):
        found.append(FieldError("/text", "expected a text of 1 to %(most)s characters", most=MAX_TEXT))
    if len(attachments) > MAX_ATTACHMENTS:
        found.append(FieldError("/attachments", "expected at most %(most)s files", most=MAX_ATTACHMENTS))
    for number, each in enumerate(attachments):
        if not _DIGEST.fullmatch(each.sha256):
            found.append(FieldError(f"/attachments/{number}/sha256", "expected 64 hexadecimal digits"))
        if not 1 <= len(each.name) <= MAX_SHORT:
            found.append(
                FieldError(
                    f"/attachments/{number}/name", "expected a name of 1 to %(most)s characters", most=MAX_SHORT
                )
            )
    return found


@dataclass(frozen=True, slots=True)
class Enquiry:
    """One enquiry. `due` is by when an answer is hoped for, `grant` what was granted. Times are unix seconds."""

    id: str
    kind: EnquiryKind
    operator: str
    party: str
    subject: Subject
    state: EnquiryState
    opened: int
    due: int
    closed: int | None = None
    grant: str | None = None
    messages: tuple[Message, ...] = field(default_factory=tuple)

    @property
    def asking(self) -> Side:
        """Return who asks."""
        return Side.OPERATOR if self.kind is EnquiryKind.PERMISSION else Side.PARTY

    @property
    def answered(self) -> int | None:
        """Return when the other side said anything first, None while it has not."""
        return next((each.time for each in self.messages if each.side is self.asking.other), None)

    def grant_request(self, until: int | None) -> GrantRequest:
        """Return the grant of just what was asked for, until a time in unix seconds; None: until it is revoked."""
        subject = self.subject
        return GrantRequest(
            party=self.party,
            operator=self.operator,
            declarations=(subject.declaration,) if subject.declaration else (),
            works=subject.works,
            usages=tuple(usage.value for usage in subject.usages),
            start=subject.starts,
            until=until,
            territory=subject.territories or None,
        )

    def is_overdue(self, now: int) -> bool:
        """Tell whether the time for an answer is over and there is none."""
        return self.state is EnquiryState.OPEN and now > self.due

    def to_json(self, now: int) -> dict[str, Any]:
        """Return the JSON object that both sides see, with the clock as it stands at `now`."""
        return {
            "id": self.id,
            "kind": self.kind,
            "operator": self.operator,
            "party": self.party,
            "state": self.state,
            "opened": rfc3339(self.opened),
            "due": rfc3339(self.due),
            "overdue": self.is_overdue(now),
            "closed": None if self.closed is None else rfc3339(self.closed),
            "grant": self.grant,
            "subject": self.subject.to_json(),
            "messages": [each.to_json() for each in self.messages],
        }


class StandingKind(StrEnum):
    """An answer that a party gives to whoever asks, once and for all."""

    NEVER = "never"
    """Refuses."""
    ASK_AGENT = "ask-agent"
    """Names who is asked instead."""
    TERMS = "terms"
    """Says on which terms; each grant is still made one by one."""


@dataclass(frozen=True, slots=True)
class StandingAnswer:
    """A party's standing answer. `text` names the agent or the terms."""

    kind: StandingKind
    text: str
    since: int

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON object."""
        return {"answer": self.kind, "text": self.text, "since": rfc3339(self.since)}


@dataclass(frozen=True, slots=True)
class AnswerCounts:
    """Count what became of the questions about its data that parties with a proved place asked an operator.

    `unverified` are the questions of all others: whoever likes can be such another party.
    """

    asked: int
    answered: int
    open: int
    overdue: int
    unverified: int = 0

    def to_json(self) -> dict[str, int]:
        """Return the public JSON object."""
        return {name: getattr(self, name) for name in self.__slots__}
