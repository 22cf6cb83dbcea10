"""Signing in and out: ask for a letter, type its code or open its link and press the button; and leave.

Opening a link only shows a button, because mail programs and virus scanners open links too. The page after asking
is the same for every address, so that nobody learns who has an account here.
"""

from typing import Final

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registry.accounts.accounts import NONCE_SECONDS, SESSION_ABSOLUTE
from registry.accounts.arrival import SignedIn
from registry.errors import GoneError, InvalidRequestError, RegistryError, WrongCodeError
from registry.web import i18n, page
from registry.web.form_input import FieldProblem, ordinary_mail
from registry.web.page import blueprint

_NONCE: Final = "sign-in"
_NEXT: Final = "sign-in-next"
_MAX_TYPED: Final = 400
"""Characters of an address that are looked at: a mail address has at most 254."""
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@blueprint.get("/sign-in")
def sign_in() -> Response:
    """Ask for the mail address."""
    if page.actor() is not None and "again" not in request.args:
        return page.redirect_to("declarations")
    if "sent" in request.args and page.cookie(_NONCE) is not None:
        return _sent("")
    return sign_in_form("")


@blueprint.get("/lost-address")
def lost_address() -> Response:
    """Say what helps whoever no longer reads the mail of an account."""
    return page.render("lost_address.html", days=round(page.registry().config.loosening_delay / 86_400))


@blueprint.post("/sign-in")
def request_link() -> Response:
    """Mail a link and bind it to this browser."""
    address = ordinary_mail(request.form.get("address", "")[:_MAX_TYPED])
    if i18n.asked():
        return sign_in_form(address)
    try:
        nonce = page.registry().accounts.request_link(
            address,
            client=page.client(),
            language=i18n.language(),
            nonce=page.cookie(_NONCE),
        )
    except InvalidRequestError:
        problem = FieldProblem("address", _("Enter an email address, such as name@example.com"))
        return sign_in_form(address, problem)
    response = _sent(address)
    page.set_cookie(response, _NONCE, nonce, NONCE_SECONDS)
    if target := page.local_path(request.args.get("next", "")):
        page.set_cookie(response, _NEXT, target, NONCE_SECONDS)
    return response


@blueprint.post("/sign-in/code")
def use_code() -> Response:
    """Sign in by the code of the letter, in the browser that asked for it."""
    typed, address = (request.form.get(name, "")[:_MAX_TYPED].strip() for name in ("code", "address"))
    if i18n.asked():
        return _sent(address, typed)
    try:
        signed_in = page.registry().accounts.confirm_code(
            typed,
            page.cookie(_NONCE),
            label=browser_label(request.user_agent.string),
            previous=page.cookie(page.SESSION),
        )
    except (WrongCodeError, GoneError) as error:
        problem = FieldProblem("code", code_problem(error))
        return _sent(address, typed, problem)
    return arrived(signed_in)


def code_problem(error: RegistryError) -> str:
    """Return what to do about a code that was not taken."""
    if isinstance(error, WrongCodeError):
        return str(_("This is not the code in our letter. Enter its 8 digits"))
    return str(_("This code can no longer be used. Ask for a new one"))


@blueprint.get("/sign-in/<token>")
def open_link(token: str) -> Response:
    """Show the button that uses the link."""
    page.registry().accounts.check_link(token, page.cookie(_NONCE))
    return page.render("sign_in_link.html")


@blueprint.post("/sign-in/<token>")
def confirm_link(token: str) -> Response:
    """Use the link: a new session, and on to where the person was going."""
    return arrived(
        page.registry().accounts.confirm_link(
            token,
            page.cookie(_NONCE),
            label=browser_label(request.user_agent.string),
            previous=page.cookie(page.SESSION),
        )
    )


def _sent(address: str, code: str = "", *problems: FieldProblem) -> Response:
    """Ask for the code of the letter. A phone that lets go of the page while its owner reads mail asks again."""
    again = url_for("web.sign_in", sent="yes")
    return page.render("sign_in_sent.html", problems, address=address, code=code, again_at=again)


def sign_in_form(address: str, *problems: FieldProblem) -> Response:
    """Ask for the address, or for a passkey."""
    again = page.actor() is not None and "again" in request.args
    following = page.local_path(request.args.get("next", ""))
    passkeys = page.registry().passkeys.offered
    return page.render(
        "sign_in.html", problems, address=address, again=again, following=following, passkeys=passkeys
    )


def arrived(signed_in: SignedIn, target: str | None = None) -> Response:
    """Give the browser its session, and send it on to `target`, or to where the person was going."""
    target = target or page.local_path(page.cookie(_NEXT) or "")
    response = page.redirect_to_path(target) if target else page.redirect_to("declare")
    page.set_cookie(response, page.SESSION, signed_in.secret, SESSION_ABSOLUTE)
    chosen = page.registry().accounts.language(signed_in.actor)
    if chosen is None and i18n.LANGUAGE_COOKIE in request.cookies:
        page.registry().accounts.choose_language(signed_in.actor, i18n.language())
    elif chosen is not None:
        i18n.remember(response, chosen, secure=not page.registry().config.dev)
    for name in (_NONCE, _NEXT):
        page.set_cookie(response, name, "", 0)
    return response


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End this browser's session."""
    secret = page.cookie(page.SESSION)
    if secret is not None:
        page.registry().accounts.sign_out(secret)
    response = page.redirect_to("home")
    page.set_cookie(response, page.SESSION, "", 0)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'  # what the person saw is not left for the next one
    return response


def browser_label(user_agent: str) -> str:
    """Return what a person calls a browser, such as `Firefox, Windows`; empty when it does not say."""
    found = [next((name for mark, name in table if mark in user_agent), "") for table in (_BROWSERS, _SYSTEMS)]
    return ", ".join(name for name in found if name)
