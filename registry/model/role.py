"""The roles of the people who work for a registry: a moderator decides disputes, an operator also what cannot be
taken back.

A role belongs to an account and is given at the command line of the instance alone. Who has none is a rights
holder like everybody else; who has one stays one beside it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MAX_REASON: Final = 1_000
"""Characters of the reason for a suspension or an erasure."""


class Role(StrEnum):
    """The roles there are. An operator may do all that a moderator may."""

    MODERATOR = "moderator"
    OPERATOR = "operator"

    def includes(self, least: "Role") -> bool:
        """Tell whether whoever has this role may do what needs `least`."""
        return self is Role.OPERATOR or self is least


@dataclass(frozen=True, slots=True)
class Staff:
    """An account with a role. `granted` is in unix seconds."""

    account: str
    email: str
    role: Role
    granted: int


@dataclass(frozen=True, slots=True)
class Suspension:
    """An account that may not declare or change anything for now, and why. `since` is in unix seconds."""

    account: str
    since: int
    reason: str


@dataclass(frozen=True, slots=True)
class ErasureRequest:
    """An erasure that one person asked for and another has to carry out. `asked` is in unix seconds."""

    declaration: str
    asked_by: str
    reason: str
    asked: int
