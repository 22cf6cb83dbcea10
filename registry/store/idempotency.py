"""Idempotency-Keys and what they led to: a declaration's number, so that nothing personal is kept with a key."""

from sqlite_utils import Database


def recall(database: Database, account: str, key: str) -> tuple[bytes, str]:
    """Return (request digest, declaration) of an Idempotency-Key that was used before."""
    request, declaration = database.execute(
        "SELECT request, declaration FROM idempotency WHERE account = ? AND key = ?", (account, key)
    ).fetchone()
    return request, declaration


def remember(database: Database, account: str, key: str, request: bytes, declaration: str, now: int) -> bool:
    """Keep what a request with an Idempotency-Key leads to; False where the key was used before."""
    cursor = database.execute(
        "INSERT INTO idempotency (account, key, request, declaration, created) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (account, key, request, declaration, now),
    )
    return cursor.rowcount == 1


def forget_keys(database: Database, before: int) -> None:
    """Forget Idempotency-Keys used before a time."""
    database.execute("DELETE FROM idempotency WHERE created < ?", (before,))
