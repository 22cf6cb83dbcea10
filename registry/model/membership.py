"""Who acts for a party: roles, and what each may do. What the desk may do is another matter."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from registry.model.party import Party


class Right(StrEnum):
    """Things that a member of a party may do with it; each includes those before it."""

    SEE = "see"
    DECLARE = "declare"
    RULE = "rule"


class MemberRole(StrEnum):
    """Roles in a party. An agent may do what an editor may, and belongs to somebody else."""

    OWNER = "owner"
    EDITOR = "editor"
    AGENT = "agent"
    READER = "reader"

    def may(self, right: Right) -> bool:
        """Tell whether this role has a right."""
        return right in _RIGHTS[self]

    @property
    def acts(self) -> bool:
        """The right to declare, which brings the letters about what is declared."""
        return self.may(Right.DECLARE)


_RIGHTS: Final = {
    MemberRole.OWNER: frozenset(Right),
    MemberRole.EDITOR: frozenset({Right.SEE, Right.DECLARE}),
    MemberRole.AGENT: frozenset({Right.SEE, Right.DECLARE}),
    MemberRole.READER: frozenset({Right.SEE}),
}


class Invited(StrEnum):
    """Roles somebody is invited to, and one more: whom an agent acts for, who then owns the party."""

    OWNER = "owner"
    EDITOR = "editor"
    AGENT = "agent"
    READER = "reader"
    PRINCIPAL = "principal"

    @property
    def role(self) -> MemberRole:
        """The role that whoever accepts gets."""
        return MemberRole.OWNER if self is Invited.PRINCIPAL else MemberRole(self.value)


@dataclass(frozen=True, slots=True)
class Membership:
    """A party as one of its members sees it: with that account's role and own label."""

    party: Party
    role: MemberRole
    label: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """An account that acts for a party, or may look at it. `since` is in unix seconds."""

    account: str
    email: str
    role: MemberRole
    since: int


@dataclass(frozen=True, slots=True)
class Invitation:
    """A letter that asks somebody to act for a party. Times are unix seconds."""

    id: str
    party: str
    email: str
    invited: Invited
    invited_by: str
    created: int
    expires: int
