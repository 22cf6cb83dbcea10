"""Disputes: what somebody says against a declaration, the state it is in, and by when the next step is due."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from registry.errors import FieldError, InvalidRequestError
from registry.model.durations import DAY

LOOK_SECONDS: Final = 7 * DAY
"""Time in which the operator looks at a new dispute."""

ANSWER_SECONDS: Final = 20 * DAY
"""Time in which whoever declared may answer."""

DECISION_SECONDS: Final = 14 * DAY
"""Time in which it is decided after the answer, or after the time for one."""

MAX_STATEMENT: Final = 5_000
MAX_EVIDENCE: Final = 10
MAX_ADDRESS: Final = 2_000
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"]+")


class Reason(StrEnum):
    """A reason to dispute a declaration."""

    MINE = "mine"
    NOT_AUTHORISED = "not-authorised"
    NOT_A_WORK = "not-a-work"
    FALSE_NAME = "false-name"
    OTHER = "other"


class DisputeState(StrEnum):
    """The stage of a dispute. One that is `offered` is a link in a letter that nobody has used."""

    OFFERED = "offered"
    RECEIVED = "received"
    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"

    @property
    def is_live(self) -> bool:
        """Tell whether it waits for somebody."""
        return self in (DisputeState.RECEIVED, DisputeState.OPEN)


def evidence_errors(evidence: Sequence[str]) -> list[FieldError]:
    """Return what is wrong with addresses that shall show something: too many, too long, or no addresses."""
    if len(evidence) > MAX_EVIDENCE:
        return [FieldError("/evidence", "expected at most %(most)s addresses", most=MAX_EVIDENCE)]
    return [
        FieldError("/evidence", "expected web addresses that begin with https://, got %(got)s", got=each[:100])
        for each in evidence
        if not (_ADDRESS.fullmatch(each) and len(each) <= MAX_ADDRESS)
    ]


@dataclass(frozen=True, slots=True)
class DisputeRequest:
    """A dispute as it was typed, by somebody who may have no account.

    `email` is in its normal form, `evidence` are addresses on the web.
    """

    reason: str
    statement: str
    email: str
    language: str = "en"
    evidence: tuple[str, ...] = ()

    def check(self) -> None:
        """Raise InvalidRequestError naming every field that is wrong."""
        errors = []
        if self.reason not in set(Reason):
            errors.append(FieldError("/reason", "expected one of the reasons there are"))
        if not 1 <= len(self.statement.strip()) <= MAX_STATEMENT:
            errors.append(
                FieldError("/statement", "expected a text of 1 to %(most)s characters", most=MAX_STATEMENT)
            )
        errors += evidence_errors(self.evidence)
        if errors:
            raise InvalidRequestError("the dispute cannot be taken as it is", errors=tuple(errors))


@dataclass(frozen=True, slots=True)
class Dispute:
    """One dispute. Evidence is addresses on the web that either side names.

    `party` disputes by its account, or nobody with one does and `email` is where to write. `priority`: whoever
    disputes has proved the place. `due` is when the next step is due; times are unix seconds.
    `grounds` say why it was decided so, for both sides.
    """

    id: str
    declaration: str
    party: str | None
    email: str | None
    language: str
    reason: Reason
    statement: str
    answer: str | None
    priority: bool
    state: DisputeState
    opened: int
    due: int | None = None
    closed: int | None = None
    evidence: tuple[str, ...] = ()
    answer_evidence: tuple[str, ...] = ()
    grounds: str | None = None
