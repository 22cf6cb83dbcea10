"""Atom feeds for whoever watches without an account: of the whole registry, of a site, of a title (RFC 4287)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registry.errors import NotFoundError
from registry.lookups.search import LONGEST, host_named
from registry.model.declaration import Declaration
from registry.store.search import LogEvent
from registry.web import labels, page
from registry.web.page import blueprint
from registry.web.party_names import party_name
from registry.web.record_words import title_of

FEED_SECONDS: Final = 300
_SHOWN: Final = 5
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One event in a feed. `updated` is in unix seconds."""

    id: str
    title: str
    url: str
    updated: int
    by: str
    covers: tuple[str, ...]


@blueprint.get("/feed")
def feed() -> Response:
    """Tell what happened last in the whole registry."""
    return _feed(
        _("Everything that happened in this registry"), url_for("web.home"), page.registry().search.events()
    )


@blueprint.get("/feed/site/<host>")
def site_feed(host: str) -> Response:
    """Tell what happened last about a site: whoever claims it or a part of it, and what became of that."""
    name = host_named(host)
    if name is None:
        raise NotFoundError("this is no host name such as example.com")
    search = page.registry().search
    found = [each.id for each in search.site(name)]
    title = _("Declarations about %(what)s", what=name)
    return _feed(title, url_for("web.search", q=name), search.events(found))


@blueprint.get("/feed/title/<path:title>")
def title_feed(title: str) -> Response:
    """Tell what happened last about works with a title."""
    search = page.registry().search
    with page.registry().heavy.turn(page.caller()):
        found = [each.id for each in search.titled(title[:LONGEST])]
    words = _("Declarations of works called %(what)s", what=title[:LONGEST])
    return _feed(words, url_for("web.search", q=title[:LONGEST]), search.events(found))


def _feed(title: str, about: str, events: Sequence[tuple[LogEvent, Declaration]]) -> Response:
    entries = [_entry(event, declaration) for event, declaration in events]
    here = page.registry().config.public_url
    text = render_template(
        "feed.xml",
        title=title,
        self=f"{here}{request.path}",
        about=f"{here}{about}",
        entries=entries,
    )
    response = Response(text, mimetype="application/atom+xml")
    response.headers["Cache-Control"] = f"public, max-age={FEED_SECONDS}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Vary"] = "Accept-Language, Cookie"
    response.set_etag(hashlib.sha256(text.encode()).hexdigest()[:32])
    return response.make_conditional(request)


def _entry(event: LogEvent, declaration: Declaration) -> Entry:
    party = party_name(declaration.record)
    record, address = declaration.record, f"{page.registry().config.public_url}/d/{declaration.id}"
    return Entry(
        id=f"{address}#log-{event.index}",
        title=f"{title_of(record)}: {labels.event_words(event.type)}",
        url=address,
        updated=event.time,
        by=f"{party.title} ({party.badge.words})",
        covers=tuple(labels.cut(scope.kind, scope.value)[:_LONGEST] for scope in record.scopes[:_SHOWN]),
    )
