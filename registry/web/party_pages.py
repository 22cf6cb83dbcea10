"""One party as those see it who act for it: its name, its members, invitations, whether it still declares."""

from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registry.errors import ConflictError, InvalidRequestError, RateLimitedError, RegistryError
from registry.model.declaration import Actor
from registry.model.membership import Invitation, Invited, Member, MemberRole, Right
from registry.model.party import Capacity
from registry.web import membership_words, page
from registry.web.form_input import FieldProblem, ordinary_mail, typed_in
from registry.web.own_parties import party_row, party_words
from registry.web.page import blueprint


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member as the others see it."""

    account: str
    email: str
    role: str
    value: str
    since: int
    is_self: bool


@blueprint.get("/parties/<party>")
def manage_party(party: str) -> Response:
    """Show a party to whoever has a role in it."""
    return _page(page.require_actor(), party)


@blueprint.post("/parties/<party>/label")
def label_party(party: str) -> Response:
    """Keep the account's own word for a party."""
    actor, typed = page.require_actor(), typed_in(request.form, "label")
    try:
        page.registry().parties.label(actor, party, typed)
    except InvalidRequestError as error:
        return _page(actor, party, page.problems_of(error, {"/label": "label"}))
    return page.redirect_to("manage_party", party=party)


@blueprint.post("/parties/<party>/rename")
def rename_party(party: str) -> Response:
    """Give a party another name."""
    actor, typed = page.require_actor(), typed_in(request.form, "name")
    try:
        page.registry().parties.rename(actor, party, typed)
    except InvalidRequestError as error:
        return _page(actor, party, page.problems_of(error, {"/name": "name"}))
    return page.redirect_to("manage_party", party=party)


@blueprint.post("/parties/<party>/close")
def close_party(party: str) -> Response:
    """Let a party declare nothing more, or again."""
    actor, parties = page.require_actor(), page.registry().parties
    if request.form.get("do") == "open":
        parties.open_again(actor, party)
    else:
        parties.close(actor, party)
    return page.redirect_to("manage_party", party=party)


@blueprint.post("/parties/<party>/invitations")
def invite_member(party: str) -> Response:
    """Mail an invitation."""
    actor, email, role = (
        page.require_actor(),
        ordinary_mail(typed_in(request.form, "email")),
        typed_in(request.form, "role"),
    )
    page.registry().parties.get(actor, party, Right.RULE)
    if role not in set(Invited):
        return _page(actor, party, (FieldProblem("role", _("Choose what they may do")),))
    try:
        page.registry().members.invite(actor, party, email, Invited(role))
    except (InvalidRequestError, ConflictError, RateLimitedError) as error:
        return _page(actor, party, _invite_problem(error))
    return page.redirect_to("manage_party", party=party)


def _invite_problem(error: RegistryError) -> tuple[FieldProblem, ...]:
    if isinstance(error, InvalidRequestError) and not any(each.pointer == "/role" for each in error.errors):
        return (FieldProblem("email", _("Enter an email address, such as name@example.com")),)
    return tuple(FieldProblem("email", each.message) for each in page.problems_of(error, {}))


@blueprint.post("/parties/<party>/invitations/<invitation>/cancel")
def cancel_invitation(party: str, invitation: str) -> Response:
    """Take an invitation back."""
    page.registry().members.cancel(page.require_actor(), party, invitation)
    return page.redirect_to("manage_party", party=party)


@blueprint.post("/parties/<party>/members/<account>")
def change_member(party: str, account: str) -> Response:
    """Give a member another role, or end the membership: one's own, too."""
    actor, members, wanted = page.require_actor(), page.registry().members, typed_in(request.form, "role")
    try:
        if wanted in set(MemberRole):
            members.change_role(actor, party, account, MemberRole(wanted))
        else:
            members.remove(actor, party, account)
    except ConflictError as error:
        return _page(actor, party, tuple(FieldProblem("members", p.message) for p in page.problems_of(error, {})))
    return (
        page.redirect_to("account") if account == actor.account else page.redirect_to("manage_party", party=party)
    )


@blueprint.get("/invitation/<secret>")
def invitation(secret: str) -> Response:
    """Ask whether the person wants to act for a party."""
    invited, party = page.registry().members.invitation(page.require_actor(), secret)
    return page.render(
        "invitation.html",
        party=party_words(party),
        invited_as=membership_words.invited_as(invited.invited.value),
        is_principal=invited.invited is Invited.PRINCIPAL,
    )


@blueprint.post("/invitation/<secret>")
def answer_invitation(secret: str) -> Response:
    """Accept or decline."""
    actor, members = page.require_actor(), page.registry().members
    if request.form.get("do") == "accept":
        return page.redirect_to("manage_party", party=members.accept(actor, secret).id)
    members.decline(actor, secret)
    return page.redirect_to("account")


def _page(actor: Actor, party: str, problems: tuple[FieldProblem, ...] = ()) -> Response:
    registry = page.registry()
    registry.parties.get(actor, party)
    own = next(each for each in registry.parties.of(actor) if each.party.id == party)
    rules = own.role.may(Right.RULE)
    is_agent = own.party.capacity is Capacity.AGENT
    return page.render(
        "party_manage.html",
        problems,
        row=party_row(own),
        party=own.party,
        rules=rules,
        typed={name: typed_in(request.form, name) for name in ("email", "role")}
        | {
            "name": typed_in(request.form, "name") or own.party.name,
            "label": typed_in(request.form, "label") or own.label,
        },
        members=[_member(each, actor) for each in registry.members.of(actor, party)],
        invitations=[_invitation(each) for each in registry.members.invitations(actor, party)] if rules else [],
        roles=membership_words.member_roles(),
        choices=membership_words.invitation_choices(agent=is_agent and own.party.confirmed is None),
        former=registry.parties.former_names(party),
        is_agent=is_agent,
    )


def _member(member: Member, actor: Actor) -> MemberRow:
    return MemberRow(
        member.account,
        member.email,
        membership_words.member_role(member.role.value),
        member.role.value,
        member.since,
        member.account == actor.account,
    )


def _invitation(invited: Invitation) -> tuple[str, str, str, int]:
    return invited.id, invited.email, membership_words.invited_as(invited.invited.value), invited.expires
