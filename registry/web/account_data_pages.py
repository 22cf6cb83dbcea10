"""What is kept about the person who is signed in: she may take it away, and have it deleted."""

from tempfile import SpooledTemporaryFile
from typing import Final

from flask import request, send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registry.accounts.codes import LINK_SECONDS
from registry.accounts.export import WHOLE, Place
from registry.errors import GoneError, WrongCodeError
from registry.model.credentials import Purpose
from registry.model.declaration import Actor
from registry.web import i18n, page
from registry.web.form_input import MAX_TYPED, FieldProblem
from registry.web.page import blueprint
from registry.web.sign_in_pages import code_problem

_NONCE: Final = "delete-account"
_NEXT: Final = "export-next"
_NEXT_SECONDS: Final = 3_600
"""How long a browser knows where the next part of an export begins."""

_IN_MEMORY: Final = 8 << 20
"""Bytes of an export that are kept in memory; a longer one is a file without a name until it was sent."""


@blueprint.post("/account/export")
def export_account() -> Response:
    """Give everything that is kept about the account as a ZIP file; very much of it in parts, one at a time."""
    actor, start = page.require_actor(), Place.decode(request.form.get("place", "")) or WHOLE
    file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed when the answer was sent
    with page.registry().heavy.turn(page.caller(), actor.account):
        following = page.registry().accounts.export(actor, file, start)
    file.seek(0)
    part = f"-{start.part}" if following or start != WHOLE else ""
    answer: Response = send_file(
        file, mimetype="application/zip", as_attachment=True, download_name=f"opt-out-registry{part}.zip"
    )
    answer.headers["Cache-Control"] = "no-store"
    if following is not None:
        page.set_cookie(answer, _NEXT, following.encode(), _NEXT_SECONDS)
    elif start != WHOLE:
        page.set_cookie(answer, _NEXT, "", 0)
    return answer


def next_part() -> Place | None:
    """Return where the next part of an export that this browser has begun to download begins."""
    return Place.decode(page.cookie(_NEXT) or "")


@blueprint.get("/account/delete")
def delete_account() -> Response:
    """Say what would be erased, and what stays."""
    return _question(page.require_actor())


@blueprint.post("/account/delete")
def request_deletion() -> Response:
    """Mail the code without which nothing is deleted."""
    actor = page.require_actor()
    if i18n.asked():
        return _question(actor)
    if request.form.get("understood") != "yes":
        problem = FieldProblem("understood", _("Confirm that you have read what will be erased"))
        return _question(actor, problem)
    accounts = page.registry().accounts
    nonce = accounts.request_code(accounts.email(actor) or "", Purpose.DELETE_ACCOUNT, language=i18n.language())
    response = _code_form(actor)
    page.set_cookie(response, _NONCE, nonce, LINK_SECONDS)
    return response


@blueprint.post("/account/delete/code")
def confirm_deletion() -> Response:
    """Delete the account, now or when the time has come in which she may change her mind."""
    actor = page.require_actor()
    if i18n.asked():
        return _code_form(actor)
    nonce = page.cookie(_NONCE)
    try:
        code = request.form.get("code", "")
        page.registry().accounts.use_own_code(actor, nonce, code, Purpose.DELETE_ACCOUNT)
    except (WrongCodeError, GoneError) as error:
        return _code_form(actor, FieldProblem("code", code_problem(error)))
    if page.registry().closing.close(actor) is not None:
        return page.redirect_to("account")
    response = page.redirect_to("account_deleted")
    for name in (page.SESSION, _NONCE):
        page.set_cookie(response, name, "", 0)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@blueprint.get("/account-deleted")
def account_deleted() -> Response:
    """Say that an account is gone."""
    return page.render("account_deleted.html")


@blueprint.post("/account/keep")
def keep_account() -> Response:
    """Keep an account that was to be deleted."""
    page.registry().closing.keep(page.require_actor())
    return page.redirect_to("account")


def _question(actor: Actor, *problems: FieldProblem) -> Response:
    closing = page.registry().closing
    return page.render(
        "account_delete.html",
        problems,
        leaving=closing.preview(actor),
        days=round(page.registry().config.loosening_delay / 86_400),
        ticked=request.form.get("understood") == "yes",
        closes=closing.closes(actor),
    )


def _code_form(actor: Actor, *problems: FieldProblem) -> Response:
    code, email = request.form.get("code", "")[:MAX_TYPED], page.registry().accounts.email(actor)
    return page.render("account_delete_code.html", problems, email=email, code=code)
