"""The public page of a declaration, its party's page, and the list of what an account declared."""

import re
from dataclasses import dataclass, replace
from typing import Final

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crawler_filter.formats.record import Scope
from crawler_filter.preference import Preference
from registry.errors import GoneError, NotFoundError
from registry.model.declaration import Declaration, State
from registry.model.imports import ListPart
from registry.web import labels, page
from registry.web.co_owner_pages import asked_rows
from registry.web.coverage_words import Coverage, coverage
from registry.web.declaration_rows import own_row, public_row
from registry.web.declaration_states import done_of, has_proved, state_badge
from registry.web.declare_pages import draft_rows
from registry.web.dispute_pages import dispute_rows
from registry.web.form_input import MAX_TYPED
from registry.web.grant_pages import on_declaration
from registry.web.import_words import part_of_list
from registry.web.own_parties import party_rows
from registry.web.page import blueprint
from registry.web.party_names import PartyName, name_of, party_name
from registry.web.record_words import history_words, range_of, record_words
from registry.web.territory_pages import law_rows

_NUMBER: Final = re.compile(r"[a-z2-7]{26}")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A declaration of another party about the same place, so that the two are told apart."""

    url: str
    party: PartyName


@dataclass(frozen=True, slots=True)
class ProofWords:
    """The proof of control of a place in words, and when it was last seen (unix seconds)."""

    target: str
    method: str
    seen: int


@blueprint.get("/d/<number>")
def record(number: str) -> Response:
    """Show a declaration to anybody; one that is not published yet, to its owner."""
    actor = page.actor()
    try:
        declaration = page.registry().declarations.visible(number, actor)
    except GoneError:
        badge, history = state_badge(State.ERASED), history_words(number)
        return page.render("erased.html", status=410, number=number, badge=badge, history=history)
    except NotFoundError:
        if not (_NUMBER.fullmatch(number) and page.registry().declarations.carries_lost()):
            raise
        return page.render("carried.html", status=404, number=number)
    own = actor is not None and page.acts_for(actor, declaration.party)
    owners = page.registry().co_owners
    if own and declaration.state is State.PENDING and declaration.change is None:
        return page.redirect_to("prove", number=number)
    return page.render(
        "record.html",
        record=record_words(declaration, own=own),
        co_owners=[name_of(each.party) for each in owners.of_declaration(number)],
        concerned=actor is not None and owners.concerns(actor, number),
        proofs=_proofs(declaration),
        history=history_words(number),
        own=own,
        in_force=declaration.state.in_force and any(map(_reserves, declaration.record.scopes)),
        may_change=own and declaration.state.in_force and declaration.change is None,
        may_stop=own and declaration.change is not None,
        done=done_of(declaration, request.args.get("done"), proved=has_proved(declaration)) if own else None,
        disputes=dispute_rows(declaration, own=own),
        waiting=bool(declaration.waiting),
        places=declaration.state.in_force and any(scope.kind.is_location for scope in declaration.record.scopes),
        coverage=_coverage(declaration) if own and declaration.state.in_force else None,
        may_dispute=not own and declaration.state.in_force,
        grants=on_declaration(number),
        laws=law_rows([declaration.record.territory, *declaration.record.terms.remuneration]),
        neighbours=[_neighbour(each) for each in page.registry().standings.others_at(declaration)],
    )


def _reserves(scope: Scope) -> bool:
    return Preference.DISALLOWED in scope.preferences.values()


@blueprint.get("/@<party>")
@blueprint.get("/acct/<party>")
def party_page(party: str) -> Response:
    """Show what a party declares: the page that profiles and DNS records point at."""
    declarations = page.registry().declarations
    found = declarations.of_party(party, request.args.get("after"))
    shown = found.rows or declarations.ended_of_party(party)
    if not shown:
        raise NotFoundError("no declaration of this party is public")
    page.count_rows(found)
    return page.render(
        "party_page.html",
        party=party_name(shown[0].record),
        feed=url_for("web.party_feed", party=party),
        rows=[public_row(each) for each in found.rows],
        following=page.following_url(found),
    )


@blueprint.get("/declarations")
def declarations() -> Response:
    """List what the account declared."""
    actor = page.require_actor()
    parties = party_rows(actor)
    wanted = request.args.get("party", "")[:MAX_TYPED]
    among = None if not wanted else {row.id for row in parties if wanted in (row.id, row.label)}
    found = page.registry().declarations.of_account(actor, request.args.get("after"), among)
    titles = {row.id: row.label or row.title for row in parties} if len(parties) > 1 else {}
    parts = page.registry().imports.parts_declared(actor, [each.id for each in found.rows])
    page.count_rows(found)
    return page.render(
        "declarations.html",
        rows=[
            replace(own_row(each), party=titles.get(each.party, ""), part=_part(each, parts.get(each.id)))
            for each in found.rows
        ],
        parties=parties,
        wanted=wanted,
        drafts=draft_rows(actor),
        made=request.args.get("made", type=int),
        asked=asked_rows(actor),
        following=page.following_url(found, party=wanted) if wanted else page.following_url(found),
    )


def _part(declaration: Declaration, part: ListPart | None) -> str:
    if part is None:
        return range_of(declaration.record)
    return str(_("From %(list)s: %(rows)s.", list=part.list, rows=part_of_list(part)))


def _coverage(declaration: Declaration) -> Coverage:
    scopes = declaration.record.scopes
    reserved = [(scope.kind, scope.value) for scope in scopes if _reserves(scope)]
    allowed = [(scope.kind, scope.value) for scope in scopes if not _reserves(scope)]
    return coverage(reserved, proved=has_proved(declaration), allowed=allowed)


def _neighbour(declaration: Declaration) -> Neighbour:
    return Neighbour(url_for("web.record", number=declaration.id), party_name(declaration.record))


def _proofs(declaration: Declaration) -> list[ProofWords]:
    if not declaration.state.in_force:
        return []
    return [
        ProofWords(proof.challenge.target, labels.method_title(proof.challenge.method), proof.state.last_ok)
        for proof in page.registry().proofs.backing(declaration)
    ]
