"""Parties as those see them who act for them: in lists, in questions, on the page of each."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from registry.model.declaration import Actor
from registry.model.membership import Membership
from registry.model.party import Party
from registry.web import labels, membership_words, page


@dataclass(frozen=True, slots=True)
class PartyWords:
    """A party as its own account sees it."""

    id: str
    title: str
    note: str


def party_words(party: Party) -> PartyWords:
    """Return how a party is shown to its own account."""
    capacity = labels.capacity_words(party.capacity, party.on_behalf_of)
    names = [party.name, party.on_behalf_of]
    published = [name for name in (party.published.party, party.published.principal) if name]
    if not published:
        shown = _("%(capacity)s. No name is published.", capacity=capacity)
    elif len(published) < len([name for name in names if name]):
        shown = _("%(capacity)s. Only this name is published: %(name)s", capacity=capacity, name=published[0])
    else:
        shown = _("%(capacity)s. This name (a pen name is fine) is published.", capacity=capacity)
    title = party.name
    if party.on_behalf_of:
        title = _("%(name)s, for %(principal)s", name=party.name, principal=party.on_behalf_of)
    return PartyWords(party.id, title, shown)


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A party in the account's list: `title` has whom it acts for, `label` is the account's own word."""

    id: str
    url: str
    title: str
    label: str
    note: str
    role: str
    closed: bool


def party_rows(actor: Actor) -> list[PartyRow]:
    """Return the parties of an account for its own lists, those with a label first, then by title."""
    found = [party_row(each) for each in page.registry().parties.of(actor)]
    return sorted(found, key=lambda row: (row.closed, not row.label, row.label.casefold(), row.title.casefold()))


def party_row(membership: Membership) -> PartyRow:
    """Return one line of such a list."""
    party, words = membership.party, party_words(membership.party)
    return PartyRow(
        party.id,
        url_for("web.manage_party", party=party.id),
        words.title,
        membership.label,
        words.note,
        membership_words.member_role(membership.role.value),
        party.closed is not None,
    )
