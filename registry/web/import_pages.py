"""Lists of works: sent, read in the background, looked at, declared, reported on. All of it survives leaving."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from flask import jsonify, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crawler_filter.preference import Usage
from registry import rate_limits
from registry.errors import RegistryError
from registry.http.charges import charge
from registry.model.imports import WRONG, Import, ImportRequest, ImportState, Outcome
from registry.model.party import AUTHORITY_STATEMENT
from registry.web import i18n, labels, page
from registry.web.form_input import FieldProblem, ordinary_contact, ordinary_page, typed_in
from registry.web.import_words import counts_of, number, part_of_list, row_words, state_badge, table
from registry.web.labels import Badge
from registry.web.licence_form import TypedLicence, licensors
from registry.web.own_parties import party_words
from registry.web.page import blueprint
from registry.web.tables import asked_part, csv_file, part_words

SHOWN: Final = 20
"""Problems on the page; the table has all of them."""

TABLE_ROWS: Final = 10_000
"""Rows of one table; a longer list has several, so that no request takes long."""

SAMPLE: Final = 5
_FIELDS: Final = {"/file": "list", "/usages": "usages", "/party": "party", "/terms/policy": "policy",
                  "/terms/contact": "contact"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TypedImport:
    """The form beside a list, as it was filled in."""

    party: str = ""
    usages: tuple[str, ...] = (Usage.TRAIN_AI.value,)
    works: bool = False
    policy: str = ""
    contact: str = ""
    licence: TypedLicence = field(default_factory=TypedLicence)


@dataclass(frozen=True, slots=True)
class ImportLine:
    """A list among the others."""

    id: str
    name: str
    rows: str
    badge: Badge
    sent: int


@blueprint.get("/import")
def imports() -> Response:
    """Ask for a list, and show those that were sent."""
    parties = page.registry().parties.that_declare(page.require_actor())
    if not parties:
        return page.redirect_to("new_party")
    return _form(TypedImport(party=parties[0].id if len(parties) == 1 else ""))


@blueprint.get("/works/import")
def import_works() -> Response:
    """Ask for a list of works to be entered."""
    parties = page.registry().parties.that_declare(page.require_actor())
    if not parties:
        return page.redirect_to("new_party")
    party = parties[0].id if len(parties) == 1 else ""
    return _form(TypedImport(party=party, usages=(), works=True))


@blueprint.get("/files")
def files() -> Response:
    """Ask for many files, which the browser reads."""
    parties = page.registry().parties.that_declare(page.require_actor())
    if not parties:
        return page.redirect_to("new_party")
    return _form(TypedImport(party=parties[0].id if len(parties) == 1 else ""), template="files.html")


@blueprint.post("/import")
def start_import() -> Response:
    """Begin a list: a small one arrives with the form, and a script sends the others in parts."""
    actor = page.require_actor()
    typed = TypedImport(
        party=request.form.get("party", ""),
        usages=tuple(request.form.getlist("usages")),
        works="works" in request.form,
        policy=ordinary_page(typed_in(request.form, "policy")),
        contact=ordinary_contact(typed_in(request.form, "contact")),
        licence=TypedLicence.of(request.form),
    )
    given = request.files.get("list")
    content = given.read() if given else b""
    name = (given.filename if given else "") or request.form.get("upload_name", "")
    size = len(content) or _whole_number(request.form.get("upload_size", ""))
    if problems := tuple(_missing(typed, name)):
        return _form(typed, problems)
    asked = ImportRequest(
        *(typed.party, name, size, typed.usages, typed.policy, typed.contact, typed.works),
        *(typed.licence.routes, typed.licence.territories),
    )
    try:
        made = page.registry().imports.start(actor, asked)
        if content:
            page.registry().imports.receive(actor, made.id, 0, content)
    except RegistryError as error:
        if error.status not in (409, 413, 422):
            raise
        return _form(typed, page.problems_of(error, _FIELDS))
    return page.redirect_to("import_job", job=made.id)


@blueprint.post("/import/<job>/part")
def receive_import(job: str) -> Response:
    """Take some bytes of a list; `at` says from which on."""
    start = _whole_number(request.args.get("at", ""))
    received = page.registry().imports.receive(page.require_actor(), job, start, request.get_data())
    return jsonify(received=received)


@blueprint.get("/import/<job>")
def import_job(job: str) -> Response:
    """Show how far a list is, and what is to be done next."""
    return _job(job)


@blueprint.post("/import/<job>/confirm")
def confirm_import(job: str) -> Response:
    """Declare what was looked at."""
    unstated, missing = "unstated" in request.form, "missing" in request.form
    try:
        page.registry().imports.confirm(
            page.require_actor(), job, statement=AUTHORITY_STATEMENT, unstated=unstated, missing=missing
        )
    except RegistryError as error:
        if error.status not in (409, 422):
            raise
        return _job(job, page.problems_of(error, {}))
    return page.redirect_to("import_job", job=job)


@blueprint.post("/import/<job>/discard")
def discard_import(job: str) -> Response:
    """Forget a list. What it declared stays."""
    page.registry().imports.discard(page.require_actor(), job)
    return page.redirect_to("imports")


@blueprint.get("/import/<job>/problems.csv")
def import_problems(job: str) -> Response:
    """Give the rows that cannot be declared as a table."""
    return _table(job, WRONG, "problems")


@blueprint.get("/import/<job>/report.csv")
def import_report(job: str) -> Response:
    """Give every row with what became of it as a table."""
    return _table(job, tuple(Outcome), "report")


def _job(job: str, problems: tuple[FieldProblem, ...] = ()) -> Response:
    actor, service = page.require_actor(), page.registry().imports
    found = service.get(actor, job)
    total = found.rows - found.count(Outcome.PROBLEM, Outcome.REPEATED, Outcome.UNSTATED, Outcome.KNOWN)
    missing = service.missing(found) if _is_ready(found) else 0
    return page.render(
        "import_job.html",
        problems,
        job=found,
        state=found.state.value,
        badge=state_badge(found.state),
        party=party_words(page.registry().parties.get(actor, found.party)),
        uses=[labels.usage_words(Usage(usage)).title for usage in found.request.usages],
        received=service.received(found) if found.state is ImportState.SENDING else 0,
        rows=number(found.rows),
        counts=counts_of(found),
        works=found.request.works,
        new=found.count(Outcome.NEW),
        new_words=number(found.count(Outcome.NEW)),
        unstated=found.count(Outcome.UNSTATED),
        unstated_words=number(found.count(Outcome.UNSTATED)),
        total=total,
        done=total - found.count(Outcome.NEW, Outcome.LEAVING),
        wrong=[row_words(row) for row in service.problems(actor, job, SHOWN)],
        sample=[row_words(row) for row in service.sample(actor, job, SAMPLE)] if _is_ready(found) else [],
        missing=missing,
        has_problems=found.count(Outcome.PROBLEM) > 0,
        report_parts=part_words(found.count(*Outcome), TABLE_ROWS),
        problem_parts=part_words(found.count(*WRONG), TABLE_ROWS),
        missing_words=number(missing),
        withdrawn=found.count(Outcome.WITHDRAWN),
        days=round(page.registry().config.loosening_delay / 86_400),
        parts=[(part, part_of_list(part)) for part in service.parts(actor, job, SHOWN)],
        most_parts=SHOWN,
        waiting=found.count(Outcome.WAITING),
        failure=i18n.sentence(found.failure) if found.failure else "",
        statement=AUTHORITY_STATEMENT,
    )


def _is_ready(found: Import) -> bool:
    return found.state is ImportState.READY


def _form(typed: TypedImport, problems: tuple[FieldProblem, ...] = (), template: str = "import.html") -> Response:
    actor = page.require_actor()
    parties = [party_words(party) for party in page.registry().parties.that_declare(actor)]
    limits = page.registry().config.limits
    return page.render(
        template,
        problems,
        typed=typed,
        parties=[(party.id, party.title, party.note) for party in parties],
        usages=labels.usages(),
        licensors=licensors(),
        lists=[_line(each) for each in page.registry().imports.of_account(actor)],
        most_rows=number(limits.import_rows),
        most_megabytes=limits.import_bytes >> 20,
        without_script=limits.lookup_body_bytes >> 20,
    )


def _line(found: Import) -> ImportLine:
    return ImportLine(found.id, found.request.name, number(found.rows), state_badge(found.state), found.created)


def _missing(typed: TypedImport, name: str) -> Iterable[FieldProblem]:
    if not typed.party:
        yield FieldProblem("party", _("Choose who declares"))
    if not name:
        yield FieldProblem("list", _("Choose the file with your list"))
    if not typed.usages and not typed.works:
        yield FieldProblem("usages", _("Choose at least one use to reserve"))
    yield from typed.licence.problems()


def _table(job: str, outcomes: Sequence[Outcome], name: str) -> Response:
    """Give a part of the rows that came to some outcomes."""
    actor, imports = page.require_actor(), page.registry().imports
    part = asked_part(imports.get(actor, job).count(*outcomes), TABLE_ROWS)
    charge().take(rate_limits.IMPORTS, actor.account, rate_limits.PAGE + len(part.rows))
    rows = imports.report(actor, job, outcomes, skip=part.rows.start, most=TABLE_ROWS)
    return csv_file(table(rows, page.registry().config.public_url), f"{name}{part.name}")


def _whole_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
