"""Works: describing one, and the page that says which declarations name it and whether anything can match it."""

from dataclasses import replace

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registry.errors import NotFoundError, RegistryError
from registry.model.declaration import Work
from registry.web import i18n, labels, page
from registry.web.declaration_rows import public_row
from registry.web.form_input import FieldProblem, half_width
from registry.web.own_parties import party_words
from registry.web.page import blueprint
from registry.web.party_names import name_of
from registry.web.protection_pages import gap_words, protectable
from registry.web.work_form import TypedWork


@blueprint.get("/works")
def works() -> Response:
    """List the works of the account."""
    found = page.registry().works.works_of(page.require_actor(), request.args.get("after"))
    rows = [labels.work_row(work) for work in found.rows]
    return page.render("works.html", works=rows, following=page.following_url(found))


@blueprint.get("/works/new")
def new_work() -> Response:
    """Ask what the work is."""
    parties = page.registry().parties.that_declare(page.require_actor())
    if not parties:
        return page.redirect_to("new_party")
    return _form(TypedWork(party=parties[0].id if len(parties) == 1 else ""))


@blueprint.post("/works/new")
def create_work() -> Response:
    """Keep the work."""
    page.require_actor()
    return _keep(_sent())


@blueprint.get("/w/<number>")
def work(number: str) -> Response:
    """Show a work to anybody."""
    return _work(number)


@blueprint.post("/w/<number>/consents")
def consent(number: str) -> Response:
    """Let another party name the work."""
    actor = page.require_actor()
    party = half_width(request.form.get("party", "")).lower()
    try:
        page.registry().consents.consent(actor, number, party)
    except RegistryError as error:
        if error.status not in (409, 422):
            raise
        return _work(number, page.problems_of(error, {"/party": "party"}), typed=party)
    return page.redirect_to("work", number=number)


@blueprint.post("/w/<number>/consents/<party>/revoke")
def revoke_consent(number: str, party: str) -> Response:
    """End a consent."""
    page.registry().consents.revoke(page.require_actor(), number, party)
    return page.redirect_to("work", number=number)


@blueprint.post("/w/<number>/merge")
def merge_work(number: str) -> Response:
    """Make one work of two."""
    own = _own(number)
    into = half_width(request.form.get("into", "")).lower().rpartition("/")[2]
    try:
        page.registry().works.merge_works(page.require_actor(), own.id, into)
    except RegistryError as error:
        if error.status not in (403, 404, 409, 410, 422):
            raise
        return _work(number, page.problems_of(error, {"": "into"}), typed_into=into)
    return page.redirect_to("work", number=into)


@blueprint.post("/w/<number>/delete")
def delete_work(number: str) -> Response:
    """Remove a work for good."""
    page.registry().works.delete_work(page.require_actor(), _own(number).id)
    return page.redirect_to("works")


def _work(number: str, problems: tuple[FieldProblem, ...] = (), typed: str = "", typed_into: str = "") -> Response:
    registry = page.registry()
    actor = page.actor()
    found = registry.works.visible(number, actor)
    own = actor is not None and page.acts_for(actor, found.party)
    gaps = registry.works.protection.gaps(found) if own else ()
    shown = registry.declarations.some(found.declarations)
    return page.render(
        "work.html",
        problems,
        typed=typed,
        consents=[
            (each.party, url_for("web.party_page", party=each.party)) for each in registry.consents.of_work(number)
        ],
        work=found,
        party=name_of(found.party),
        title=labels.work_row(found).title,
        kind=labels.work_kind(found.kind),
        sheets=[labels.sheet_row(sheet) for sheet in found.sheets],
        rows=[public_row(each) for each in shown],
        more=[(each, url_for("web.record", number=each)) for each in found.declarations[len(shown) :]],
        own=own,
        part=labels.part_words(found),
        locations=[(address, f"https://{address}") for address in found.locations],
        gaps=list(map(gap_words, gaps)),
        protectable=protectable(gaps),
        typed_into=typed_into,
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
    actor = page.require_actor()
    found = page.registry().works.visible(number, actor)
    if not page.acts_for(actor, found.party):
        raise NotFoundError("there is no such work of yours")
    return found


def _sent() -> TypedWork:
    return TypedWork(**{name: request.form.get(name, "").strip() for name in TypedWork.__slots__})


def _keep(typed: TypedWork, own: Work | None = None) -> Response:
    """Enter the work, or change one's `own`; where something is wrong, show the form again and say what."""
    actor, works = page.require_actor(), page.registry().works
    asked, problems = typed.read(i18n.language())
    if i18n.asked():
        return _form(typed, own=own)
    if problems:
        return _form(typed, problems, own)
    try:
        kept = works.create_work(actor, asked) if own is None else works.amend_work(actor, own.id, asked)
    except RegistryError as error:
        if error.status not in (409, 422):
            raise
        return _form(typed, page.problems_of(error, {f"/{name}": name for name in TypedWork.__slots__}), own)
    return page.redirect_to("work", number=kept.id)


def _form(typed: TypedWork, problems: tuple[FieldProblem, ...] = (), own: Work | None = None) -> Response:
    """Return the form of a new work, or of one's `own`, which stays its party's."""
    parties = [party_words(party) for party in page.registry().parties.that_declare(page.require_actor())]
    return page.render(
        "work_form.html",
        problems,
        heading=_("Describe a work") if own is None else _("Change what is said about this work"),
        typed=typed,
        parties=[(party.id, party.title, party.note) for party in parties] if own is None else [],
        kinds=labels.work_kinds(),
        parts=labels.parts(),
        back=None if own is None else url_for("web.work", number=own.id),
    )
