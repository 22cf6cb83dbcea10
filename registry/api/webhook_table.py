"""The operations about webhooks and events, one row each."""

from typing import Final

from registry.api import webhook_views as views
from registry.api.operations import Access, Operation
from registry.api.webhook_models import (
    EventsQuery,
    SendAgainBody,
    WebhookAnswer,
    WebhookBody,
    WebhooksAnswer,
    WebhookWithDeliveries,
)
from registry.errors import ConflictError, GoneError, NotFoundError
from registry.rate_limits import CHECK, CHECKS, WRITES

EVENTS: Final = "application/jsonl"
"""One event a line, in the very bytes that are sent to webhooks."""

WEBHOOKS: Final = (
    Operation(
        "add_webhook", "POST", "/v1/webhooks", "Have events of a party sent to an address", views.add,
        WebhookAnswer, units=CHECK, status=201, body=WebhookBody, access=Access.DECLARE, rate=WRITES,
        refusals=(ConflictError, NotFoundError),
    ),
    Operation("webhooks", "GET", "/v1/parties/{id}/webhooks", "List where the events of a party are sent",
              views.webhooks, WebhooksAnswer, units=40, access=Access.DECLARE),
    Operation("webhook", "GET", "/v1/webhooks/{id}", "Read a webhook and its last deliveries", views.webhook,
              WebhookWithDeliveries, units=60, access=Access.DECLARE),
    Operation(
        "check_webhook", "POST", "/v1/webhooks/{id}/check", "Have the address answer with a challenge now",
        views.check, WebhookAnswer, units=CHECK, access=Access.DECLARE, rate=CHECKS,
    ),
    Operation(
        "test_webhook", "POST", "/v1/webhooks/{id}/test", "Have an event sent that says nothing", views.test,
        WebhookAnswer, units=60, access=Access.DECLARE, rate=WRITES, refusals=(ConflictError,),
    ),
    Operation(
        "send_again", "POST", "/v1/webhooks/{id}/send-again", "Have events sent again, from a number on",
        views.send_again, WebhookAnswer, units=60, body=SendAgainBody, access=Access.DECLARE, rate=WRITES,
        refusals=(GoneError,),
    ),
    Operation(
        "remove_webhook", "POST", "/v1/webhooks/{id}/remove", "Remove a webhook", views.remove, WebhookAnswer,
        units=60, access=Access.DECLARE, rate=WRITES,
    ),
    Operation("events", "GET", "/v1/events", "Read the events of a party after a number, as they are sent",
              views.events, EVENTS, query=EventsQuery, units=30, access=Access.READ,
              refusals=(GoneError, NotFoundError)),
)  # fmt: skip
"""Who may call what, how often, and what it answers."""
