"""Atom feeds for whoever watches without an account (RFC 4287): of the whole registry, of a site, a title, a work,
a party, and of what an operator is granted.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registry.errors import NotFoundError
from registry.lookups.search import LONGEST, host_named
from registry.model.declaration import Declaration
from registry.model.durations import DAY
from registry.model.grant import StoredGrant
from registry.store.search import LogEvent
from registry.web import labels, page
from registry.web.grant_pages import grant_row
from registry.web.operator_words import operator_words
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


@blueprint.get("/feed/work/<number>")
def work_feed(number: str) -> Response:
    """Tell what happened last to the declarations that name a work."""
    work = page.registry().works.visible(number, None)
    words = _("Declarations about %(what)s", what=labels.work_row(work).title)
    return _feed(words, url_for("web.work", number=number), page.registry().search.events(work.declarations))


@blueprint.get("/feed/party/<party>")
def party_feed(party: str) -> Response:
    """Tell what happened last to what a party declared."""
    declarations = page.registry().declarations
    found = [*declarations.of_party(party).rows, *declarations.ended_of_party(party)]
    if not found:
        raise NotFoundError("no declaration of this party is public")
    name = party_name(found[0].record)
    who = f"{name.title} ({name.badge.words})"
    return _feed(
        _("Declarations of %(who)s", who=who), name.url, page.registry().search.events([each.id for each in found])
    )


@blueprint.get("/feed/operator/<number>")
def operator_feed(number: str) -> Response:
    """Tell what an AI operator was granted last, and what of it ended."""
    registry = page.registry()
    operator = operator_words(registry.operators.get(number))
    who = f"{operator.title} ({operator.badge.words})"
    entries = [_granted(each, who) for each in registry.grants.of_operator(number).rows]
    return _atom(_("What %(who)s was granted", who=who), operator.url, entries)


def _granted(stored: StoredGrant, who: str) -> Entry:
    address = f"{page.registry().config.public_url}/grants/{stored.grant.id}"
    row = grant_row(stored, address, who)
    return Entry(
        id=f"{address}#log-{stored.leaf}",
        title=_("%(state)s: %(uses)s", state=row.badge.words, uses=row.uses),
        url=address,
        updated=stored.grant.ended or stored.created,
        by=who,
        covers=(row.span,),
    )


def _feed(title: str, about: str, events: Sequence[tuple[LogEvent, Declaration]]) -> Response:
    return _atom(title, about, [_entry(event, declaration) for event, declaration in events])


def _atom(title: str, about: str, entries: Sequence[Entry]) -> Response:
    here = page.registry().config.public_url
    text = render_template(
        "feed.xml",
        title=title,
        address=f"{here}{quote(request.path)}",
        about=f"{here}{about}",
        updated=entries[0].updated if entries else page.now() // DAY * DAY,
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
