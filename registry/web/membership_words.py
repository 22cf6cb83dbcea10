"""Roles in a party, in words."""

from flask_babel import gettext as _

from registry.model.membership import Invited, MemberRole

Choice = tuple[str, str, str]


def member_roles() -> tuple[Choice, ...]:
    """Return the roles of a member: value, label, explanation."""
    return (
        (MemberRole.OWNER.value, _("Owner"), _("Declares, invites and removes others, renames and closes.")),
        (MemberRole.EDITOR.value, _("Editor"), _("Declares, changes and withdraws.")),
        (MemberRole.AGENT.value, _("Agent"), _("Does what an editor does, for you, until you end it.")),
        (MemberRole.READER.value, _("Reader"), _("Sees everything and changes nothing.")),
    )


def member_role(role: str) -> str:
    """Return what a role is called."""
    return {value: words for value, words, _hint in member_roles()}[role]


def invitation_choices(*, agent: bool) -> tuple[Choice, ...]:
    """Return what somebody may be invited as; an agent may invite whom it acts for."""
    principal = (
        Invited.PRINCIPAL.value,
        _("The person or organisation you act for"),
        _("They confirm that you act for them, become the owner, and can end it at any time."),
    )
    return ((principal,) if agent else ()) + member_roles()


def invited_as(invited: str) -> str:
    """Return what somebody is invited as."""
    return {value: words for value, words, _hint in invitation_choices(agent=True)}[invited]
