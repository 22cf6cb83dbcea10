"""Idempotency-Keys and what they led to: a declaration's number, so that nothing personal is kept with a key."""

from sqlite_utils import Database


def recall(database: Database, account: str, key: str) -> tuple[bytes, str] | None:
    """Return (request digest, declaration) of an Idempotency-Key that was used before."""
    row = database.execute(
        "SELECT request, declaration FROM idempotency WHERE account = ? AND key = ?", (account, key)
    ).fetchone()
    return None if row is None else (row[0], row[1])


def remember(database: Database, account: str, key: str, request: bytes, declaration: str, now: int) -> None:
    """Keep what a request with an Idempotency-Key led to."""
    database.execute(
        "INSERT INTO idempotency (account, key, request, declaration, created) VALUES (?, ?, ?, ?, ?)",
        (account, key, request, declaration, now),
    )


def forget_keys(database: Database, before: int) -> None:
    """Forget Idempotency-Keys used before a time."""
    database.execute("DELETE FROM idempotency WHERE created < ?", (before,))
