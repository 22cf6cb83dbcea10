"""Shapes of requests and answers about webhooks and events."""

from typing import Annotated

from pydantic import Field

from crawler_filter.formats.events import EventKind
from registry.api.request_models import Id, Request
from registry.api.response_models import Shape, Time
from registry.model.webhook import MAX_URL, WebhookState

Sequence = Annotated[int, Field(ge=0, lt=1 << 53, examples=[41])]


class WebhookBody(Request):
    """An address for the events of a party. No `kinds` means every kind."""

    party: Id
    url: Annotated[str, Field(min_length=1, max_length=MAX_URL, examples=["https://hooks.example/optout"])]
    kinds: Annotated[list[EventKind], Field(max_length=len(EventKind))] = Field(default_factory=list)


class SendAgainBody(Request):
    """The number of an event; those after it are sent again."""

    after: Sequence


class EventsQuery(Request):
    """A party whose events are read, and after which number; without it, the one that the account acts for."""

    party: Id | None = None
    after: Annotated[str, Field(pattern=r"^[0-9]{1,15}$", examples=["41"])] = "0"


class DeliveryAnswer(Shape):
    """One try to send one event. `status` is that of the answer; null: there was none, and `problem` says why."""

    sequence: int
    time: Time
    status: int | None
    problem: str
    arrived: bool


class WebhookAnswer(Shape):
    """An address for events. `position` is the last event that it took; `problem` is about the last try."""

    id: str
    party: str
    url: str
    kinds: list[EventKind]
    state: WebhookState
    created: Time
    position: int
    failures: int
    problem: str
    failing_since: Time | None
    next_try: Time | None


class WebhookWithDeliveries(WebhookAnswer):
    """An address for events, and the last tries to send to it, the newest first."""

    deliveries: list[DeliveryAnswer]


class WebhooksAnswer(Shape):
    """The addresses for the events of a party, oldest first."""

    webhooks: list[WebhookAnswer]
