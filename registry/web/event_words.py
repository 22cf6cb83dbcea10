"""Events in words, and the page that each leads a person to."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from crawler_filter.formats.events import Event, EventKind
from registry.model.webhook import Webhook, WebhookState
from registry.web.labels import Badge

_PAGES = {
    "enquiries": "web.enquiry",
    "grants": "web.grant",
    "declarations": "web.record",
    "webhooks": "web.webhook",
}


@dataclass(frozen=True, slots=True)
class EventWords:
    """One event as people read it."""

    sequence: int
    title: str
    url: str
    time: str


def event_words(event: Event) -> EventWords:
    """Return an event in words."""
    return EventWords(event.sequence, kind_words(event.kind), _url(event), event.time)


def kind_words(kind: str) -> str:
    """Return the kind of an event in words; one that has none as it is written."""
    words = {
        EventKind.ENQUIRY_ASKED: _("Somebody asks"),
        EventKind.ENQUIRY_MESSAGE: _("A message in a request or question"),
        EventKind.ENQUIRY_ANSWERED: _("A request or question was answered"),
        EventKind.GRANT_MADE: _("A use was granted"),
        EventKind.GRANT_CHANGED: _("A grant was changed"),
        EventKind.GRANT_ENDED: _("A grant has ended"),
        EventKind.DECLARATION_PUBLISHED: _("A declaration was published"),
        EventKind.DECLARATION_ANNOUNCED: _("A change of a declaration was announced"),
        EventKind.DECLARATION_CHANGED: _("A declaration was changed"),
        EventKind.DECLARATION_DISPUTED: _("A declaration is disputed"),
        EventKind.DECLARATION_WITHDRAWN: _("A declaration has ended"),
        EventKind.PROOF_FAILING: _("A proof of control was not found"),
        EventKind.REMOVAL_DUE: _("What was granted has to be removed from data sets"),
        EventKind.TEST: _("A test"),
    }
    return str(words[EventKind(kind)]) if kind in set(EventKind) else kind


def state_badge(webhook: Webhook) -> Badge:
    """Return how a webhook stands."""
    if webhook.state is WebhookState.ACTIVE and webhook.failures:
        return Badge(_("Fails, and is tried again"), "warn")
    return {
        WebhookState.UNPROVED: Badge(_("Has not answered yet"), "warn"),
        WebhookState.ACTIVE: Badge(_("Sending"), "good"),
        WebhookState.DISABLED: Badge(_("Stopped after seven days of failing"), "warn"),
        WebhookState.GONE: Badge(_("Stopped: it wants no more"), "quiet"),
    }[webhook.state]


def _url(event: Event) -> str:
    _empty, _version, folder, *_rest = [*event.path.split("/"), "", "", ""]
    return url_for(_PAGES[folder], number=event.subject) if folder in _PAGES else url_for("web.events")
