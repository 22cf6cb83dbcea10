"""A co-owner: a party that stands behind another's declaration, such as an author beside the publisher."""

from dataclasses import dataclass
from typing import Any

from crawler_filter.formats.record import rfc3339


@dataclass(frozen=True, slots=True)
class CoOwner:
    """A party that was asked to confirm a declaration, and what it answered. Times are unix seconds.

    `leaf` is the index of the leaf with its consent, None until it confirms; `confirmed` is that leaf's time.
    `licensing` lets the declaring party grant permissions for it too. `agreed` is the leaf of the announced change
    that it agrees to.
    """

    declaration: str
    party: str
    asked: int
    leaf: int | None = None
    confirmed: int | None = None
    licensing: bool = False
    agreed: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON object of one that has confirmed."""
        return {
            "party": self.party,
            "leaf": self.leaf,
            "time": rfc3339(self.confirmed or self.asked),
            "licensing": self.licensing,
        }
