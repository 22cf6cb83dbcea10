"""Co-owners on pages: who stands behind a declaration, asking one, confirming, leaving, agreeing to a change."""

from dataclasses import dataclass

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registry.errors import RegistryError
from registry.model.co_owner import CoOwner
from registry.model.declaration import Actor, Declaration
from registry.web import i18n, page
from registry.web.form_input import FieldProblem, half_width
from registry.web.labels import Badge
from registry.web.page import blueprint
from registry.web.party_names import PartyName, name_of, party_name
from registry.web.record_words import title_of


@dataclass(frozen=True, slots=True)
class CoOwnerRow:
    """A party that was asked, as those who are concerned see it. `id` is its number."""

    id: str
    name: PartyName
    badge: Badge
    note: str
    may_confirm: bool
    may_leave: bool
    may_take_back: bool
    may_agree: bool


@dataclass(frozen=True, slots=True)
class AskedRow:
    """A declaration of others that a party of the account was asked about."""

    url: str
    title: str
    badge: Badge
    party: PartyName


@blueprint.get("/d/<number>/co-owners")
def co_owners(number: str) -> Response:
    """Show to those who are concerned who stands behind a declaration."""
    return _page(number)


@blueprint.post("/d/<number>/co-owners")
def ask_co_owner(number: str) -> Response:
    """Ask another party to confirm the declaration."""
    party = half_width(request.form.get("party", "")).lower()
    if i18n.asked():
        return _page(number, typed=party)
    try:
        page.registry().co_owners.ask(page.require_actor(), number, party)
    except RegistryError as error:
        if error.status not in (409, 422):
            raise
        return _page(number, page.problems_of(error, {"/party": "party"}), typed=party)
    return page.redirect_to("co_owners", number=number)


@blueprint.post("/d/<number>/co-owners/<party>/confirm")
def confirm_co_owner(number: str, party: str) -> Response:
    """Confirm that the declaration is this party's too."""
    licensing = request.form.get("licensing") == "yes"
    page.registry().co_owners.confirm(page.require_actor(), number, party, licensing=licensing)
    return page.redirect_to("co_owners", number=number)


@blueprint.post("/d/<number>/co-owners/<party>/leave")
def leave_co_owners(number: str, party: str) -> Response:
    """Decline, leave, or take a question back."""
    page.registry().co_owners.leave(page.require_actor(), number, party)
    return page.redirect_to("record", number=number)


@blueprint.post("/d/<number>/co-owners/<party>/agree")
def agree_to_change(number: str, party: str) -> Response:
    """Agree to the change that is announced."""
    page.registry().co_owners.agree(page.require_actor(), number, party)
    return page.redirect_to("co_owners", number=number)


def asked_rows(actor: Actor) -> list[AskedRow]:
    """Return the declarations of others that parties of the account were asked about."""
    registry, rows = page.registry(), []
    for each in registry.co_owners.of_account(actor):
        declaration = registry.declarations.get(each.declaration)
        url = url_for("web.co_owners", number=each.declaration)
        rows.append(AskedRow(url, title_of(declaration.record), _badge(each), party_name(declaration.record)))
    return rows


def _page(number: str, problems: tuple[FieldProblem, ...] = (), typed: str = "") -> Response:
    actor = page.require_actor()
    declaration = page.registry().declarations.visible(number, actor)
    asked = page.registry().co_owners.asked(actor, number)
    own = page.acts_for(actor, declaration.party)
    return page.render(
        "co_owners.html",
        problems,
        number=number,
        title=title_of(declaration.record),
        party=party_name(declaration.record),
        own=own,
        rows=[_row(each, declaration, own=own, theirs=page.acts_for(actor, each.party)) for each in asked],
        change=declaration.change,
        in_force=declaration.state.in_force,
        typed=typed,
    )


def _row(each: CoOwner, declaration: Declaration, *, own: bool, theirs: bool) -> CoOwnerRow:
    confirmed, change = each.leaf is not None, declaration.change
    agreed = change is not None and each.agreed == change.leaf
    return CoOwnerRow(
        id=each.party,
        name=name_of(each.party),
        badge=_badge(each),
        note=_note(each, waits=change is not None, agreed=agreed),
        may_confirm=theirs and not confirmed and declaration.state.in_force,
        may_leave=theirs,
        may_take_back=own and not theirs and not confirmed,
        may_agree=theirs and confirmed and change is not None and not agreed,
    )


def _badge(each: CoOwner) -> Badge:
    return Badge(_("Confirmed"), "good") if each.leaf is not None else Badge(_("Asked, not confirmed"), "quiet")


def _note(each: CoOwner, *, waits: bool, agreed: bool) -> str:
    if each.leaf is None:
        return ""
    if waits:
        return str(
            _("Agrees to the announced change.") if agreed else _("Has not agreed to the announced change.")
        )
    if each.licensing:
        return str(_("Lets the declaring party grant permissions for it too."))
    return str(_("Does not let the declaring party grant permissions for it."))
