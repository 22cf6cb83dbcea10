"""Withdrawing a declaration, and stopping a change that was announced."""

import re
from typing import Final

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from registry.errors import NotFoundError
from registry.model.durations import HOUR
from registry.web import page
from registry.web.page import blueprint
from registry.web.proof_pages import own_declaration

_SECRET: Final = re.compile(r"[a-z2-7]{20,80}")


@blueprint.get("/d/<number>/withdraw")
def withdraw(number: str) -> Response:
    """Explain what withdrawing does, and ask again."""
    declaration = own_declaration(number)
    if not declaration.state.in_force:
        title, sentences = (
            _("Discard this draft?"),
            [_("It was never published. What you entered for it is deleted.")],
        )
        button = _("Yes, discard it")
    else:
        hours = page.registry().config.loosening_delay // HOUR
        title, button = _("Withdraw this declaration?"), _("Yes, withdraw it")
        sentences = [
            _("Crawlers that use this registry will no longer leave out what it covers."),
            ngettext(
                "It takes effect after %(num)s hour. We mail you at once; with the link in that letter you can "
                "stop it until then.",
                "It takes effect after %(num)s hours. We mail you at once; with the link in that letter you can "
                "stop it until then.",
                hours,
            ),
            *_of_co_owners(number),
            _("The record stays public, with its history. What is collected after that cannot be undone."),
        ]
    back = url_for("web.record", number=number)
    return page.render("confirm.html", title=title, sentences=sentences, button=button, danger=True, way_back=back)


def _of_co_owners(number: str) -> list[str]:
    """Return what to know of co-owners before something is announced, where there are any."""
    if not page.registry().co_owners.of_declaration(number):
        return []
    return [str(_("It takes effect only if every co-owner agrees by then."))]


@blueprint.post("/d/<number>/withdraw")
def confirm_withdraw(number: str) -> Response:
    """Withdraw it, which waits."""
    actor = page.require_actor()
    withdrawn = page.registry().changes.withdraw(actor, number)
    if withdrawn is None or not withdrawn.state.in_force:
        return page.redirect_to("declarations")
    return page.redirect_to("record", number=number, done="withdrawn")


@blueprint.get("/stop/<token>")
def stop(token: str) -> Response:
    """Ask whether an announced change shall be stopped. Opening the link does nothing."""
    if not _SECRET.fullmatch(token):
        raise NotFoundError("the link is not whole")
    return page.render(
        "confirm.html",
        title=_("Stop the announced change?"),
        sentences=[_("The declaration then stays as it is. You can change or withdraw it again later.")],
        button=_("Yes, stop the change"),
        danger=False,
        way_back=None,
    )


@blueprint.post("/stop/<token>")
def confirm_stop(token: str) -> Response:
    """Stop an announced change. The letter is the permission; nobody has to be signed in."""
    declaration = page.registry().changes.stop_change(token)
    return page.redirect_to("record", number=declaration.id, done="stopped")


@blueprint.post("/d/<number>/stop")
def stop_own(number: str) -> Response:
    """Stop an announced change of one's own declaration."""
    declaration = page.registry().changes.cancel_change(page.require_actor(), number)
    return page.redirect_to("record", number=declaration.id, done="stopped")
