"""Disputes as they are kept. Secrets arrive here as digests only."""

from typing import Any, Final

from sqlite_utils import Database

from registry.errors import NotFoundError
from registry.model.dispute import Dispute, DisputeState, Reason

_SELECT: Final = (
    "SELECT id, declaration, party, email, language, reason, statement, answer, priority, state, opened, due,"
    " closed, evidence, answer_evidence, grounds FROM disputes"
)
UNSAID: Final = "email = NULL, statement = '', answer = NULL, evidence = '', answer_evidence = '', grounds = NULL"
"""What both sides of a dispute and the desk said, and where to write to them, as an erasure leaves it."""


def insert_dispute(database: Database, dispute: Dispute, token: bytes) -> None:
    """Add a dispute; `token` is the digest of the secret that opens it."""
    database.execute(
        "INSERT INTO disputes (id, declaration, party, email, language, token, reason, statement, priority, state,"
        " opened, due, evidence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            dispute.id,
            dispute.declaration,
            dispute.party,
            dispute.email,
            dispute.language,
            token,
            dispute.reason.value,
            dispute.statement,
            int(dispute.priority),
            dispute.state.value,
            dispute.opened,
            dispute.due,
            "\n".join(dispute.evidence),
        ),
    )


def update_dispute(database: Database, dispute: Dispute) -> None:
    """Keep how a dispute stands now."""
    database.execute(
        "UPDATE disputes SET statement = ?, answer = ?, answer_evidence = ?, state = ?, opened = ?, due = ?,"
        " closed = ?, grounds = ? WHERE id = ?",
        (
            dispute.statement,
            dispute.answer,
            "\n".join(dispute.answer_evidence),
            dispute.state.value,
            dispute.opened,
            dispute.due,
            dispute.closed,
            dispute.grounds,
            dispute.id,
        ),
    )


def find_dispute(database: Database, dispute: str) -> Dispute:
    """Return a dispute by its number. Raises NotFoundError."""
    return _one(database, "WHERE id = ?", dispute)


def dispute_with_token(database: Database, token: bytes) -> Dispute:
    """Return the dispute that the secret with this digest opens. Raises NotFoundError."""
    return _one(database, "WHERE token = ?", token)


def disputes_of(database: Database, declaration: str) -> list[Dispute]:
    """Return the disputes about a declaration that somebody has made, oldest first."""
    rows = database.execute(
        f"{_SELECT} WHERE declaration = ? AND state <> 'offered' ORDER BY opened, id", (declaration,)
    )
    return [_dispute(row) for row in rows]


def disputing_parties(database: Database, declaration: str) -> list[str]:
    """Return the parties that dispute a declaration, those included that have not used the link to do so."""
    rows = database.execute(
        "SELECT DISTINCT party FROM disputes WHERE declaration = ? AND party IS NOT NULL", (declaration,)
    )
    return [party for (party,) in rows]


def are_at_odds(database: Database, account: str, party: str) -> bool:
    """Tell whether a dispute waits, or is offered, in which an account acts for the one side and `party` is the
    other."""
    row = database.execute(
        "SELECT 1 FROM members JOIN disputes ON disputes.party IS NOT NULL"
        " JOIN declarations ON declarations.id = disputes.declaration"
        " WHERE members.account = ? AND (disputes.due IS NOT NULL OR disputes.state = 'offered') AND ("
        "(disputes.party = members.party AND declarations.party = ?)"
        " OR (disputes.party = ? AND declarations.party = members.party)) LIMIT 1",
        (account, party, party),
    ).fetchone()
    return row is not None


def live_disputes(database: Database) -> list[Dispute]:
    """Return the disputes that wait for somebody, those of whoever proved the place first, then by when they are
    due."""
    rows = database.execute(f"{_SELECT} WHERE due IS NOT NULL ORDER BY priority DESC, due, id")
    return [_dispute(row) for row in rows]


def was_offered(database: Database, party: str, claimant: str, since: int) -> bool:
    """Tell whether a party was told of a claim by `claimant` after `since`."""
    row = database.execute(
        "SELECT 1 FROM disputes JOIN declarations ON declarations.id = declaration"
        " WHERE disputes.party = ? AND declarations.party = ? AND opened > ? LIMIT 1",
        (party, claimant, since),
    ).fetchone()
    return row is not None


def forget_offers(database: Database, before: int) -> None:
    """Remove links to dispute that nobody used and that were mailed before a time."""
    database.execute("DELETE FROM disputes WHERE state = 'offered' AND opened < ?", (before,))


def blank_disputes(database: Database, declaration: str) -> None:
    """Remove what both sides said about a declaration, and where to write to them; numbers and states stay.

    Nothing is left to decide, so it waits for nobody any more.
    """
    database.execute(
        f"UPDATE disputes SET {UNSAID}, due = NULL WHERE declaration = ?",  # noqa: S608 - a constant
        (declaration,),
    )


def _one(database: Database, where: str, value: object) -> Dispute:
    row = database.execute(f"{_SELECT} {where}", (value,)).fetchone()
    if row is None:
        raise NotFoundError("there is no such dispute")
    return _dispute(row)


def _dispute(row: tuple[Any, ...]) -> Dispute:
    number, declaration, party, email, language, reason, statement, answer, priority, state, *rest = row
    opened, due, closed, evidence, answer_evidence, grounds = rest
    return Dispute(
        number,
        declaration,
        party,
        email,
        language,
        Reason(reason),
        statement,
        answer,
        bool(priority),
        DisputeState(state),
        opened,
        due,
        closed,
        tuple(evidence.split()),
        tuple(answer_evidence.split()),
        grounds,
    )
