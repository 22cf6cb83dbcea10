"""Whether an account may do something with a party: the one place that says so."""

from sqlite_utils import Database

from registry.errors import ConflictError, NotAuthorisedError, NotFoundError, SuspendedError
from registry.model.membership import MemberRole, Right
from registry.model.party import Party
from registry.store.desk import suspension_of
from registry.store.parties import find_party, role_in


def has_right(database: Database, account: str, party: str, right: Right) -> bool:
    """Tell whether an account has a right in a party."""
    role = role_in(database, account, party)
    return role is not None and role.may(right)


def require_right(database: Database, account: str, party: str, right: Right) -> Party:
    """Return the party, where the account has that right in it.

    Raises NotFoundError for whoever has no role in it, whether or not it exists, and NotAuthorisedError for a
    member whose role is not enough.
    """
    role, found = role_in(database, account, party), find_party(database, party)
    if role is None or found is None:
        raise NotFoundError("this account acts for no party %(party)s", party=repr(party[:40]))
    require_role(role, right)
    return found


def require_not_suspended(database: Database, account: str) -> None:
    """Raise SuspendedError where an account may not declare or change anything for now."""
    if suspension_of(database, account) is not None:
        raise SuspendedError("this account is suspended; the letter about it says why, and how to object")


def require_rule(database: Database, account: str, party: str) -> Party:
    """Return the party, for an owner who is not suspended. Raises as `require_right` does, and SuspendedError."""
    found = require_right(database, account, party, Right.RULE)
    require_not_suspended(database, account)
    return found


def require_role(role: MemberRole, right: Right) -> None:
    """Raise NotAuthorisedError where a member's role is not enough."""
    if not role.may(right):
        raise NotAuthorisedError("your role in this party does not allow that; ask one of its owners")


def require_open_party(database: Database, party: str) -> Party:
    """Return the party. Raises ConflictError where it has ceased to declare, NotFoundError where there is none."""
    found = find_party(database, party)
    if found is None:
        raise NotFoundError("there is no party %(party)s", party=repr(party[:40]))
    require_open(found)
    return found


def require_open(party: Party) -> None:
    """Raise ConflictError for a party that has ceased to declare."""
    if party.closed is not None:
        raise ConflictError("this party is closed; one of its owners can open it again")
