"""Where the events of one's parties are sent: addresses, what became of each sending, and private feeds."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crawler_filter.formats.events import EventKind
from registry.errors import RegistryError
from registry.model.webhook import Delivery, Webhook
from registry.web import page
from registry.web.event_words import kind_words, state_badge
from registry.web.form_input import FieldProblem
from registry.web.labels import Badge
from registry.web.own_parties import party_words
from registry.web.page import blueprint

_SHOWN = 50


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """An address in a list. Its path is not shown there: it may hold a secret."""

    url: str
    title: str
    badge: Badge


@dataclass(frozen=True, slots=True)
class PartyEvents:
    """A party, with the addresses and the feed that its events go to."""

    id: str
    title: str
    webhooks: list[WebhookRow]
    has_feed: bool
    feed: str


@blueprint.get("/account/events")
def events() -> Response:
    """List where the events of each party are sent."""
    return _events()


@blueprint.post("/parties/<party>/webhooks")
def add_webhook(party: str) -> Response:
    """Add an address, and have it answer."""
    actor, url, kinds = page.require_actor(), request.form.get("url", ""), request.form.getlist("kinds")
    wanted = [EventKind(kind) for kind in kinds if kind in set(EventKind)]
    try:
        with page.registry().slow.turn(page.caller(), actor.account):
            added = page.registry().webhooks.add(actor, party, url, wanted)
    except RegistryError as error:
        if error.status not in (409, 422):
            raise
        return _events(page.problems_of(error, {"/url": "url"}), party)
    return page.redirect_to("webhook", number=added.id)


@blueprint.post("/parties/<party>/feed")
def change_feed(party: str) -> Response:
    """Make the address of a private feed, which is shown this once, or end it."""
    actor, feeds = page.require_actor(), page.registry().feeds
    if request.form.get("do") == "end":
        feeds.end(actor, party)
        return page.redirect_to("events")
    secret = feeds.renew(actor, party)
    response = _events(fresh=(party, secret))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/webhooks/<number>")
def webhook(number: str) -> Response:
    """Show an address and the last tries to send to it."""
    return _webhook(number)


@blueprint.post("/webhooks/<number>")
def act_on_webhook(number: str) -> Response:
    """Have it answer, send a test, send again, or remove it."""
    actor, hooks, act = page.require_actor(), page.registry().webhooks, request.form.get("do", "")
    after = request.form.get("after", "")
    hooks.get(actor, number)
    try:
        if act == "check":
            with page.registry().slow.turn(page.caller(), actor.account):
                hooks.check(actor, number)
        elif act == "test":
            hooks.test(actor, number)
        elif act == "again" and after.isascii() and after.isdigit() and len(after) < _SHOWN:
            hooks.send_again(actor, number, int(after))
        elif act == "remove":
            hooks.remove(actor, number)
            return page.redirect_to("events")
    except RegistryError as error:
        if error.status not in (409, 410, 422):
            raise
        return _webhook(number, page.problems_of(error, {}))
    return page.redirect_to("webhook", number=number)


def _events(problems: Sequence[FieldProblem] = (), at: str = "", fresh: tuple[str, str] | None = None) -> Response:
    registry, actor = page.registry(), page.require_actor()
    lists = [
        PartyEvents(
            party.id,
            party_words(party).title,
            [_row(each) for each in registry.webhooks.of_party(actor, party.id)],
            registry.feeds.exists(party.id),
            _feed_url(fresh[1]) if fresh and fresh[0] == party.id else "",
        )
        for party in islice(registry.parties.that_declare(actor), _SHOWN)
    ]
    kinds = [(kind.value, kind_words(kind)) for kind in EventKind if kind is not EventKind.TEST]
    chosen = request.form.getlist("kinds")
    return page.render("events.html", problems, lists=lists, kinds=kinds, at=at, typed=request.form, chosen=chosen)


def _feed_url(secret: str) -> str:
    return f"{page.registry().config.public_url}{url_for('web.private_feed', secret=secret)}"


def _webhook(number: str, problems: Sequence[FieldProblem] = ()) -> Response:
    found, deliveries = page.registry().webhooks.get(page.require_actor(), number)
    kinds = [kind_words(kind) for kind in found.kinds]
    return page.render(
        "webhook.html",
        problems,
        webhook=found,
        row=_row(found),
        kinds=kinds,
        deliveries=[(each, _result(each)) for each in deliveries],
    )


def _row(found: Webhook) -> WebhookRow:
    url = url_for("web.webhook", number=found.id)
    return WebhookRow(url, urlsplit(found.url).hostname or "", state_badge(found))


def _result(tried: Delivery) -> Badge:
    if tried.arrived:
        return Badge(_("Arrived"), "good")
    return Badge(tried.problem or f"HTTP {tried.status}", "warn")
