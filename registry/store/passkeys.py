"""Passkeys of accounts: public keys and what their owners call them."""

from dataclasses import dataclass
from typing import Final

from sqlite_utils import Database

_COLUMNS: Final = "id, credential, account, key, counter, label, created, used"


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey. `credential` names it to its authenticator, `key` is public; times are unix seconds."""

    id: str
    credential: bytes
    account: str
    key: bytes
    counter: int
    label: str
    created: int
    used: int | None = None


def insert_passkey(database: Database, passkey: Passkey) -> None:
    """Add a passkey."""
    database.execute(
        f"INSERT INTO passkeys ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - fixed words
        (
            passkey.id,
            passkey.credential,
            passkey.account,
            passkey.key,
            passkey.counter,
            passkey.label,
            passkey.created,
            passkey.used,
        ),
    )


def find_passkey(database: Database, credential: bytes) -> Passkey | None:
    """Return the passkey that an authenticator calls so."""
    row = database.execute(
        f"SELECT {_COLUMNS} FROM passkeys WHERE credential = ?",  # noqa: S608 - fixed words
        (credential,),
    ).fetchone()
    return None if row is None else Passkey(*row)


def passkeys_of(database: Database, account: str) -> list[Passkey]:
    """Return the passkeys of an account, the oldest first."""
    rows = database.execute(
        f"SELECT {_COLUMNS} FROM passkeys WHERE account = ? ORDER BY created, id",  # noqa: S608 - fixed words
        (account,),
    )
    return [Passkey(*row) for row in rows]


def note_use(database: Database, passkey: str, counter: int, now: int) -> None:
    """Note that a passkey signed somebody in."""
    database.execute("UPDATE passkeys SET counter = ?, used = ? WHERE id = ?", (counter, now, passkey))


def rename_passkey(database: Database, account: str, passkey: str, label: str) -> bool:
    """Call a passkey otherwise if it is this account's; tell whether it was."""
    cursor = database.execute(
        "UPDATE passkeys SET label = ? WHERE id = ? AND account = ?", (label, passkey, account)
    )
    return cursor.rowcount == 1


def delete_passkey(database: Database, account: str, passkey: str) -> bool:
    """Remove a passkey if it is this account's; tell whether it was."""
    cursor = database.execute("DELETE FROM passkeys WHERE id = ? AND account = ?", (passkey, account))
    return cursor.rowcount == 1
