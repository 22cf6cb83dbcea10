"""Grants as pages show them: on a declaration, on an operator, and the button that ends one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flask import url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registry.model.grant import StoredGrant
from registry.web import labels, page
from registry.web.labels import Badge
from registry.web.operator_words import operator_words
from registry.web.page import blueprint


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A grant in a list. `title` names the other side, `checked` is what was checked of an operator's name."""

    id: str
    url: str
    title: str
    uses: str
    span: str
    badge: Badge
    stands: bool
    checked: Badge | None = None


def on_declaration(declaration: str) -> list[GrantRow]:
    """Return the newest grants of scopes of a declaration."""
    registry = page.registry()
    shown = []
    for grant in registry.grants.of_declaration(declaration):
        operator = operator_words(registry.operators.get(grant.operator))
        shown.append(replace(grant_row(grant, operator.url, operator.title), checked=operator.badge))
    return shown


def of_operator(grants: Iterable[StoredGrant]) -> list[GrantRow]:
    """Return grants that one operator holds, by the declaration they are about."""
    return [
        grant_row(each, url_for("web.record", number=number), str(_("Declaration %(number)s", number=number)))
        for each in grants
        for number in each.grant.declarations[:1]
    ]


@blueprint.post("/grants/<number>/revoke")
def revoke_grant(number: str) -> Response:
    """End a grant at once."""
    ended = page.registry().grants.revoke(page.require_actor(), number)
    return page.redirect_to("record", number=ended.grant.declarations[0], _anchor="grants")


def grant_row(stored: StoredGrant, url: str, title: str) -> GrantRow:
    """Return a grant in a list, with the address and the name of the other side."""
    grant, now = stored.grant, page.now()
    uses = ", ".join(labels.usage_words(usage).title for usage in grant.usages)
    start = page.day_in_words(grant.start)
    if grant.until is None:
        span = _("from %(start)s until it is ended", start=start)
    else:
        span = _("from %(start)s to %(end)s", start=start, end=page.day_in_words(grant.until))
    stands = stored.stands(now)
    return GrantRow(stored.grant.id, url, title, uses, str(span), _badge(stored, now), stands)


def _badge(stored: StoredGrant, now: int) -> Badge:
    if not stored.stands(now):
        return Badge(_("Ended"), "quiet")
    if now < stored.grant.start:
        return Badge(_("Begins later"), "quiet")
    return Badge(_("Granted"), "good")
