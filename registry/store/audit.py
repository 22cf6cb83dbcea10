"""The audit trail: one row for each change of state, never changed or removed."""

from typing import Final

from sqlite_utils import Database

OPERATOR: Final = "operator"
"""The actor of what is done at the command line of the instance. The accounts of the machine that did it follow
(`registry.server.operator_account`)."""

LINK: Final = "link"
"""The actor who holds a mailed link: whoever that is, the letter is the permission."""

REGISTRY: Final = "registry"
"""The actor of what time does: lapses, expiry, announced changes that take effect."""


def is_account(actor: str) -> bool:
    """Tell whether an actor of the audit trail is an account of the registry, and none of the words above."""
    return actor not in (OPERATOR, LINK, REGISTRY) and not actor.startswith(f"{OPERATOR} ")


def record_action(database: Database, now: int, actor: str, action: str, target: str) -> None:
    """Write down that `actor` did `action` to `target`.

    They are ids, fixed words and the operator's accounts, nothing personal of those who declare.
    """
    database.execute(
        "INSERT INTO audit (time, actor, action, target) VALUES (?, ?, ?, ?)", (now, actor, action, target)
    )


def actions_on(database: Database, target: str) -> list[tuple[int, str, str]]:
    """Return (time, actor, action) of everything done to `target`, oldest first."""
    rows = database.execute("SELECT time, actor, action FROM audit WHERE target = ? ORDER BY position", (target,))
    return [(time, actor, action) for time, actor, action in rows]
