"""How an account is entered: its two addresses, a change of the first one, and its passkeys.

These pages are for who has just signed in: a browser that somebody left signed in changes nothing here.
"""

from collections.abc import Mapping
from typing import Final

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registry.accounts.codes import LINK_SECONDS
from registry.errors import (
    ConflictError,
    GoneError,
    InvalidRequestError,
    RateLimitedError,
    RegistryError,
    WrongCodeError,
)
from registry.model.declaration import Actor
from registry.web import i18n, page
from registry.web.form_input import FieldProblem, ordinary_mail, typed_in
from registry.web.page import blueprint
from registry.web.sign_in_pages import code_problem

_SECOND: Final = "second-address"
_FIRST: Final = "first-address"


@blueprint.get("/account/access")
def access() -> Response:
    """Show how the account is entered."""
    return access_page(page.require_recent_actor())


@blueprint.post("/account/second-address")
def ask_second() -> Response:
    """Mail a code to the address that is to be the second one."""
    return _ask(_SECOND)


@blueprint.post("/account/second-address/code")
def add_second() -> Response:
    """Add the address that got the code."""
    actor = page.require_recent_actor()
    if i18n.asked():
        return _code_form(_SECOND, typed_in(request.form, "address"))
    try:
        page.registry().addresses.add_second(actor, page.cookie(_SECOND), typed_in(request.form, "code"))
    except (WrongCodeError, GoneError, ConflictError) as error:
        return _code_form(_SECOND, typed_in(request.form, "address"), _code_problem(error))
    return page.redirect_to("access")


@blueprint.post("/account/second-address/remove")
def remove_second() -> Response:
    """Take the account its second address."""
    page.registry().addresses.remove_second(page.require_recent_actor())
    return page.redirect_to("access")


@blueprint.post("/account/first-address")
def ask_first() -> Response:
    """Mail a code to the address that is to be the first one."""
    return _ask(_FIRST)


@blueprint.post("/account/first-address/code")
def change_first() -> Response:
    """Announce that the address that got the code becomes the first one."""
    actor = page.require_recent_actor()
    if i18n.asked():
        return _code_form(_FIRST, typed_in(request.form, "address"))
    try:
        page.registry().addresses.change_by_code(actor, page.cookie(_FIRST), typed_in(request.form, "code"))
    except (WrongCodeError, GoneError, ConflictError) as error:
        return _code_form(_FIRST, typed_in(request.form, "address"), _code_problem(error))
    return page.redirect_to("access")


@blueprint.post("/account/first-address/second")
def change_to_second() -> Response:
    """Announce that the second address becomes the first one."""
    actor = page.require_recent_actor()
    try:
        page.registry().addresses.change_to_second(actor)
    except ConflictError as error:
        return access_page(actor, page.problems_of(error, {}))
    return page.redirect_to("access")


@blueprint.post("/account/first-address/keep")
def keep_first() -> Response:
    """Stop the change that waits. Every session ends, this one as well."""
    page.registry().addresses.stop(page.require_actor())
    return page.render("address_kept.html")


@blueprint.get("/keep-address/<secret>")
def keep_address(secret: str) -> Response:
    """Ask whoever opened the link of a letter whether the change is to be stopped."""
    return page.render("keep_address.html", change=page.registry().addresses.behind(secret))


@blueprint.post("/keep-address/<secret>")
def stop_change(secret: str) -> Response:
    """Stop the change that a letter told of."""
    page.registry().addresses.stop_by_link(secret)
    return page.render("address_kept.html")


def access_page(
    actor: Actor, problems: tuple[FieldProblem, ...] = (), typed: Mapping[str, str] | None = None
) -> Response:
    """Show how the account is entered, with what was typed and what is wrong with it."""
    registry = page.registry()
    return page.render(
        "access.html",
        problems,
        typed=typed or {},
        email=registry.accounts.email(actor),
        second=registry.addresses.second(actor),
        change=registry.addresses.waiting(actor),
        offered=registry.passkeys.offered,
        passkeys=registry.passkeys.of(actor),
        days=round(registry.config.loosening_delay / 86_400),
    )


def _ask(purpose: str) -> Response:
    actor, typed = page.require_recent_actor(), ordinary_mail(typed_in(request.form, "address"))
    try:
        nonce = page.registry().addresses.request_code(actor, typed, language=i18n.language())
    except (InvalidRequestError, ConflictError, RateLimitedError) as error:
        return access_page(actor, (_address_problem(purpose, error),), {purpose: typed})
    response = _code_form(purpose, typed)
    page.set_cookie(response, purpose, nonce, LINK_SECONDS)
    return response


def _address_problem(purpose: str, error: RegistryError) -> FieldProblem:
    said: dict[type[RegistryError], str] = {
        InvalidRequestError: _("Enter an email address, such as name@example.com"),
        ConflictError: _("This address belongs to your account already"),
        RateLimitedError: _("Too many letters were asked for. Try again later"),
    }
    return FieldProblem(purpose, said[type(error)])


def _code_problem(error: WrongCodeError | GoneError | ConflictError) -> FieldProblem:
    conflict = isinstance(error, ConflictError)
    return FieldProblem("code", i18n.sentence(error.detail) if conflict else code_problem(error))


def _code_form(purpose: str, address: str, *problems: FieldProblem) -> Response:
    action = "web.add_second" if purpose == _SECOND else "web.change_first"
    return page.render(
        "access_code.html", problems, address=address, action=action, code=typed_in(request.form, "code")
    )
