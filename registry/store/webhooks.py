"""Webhooks and the last tries to send to each."""

import json
from collections.abc import Sequence
from typing import Any, Final

from sqlite_utils import Database

from crawler_filter.formats.events import EventKind
from registry.errors import NotFoundError
from registry.model.webhook import Delivery, Webhook, WebhookState

DELIVERIES_KEPT: Final = 100
"""Tries that are kept of each webhook."""
_COLUMNS: Final = "id, party, url, kinds, state, created, position, failures, failing_since, next_try, problem"
_SELECT: Final = f"SELECT {_COLUMNS} FROM webhooks"  # noqa: S608 - a fixed text


def insert_webhook(database: Database, made: Webhook, challenge: str) -> None:
    """Add a webhook, and the challenge that it has to answer with."""
    database.execute(
        f"INSERT INTO webhooks ({_COLUMNS}, challenge) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (
            made.id, made.party, made.url, json.dumps(made.kinds), made.state, made.created,
            made.position, made.failures, made.failing_since, made.next_try, made.problem, challenge,
        ),
    )  # fmt: skip


def update_webhook(database: Database, after: Webhook) -> None:
    """Keep how a webhook stands after something happened to it."""
    database.execute(
        "UPDATE webhooks SET state = ?, position = ?, failures = ?, failing_since = ?, next_try = ?, problem = ?"
        " WHERE id = ?",
        (
            after.state,
            after.position,
            after.failures,
            after.failing_since,
            after.next_try,
            after.problem,
            after.id,
        ),
    )


def find_webhook(database: Database, webhook: str) -> Webhook:
    """Return a webhook. Raises NotFoundError."""
    row = database.execute(f"{_SELECT} WHERE id = ?", (webhook,)).fetchone()
    if row is None:
        raise NotFoundError("there is no webhook %(webhook)s", webhook=repr(webhook[:40]))
    return _webhook(row)


def challenge_of(database: Database, webhook: str) -> str:
    """Return the challenge of a webhook, as long as it has to be answered."""
    (challenge,) = database.execute("SELECT challenge FROM webhooks WHERE id = ?", (webhook,)).fetchone()
    return str(challenge)


def webhooks_of(database: Database, party: str) -> list[Webhook]:
    """Return the webhooks of a party, oldest first."""
    return [_webhook(row) for row in database.execute(f"{_SELECT} WHERE party = ? ORDER BY created, id", (party,))]


def due_webhooks(database: Database, now: int) -> list[str]:
    """Return the active webhooks for which something waits and whose turn it is, the longest overdue first."""
    rows = database.execute(
        "SELECT id FROM webhooks JOIN event_streams USING (party) WHERE state = 'active' AND last > position"
        " AND coalesce(next_try, 0) <= ? ORDER BY coalesce(next_try, 0), id",
        (now,),
    )
    return [number for (number,) in rows]


def insert_delivery(database: Database, webhook: str, tried: Delivery) -> None:
    """Keep one try, and forget those that are too old to be shown."""
    (number,) = database.execute(
        "SELECT coalesce(max(number), 0) + 1 FROM webhook_deliveries WHERE webhook = ?", (webhook,)
    ).fetchone()
    database.execute(
        "INSERT INTO webhook_deliveries (webhook, number, sequence, time, status, problem)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (webhook, number, tried.sequence, tried.time, tried.status, tried.problem),
    )
    database.execute(
        "DELETE FROM webhook_deliveries WHERE webhook = ? AND number <= ?", (webhook, number - DELIVERIES_KEPT)
    )


def deliveries_of(database: Database, webhook: str) -> Sequence[Delivery]:
    """Return the last tries of a webhook, the newest first."""
    rows = database.execute(
        "SELECT sequence, time, status, problem FROM webhook_deliveries WHERE webhook = ? ORDER BY number DESC",
        (webhook,),
    )
    return [Delivery(*row) for row in rows]


def delete_webhook(database: Database, webhook: str) -> None:
    """Remove a webhook and what is known of it."""
    database.execute("DELETE FROM webhooks WHERE id = ?", (webhook,))


def _webhook(row: tuple[Any, ...]) -> Webhook:
    number, party, url, kinds, state, *rest = row
    return Webhook(number, party, url, tuple(map(EventKind, json.loads(kinds))), WebhookState(state), *rest)
