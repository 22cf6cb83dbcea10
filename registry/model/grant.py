"""A grant as it is asked for and as the registry keeps it; what it says is `crawler_filter.formats.grant`."""

from dataclasses import dataclass
from typing import Any

from crawler_filter.formats.grant import Grant
from crawler_filter.formats.record import rfc3339


@dataclass(frozen=True, slots=True)
class GrantRequest:
    """A grant as a party asks for it.

    The scopes are those of `declarations`, those of declarations that name no other work than `works`, and those
    given as (kind, value). Without `keys` it is all that count for the operator. Times are unix seconds, `start`
    None for now, `until` None for as long as nobody revokes it.
    """

    party: str
    operator: str
    usages: tuple[str, ...]
    scopes: tuple[tuple[str, str], ...] = ()
    declarations: tuple[str, ...] = ()
    works: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    start: int | None = None
    until: int | None = None
    territory: tuple[str, ...] | None = None
    policy: str | None = None
    terms_digest: str | None = None


@dataclass(frozen=True, slots=True)
class StoredGrant:
    """A grant with its last leaf, and who the operator is here. `created` is in unix seconds."""

    grant: Grant
    operator: str
    leaf: int
    created: int

    def stands(self, now: int) -> bool:
        """Tell whether it has not ended; it may begin later."""
        return self.grant.ended is None and (self.grant.until is None or now < self.grant.until)

    def in_short(self) -> dict[str, Any]:
        """Return what the page of a declaration says of a grant of its scopes."""
        shown = self.grant.to_json()
        kept = ("id", "usages", "from", "until", "ended")
        return {"client_id": self.grant.client_id, "operator": self.operator} | {
            name: shown[name] for name in kept
        }

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON object."""
        shown = self.grant.to_json()
        operator = shown["operator"] | {"id": self.operator}
        return {**shown, "operator": operator, "leaf": self.leaf, "created": rfc3339(self.created)}
