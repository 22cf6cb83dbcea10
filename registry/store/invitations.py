"""Invitations that were mailed and not answered yet. Secrets arrive here as digests only."""

from typing import Any, Final

from sqlite_utils import Database

from registry.model.membership import Invitation, Invited

_SELECT: Final = "SELECT id, party, email, role, invited_by, created, expires FROM invitations"


def replace_invitation(database: Database, invitation: Invitation, digest: bytes) -> None:
    """Keep an invitation, in place of an earlier one of the same address to the same party."""
    database.execute("DELETE FROM invitations WHERE party = ? AND email = ?", (invitation.party, invitation.email))
    database.execute(
        "INSERT INTO invitations (id, digest, party, email, role, invited_by, created, expires)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            invitation.id,
            digest,
            invitation.party,
            invitation.email,
            invitation.invited.value,
            invitation.invited_by,
            invitation.created,
            invitation.expires,
        ),
    )


def find_invitation(database: Database, digest: bytes) -> Invitation | None:
    """Return the invitation of a mailed secret."""
    row = database.execute(f"{_SELECT} WHERE digest = ?", (digest,)).fetchone()
    return None if row is None else _invitation(row)


def invitations_of(database: Database, party: str, now: int) -> list[Invitation]:
    """Return the invitations to a party that may still be accepted, oldest first."""
    rows = database.execute(f"{_SELECT} WHERE party = ? AND expires > ? ORDER BY created, id", (party, now))
    return [_invitation(row) for row in rows]


def delete_invitation(database: Database, invitation: str, party: str) -> bool:
    """Forget an invitation to a party; tell whether there was one."""
    deleted = database.execute("DELETE FROM invitations WHERE id = ? AND party = ?", (invitation, party))
    return deleted.rowcount == 1


def delete_invitations_by(database: Database, account: str, party: str) -> None:
    """Forget the invitations to a party that an account sent."""
    database.execute("DELETE FROM invitations WHERE invited_by = ? AND party = ?", (account, party))


def delete_expired(database: Database, now: int) -> None:
    """Forget invitations that can no longer be accepted."""
    database.execute("DELETE FROM invitations WHERE expires <= ?", (now,))


def _invitation(row: tuple[Any, ...]) -> Invitation:
    number, party, email, role, *rest = row
    return Invitation(number, party, email, Invited(role), *rest)
