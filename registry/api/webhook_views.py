"""Webhooks and events. Each view hands over to the domain and shapes what comes back."""

from typing import Final

from registry.api.operations import Call, Result, next_link
from registry.api.views import id_in_path
from registry.api.webhook_models import EventsQuery, SendAgainBody, WebhookBody
from registry.errors import FieldError, InvalidRequestError
from registry.model.webhook import Webhook

EVENTS_A_UNIT: Final = 5
"""Events that are read and sent in a unit of work."""


def add(call: Call) -> Result:
    """Add an address, and have it answer with a challenge."""
    body: WebhookBody = call.body
    with call.registry.slow.turn(*call.callers):
        added = call.registry.webhooks.add(call.by, body.party, body.url, body.kinds)
    return Result(added.to_json(), {"Location": f"/v1/webhooks/{added.id}"})


def webhooks(call: Call) -> Result:
    """Answer with the addresses of a party."""
    found = call.registry.webhooks.of_party(call.by, id_in_path(call))
    return Result({"webhooks": [each.to_json() for each in found]})


def webhook(call: Call) -> Result:
    """Answer with an address and the last tries to send to it."""
    found, deliveries = call.registry.webhooks.get(call.by, id_in_path(call))
    return Result({**found.to_json(), "deliveries": [each.to_json() for each in deliveries]})


def check(call: Call) -> Result:
    """Have an address answer with its challenge now."""
    with call.registry.slow.turn(*call.callers):
        return _shown(call.registry.webhooks.check(call.by, id_in_path(call)))


def test(call: Call) -> Result:
    """Have an event sent that says nothing."""
    return _shown(call.registry.webhooks.test(call.by, id_in_path(call)))


def send_again(call: Call) -> Result:
    """Have events sent again."""
    body: SendAgainBody = call.body
    return _shown(call.registry.webhooks.send_again(call.by, id_in_path(call), body.after))


def remove(call: Call) -> Result:
    """Remove an address."""
    return _shown(call.registry.webhooks.remove(call.by, id_in_path(call)))


def events(call: Call) -> Result:
    """Answer with events, each a line in the bytes that were sent."""
    query: EventsQuery = call.query
    party = query.party or _only_party(call)
    found, following = call.registry.webhooks.events(call.by, party, int(query.after))
    call.count(len(found) // EVENTS_A_UNIT)
    link = next_link("after", None if following is None else f"{following}&party={party}")
    return Result(b"".join(event.body + b"\n" for event in found), link)


def _only_party(call: Call) -> str:
    own = call.registry.parties.that_declare(call.by)
    if len(own) != 1:
        error = FieldError("/party", "expected the number of a party: the account acts for several, or for none")
        raise InvalidRequestError("it is not said whose events are meant", errors=(error,))
    return own[0].id


def _shown(found: Webhook) -> Result:
    return Result(found.to_json())
