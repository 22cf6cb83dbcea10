"""Enquiries between operators and rights holders: asking, and the page that both sides read."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registry.control.agent_cards import host_of
from registry.errors import InvalidRequestError, NotFoundError, RegistryError
from registry.model.declaration import Actor, Declaration
from registry.model.enquiry import Attachment, Enquiry, EnquiryKind, EnquiryState, Question, Side, StandingKind
from registry.permissions.enquiry_log import LOG_ROWS
from registry.web import i18n, labels, page
from registry.web.declaration_rows import public_row
from registry.web.enquiry_form import TypedQuestion, TypedRequest, attachments, day, is_day
from registry.web.form_input import FieldProblem
from registry.web.labels import Badge
from registry.web.licence_words import route_rows
from registry.web.operator_pages import own_operators
from registry.web.operator_words import OperatorWords, operator_words
from registry.web.own_parties import party_words
from registry.web.page import blueprint
from registry.web.tables import part_words

_SHOWN = 50


@dataclass(frozen=True, slots=True)
class EnquiryRow:
    """An enquiry in a list, or at the head of its page."""

    url: str
    title: str
    badge: Badge
    dates: str


@dataclass(frozen=True, slots=True)
class StandingTyped:
    """The answer for everybody as its form shows it."""

    answer: str = ""
    text: str = ""


def enquiry_row(enquiry: Enquiry) -> EnquiryRow:
    """Return an enquiry in words: who asks what, how it stands, and by when an answer is hoped for."""
    operator = page.registry().operators.get(enquiry.operator)
    host = host_of(operator.client_id) or operator.client_id
    if enquiry.kind is EnquiryKind.PERMISSION:
        uses = ", ".join(labels.usage_words(usage).title for usage in enquiry.subject.usages)
        title = _("%(host)s asks for permission: %(uses)s", host=host, uses=uses)
    else:
        title = _("A rights holder asks %(host)s about its data", host=host)
    url = url_for("web.enquiry", number=enquiry.id)
    return EnquiryRow(url, str(title), state_badge(enquiry), _dates(enquiry))


@blueprint.get("/enquiries")
def enquiries() -> Response:
    """List the enquiries of the account, those of each party by itself."""
    return _enquiries()


def _enquiries(party: str = "", typed: StandingTyped | None = None, *problems: FieldProblem) -> Response:
    """Show them; the form of `party` as it was `typed`, where that was refused."""
    registry, actor = page.registry(), page.require_actor()
    parties = registry.parties.that_declare(actor)
    lists = [
        (party_words(each).title, [enquiry_row(one) for one in found.rows], each.id, _parts(actor, each.id))
        for each in islice(parties, _SHOWN)
        if (found := registry.enquiries.of_party(actor, each.id, most=_SHOWN))
    ]
    standing = {each.id: _standing(each.id) for each in islice(parties, _SHOWN)} | (
        {party: typed} if typed else {}
    )
    return page.render(
        "enquiries.html", problems, lists=lists, standing=standing, standing_words=_standing_words(), wrong=party
    )


def _parts(actor: Actor, party: str) -> list[tuple[str, str]]:
    """Return the first and the last row of each table of a party's log."""
    return part_words(page.registry().enquiry_log.size(actor, party), LOG_ROWS)


def _standing(party: str) -> StandingTyped:
    found = page.registry().enquiries.standing_answer(party)
    return StandingTyped(found.kind.value, found.text) if found else StandingTyped()


@blueprint.get("/d/<number>/ask")
def ask(number: str) -> Response:
    """Ask an operator what it wants of a declaration."""
    page.require_actor()
    return _ask_form(number, TypedRequest())


@blueprint.post("/d/<number>/ask")
def send_request(number: str) -> Response:
    """Send a request for permission."""
    actor, typed = page.require_actor(), TypedRequest.of(request.form)
    problems = typed.problems()
    if problems or i18n.asked():
        return _ask_form(number, typed, () if i18n.asked() else problems)
    try:
        made = page.registry().enquiries.ask_permission(actor, typed.operator, typed.subject(number))
    except RegistryError as error:
        if error.status not in (409, 422):
            raise
        fields = {f"/{name}": name for name in TypedRequest.__slots__}
        return _ask_form(number, typed, page.problems_of(error, fields))
    return page.redirect_to("enquiry", number=made.id)


@blueprint.get("/operators/<number>/ask")
def ask_operator(number: str) -> Response:
    """Ask a rights holder what it wants to know of an operator."""
    page.require_actor()
    return _question_form(number, TypedQuestion(declaration=request.args.get("declaration", "")))


@blueprint.post("/operators/<number>/ask")
def send_question(number: str) -> Response:
    """Send a question to an operator."""
    actor, typed = page.require_actor(), TypedQuestion.of(request.form)
    problems = typed.problems()
    if problems or i18n.asked():
        return _question_form(number, typed, () if i18n.asked() else problems)
    try:
        declaration = page.registry().declarations.visible(typed.declaration.lower(), actor)
        made = page.registry().enquiries.ask_operator(actor, declaration.party, number, typed.subject())
    except NotFoundError:
        problem = FieldProblem("declaration", _("You have no declaration with this number"))
        return _question_form(number, typed, (problem,))
    except RegistryError as error:
        if error.status not in (409, 422):
            raise
        fields = {f"/{name}": name for name in TypedQuestion.__slots__}
        return _question_form(number, typed, page.problems_of(error, fields))
    return page.redirect_to("enquiry", number=made.id)


@blueprint.get("/enquiries/<number>")
def enquiry(number: str) -> Response:
    """Show an enquiry to its two sides."""
    return _enquiry(number)


@blueprint.post("/enquiries/<number>")
def act_on_enquiry(number: str) -> Response:
    """Write, refuse, grant, answer or withdraw."""
    actor, act = page.require_actor(), request.form.get("do", "write")
    text = request.form.get("text", "").strip()
    files, problems = attachments(request.form.get("attachments", ""))
    if problems or i18n.asked():
        return _enquiry(number, () if i18n.asked() else problems)
    doing = page.registry().enquiries
    try:
        match act:
            case "grant":
                return _grant(number, text, files)
            case "refuse":
                doing.refuse(actor, number, text, files)
            case "answer":
                doing.answer(actor, number, text, files)
            case "withdraw":
                doing.withdraw(actor, number, text, files)
            case _:
                doing.write(actor, number, text, files)
    except RegistryError as error:
        if error.status not in (409, 422):
            raise
        return _enquiry(number, page.problems_of(error, {"/text": "text", "/attachments": "attachments"}))
    return page.redirect_to("enquiry", number=number)


@blueprint.post("/parties/<party>/standing-answer")
def set_standing_answer(party: str) -> Response:
    """Set what a party answers to every operator that asks."""
    chosen, text = request.form.get("answer", ""), request.form.get("text", "")
    kind = StandingKind(chosen) if chosen in set(StandingKind) else None
    try:
        page.registry().enquiries.set_standing_answer(page.require_actor(), party, kind, text)
    except InvalidRequestError as error:
        typed = StandingTyped(chosen, text)
        return _enquiries(party, typed, *page.problems_of(error, {"": "text"}))
    return page.redirect_to("enquiries")


def _grant(number: str, text: str, files: Sequence[Attachment]) -> Response:
    """Grant what was asked for, to the day that was chosen, and answer with that grant."""
    until = request.form.get("until", "").strip()
    if until and not is_day(until):
        return _enquiry(number, (FieldProblem("until", _("Enter a day, such as 2027-03-31")),))
    actor, enquiries = page.require_actor(), page.registry().enquiries
    found, _sides = enquiries.get(actor, number)
    enquiries.grant(actor, number, text, files, until=day(until) if until else found.subject.ends)
    return page.redirect_to("enquiry", number=number)


def _enquiry(number: str, problems: tuple[FieldProblem, ...] = ()) -> Response:
    found, sides = page.registry().enquiries.get(page.require_actor(), number)
    declaration = _declaration(found)
    asking = operator_words(page.registry().operators.get(found.operator))
    return page.render(
        "enquiry.html",
        problems,
        enquiry=found,
        row=enquiry_row(found),
        operator=asking,
        declaration=public_row(declaration) if declaration else None,
        usages=[labels.usage_words(usage) for usage in found.subject.usages],
        question=questions().get(found.subject.question, "") if found.subject.question else "",
        sides=sides,
        asked=found.asking.other in sides,
        asking=found.asking in sides,
        is_permission=found.kind is EnquiryKind.PERMISSION,
        grant=found.grant,
        names={Side.OPERATOR: f"{asking.title} ({asking.badge.words})", Side.PARTY: _("Rights holder")},
        typed=request.form,
        until=page.iso_day(found.subject.ends) if found.subject.ends else "",
    )


def _declaration(enquiry: Enquiry) -> Declaration | None:
    if enquiry.subject.declaration is None:
        return None
    return next(iter(page.registry().declarations.some([enquiry.subject.declaration])), None)


def _ask_form(number: str, typed: TypedRequest, problems: tuple[FieldProblem, ...] = ()) -> Response:
    declaration = page.registry().declarations.visible(number, None)
    if not declaration.state.in_force:
        raise NotFoundError("only what is in force can be asked for")
    own: list[OperatorWords] = own_operators(declaration.party)
    return page.render(
        "ask.html",
        problems,
        typed=typed,
        operators=[(each.id, each.title, each.client_id) for each in own],
        usages=labels.usages(),
        row=public_row(declaration),
        number=number,
        terms=declaration.record.terms,
        routes=list(route_rows(declaration.record.terms)),
    )


def _question_form(number: str, typed: TypedQuestion, problems: tuple[FieldProblem, ...] = ()) -> Response:
    operator = page.registry().operators.get(number)
    choices = [(value.value, words, "") for value, words in questions().items()]
    return page.render(
        "ask_operator.html", problems, typed=typed, operator=operator_words(operator), questions=choices
    )


def questions() -> dict[Question, str]:
    """Return the questions to an operator in words."""
    return {
        Question.IN_TRAINING: str(_("Were these works in your training data?")),
        Question.FETCHED_AFTER: str(_("Did you fetch them on or after this day?")),
        Question.HONOURED: str(_("Do you honour this declaration?")),
    }


def _standing_words() -> list[tuple[str, str, str]]:
    return [
        ("", str(_("None: I answer each by myself")), ""),
        (StandingKind.NEVER.value, str(_("Never")), str(_("Every request is refused at once."))),
        (StandingKind.ASK_AGENT.value, str(_("Ask my agent")), str(_("Say below how to reach the agent."))),
        (
            StandingKind.TERMS.value,
            str(_("These terms")),
            str(_("Say below which. You still grant each request yourself.")),
        ),
    ]


def state_badge(enquiry: Enquiry) -> Badge:
    """Return how an enquiry stands in words."""
    if enquiry.is_overdue(page.now()):
        return Badge(_("No answer yet"), "quiet")
    return {
        EnquiryState.OPEN: Badge(_("Waits for an answer"), "warn"),
        EnquiryState.TALKING: Badge(_("Talking"), "warn"),
        EnquiryState.GRANTED: Badge(_("Granted"), "good"),
        EnquiryState.REFUSED: Badge(_("Refused"), "kept"),
        EnquiryState.ANSWERED: Badge(_("Answered"), "good"),
        EnquiryState.WITHDRAWN: Badge(_("Taken back"), "quiet"),
    }[enquiry.state]


def _dates(enquiry: Enquiry) -> str:
    if not enquiry.state.is_live:
        return ""
    asked, due = page.day_in_words(enquiry.opened), page.day_in_words(enquiry.due)
    if enquiry.is_overdue(page.now()):
        return str(
            _(
                "Asked on %(asked)s. The day hoped for, %(due)s, is over. Silence permits nothing.",
                asked=asked,
                due=due,
            )
        )
    return str(
        _("Asked on %(asked)s. An answer is hoped for by %(due)s. Silence permits nothing.", asked=asked, due=due)
    )
