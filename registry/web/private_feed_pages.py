"""Private feeds of events, as Atom (RFC 4287) and as JSON Feed 1.1, for both sides of requests and grants.

The secret in the address is all that a reader needs, so no answer is kept by a shared cache or found by a search.
"""

import hashlib
import json

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crawler_filter.formats.events import Event
from crawler_filter.formats.record import rfc3339
from registry.model.durations import DAY
from registry.web import page
from registry.web.event_words import EventWords, event_words
from registry.web.page import blueprint


@blueprint.get("/feed/private/<secret>")
def private_feed(secret: str) -> Response:
    """Tell a party what happened last, as Atom."""
    entries = _entries(secret)
    here = page.registry().config.public_url
    said = {"title": _title(), "identity": _identity(secret)}
    updated = entries[0].time if entries else rfc3339(page.now() // DAY * DAY)
    text = render_template("private_feed.xml", here=here, entries=entries, updated=updated, **said)
    return _kept_private(Response(text, mimetype="application/atom+xml"), text)


@blueprint.get("/feed/private/<secret>.json")
def private_json_feed(secret: str) -> Response:
    """Tell a party what happened last, as JSON Feed."""
    here = page.registry().config.public_url
    items = [
        {
            "id": f"{_identity(secret)}/{each.sequence}",
            "url": f"{here}{each.url}",
            "title": each.title,
            "date_published": each.time,
            "content_text": each.title,
        }
        for each in _entries(secret)
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(),
        "home_page_url": f"{here}{url_for('web.events')}",
        "items": items,
    }
    text = json.dumps(feed, ensure_ascii=False)
    return _kept_private(Response(text, mimetype="application/feed+json"), text)


def _entries(secret: str) -> list[EventWords]:
    return [event_words(Event.decode(each.body)) for each in page.registry().feeds.read(secret)]


def _title() -> str:
    return str(_("What concerns you in this registry"))


def _identity(secret: str) -> str:
    """Return what names this feed in its entries: nothing that opens it."""
    return f"urn:sha256:{hashlib.sha256(b'feed' + secret.encode()).hexdigest()}"


def _kept_private(response: Response, text: str) -> Response:
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Vary"] = "Accept-Language, Cookie"
    response.set_etag(hashlib.sha256(text.encode()).hexdigest()[:32])
    return response.make_conditional(request)
