"""Forms that are being filled in."""

import json
from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

from registry.errors import NotFoundError
from registry.model.declaration import Draft


def put_draft(database: Database, account: str, draft: Draft) -> None:
    """Keep a draft, in place of an earlier state of it. Raises NotFoundError if it is another account's."""
    changed = database.execute(
        "INSERT INTO drafts (id, account, content, updated) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET content = excluded.content, updated = excluded.updated"
        " WHERE account = excluded.account",
        (draft.id, account, json.dumps(draft.content, ensure_ascii=False), draft.updated),
    ).rowcount
    if not changed:
        raise NotFoundError("there is no draft %(id)s", id=repr(draft.id))


def find_draft(database: Database, account: str, draft: str) -> Draft:
    """Return an account's draft. Raises NotFoundError."""
    row = database.execute(
        "SELECT id, content, updated FROM drafts WHERE id = ? AND account = ?", (draft, account)
    ).fetchone()
    if row is None:
        raise NotFoundError("there is no draft %(draft)s", draft=repr(draft[:40]))
    return _draft(row)


def drafts_of(database: Database, account: str) -> list[Draft]:
    """Return an account's drafts, the latest changed first."""
    rows = database.execute(
        "SELECT id, content, updated FROM drafts WHERE account = ? ORDER BY updated DESC, id", (account,)
    )
    return [_draft(row) for row in rows]


def measure_drafts(database: Database, account: str, *, but: str | None) -> tuple[int, int]:
    """Return how many drafts an account has beside one of them, and the bytes of their contents."""
    count, size = database.execute(
        "SELECT count(*), coalesce(sum(length(CAST(content AS BLOB))), 0) FROM drafts"
        " WHERE account = ? AND id IS NOT ?",
        (account, but),
    ).fetchone()
    return int(count), int(size)


def delete_draft(database: Database, account: str, draft: str) -> None:
    """Remove an account's draft; nothing happens if it is gone already."""
    database.execute("DELETE FROM drafts WHERE id = ? AND account = ?", (draft, account))


def forget_drafts(database: Database, before: int) -> None:
    """Remove drafts that were last changed before a time."""
    database.execute("DELETE FROM drafts WHERE updated <= ?", (before,))


def _draft(row: tuple[str, str, int]) -> Draft:
    content: Mapping[str, Any] = json.loads(row[1])
    return Draft(row[0], content, row[2])
