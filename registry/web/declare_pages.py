"""The question pages: one question each, kept in a draft after every answer, then checked and sent.

A wrong answer is kept too, and its page says how to put it right. A draft whose `amends` is set changes a
declaration that exists; everything else about it is the same.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crawler_filter.formats.record import ScopeKind
from crawler_filter.preference import Preference, Usage
from registry.errors import FieldError, NotFoundError, RegistryError
from registry.model.declaration import Actor, Declaration, DeclarationRequest, Draft, ScopeRequest
from registry.model.party import AUTHORITY_STATEMENT
from registry.rules.terms_validation import canonical_terms
from registry.web import i18n, labels, page
from registry.web.coverage_words import warnings
from registry.web.draft_answers import QUESTIONS, Answers, unanswered
from registry.web.form_input import Covers, FieldProblem, Line, narrower, parted, read_lines
from registry.web.labels import WorkRow
from registry.web.licence_form import licensors
from registry.web.licence_words import route_rows
from registry.web.own_parties import PartyWords, party_words
from registry.web.page import blueprint
from registry.web.record_answers import answers_of
from registry.web.review_words import answered_coverage, lines_words

_ORDER: Final = tuple(QUESTIONS)
_REVIEW: Final = "review"
_ANSWER_OF: Final = {
    "party": "who",
    "preferences": "uses",
    "terms": "terms",
    "territory": "terms",
    "works": "terms",
}
"""Which answer a field of the request came from."""


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One unfinished form in a list: what it is about."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class PreferenceChoice:
    """The choice made for one usage."""

    usage: labels.UsageWords
    words: str


def draft_rows(actor: Actor) -> list[DraftRow]:
    """Return the account's unfinished forms."""
    return [_draft_row(draft) for draft in page.registry().drafts.drafts(actor)]


def said(preferences: Mapping[Usage, Preference]) -> list[PreferenceChoice]:
    """Return what is said about each usage, for a list."""
    return [
        PreferenceChoice(labels.usage_words(usage), labels.preference_words(said))
        for usage, said in preferences.items()
    ]


@blueprint.get("/declare")
def declare() -> Response:
    """Begin, or go on with what was begun."""
    return page.render("declare/start.html", drafts=draft_rows(page.require_actor()))


@blueprint.post("/declare")
def start() -> Response:
    """Begin a draft."""
    actor = page.require_actor()
    parties = page.registry().parties.that_declare(actor)
    answers = Answers(party=parties[0].id if len(parties) == 1 else "")
    draft = page.registry().drafts.save_draft(actor, None, answers.to_json())
    return page.redirect_to("question", draft=draft, name=_ORDER[0])


@blueprint.post("/declare/<draft>/discard")
def discard(draft: str) -> Response:
    """Throw a draft away."""
    page.registry().drafts.discard_draft(page.require_actor(), draft)
    return page.redirect_to("declare")


@blueprint.get("/declare/<draft>/<any(who, what, where, uses, terms):name>")
def question(draft: str, name: str) -> Response:
    """Ask one question, with what was answered before."""
    actor, answers = _load(draft)
    if name == "who" and not page.registry().parties.that_declare(actor):
        return page.redirect_to("new_party", draft=draft)
    if name == "where" and answers.kind is None:
        return page.redirect_to("question", draft=draft, name="what")
    return _ask(actor, draft, name, answers)


@blueprint.post("/declare/<draft>/<any(who, what, where, uses, terms):name>")
def answer(draft: str, name: str) -> Response:
    """Keep the answer; go on if it is right."""
    actor, answers = _load(draft)
    answers, problems = QUESTIONS[name](answers, request.form)
    if name == "terms":
        answers = replace(answers, works=tuple(request.form.getlist("works")))
    if name == "where" and request.form.get("instead") == Covers.FOLDER:
        answers = replace(answers, covers=Covers.FOLDER.value)
        problems = read_lines(Covers.FOLDER, answers.lines)[1]
    page.registry().drafts.save_draft(actor, draft, answers.to_json())
    if i18n.asked():
        return _ask(actor, draft, name, answers)
    if "_back" in request.form:
        return page.redirect_to_path(_previous(draft, name))
    if problems:
        return _ask(actor, draft, name, answers, problems)
    following = _ORDER[_ORDER.index(name) + 1 :]
    if request.args.get("then") == _REVIEW or not following:
        return page.redirect_to(_REVIEW, draft=draft)
    return page.redirect_to("question", draft=draft, name=following[0])


@blueprint.get("/declare/<draft>/review")
def review(draft: str) -> Response:
    """Show all answers before anything is sent; lead to the first that is missing."""
    actor, answers = _load(draft)
    missing = unanswered(answers)
    if missing is not None:
        return page.redirect_to("question", draft=draft, name=missing)
    return _review(actor, draft, answers)


@blueprint.post("/declare/<draft>/review")
def publish(draft: str) -> Response:
    """Send the declaration or the change, and lead to the proof or to the published record."""
    actor, answers = _load(draft)
    if unanswered(answers) is not None:
        return page.redirect_to(_REVIEW, draft=draft)
    registry = page.registry()
    try:
        if answers.amends:
            made: Sequence[Declaration] = [
                registry.changes.amend(actor, answers.amends, _request(answers, answers.understood))
            ]
        else:
            made = registry.declarations.declare_all(actor, _requests(answers))
    except RegistryError as error:
        if error.status not in (409, 422):
            raise
        return _review(actor, draft, answers, _refused(error, answers))
    registry.drafts.discard_draft(actor, draft)
    if len(made) > 1:
        return page.redirect_to("declarations", made=len(made))
    return after_sending(made[0])


def after_sending(declaration: Declaration) -> Response:
    """Lead from a declaration that was just sent or proved to what comes next."""
    if declaration.unproved and not declaration.is_public:
        return page.redirect_to("prove", number=declaration.id)
    done = "announced" if declaration.change else "published"
    return page.redirect_to("record", number=declaration.id, done=done)


@blueprint.post("/d/<number>/change")
def change(number: str) -> Response:
    """Begin a draft that changes a declaration, filled in with what it says now."""
    actor = page.require_actor()
    declaration = page.registry().declarations.visible(number, actor)
    if not page.acts_for(actor, declaration.party):
        raise NotFoundError("no such declaration of yours")
    answers = answers_of(replace(declaration.record, scopes=declaration.asked))
    draft = page.registry().drafts.save_draft(actor, None, answers.to_json())
    return page.redirect_to(_REVIEW, draft=draft)


def _load(draft: str) -> tuple[Actor, Answers]:
    actor = page.require_actor()
    return actor, Answers.from_json(page.registry().drafts.draft(actor, draft).content)


def _ask(
    actor: Actor, draft: str, name: str, answers: Answers, problems: tuple[FieldProblem, ...] = ()
) -> Response:
    return page.render(
        f"declare/{name}.html",
        problems,
        draft=draft,
        answers=answers,
        amends=answers.amends,
        **_CONTEXT[name](actor, answers),
    )


def _previous(draft: str, name: str) -> str:
    """Return the address of the page before a question; what was typed on this one is kept."""
    if request.args.get("then") == _REVIEW:
        return url_for("web.review", draft=draft)
    before = _ORDER[: _ORDER.index(name)]
    return url_for("web.question", draft=draft, name=before[-1]) if before else url_for("web.declare")


def _who(actor: Actor, answers: Answers) -> dict[str, Any]:
    parties = [party_words(party) for party in page.registry().parties.that_declare(actor)]
    chosen = request.args.get("party") or answers.party
    return {
        "parties": [(party.id, party.title, party.note) for party in parties],
        "chosen": chosen,
    }


def _what(_actor: Actor, _answers: Answers) -> dict[str, Any]:
    return {"choices": labels.covers_choices()}


def _where(actor: Actor, answers: Answers) -> dict[str, Any]:
    proved = _has_proved(answers)
    limits = page.registry().config.limits
    return {
        "asked": labels.asked(answers.kind or Covers.SITE),
        "narrower": narrower(answers.kind, answers.lines),
        "most": limits.scopes_per_declaration if proved else limits.unverified_scopes_per_declaration,
        "most_proved": None if proved else limits.scopes_per_declaration,
        "party": _party(actor, answers.party) if answers.party else None,
    }


def _has_proved(answers: Answers) -> bool:
    return bool(answers.party) and bool(page.registry().standings.of(answers.party).controls)


def _uses(_actor: Actor, answers: Answers) -> dict[str, Any]:
    may_allow = answers.kind is None or answers.kind.provable
    return {
        "usages": labels.usages(),
        "warnings": list(warnings(_places(answers), proved=_has_proved(answers))),
        "may_allow": may_allow,
        "sayings": labels.preference_choices(may_allow=may_allow),
    }


def _terms(actor: Actor, _answers: Answers) -> dict[str, Any]:
    works = page.registry().works
    others = [WorkRow(work, labels.work_title(work, titles)) for work, titles in works.open_to(actor).items()]
    return {"works": [*map(labels.work_row, works.works_of(actor).rows), *others], "licensors": licensors()}


_CONTEXT: Final[Mapping[str, Callable[[Actor, Answers], dict[str, Any]]]] = {
    "who": _who,
    "what": _what,
    "where": _where,
    "uses": _uses,
    "terms": _terms,
}


def _review(actor: Actor, draft: str, answers: Answers, problems: tuple[FieldProblem, ...] = ()) -> Response:
    kind = answers.kind or Covers.SITE
    return page.render(
        "declare/review.html",
        problems,
        draft=draft,
        answers=answers,
        amends=answers.amends,
        party=_party(actor, answers.party),
        covers=labels.covers_title(kind),
        lines=lines_words(answers.understood),
        excepted=[part.value for part in answers.excepted],
        uses=said(answers.preferences),
        routes=list(route_rows(canonical_terms(_request(answers, ()))[0])),
        coverage=answered_coverage(answers, proved=_has_proved(answers)),
        parts=len(_requests(answers)),
        statement=AUTHORITY_STATEMENT,
        provable=kind.provable,
    )


def _party(actor: Actor, party: str) -> PartyWords:
    return party_words(page.registry().parties.get(actor, party))


def _places(answers: Answers) -> list[tuple[ScopeKind, str]]:
    return [(line.kind, line.value) for line in answers.understood]


def _requests(answers: Answers) -> list[DeclarationRequest]:
    """Return what is asked for, as several declarations where it is more works than one holds."""
    limits = page.registry().config.limits
    proved = _has_proved(answers)
    most = limits.scopes_per_declaration if proved else limits.unverified_scopes_per_declaration
    return [_request(answers, lines) for lines in parted(answers.understood, most)]


def _request(answers: Answers, lines: Sequence[Line]) -> DeclarationRequest:
    return DeclarationRequest(
        party=answers.party,
        scopes=(*map(_scope, lines), *(_exception(answers, part) for part in answers.excepted)),
        preferences={usage.value: said.value for usage, said in answers.preferences.items()},
        policy=answers.policy or None,
        contact=answers.contact or None,
        routes=answers.licence.routes,
        remuneration=answers.licence.territories,
        works=answers.works,
        territory=answers.territory or None,
        statement=AUTHORITY_STATEMENT,
    )


def _exception(answers: Answers, part: Line) -> ScopeRequest:
    """Return a part of a website for which the contrary is said of every use."""
    contrary = {Preference.DISALLOWED: Preference.ALLOWED, Preference.ALLOWED: Preference.DISALLOWED}
    said = {usage.value: contrary[preference].value for usage, preference in answers.preferences.items()}
    return ScopeRequest(part.kind.value, part.value, said)


def _scope(line: Line) -> ScopeRequest:
    return ScopeRequest(line.kind.value, line.value)


def _refused(error: RegistryError, answers: Answers) -> tuple[FieldProblem, ...]:
    """Return what the domain refused, each a problem of the answer it is about."""
    lines = answers.understood
    return tuple(_about(each, lines) for each in error.errors or (FieldError("/scopes", error.detail),))


def _about(error: FieldError, lines: tuple[Line, ...]) -> FieldProblem:
    head, _slash, rest = error.pointer.removeprefix("/").partition("/")
    position = rest.partition("/")[0]
    if head == "scopes" and position.isdigit() and int(position) < len(lines):
        line = lines[int(position)]
        return FieldProblem("where", f"{labels.cut(line.kind, line.value)}: {i18n.sentence(error.detail)}")
    return FieldProblem(_ANSWER_OF.get(head, "where"), i18n.sentence(error.detail))


def _draft_row(draft: Draft) -> DraftRow:
    answers = Answers.from_json(draft.content)
    line = answers.first
    if line is not None:
        first = labels.cut(line.kind, line.value)
        title = _("%(first)s and more", first=first) if "\n" in answers.lines.strip() else first
    else:
        title = labels.covers_title(answers.kind) if answers.kind else _("A declaration without answers yet")
    return DraftRow(draft.id, title)
