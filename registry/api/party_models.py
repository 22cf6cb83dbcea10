"""Answers about parties and their members, for the OpenAPI document."""

from registry.api.request_models import Id
from registry.api.response_models import Shape, Time
from registry.model.membership import MemberRole
from registry.model.party import Capacity


class PartyAnswer(Shape):
    """A party that the account acts for."""

    id: Id
    name: str
    public: bool
    capacity: Capacity
    on_behalf_of: str | None
    principal_public: bool
    territory: str | None
    statement: str
    confirmed: bool
    closed: bool


class OwnPartyAnswer(PartyAnswer):
    """A party with the role that the account has in it, and the account's own label."""

    role: MemberRole
    label: str


class PartiesAnswer(Shape):
    """The parties that the account acts for."""

    parties: list[OwnPartyAnswer]


class MemberAnswer(Shape):
    """An account that acts for a party, or may look at it."""

    account: Id
    email: str
    role: MemberRole
    since: Time


class MembersAnswer(Shape):
    """Members of a party, those who have acted for it longest first."""

    members: list[MemberAnswer]
