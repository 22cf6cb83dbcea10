"""Letters that were promised in a transaction and are sent after it: a crash between the two loses none."""

from dataclasses import dataclass

from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class QueuedMail:
    """One letter to the account behind a party, or to `address` where there is one."""

    position: int
    party: str
    subject: str
    text: str
    address: str | None


def insert_letter(
    database: Database, declaration: str, party: str, subject: str, text: str, now: int, address: str | None = None
) -> None:
    """Promise a letter about a declaration: to a party, or to the `address` of somebody without an account."""
    database.execute(
        "INSERT INTO letters (declaration, party, subject, text, created, address) VALUES (?, ?, ?, ?, ?, ?)",
        (declaration, party, subject, text, now, address),
    )


def waiting_letters(database: Database, most: int) -> list[QueuedMail]:
    """Return letters that were not sent yet, the oldest first."""
    rows = database.execute(
        "SELECT position, party, subject, text, address FROM letters ORDER BY position LIMIT ?", (most,)
    )
    return [QueuedMail(*row) for row in rows]


def delete_letter(database: Database, position: int) -> None:
    """Forget a letter that was sent."""
    database.execute("DELETE FROM letters WHERE position = ?", (position,))
