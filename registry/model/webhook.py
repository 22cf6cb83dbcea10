"""Webhooks: where a party has its events sent, and what became of each sending."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from crawler_filter.formats.events import EventKind
from crawler_filter.formats.record import rfc3339
from registry.model.durations import DAY

MAX_URL: Final = 1_000
MOST_WEBHOOKS: Final = 10
"""Webhooks of one party."""
EVENTS_KEPT: Final = 90 * DAY
"""Seconds for which events can be read again."""
DISABLED_AFTER: Final = 7 * DAY
"""Seconds of failing after which nothing is sent any more until somebody looks."""


class WebhookState(StrEnum):
    """The state of a webhook."""

    UNPROVED = "unproved"
    """It has not answered with the challenge yet."""
    ACTIVE = "active"
    DISABLED = "disabled"
    """It failed for too long."""
    GONE = "gone"
    """It answered 410: whoever runs it wants no more."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """One address. No `kinds` means every kind. `position` is the last event that it took, or that passed it by.

    `failures` counts tries in vain since the last event it took, `failing_since` and `next_try` are unix seconds;
    `problem` says what was wrong with the last try.
    """

    id: str
    party: str
    url: str
    kinds: tuple[EventKind, ...]
    state: WebhookState
    created: int
    position: int
    failures: int = 0
    failing_since: int | None = None
    next_try: int | None = None
    problem: str = ""

    def wants(self, kind: str) -> bool:
        """Tell whether events of a kind are sent to it. Somebody asked for a test, so every address gets it."""
        return not self.kinds or kind in self.kinds or kind == EventKind.TEST

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object that the party sees."""
        times: Mapping[str, int | None] = {"failing_since": self.failing_since, "next_try": self.next_try}
        return {
            "id": self.id,
            "party": self.party,
            "url": self.url,
            "kinds": [kind.value for kind in self.kinds],
            "state": self.state,
            "created": rfc3339(self.created),
            "position": self.position,
            "failures": self.failures,
            "problem": self.problem,
            **{name: None if time is None else rfc3339(time) for name, time in times.items()},
        }


@dataclass(frozen=True, slots=True)
class Delivery:
    """One try to send one event. `status` is that of the answer, None where there was none; `problem` says why."""

    sequence: int
    time: int
    status: int | None
    problem: str

    @property
    def arrived(self) -> bool:
        """Tell whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object that the party sees."""
        return {
            "sequence": self.sequence,
            "time": rfc3339(self.time),
            "status": self.status,
            "problem": self.problem,
            "arrived": self.arrived,
        }
