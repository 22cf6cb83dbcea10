"""A consent: the party of a work lets another one name it in its declarations."""

from dataclasses import dataclass
from typing import Any

from crawler_filter.formats.record import rfc3339


@dataclass(frozen=True, slots=True)
class WorkConsent:
    """A consent to name somebody's work. `leaf` is the index of the leaf with it, `time` is in unix seconds."""

    work: str
    party: str
    leaf: int
    time: int

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON object."""
        return {"work": self.work, "party": self.party, "leaf": self.leaf, "time": rfc3339(self.time)}
