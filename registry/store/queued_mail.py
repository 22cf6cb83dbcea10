"""Letters that were promised in a transaction and are sent after it: a crash between the two loses none."""

from dataclasses import dataclass

from sqlite_utils import Database

from registry.store.addresses import second_address_of
from registry.store.parties import members_of


@dataclass(frozen=True, slots=True)
class QueuedMail:
    """One letter, to an account or to an address. `language` is what the account chose that either belongs to."""

    position: int
    subject: str
    text: str
    address: str | None
    account: str | None
    language: str | None = None


def insert_letter(
    database: Database,
    declaration: str,
    party: str,
    subject: str,
    text: str,
    now: int,
    address: str | None = None,
    *,
    to_all: bool = False,
) -> None:
    """Promise a letter about a declaration: to whoever acts for a party, or to the `address` of somebody else.

    `to_all`: it warns of what somebody may have to stop, so it goes to the second address of each as well.
    """
    acting = [member.account for member in members_of(database, party) if member.role.acts]
    readers: list[tuple[str | None, str | None]] = [(None, account) for account in acting]
    if address is not None:
        readers = [(address, None)]
    elif to_all:
        seconds = (second_address_of(database, account) for account in acting)
        readers += [(second, None) for second in seconds if second is not None]
    for to, account in readers:
        database.execute(
            "INSERT INTO letters (declaration, party, subject, text, created, address, account)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (declaration, party, subject, text, now, to, account),
        )


def waiting_letters(database: Database, most: int) -> list[QueuedMail]:
    """Return letters that were not sent yet, the oldest first."""
    rows = database.execute(
        "SELECT position, subject, text, address, account, language FROM letters"
        " LEFT JOIN accounts ON accounts.id = coalesce(letters.account,"
        " (SELECT id FROM accounts AS known WHERE known.email = letters.address),"
        " (SELECT account FROM second_addresses WHERE second_addresses.email = letters.address))"
        " ORDER BY position LIMIT ?",
        (most,),
    )
    return [QueuedMail(*row) for row in rows]


def delete_letter(database: Database, position: int) -> None:
    """Forget a letter that was sent."""
    database.execute("DELETE FROM letters WHERE position = ?", (position,))
