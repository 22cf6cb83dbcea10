"""Disputing a declaration: the form that needs no account, the page behind its link, the other side's answer."""

import re
from dataclasses import dataclass
from typing import Final

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registry import rate_limits
from registry.accounts.email_address import normalised
from registry.errors import GoneError, InvalidRequestError, NotFoundError
from registry.model.declaration import Declaration
from registry.model.dispute import Dispute, DisputeRequest, DisputeState, Reason
from registry.web import i18n, page
from registry.web.form_input import FieldProblem, ordinary_mail
from registry.web.labels import Badge
from registry.web.page import blueprint
from registry.web.record_words import title_of

_SECRET: Final = re.compile(r"[a-z2-7]{20,80}")


@dataclass(frozen=True, slots=True)
class TypedDispute:
    """The form as it was filled in."""

    reason: str = ""
    statement: str = ""
    evidence: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """A dispute on a declaration's page. What it says is there for both sides alone."""

    id: str
    badge: Badge
    reason: str
    due: str
    statement: str = ""
    answer: str = ""
    evidence: tuple[str, ...] = ()
    answer_evidence: tuple[str, ...] = ()
    may_answer: bool = False
    grounds: str = ""


def dispute_rows(declaration: Declaration, *, own: bool) -> list[DisputeRow]:
    """Return the disputes about a declaration, for anybody or for its owner."""
    if not declaration.is_public:
        return []
    return [dispute_row(each, own=own, declared=own) for each in page.registry().disputes.about(declaration.id)]


def dispute_row(dispute: Dispute, *, own: bool, declared: bool = False) -> DisputeRow:
    """Return a dispute in words, for a reader who may see all of it (`own`), or is who declared (`declared`)."""
    return DisputeRow(
        dispute.id,
        _badge(dispute.state),
        _reasons()[dispute.reason],
        _due(dispute, declared=declared),
        dispute.statement if own else "",
        (dispute.answer or "") if own else "",
        dispute.evidence if own else (),
        dispute.answer_evidence if own else (),
        may_answer=own and dispute.state is DisputeState.OPEN,
        grounds=(dispute.grounds or "") if own else "",
    )


@blueprint.get("/d/<number>/dispute")
def dispute_form(number: str) -> Response:
    """Ask what is wrong with a declaration."""
    return _form(number, TypedDispute())


@blueprint.post("/d/<number>/dispute")
def make_dispute(number: str) -> Response:
    """Take a dispute, and show its number and its dates."""
    typed = TypedDispute(**{name: request.form.get(name, "").strip() for name in TypedDispute.__slots__})
    problems = _problems(typed)
    if problems or i18n.asked():
        return _form(number, typed, () if i18n.asked() else problems)
    email = normalised(ordinary_mail(typed.email))
    page.registry().limiter.take(rate_limits.DISPUTES_BY_ADDRESS, email)
    asked = DisputeRequest(typed.reason, typed.statement, email, i18n.language(), _addresses(typed.evidence))
    try:
        _made, secret = page.registry().disputes.make(number, asked)
    except InvalidRequestError as error:
        fields = {f"/{name}": name for name in TypedDispute.__slots__}
        return _form(number, typed, page.problems_of(error, fields))
    return page.redirect_to("dispute", secret=secret)


@blueprint.get("/dispute/<secret>")
def dispute(secret: str) -> Response:
    """Show how a dispute stands to whoever holds its link. Opening the link does nothing."""
    found = page.registry().disputes.of_secret(_whole(secret))
    stands = _is_in_force(found.declaration)
    return page.render(
        "dispute.html",
        dispute=dispute_row(found, own=True),
        offered=found.state is DisputeState.OFFERED,
        live=found.state.is_live,
        ended=_ended(found.state, stands=stands),
        again=found.state is DisputeState.DISMISSED and stands,
        declaration=found.declaration,
        about=_about(found.declaration),
    )


def _ended(state: DisputeState, *, stands: bool) -> str:
    """Return what the end of a dispute means for the declaration; empty while there is none."""
    if state is DisputeState.UPHELD:
        return str(_("What you disputed no longer counts."))
    over = state in (DisputeState.DISMISSED, DisputeState.WITHDRAWN)
    return str(_("The declaration stands as it was.")) if over and stands else ""


def _is_in_force(number: str) -> bool:
    try:
        return page.registry().declarations.visible(number, None).state.in_force
    except (GoneError, NotFoundError):
        return False


def _about(number: str) -> str:
    """Return what the disputed declaration is called, its number where it was erased since."""
    try:
        return title_of(page.registry().declarations.visible(number, None).record)
    except (GoneError, NotFoundError):
        return str(_("Declaration %(number)s", number=number))


@blueprint.post("/dispute/<secret>")
def act_on_dispute(secret: str) -> Response:
    """Dispute the claim that a letter told of, or withdraw a dispute. The link is the permission."""
    disputes = page.registry().disputes
    if request.form.get("do") == "withdraw":
        disputes.withdraw(_whole(secret))
    else:
        disputes.take_up(_whole(secret))
    return page.redirect_to("dispute", secret=secret)


@blueprint.get("/d/<number>/disputes/<dispute>/answer")
def dispute_answer(number: str, dispute: str) -> Response:
    """Ask the owner of a declaration what to say to a dispute."""
    return _answer_form(number, dispute)


@blueprint.post("/d/<number>/disputes/<dispute>/answer")
def answer_dispute(number: str, dispute: str) -> Response:
    """Keep what the owner of a declaration says to a dispute."""
    answer, evidence = request.form.get("answer", ""), request.form.get("evidence", "")
    if i18n.asked():
        return _answer_form(number, dispute, answer, evidence)
    try:
        page.registry().disputes.answer(page.require_actor(), dispute, answer, _addresses(evidence))
    except InvalidRequestError as error:
        problems = page.problems_of(error, {"/answer": "answer", "/evidence": "evidence"})
        return _answer_form(number, dispute, answer, evidence, problems)
    return page.redirect_to("record", number=number, _anchor=f"dispute-{dispute}")


def _answer_form(
    number: str, dispute: str, answer: str = "", evidence: str = "", problems: tuple[FieldProblem, ...] = ()
) -> Response:
    declaration = page.registry().declarations.visible(number, page.require_actor())
    own = page.acts_for(page.require_actor(), declaration.party)
    found = next((row for row in dispute_rows(declaration, own=own) if row.id == dispute and row.may_answer), None)
    if found is None:
        raise NotFoundError("there is no dispute here that you can answer")
    return page.render(
        "dispute_answer.html",
        problems,
        dispute=found,
        typed_answer=answer,
        typed_evidence=evidence,
        back=url_for("web.record", number=number, _anchor=f"dispute-{dispute}"),
    )


def _addresses(typed: str) -> tuple[str, ...]:
    """Return the addresses that were typed, one a line or several; each with its scheme."""
    return tuple(each if "://" in each else f"https://{each}" for each in typed.split())


def _form(number: str, typed: TypedDispute, problems: tuple[FieldProblem, ...] = ()) -> Response:
    declaration = page.registry().declarations.visible(number, None)
    if not declaration.state.in_force:
        raise NotFoundError("only what is in force can be disputed")
    reasons = [(reason.value, words, "") for reason, words in _reasons().items()]
    back = url_for("web.record", number=number)
    return page.render("dispute_form.html", problems, typed=typed, reasons=reasons, number=number, back=back)


def _problems(typed: TypedDispute) -> tuple[FieldProblem, ...]:
    wanted = {
        "reason": (typed.reason in set(Reason), _("Choose what is wrong")),
        "statement": (bool(typed.statement), _("Say in your own words what is wrong")),
        "email": (_is_mail(typed.email), _("Enter an email address, such as name@example.com")),
    }
    return tuple(FieldProblem(field, message) for field, (right, message) in wanted.items() if not right)


def _is_mail(typed: str) -> bool:
    try:
        normalised(ordinary_mail(typed))
    except InvalidRequestError:
        return False
    return True


def _whole(secret: str) -> str:
    if not _SECRET.fullmatch(secret):
        raise NotFoundError("the link is not whole")
    return secret


def _reasons() -> dict[Reason, str]:
    return {
        Reason.MINE: str(_("It is mine, or is about my website or my work")),
        Reason.NOT_AUTHORISED: str(_("Whoever declared it has no right to do so")),
        Reason.FALSE_NAME: str(_("It uses a name that is not theirs")),
        Reason.NOT_A_WORK: str(_("What it covers is nobody's work, or everybody's")),
        Reason.OTHER: str(_("Something else")),
    }


def _badge(state: DisputeState) -> Badge:
    return {
        DisputeState.OFFERED: Badge(_("Not disputed yet"), "quiet"),
        DisputeState.RECEIVED: Badge(_("Received"), "warn"),
        DisputeState.OPEN: Badge(_("Open"), "warn"),
        DisputeState.UPHELD: Badge(_("Upheld"), "good"),
        DisputeState.DISMISSED: Badge(_("Dismissed"), "quiet"),
        DisputeState.WITHDRAWN: Badge(_("Dispute withdrawn"), "quiet"),
    }[state]


def state_words(state: DisputeState) -> str:
    """Return what the state of a dispute is called."""
    return _badge(state).words


def _due(dispute: Dispute, *, declared: bool) -> str:
    """Return what happens next to a dispute, and by when."""
    if dispute.due is None:
        return ""
    day = page.day_in_words(dispute.due)
    if dispute.state is DisputeState.RECEIVED:
        return str(_("We look at it by %(day)s.", day=day))
    if dispute.answer is None and declared:
        return str(_("You may answer by %(day)s.", day=day))
    if dispute.answer is None:
        return str(_("Whoever declared may answer by %(day)s.", day=day))
    return str(_("It is decided by %(day)s.", day=day))
