"""Passkeys: made and named by who has just signed in, and used by anybody who has one.

The script of the page asks for what the device needs, and sends what the device says with an ordinary form.
"""

from typing import Final

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registry.accounts.ceremonies import MAX_ANSWER
from registry.accounts.challenges import CHALLENGE_SECONDS
from registry.accounts.passkeys import Ceremony
from registry.errors import ConflictError, InvalidRequestError, WrongPasskeyError
from registry.web import page
from registry.web.access_pages import access_page
from registry.web.form_input import FieldProblem, typed_in
from registry.web.page import blueprint
from registry.web.sign_in_pages import arrived, browser_label, sign_in_form

_NONCE: Final = "passkey"


@blueprint.post("/account/passkeys/options")
def passkey_options() -> Response:
    """Give the script what a device needs to make a passkey."""
    actor = page.require_recent_actor()
    return _ceremony(page.registry().passkeys.begin_adding(actor, network=page.caller()))


@blueprint.post("/account/passkeys")
def add_passkey() -> Response:
    """Keep the passkey that the device made."""
    actor = page.require_recent_actor()
    label = typed_in(request.form, "label") or browser_label(request.user_agent.string) or _("A device")
    try:
        page.registry().passkeys.add(actor, page.cookie(_NONCE), _answer(), label)
    except (WrongPasskeyError, InvalidRequestError, ConflictError) as error:
        problems = page.problems_of(error, {"/label": "label"})
        return access_page(actor, problems, {"label": typed_in(request.form, "label")})
    return _done(page.redirect_to("access"))


@blueprint.post("/account/passkeys/<passkey>/rename")
def rename_passkey(passkey: str) -> Response:
    """Call a passkey otherwise."""
    actor = page.require_recent_actor()
    try:
        page.registry().passkeys.rename(actor, passkey, typed_in(request.form, "label"))
    except InvalidRequestError as error:
        return access_page(actor, page.problems_of(error, {"/label": f"label-{passkey}"}))
    return page.redirect_to("access")


@blueprint.post("/account/passkeys/<passkey>/remove")
def remove_passkey(passkey: str) -> Response:
    """Remove a passkey."""
    page.registry().passkeys.remove(page.require_recent_actor(), passkey)
    return page.redirect_to("access")


@blueprint.post("/sign-in/passkey/options")
def sign_in_options() -> Response:
    """Give the script what a device needs to use a passkey."""
    return _ceremony(page.registry().passkeys.begin_sign_in(network=page.caller()))


@blueprint.post("/sign-in/passkey")
def use_passkey() -> Response:
    """Sign in by what the device said."""
    label = browser_label(request.user_agent.string)
    try:
        signed_in = page.registry().passkeys.sign_in(
            page.cookie(_NONCE), _answer(), label=label, previous=page.cookie(page.SESSION)
        )
    except WrongPasskeyError:
        said = _("This passkey does not sign in here, or it took too long. Try again, or ask for a letter")
        return sign_in_form("", FieldProblem("", said))
    return _done(arrived(signed_in, page.local_path(request.args.get("next", ""))))


def _ceremony(made: Ceremony) -> Response:
    response = Response(made.options, mimetype="application/json")
    page.set_cookie(response, _NONCE, made.nonce, CHALLENGE_SECONDS)
    return response


def _done(response: Response) -> Response:
    page.set_cookie(response, _NONCE, "", 0)
    return response


def _answer() -> str:
    return request.form.get("answer", "")[: MAX_ANSWER + 1]
