"""Operators as they are kept, with the keys that their cards showed. What stands here is public."""

import json
from collections.abc import Iterable
from typing import Any, Final

from sqlite_utils import Database

from registry.errors import NotFoundError
from registry.model.listing import Listing
from registry.model.operator import AgentCard, Operator, OperatorKey

_SELECT: Final = "SELECT id, party, client_id, created, card, read, failures, problem, next_check FROM operators"


def insert_operator(database: Database, operator: Operator) -> None:
    """Add an operator."""
    database.execute(
        "INSERT INTO operators (id, party, client_id, created, next_check) VALUES (?, ?, ?, ?, ?)",
        (operator.id, operator.party, operator.client_id, operator.created, operator.next_check),
    )


def update_operator(database: Database, operator: Operator) -> None:
    """Keep how an operator's card was last seen, with its keys."""
    card = None if operator.card is None else json.dumps(operator.card.to_json(), sort_keys=True)
    database.execute(
        "UPDATE operators SET card = ?, read = ?, failures = ?, problem = ?, next_check = ? WHERE id = ?",
        (card, operator.read, operator.failures, operator.problem, operator.next_check, operator.id),
    )
    database.execute("DELETE FROM operator_keys WHERE operator = ?", (operator.id,))
    database.conn.executemany(
        "INSERT INTO operator_keys (operator, thumbprint, key, first_seen, last_seen, until)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            (operator.id, key.thumbprint, key.raw, key.first_seen, key.last_seen, key.until)
            for key in operator.keys
        ],
    )


def find_operator(database: Database, operator: str) -> Operator:
    """Return an operator by its number. Raises NotFoundError."""
    found = _all(database, "WHERE id = ?", (operator,))
    if not found:
        raise NotFoundError("there is no AI operator %(operator)s", operator=repr(operator[:40]))
    return found[0]


def operator_of_party(database: Database, party: str, client_id: str) -> Operator | None:
    """Return the operator of a party with this address, None where there is none."""
    found = _all(database, "WHERE party = ? AND client_id = ?", (party, client_id))
    return found[0] if found else None


def operators_of_party(database: Database, party: str) -> list[Operator]:
    """Return the operators of a party, oldest first."""
    return _all(database, "WHERE party = ? ORDER BY created, id", (party,))


def operators_with_key(database: Database, thumbprint: str) -> list[Operator]:
    """Return the operators whose card showed a key."""
    return _all(
        database,
        "WHERE id IN (SELECT operator FROM operator_keys WHERE thumbprint = ?) ORDER BY id",
        (thumbprint,),
    )


def listed_operators(database: Database, after: str, most: int) -> Listing[Operator]:
    """Return operators whose card was read, by number, those after `after`."""
    found = _all(database, "WHERE id > ? AND card IS NOT NULL ORDER BY id LIMIT ?", (after, most + 1))
    return Listing(found[:most], found[most - 1].id if len(found) > most else None)


def due_operators(database: Database, now: int, pause: int, most: int) -> list[str]:
    """Return operators whose card is to be read again, the longest overdue first.

    What is to be looked at later than `pause` from now was put off by a clock far ahead.
    """
    rows = database.execute(
        "SELECT id FROM operators WHERE next_check <= ? OR next_check > ? ORDER BY next_check LIMIT ?",
        (now, now + pause, most),
    )
    return [number for (number,) in rows]


def keys_that_ended(database: Database, now: int) -> list[tuple[str, str]]:
    """Return (operator, thumbprint) of keys that no longer count."""
    rows = database.execute("SELECT operator, thumbprint FROM operator_keys WHERE until < ?", (now,))
    return [(operator, thumbprint) for operator, thumbprint in rows]


def _all(database: Database, where: str, values: Iterable[object]) -> list[Operator]:
    rows = database.execute(f"{_SELECT} {where}", tuple(values)).fetchall()
    return [_operator(database, row) for row in rows]


def _operator(database: Database, row: tuple[Any, ...]) -> Operator:
    number, party, client_id, created, card, read, failures, problem, next_check = row
    keys = database.execute(
        "SELECT thumbprint, key, first_seen, last_seen, until FROM operator_keys WHERE operator = ?"
        " ORDER BY first_seen, thumbprint",
        (number,),
    )
    return Operator(
        number,
        party,
        client_id,
        created,
        None if card is None else AgentCard.from_json(json.loads(card)),
        read,
        failures,
        problem,
        next_check,
        proved=False,
        keys=tuple(OperatorKey(*key) for key in keys),
    )
