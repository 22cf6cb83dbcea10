"""Events: what a registry tells a party at once, so that neither side has to ask again and again.

Each party has a stream of its own, numbered from 1 without a gap. The bytes of an event are made once: what is
sent, sent again, and read by number is the same. An event is small and has nothing private in it; `path` leads to
what there is to read, for whoever may.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self

from crawler_filter.errors import MalformedRecordError
from crawler_filter.formats import canonical_json

MAX_EVENT_BYTES: Final = 4_096
_FIELDS: Final = frozenset({"detail", "kind", "party", "path", "sequence", "subject", "time"})


class EventKind(StrEnum):
    """The kind of an event. There may be more of them one day: pass over what you do not know."""

    ENQUIRY_ASKED = "enquiry.asked"
    """An operator asks for permission, or a rights holder asks about data."""
    ENQUIRY_MESSAGE = "enquiry.message"
    """One side has written to the other."""
    ENQUIRY_ANSWERED = "enquiry.answered"
    """An enquiry is over; `detail` says how: granted, refused, answered or withdrawn."""
    GRANT_MADE = "grant.made"
    GRANT_CHANGED = "grant.changed"
    """A grant names fewer keys than before."""
    GRANT_ENDED = "grant.ended"
    """`detail` says why: revoked, expired, no-key or erased."""
    DECLARATION_PUBLISHED = "declaration.published"
    DECLARATION_ANNOUNCED = "declaration.announced"
    """A change that lets more be used is announced, and takes effect later."""
    DECLARATION_CHANGED = "declaration.changed"
    """`detail` is the type of the leaf in the log."""
    DECLARATION_DISPUTED = "declaration.disputed"
    DECLARATION_WITHDRAWN = "declaration.withdrawn"
    PROOF_FAILING = "proof.failing"
    """A proof of control was not found (`detail` missing), or has lapsed (`detail` lapsed)."""
    REMOVAL_DUE = "removal.due"
    """For an operator: what the grant `subject` covered is reserved again, and has to leave data sets."""
    TEST = "webhook.test"
    """Somebody asked for an event, to see whether they arrive."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `subject` is what it is about: an id, or the place of a proof. `time` is RFC 3339 in UTC.

    `kind` is a text, because a registry may tell of kinds that this release does not know.
    """

    party: str
    sequence: int
    kind: str
    time: str
    subject: str
    path: str = ""
    detail: str = ""

    def encode(self) -> bytes:
        """Return the bytes that are sent: canonical JSON (RFC 8785)."""
        fields: dict[str, Any] = {name: getattr(self, name) for name in _FIELDS}
        return canonical_json.encode({**fields, "kind": str(self.kind)})

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Read an event; unknown fields are passed over. Raises MalformedRecordError."""
        if len(data) > MAX_EVENT_BYTES:
            raise MalformedRecordError(f"expected an event of at most {MAX_EVENT_BYTES} bytes, got {len(data)}")
        found = canonical_json.decode(data)
        sequence = found.get("sequence")
        texts: dict[str, Any] = {name: found.get(name) for name in _FIELDS - {"sequence"}}
        if type(sequence) is not int or sequence < 1:
            raise MalformedRecordError(f"expected the number of an event, got {str(sequence)[:40]!r}")
        wrong = sorted(name for name, value in texts.items() if not isinstance(value, str))
        if wrong:
            raise MalformedRecordError(f"expected an event with the texts {', '.join(wrong)}")
        return cls(sequence=sequence, **texts)
