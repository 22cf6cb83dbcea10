"""Operators: who crawls and trains, known by the address of a card on a domain that they proved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Self

from crawler_filter.formats.jwk import encode_base64url
from crawler_filter.formats.record import rfc3339
from registry.model.durations import DAY

KEY_OVERLAP: Final = 7 * DAY
"""Seconds for which a key still counts after the card has ceased to show it."""

CARD_EVERY: Final = DAY
"""Seconds between two looks at a card."""

CARD_RETRY: Final = DAY // 4
"""Seconds after which a card that could not be read is looked for again."""


class OperatorState(StrEnum):
    """The standing of an operator. Only an active one can be granted anything, or be known by a signature."""

    PENDING = "pending"
    """Its domain is not proved, or its card was never read."""
    ACTIVE = "active"
    """Its domain is proved and its card has a key."""


@dataclass(frozen=True, slots=True)
class AgentCard:
    """A signature agent card (draft-meunier-webbotauth-registry). All but `client_id` may be absent.

    Nothing of it is checked but the address: purposes and names are as the operator wrote them.
    """

    client_id: str
    name: str | None = None
    uri: str | None = None
    product_token: str | None = None
    purpose: str | None = None
    trigger: str | None = None
    follows_robots: bool = False
    contacts: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON object, in the words of the draft."""
        return {
            "client_id": self.client_id,
            "client_name": self.name,
            "client_uri": self.uri,
            "contacts": list(self.contacts),
            "rfc9309-product-token": self.product_token,
            "rfc9309-compliance": self.follows_robots,
            "purpose": self.purpose,
            "trigger": self.trigger,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Read what `to_json` returned."""
        return cls(
            client_id=value["client_id"],
            name=value["client_name"],
            uri=value["client_uri"],
            product_token=value["rfc9309-product-token"],
            purpose=value["purpose"],
            trigger=value["trigger"],
            follows_robots=value["rfc9309-compliance"] is True,
            contacts=tuple(value["contacts"]),
        )


@dataclass(frozen=True, slots=True)
class OperatorKey:
    """One key that a card showed. Once it is no longer shown, `until` is the last second for which it counts."""

    thumbprint: str
    raw: bytes
    first_seen: int
    last_seen: int
    until: int | None = None

    def counts(self, now: int) -> bool:
        """Tell whether the key speaks for the operator at `now`."""
        return self.until is None or now <= self.until

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON object."""
        return {
            "thumbprint": self.thumbprint,
            "x": encode_base64url(self.raw),
            "first_seen": rfc3339(self.first_seen),
            "last_seen": rfc3339(self.last_seen),
            "until": None if self.until is None else rfc3339(self.until),
        }


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator of one party. `read` is when its card was last read, `problem` what was wrong since, if any.

    Times are unix seconds.
    """

    id: str
    party: str
    client_id: str
    created: int
    card: AgentCard | None = None
    read: int | None = None
    failures: int = 0
    problem: str = ""
    next_check: int | None = None
    proved: bool = False
    keys: tuple[OperatorKey, ...] = field(default_factory=tuple)

    def live_keys(self, now: int) -> tuple[OperatorKey, ...]:
        """Return the keys that speak for the operator at `now`, the newest first."""
        live = (key for key in self.keys if key.counts(now))
        return tuple(sorted(live, key=lambda key: (-key.first_seen, key.thumbprint)))

    def state(self, now: int) -> OperatorState:
        """Return where the operator stands at `now`."""
        is_known = self.proved and self.card is not None and bool(self.live_keys(now))
        return OperatorState.ACTIVE if is_known else OperatorState.PENDING

    def to_json(self, now: int) -> dict[str, Any]:
        """Return the public JSON object."""
        return {
            "id": self.id,
            "party": self.party,
            "client_id": self.client_id,
            "state": self.state(now).value,
            "proved": self.proved,
            "card": self.card and self.card.to_json(),
            "keys": [key.to_json() for key in self.keys],
            "created": rfc3339(self.created),
            "read": None if self.read is None else rfc3339(self.read),
            "problem": self.problem or None,
        }
