"""Shapes of requests and answers about enquiries between operators and rights holders."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, model_validator

from crawler_filter.preference import Usage
from registry.api.request_models import Id, Request, Territory
from registry.api.response_models import Shape, Time
from registry.model.enquiry import (
    MAX_ATTACHMENTS,
    MAX_SHORT,
    MAX_TEXT,
    Attachment,
    EnquiryKind,
    EnquiryState,
    Question,
    Side,
    StandingKind,
    Subject,
)

Words = Annotated[str, Field(max_length=MAX_TEXT)]
Works = Annotated[list[Id], Field(max_length=100)]


class PermissionBody(Request):
    """An operator's request: uses of a declaration or of works, for a purpose, in a period, on terms."""

    declaration: Id | None = None
    works: Works = Field(default_factory=list)
    usages: Annotated[list[Usage], Field(min_length=1, max_length=len(Usage))]
    purpose: Annotated[str, Field(min_length=1, max_length=MAX_TEXT, examples=["Training of a picture model"])]
    product: Words = ""
    starts: AwareDatetime | None = None
    ends: AwareDatetime | None = None
    territories: Annotated[list[Territory], Field(max_length=250)] = Field(default_factory=list)
    terms: Words = ""

    def subject(self) -> Subject:
        """Return the matter as the domain has it."""
        return Subject(
            declaration=self.declaration,
            works=tuple(self.works),
            usages=tuple(self.usages),
            purpose=self.purpose,
            product=self.product,
            starts=_unix(self.starts),
            ends=_unix(self.ends),
            territories=tuple(self.territories),
            terms=self.terms,
        )


class QuestionBody(Request):
    """A question of a party to an operator about a declaration or works. Only one kind has `fetched_after`."""

    operator: Id
    declaration: Id | None = None
    works: Works = Field(default_factory=list)
    question: Question
    fetched_after: AwareDatetime | None = None
    purpose: Words = ""

    def subject(self) -> Subject:
        """Return the matter as the domain has it."""
        return Subject(
            declaration=self.declaration,
            works=tuple(self.works),
            purpose=self.purpose,
            question=self.question,
            fetched_after=_unix(self.fetched_after),
        )


class AttachmentBody(Request):
    """A file that is sent by other ways: its name, and its SHA-256 in hexadecimal."""

    name: Annotated[str, Field(min_length=1, max_length=MAX_SHORT)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class MessageBody(Request):
    """One side's message. It may be empty beside attachments, or for a refusal."""

    text: Words
    attachments: Annotated[list[AttachmentBody], Field(max_length=MAX_ATTACHMENTS)] = Field(default_factory=list)

    def files(self) -> tuple[Attachment, ...]:
        """Return the attachments as the domain has them."""
        return tuple(Attachment(each.name, each.sha256) for each in self.attachments)


class GrantedBody(Request):
    """The grant that answers a request for permission.

    Say `as_asked` in place of `grant` to have one made of just what was asked for, until `until`.
    """

    grant: Id | None = None
    as_asked: bool = False
    until: AwareDatetime | None = None
    text: Words = ""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.grant is None) is not self.as_asked:
            raise ValueError("expected either a grant or as_asked")
        return self

    def end(self) -> int | None:
        """Return the end of a grant that is to be made, in unix seconds."""
        return _unix(self.until)


class StandingBody(Request):
    """A party's answer to every operator that asks; null takes it away."""

    answer: StandingKind | None
    text: Words = ""


class SubjectAnswer(Shape):
    """The matter of an enquiry."""

    declaration: str | None
    works: list[str]
    usages: list[Usage]
    purpose: str
    product: str
    starts: Time | None
    ends: Time | None
    territories: list[str]
    terms: str
    question: Question | None
    fetched_after: Time | None


class AttachmentAnswer(Shape):
    """A file by its name and its SHA-256."""

    name: str
    sha256: str


class MessageAnswer(Shape):
    """One message. `standing`: it is the party's answer to everybody."""

    side: Side
    time: Time
    text: str
    attachments: list[AttachmentAnswer]
    standing: bool


class EnquiryAnswer(Shape):
    """An enquiry, for its two sides. `due` is by when an answer is hoped for: silence permits nothing."""

    id: str
    kind: EnquiryKind
    operator: str
    party: str
    state: EnquiryState
    opened: Time
    due: Time
    overdue: bool
    closed: Time | None
    grant: str | None
    subject: SubjectAnswer
    messages: list[MessageAnswer]


class EnquiriesAnswer(Shape):
    """A page of a party's enquiries, the newest first."""

    enquiries: list[EnquiryAnswer]


class StandingAnswerShape(Shape):
    """A party's answer to every operator that asks; null where it has none."""

    answer: StandingKind | None
    text: str
    since: Time | None


class AnswerCountsShape(Shape):
    """The questions an operator was asked about its data, counted by what became of them.

    Those of parties that have proved no place count as `unverified` alone.
    """

    asked: int
    answered: int
    open: int
    overdue: int
    unverified: int


class QuestionCountsShape(Shape):
    """Questions by what became of them; those of parties that have proved no place count as `unverified` alone.

    `refused` and `with_files` are of the `answered`, `overdue` is of the `open`. `median_days` is from question to
    answer; null where there is none.
    """

    asked: int
    answered: int
    refused: int
    with_files: int
    open: int
    overdue: int
    median_days: float | None
    unverified: int


class DisclosureSheetShape(Shape):
    """The answers of an operator to rights holders in counts: all questions, each kind of them, and its grants."""

    operator: str
    time: Time
    total: QuestionCountsShape
    questions: dict[Question, QuestionCountsShape]
    grants_held: int
    grants_ended: int


def _unix(time: datetime | None) -> int | None:
    return None if time is None else int(time.timestamp())
