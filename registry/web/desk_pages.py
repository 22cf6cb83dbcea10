"""The desk in the browser: what waits, one dispute with both sides, one declaration, and what is done about them.

The pages decide nothing: the domain asks for the role of whoever is signed in, in the transaction of each act.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registry.declarations.moderation import Act
from registry.errors import GoneError, InvalidRequestError, NotFoundError
from registry.model.declaration import Declaration
from registry.model.dispute import Dispute, DisputeState
from registry.model.role import ErasureRequest, Role, Suspension
from registry.store.audit import LINK, OPERATOR, REGISTRY, is_account
from registry.web import i18n, page
from registry.web.declaration_rows import public_row
from registry.web.dispute_pages import DisputeRow, dispute_row
from registry.web.form_input import FieldProblem
from registry.web.labels import Badge
from registry.web.page import blueprint
from registry.web.record_words import record_words, title_of

_SUSPEND: Final = "suspend"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of the queue. `late`: its date has passed."""

    url: str
    title: str
    badge: Badge
    note: str
    priority: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class ActWords:
    """A line of the audit trail: its time in unix seconds, whoever acted, and the act."""

    time: int
    who: str
    words: str


@blueprint.get("/desk")
def desk() -> Response:
    """List what waits for somebody at the desk."""
    by, registry = _by(), page.registry()
    return page.render(
        "desk.html",
        disputes=[_waiting(each) for each in registry.disputes.waiting(by=by)],
        erasures=[_to_erase(each) for each in registry.erasure.asked(by=by)],
        suspensions=registry.moderation.suspensions(by),
        is_operator=_is_operator(),
    )


@blueprint.get("/desk/find")
def desk_find() -> Response:
    """Open the declaration or dispute with a number."""
    number, by = request.args.get("number", "").strip().lower(), _by()
    try:
        page.registry().disputes.one(number, by=by)
    except NotFoundError:
        return page.redirect_to("desk_declaration", number=number or "-")
    return page.redirect_to("desk_dispute", dispute=number)


@blueprint.get("/desk/disputes/<dispute>")
def desk_dispute(dispute: str) -> Response:
    """Show one dispute with what both sides say and show."""
    return _dispute_page(dispute)


def _dispute_page(dispute: str, grounds: str = "", problems: tuple[FieldProblem, ...] = ()) -> Response:
    by = _by()
    found = page.registry().disputes.one(dispute, by=by)
    declaration = _declaration(found.declaration)
    return page.render(
        "desk_dispute.html",
        problems=problems,
        typed_grounds=grounds,
        dispute=_row(found),
        priority=found.priority,
        received=found.state is DisputeState.RECEIVED,
        live=found.state.is_live or bool(problems),
        record=None if declaration is None else record_words(declaration, own=False),
        number=found.declaration,
        acts=_acts(page.registry().moderation.acts(dispute, by)),
    )


@blueprint.post("/desk/disputes/<dispute>")
def act_on_desk_dispute(dispute: str) -> Response:
    """Open or decide a dispute."""
    disputes, by, grounds = page.registry().disputes, _by(), request.form.get("grounds", "")
    if i18n.asked():
        return _dispute_page(dispute, grounds)
    acts: Mapping[str, Callable[[], object]] = {
        "open": lambda: disputes.open(dispute, by=by),
        "uphold": lambda: disputes.decide(dispute, upheld=True, grounds=grounds, by=by),
        "dismiss": lambda: disputes.decide(dispute, upheld=False, grounds=grounds, by=by),
    }
    try:
        _chosen(acts)()
    except InvalidRequestError as error:
        return _dispute_page(dispute, grounds, page.problems_of(error, {"/grounds": "grounds"}))
    return page.redirect_to("desk_dispute", dispute=dispute)


@blueprint.get("/desk/d/<number>")
def desk_declaration(number: str) -> Response:
    """Show one declaration with what can be done about it."""
    return _declaration_page(number)


@blueprint.post("/desk/d/<number>")
def act_on_declaration(number: str) -> Response:
    """Do something about a declaration."""
    registry, by, reason = page.registry(), _by(), request.form.get("reason", "")
    acts: Mapping[str, Callable[[], object]] = {
        "dispute": lambda: registry.moderation.dispute(number, by=by),
        "uphold": lambda: registry.moderation.resolve(number, upheld=True, by=by),
        "dismiss": lambda: registry.moderation.resolve(number, upheld=False, by=by),
        "hold": lambda: registry.moderation.hold(number, by=by),
        "release": lambda: registry.moderation.release(number, by=by),
        "ask-to-erase": lambda: registry.erasure.ask(number, reason, by=by),
        "refuse-to-erase": lambda: registry.erasure.refuse(number, by=by),
        "erase": lambda: registry.erasure.carry_out(number, by=by),
        _SUSPEND: lambda: registry.moderation.suspend(_account(number), reason, by=by),
    }
    try:
        _chosen(acts)()
    except InvalidRequestError as error:
        field = "suspension" if request.form.get("do") == _SUSPEND else "reason"
        return _declaration_page(number, page.problems_of(error, {"/reason": field}))
    return page.redirect_to("desk_declaration", number=number)


@blueprint.post("/desk/accounts/<account>/reinstate")
def reinstate(account: str) -> Response:
    """End the suspension of an account."""
    page.registry().moderation.reinstate(account, by=_by())
    return page.redirect_to("desk")


def _declaration_page(number: str, problems: tuple[FieldProblem, ...] = ()) -> Response:
    by, registry = _by(), page.registry()
    acts = registry.moderation.acts(number, by)
    declaration, disputes = _declaration(number), registry.disputes.about(number)
    asked = next((each for each in registry.erasure.asked(by=by) if each.declaration == number), None)
    return page.render(
        "desk_declaration.html",
        problems,
        number=number,
        record=None if declaration is None else record_words(declaration, own=False),
        in_force=declaration is not None and declaration.state.in_force,
        flagged=declaration is not None and declaration.is_disputed,
        held=declaration is not None and any(scope.held for scope in declaration.record.scopes),
        disputes=[_waiting(each) for each in disputes],
        live=any(each.state.is_live for each in disputes),
        asked=asked,
        may_erase=asked is not None and asked.asked_by != by and _is_operator(),
        suspension=None if declaration is None else _suspension(declaration, by),
        acts=_acts(acts),
        typed={"suspension" if request.form.get("do") == _SUSPEND else "reason": request.form.get("reason", "")},
    )


def _by() -> str:
    return page.require_actor().account


def _is_operator() -> bool:
    role = page.role()
    return role is not None and role.includes(Role.OPERATOR)


def _chosen(acts: Mapping[str, Callable[[], object]]) -> Callable[[], object]:
    act = acts.get(request.form.get("do", ""))
    if act is None:
        raise NotFoundError("there is no such act")
    return act


def _declaration(number: str) -> Declaration | None:
    """Return a declaration, None where it was erased. Raises NotFoundError."""
    try:
        return page.registry().declarations.get(number)
    except GoneError:
        return None


def _account(number: str) -> str:
    return page.registry().moderation.account_behind(number, by=_by())


def _suspension(declaration: Declaration, by: str) -> Suspension | None:
    moderation = page.registry().moderation
    account = moderation.account_behind(declaration.id, by=by)
    return next((each for each in moderation.suspensions(by) if each.account == account), None)


def _row(dispute: Dispute) -> DisputeRow:
    return dispute_row(dispute, own=True)


def _waiting(dispute: Dispute) -> Waiting:
    row = _row(dispute)
    declaration = _declaration(dispute.declaration)
    title = row.reason if declaration is None else f"{title_of(declaration.record)}: {row.reason}"
    late = dispute.due is not None and dispute.due < page.now()
    url = url_for("web.desk_dispute", dispute=dispute.id)
    return Waiting(url, title, row.badge, row.due, priority=dispute.priority, late=late)


def _to_erase(asked: ErasureRequest) -> Waiting:
    row = public_row(page.registry().declarations.get(asked.declaration))
    url = url_for("web.desk_declaration", number=asked.declaration)
    return Waiting(url, row.title, row.badge, asked.reason)


def _acts(acts: list[Act]) -> list[ActWords]:
    return [ActWords(act.time, act.email or _actor_words(act.actor), _act_words(act.action)) for act in acts]


def _actor_words(actor: str) -> str:
    if is_account(actor):
        return str(_("Account %(number)s", number=actor))
    words = {
        LINK: _("Whoever holds the mailed link"),
        OPERATOR: _("Whoever runs this registry, by command"),
        REGISTRY: _("The registry by itself"),
    }
    return str(words.get(actor, actor))


def _act_words(action: str) -> str:
    return str(
        {
            "declare": _("Published"),
            "amend": _("Changed"),
            "dispute": _("Marked as disputed"),
            "resolve": _("Dispute or review decided"),
            "hold": _("Held for review"),
            "expire": _("Ended"),
            "ask-to-erase": _("Asked to erase it"),
            "refuse-to-erase": _("Refused to erase it"),
            "erase": _("Erased"),
            "dispute-received": _("Received"),
            "dispute-opened": _("Opened"),
            "dispute-answered": _("Answered by whoever declared"),
            "dispute-upheld": _("Upheld"),
            "dispute-dismissed": _("Dismissed"),
            "dispute-withdrawn": _("Dispute withdrawn"),
        }.get(action, action)
    )
