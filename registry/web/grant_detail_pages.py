"""The page of one grant: what letters, answers of filters and feeds lead to. Programs read `/v1/grants/…`."""

from typing import Final

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registry.web import labels, page
from registry.web.declaration_rows import public_row
from registry.web.grant_pages import grant_row
from registry.web.operator_words import operator_words
from registry.web.page import blueprint
from registry.web.record_words import Event

_SHOWN: Final = 50
"""Declarations and scopes of a grant that its page shows."""


@blueprint.get("/grants/<number>")
def grant(number: str) -> Response:
    """Show one grant to anybody: what was granted to whom, for how long, and what the log says of it."""
    registry, actor = page.registry(), page.actor()
    found = registry.grants.get(number)
    operator = operator_words(registry.operators.get(found.operator))
    scopes, named = found.grant.scopes, found.grant.declarations[:_SHOWN]
    return page.render(
        "grant.html",
        row=grant_row(found, operator.url, operator.title),
        operator=operator,
        grant=found.grant,
        declarations=[public_row(each) for each in registry.declarations.some(named)],
        scopes=[labels.cut(scope.kind, scope.value) for scope in scopes[:_SHOWN]],
        more=max(0, len(scopes) - _SHOWN),
        history=_history(number),
        own=actor is not None and page.acts_for(actor, found.grant.party),
    )


def _history(number: str) -> list[Event]:
    """Return the leaves of a grant, the last one first: the first made it, each other one changed or ended it."""
    entries = page.registry().grants.history(number)
    words = [_("Granted"), *(_("Changed or ended") for _entry in entries[1:])]
    told = [Event(each.time, str(said), each.index) for each, said in zip(entries, words, strict=True)]
    return told[::-1]
