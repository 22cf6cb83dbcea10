"""The account's own page: the parties it acts for, the browsers it is signed in with, its API tokens."""

from dataclasses import dataclass
from typing import Final

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registry.errors import InvalidRequestError, RegistryError
from registry.model.credentials import TokenScope
from registry.model.party import AUTHORITY_STATEMENT, Capacity, PartyRequest
from registry.store.accounts import Session
from registry.web import i18n, labels, page
from registry.web.account_data_pages import next_part
from registry.web.form_input import FieldProblem, typed_in
from registry.web.own_parties import party_rows
from registry.web.page import blueprint

TOKEN_DAYS: Final = ("30", "90", "365")


@dataclass(frozen=True, slots=True)
class TypedParty:
    """The form of a party as it was filled in."""

    name: str = ""
    shown: str = ""
    capacity: str = ""
    principal: str = ""
    principal_shown: str = ""


@dataclass(frozen=True, slots=True)
class TypedToken:
    """The form of a token as it was filled in."""

    label: str = ""
    scope: str = ""
    days: str = "90"


@blueprint.get("/account")
def account() -> Response:
    """Show the account."""
    return _account()


@blueprint.post("/account/tokens")
def create_token() -> Response:
    """Make an API token and show it this once."""
    typed = TypedToken(**{name: typed_in(request.form, name) for name in TypedToken.__dataclass_fields__})
    problems = _token_problems(typed)
    if problems or i18n.asked():
        return _account(() if i18n.asked() else problems, typed)
    try:
        text, _token = page.registry().accounts.create_token(
            page.require_actor(), label=typed.label, scope=TokenScope(typed.scope), days=int(typed.days)
        )
    except InvalidRequestError:
        return _account((FieldProblem("label", _("Enter a name of at most 100 characters")),), typed)
    return _account(new_token=text)


def _token_problems(typed: TypedToken) -> tuple[FieldProblem, ...]:
    page.require_actor()
    problems = []
    if typed.scope not in set(TokenScope):
        problems.append(FieldProblem("scope", _("Choose what the token may do")))
    if typed.days not in TOKEN_DAYS:
        problems.append(FieldProblem("days", _("Choose for how long the token is valid")))
    return tuple(problems)


@blueprint.post("/account/tokens/<token>/revoke")
def revoke_token(token: str) -> Response:
    """End a token."""
    page.registry().accounts.revoke_token(page.require_actor(), token)
    return page.redirect_to("account")


@blueprint.post("/account/sessions/<session>/end")
def end_session(session: str) -> Response:
    """Sign a browser out, this one or another."""
    page.registry().accounts.end_session(page.require_actor(), session)
    return page.redirect_to("account")


@blueprint.get("/account/parties/new")
def new_party() -> Response:
    """Ask who declares."""
    page.require_actor()
    return _party_form(TypedParty())


@blueprint.post("/account/parties/new")
def create_party() -> Response:
    """Add a party, then go back to the draft that asked for one."""
    actor = page.require_actor()
    typed = TypedParty(**{name: typed_in(request.form, name) for name in TypedParty.__slots__})
    problems = _party_problems(typed)
    if i18n.asked() or problems:
        return _party_form(typed, () if i18n.asked() else problems)
    try:
        party = page.registry().parties.create(actor, _party_request(typed))
    except RegistryError as error:
        fields = {"/name": "name", "/on_behalf_of": "principal"}
        return _party_form(typed, page.problems_of(error, fields))
    draft = request.args.get("draft")
    return (
        page.redirect_to("question", draft=draft, name="who", party=party.id)
        if draft
        else page.redirect_to("account")
    )


def _party_request(typed: TypedParty) -> PartyRequest:
    return PartyRequest(
        name=typed.name,
        capacity=Capacity(typed.capacity),
        public=typed.shown == "yes",
        statement=AUTHORITY_STATEMENT,
        on_behalf_of=typed.principal or None,
        principal_public=typed.principal_shown == "yes",
    )


def _party_problems(typed: TypedParty) -> tuple[FieldProblem, ...]:
    is_agent = typed.capacity == Capacity.AGENT
    wanted = {
        "name": (bool(typed.name), _("Enter the name of the person or organisation")),
        "shown": (typed.shown in ("yes", "no"), _("Choose whether the name may be shown")),
        "capacity": (typed.capacity in set(Capacity), _("Choose in which capacity you declare")),
        "principal": (
            bool(typed.principal) == is_agent,
            _("Enter for whom you act") if is_agent else _("Leave this empty, or choose “agent” above"),
        ),
        "principal_shown": (
            not (is_agent and typed.principal) or typed.principal_shown in ("yes", "no"),
            _("Choose whether the name of whom you act for may be shown"),
        ),
    }
    return tuple(FieldProblem(field, message) for field, (right, message) in wanted.items() if not right)


def _party_form(typed: TypedParty, problems: tuple[FieldProblem, ...] = ()) -> Response:
    return page.render("party.html", problems, typed=typed, capacities=labels.capacities())


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One browser in the list."""

    id: str
    label: str
    created: int
    seen: int
    current: bool


def _account(
    problems: tuple[FieldProblem, ...] = (), typed: TypedToken | None = None, new_token: str = ""
) -> Response:
    actor, accounts = page.require_actor(), page.registry().accounts
    current = accounts.session_id(page.cookie(page.SESSION) or "")
    return page.render(
        "account.html",
        problems,
        typed=typed or TypedToken(),
        new_token=new_token,
        scopes={value: words for value, words, _hint in labels.token_scopes()},
        scope_choices=labels.token_scopes(),
        day_choices=[(days, _("%(days)s days", days=days), "") for days in TOKEN_DAYS],
        next_part=next_part(),
        closes=page.registry().closing.closes(actor),
        email=accounts.email(actor),
        change=page.registry().addresses.waiting(actor),
        parties=party_rows(actor),
        sessions=[_session_row(session, current) for session in accounts.sessions(actor)],
        tokens=accounts.tokens(actor),
    )


def _session_row(session: Session, current: str | None) -> SessionRow:
    label = session.label or _("A browser")
    return SessionRow(session.id, label, session.created, session.seen, current=session.id == current)
