"""Works: describing one, and the page that says which declarations name it and whether anything can match it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crawler_filter.errors import InvalidScopeError
from registry.errors import RegistryError
from registry.model import WorkKind, WorkRequest
from registry.web import i18n, site, words
from registry.web.account import party_words
from registry.web.details import detail_words
from registry.web.records import public_row
from registry.web.site import blueprint
from registry.web.typed import Problem, read_identifier

_LANGUAGE: Final = re.compile(r"([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\s*[:\uff1a]\s*(.+)")


@dataclass(frozen=True, slots=True)
class TypedWork:
    """The form of a work as it was filled in."""

    party: str = ""
    titles: str = ""
    creators: str = ""
    kind: str = ""
    identifiers: str = ""


@blueprint.get("/works")
def works() -> Response:
    """List the works of the account."""
    found = site.registry().declarations.works_of(site.require_actor())
    return site.page("works.html", works=[words.work_row(work) for work in found])


@blueprint.get("/works/new")
def new_work() -> Response:
    """Ask what the work is."""
    parties = site.registry().accounts.parties(site.require_actor())
    if not parties:
        return site.go("new_party")
    return _form(TypedWork(party=parties[0].id if len(parties) == 1 else ""))


@blueprint.post("/works/new")
def create_work() -> Response:
    """Keep the work."""
    actor = site.require_actor()
    typed = TypedWork(**{name: request.form.get(name, "").strip() for name in TypedWork.__slots__})
    identifiers, problems = _identifiers(typed.identifiers)
    problems = (*_problems(typed), *problems)
    if problems:
        return _form(typed, problems)
    try:
        work = site.registry().declarations.create_work(
            actor,
            WorkRequest(
                party=typed.party,
                kind=typed.kind,
                titles=titles_of(typed.titles, i18n.language()),
                creators=tuple(
                    name.strip() for name in re.split(r"[;\uff1b\u3001]", typed.creators) if name.strip()
                ),
                identifiers=identifiers,
            ),
        )
    except RegistryError as error:
        if error.status not in (409, 422):
            raise
        return _form(typed, site.problems_of(error, {f"/{name}": name for name in TypedWork.__slots__}))
    return site.go("work", number=work.id)


@blueprint.get("/w/<number>")
def work(number: str) -> Response:
    """Show a work to anybody."""
    declarations = site.registry().declarations
    found = declarations.work(number)
    actor = site.actor()
    return site.page(
        "work.html",
        work=found,
        title=words.work_row(found).title,
        kind=words.work_kind(found.kind),
        rows=[public_row(declarations.visible(each, actor)) for each in found.declarations],
        own=actor is not None and site.acts_for(actor, found.party),
    )


def titles_of(text: str, language: str) -> dict[str, str]:
    """Return titles by language; a line that names none is in `language`, and `und` once that is taken."""
    titles: dict[str, str] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        marked = _LANGUAGE.fullmatch(line)
        tag, title = marked.groups() if marked else (language if language not in titles else "und", line)
        titles[tag] = title
    return titles


def _identifiers(text: str) -> tuple[Mapping[str, str], tuple[Problem, ...]]:
    found: dict[str, str] = {}
    problems = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        try:
            kind, number = read_identifier(line)
            found[kind] = number
        except InvalidScopeError as error:
            sentence = _("“%(typed)s”: %(why)s", typed=line, why=detail_words(str(error)))
            problems.append(Problem("identifiers", sentence))
    return found, tuple(problems)


def _problems(typed: TypedWork) -> tuple[Problem, ...]:
    wanted = {
        "party": (bool(typed.party), _("Choose whose work it is")),
        "titles": (bool(typed.titles), _("Enter a title")),
        "kind": (typed.kind in set(WorkKind), _("Choose what it is")),
    }
    return tuple(Problem(field, message) for field, (right, message) in wanted.items() if not right)


def _form(typed: TypedWork, problems: tuple[Problem, ...] = ()) -> Response:
    parties = [party_words(party) for party in site.registry().accounts.parties(site.require_actor())]
    return site.page(
        "work_new.html",
        problems,
        typed=typed,
        parties=[(party.id, party.title, party.note) for party in parties],
        kinds=words.work_kinds(),
    )
