"""Works: describing one, and the page that says which declarations name it and whether anything can match it."""

from dataclasses import replace

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registry.errors import NotFoundError, RegistryError
from registry.model.declaration import Work
from registry.web import i18n, site, words
from registry.web.account import party_words
from registry.web.records import public_row
from registry.web.site import blueprint
from registry.web.typed import Problem
from registry.web.typed_work import TypedWork


@blueprint.get("/works")
def works() -> Response:
    """List the works of the account."""
    found = site.registry().works.works_of(site.require_actor())
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
    site.require_actor()
    return _keep(_sent())


@blueprint.get("/w/<number>")
def work(number: str) -> Response:
    """Show a work to anybody."""
    registry = site.registry()
    found = registry.works.work(number)
    actor = site.actor()
    return site.page(
        "work.html",
        work=found,
        title=words.work_row(found).title,
        kind=words.work_kind(found.kind),
        rows=[public_row(registry.declarations.visible(each, actor)) for each in found.declarations],
        own=actor is not None and site.acts_for(actor, found.party),
    )


@blueprint.get("/w/<number>/change")
def change_work(number: str) -> Response:
    """Ask what a work shall say from now on."""
    own = _own(number)
    return _form(TypedWork.of(own), own=own)


@blueprint.post("/w/<number>/change")
def amend_work(number: str) -> Response:
    """Change the work."""
    own = _own(number)
    return _keep(replace(_sent(), party=own.party), own)


def _own(number: str) -> Work:
    actor = site.require_actor()
    found = site.registry().works.work(number)
    if not site.acts_for(actor, found.party):
        raise NotFoundError("there is no such work of yours")
    return found


def _sent() -> TypedWork:
    return TypedWork(**{name: request.form.get(name, "").strip() for name in TypedWork.__slots__})


def _keep(typed: TypedWork, own: Work | None = None) -> Response:
    """Enter the work, or change one's `own`; where something is wrong, show the form again and say what."""
    actor, works = site.require_actor(), site.registry().works
    asked, problems = typed.read(i18n.language())
    if problems:
        return _form(typed, problems, own)
    try:
        kept = works.create_work(actor, asked) if own is None else works.amend_work(actor, own.id, asked)
    except RegistryError as error:
        if error.status not in (409, 422):
            raise
        return _form(typed, site.problems_of(error, {f"/{name}": name for name in TypedWork.__slots__}), own)
    return site.go("work", number=kept.id)


def _form(typed: TypedWork, problems: tuple[Problem, ...] = (), own: Work | None = None) -> Response:
    """The form of a new work, or of one's `own`, which stays its party's."""
    parties = [party_words(party) for party in site.registry().accounts.parties(site.require_actor())]
    return site.page(
        "work_form.html",
        problems,
        heading=_("Describe a work") if own is None else _("Change what is said about this work"),
        typed=typed,
        parties=[(party.id, party.title, party.note) for party in parties] if own is None else [],
        kinds=words.work_kinds(),
        back=None if own is None else url_for("web.work", number=own.id),
    )
