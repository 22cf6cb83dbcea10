"""Looser changes that were announced and wait. What will be said is the body of the notice's leaf."""

from sqlite_utils import Database

from registry.model.declaration import PendingChange


def insert_change(database: Database, declaration: str, change: PendingChange, token: bytes) -> None:
    """Keep an announced change; `token` is the digest of the secret that stops it."""
    database.execute(
        "INSERT INTO changes (declaration, kind, effective, leaf, token) VALUES (?, ?, ?, ?, ?)",
        (declaration, change.kind.value, change.effective, change.leaf, token),
    )


def delete_change(database: Database, declaration: str) -> None:
    """Forget an announced change."""
    database.execute("DELETE FROM changes WHERE declaration = ?", (declaration,))


def change_with_token(database: Database, token: bytes) -> str | None:
    """Return the declaration whose announced change the secret with this digest stops."""
    row = database.execute("SELECT declaration FROM changes WHERE token = ?", (token,)).fetchone()
    return None if row is None else str(row[0])


def due_changes(database: Database, now: int) -> list[str]:
    """Return the declarations whose announced change takes effect by `now`, in order of effect."""
    rows = database.execute(
        "SELECT declaration FROM changes WHERE effective <= ? ORDER BY effective, leaf", (now,)
    )
    return [declaration for (declaration,) in rows]
