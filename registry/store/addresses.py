"""Second addresses of accounts, and changes of first ones that were announced. Secrets arrive as digests only."""

from dataclasses import dataclass

from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class AddressChange:
    """An announced change: from `effective` on, `email` is the account's first address. Times are unix seconds."""

    account: str
    email: str
    asked: int
    effective: int


def second_address_of(database: Database, account: str) -> str | None:
    """Return the second address of an account."""
    row = database.execute("SELECT email FROM second_addresses WHERE account = ?", (account,)).fetchone()
    return None if row is None else str(row[0])


def insert_second_address(database: Database, account: str, email: str, now: int) -> None:
    """Give an account a second address."""
    database.execute(
        "INSERT INTO second_addresses (account, email, since) VALUES (?, ?, ?)", (account, email, now)
    )


def delete_second_address(database: Database, account: str) -> None:
    """Take an account its second address."""
    database.execute("DELETE FROM second_addresses WHERE account = ?", (account,))


def set_first_address(database: Database, account: str, email: str) -> None:
    """Give an account another first address."""
    database.execute("UPDATE accounts SET email = ? WHERE id = ?", (email, account))


def insert_change(database: Database, change: AddressChange, digest: bytes) -> None:
    """Announce a change; `digest` is of the link that stops it."""
    database.execute(
        "INSERT INTO address_changes (account, email, digest, asked, effective) VALUES (?, ?, ?, ?, ?)",
        (change.account, change.email, digest, change.asked, change.effective),
    )


def change_of(database: Database, account: str) -> AddressChange | None:
    """Return the change that waits for an account."""
    row = database.execute(
        "SELECT account, email, asked, effective FROM address_changes WHERE account = ?", (account,)
    ).fetchone()
    return None if row is None else AddressChange(*row)


def change_behind(database: Database, digest: bytes) -> AddressChange | None:
    """Return the change that a mailed link stops."""
    row = database.execute(
        "SELECT account, email, asked, effective FROM address_changes WHERE digest = ?", (digest,)
    ).fetchone()
    return None if row is None else AddressChange(*row)


def due_changes(database: Database, now: int) -> list[str]:
    """Return the accounts whose change is due, the oldest first."""
    rows = database.execute(
        "SELECT account FROM address_changes WHERE effective <= ? ORDER BY effective, account", (now,)
    )
    return [account for (account,) in rows]


def delete_change(database: Database, account: str) -> None:
    """Forget the change that waits for an account."""
    database.execute("DELETE FROM address_changes WHERE account = ?", (account,))
