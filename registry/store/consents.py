"""Which parties may name a work besides its own: consents in force, each with the leaf that logged it."""

from sqlite_utils import Database

from registry.model.work_consent import WorkConsent

_SELECT = "SELECT work, consents.party, leaf, time FROM consents JOIN leaves ON position = leaf "


def insert_consent(database: Database, work: str, party: str, leaf: int) -> None:
    """Let a party name a work from now on."""
    database.execute("INSERT INTO consents (work, party, leaf) VALUES (?, ?, ?)", (work, party, leaf))


def delete_consent(database: Database, work: str, party: str) -> bool:
    """End a consent; tell whether there was one."""
    deleted = database.execute("DELETE FROM consents WHERE work = ? AND party = ?", (work, party))
    return bool(deleted.rowcount)


def consents_to(database: Database, work: str) -> list[WorkConsent]:
    """Return the consents about a work, oldest first."""
    rows = database.execute(_SELECT + "WHERE work = ? ORDER BY leaf", (work,))
    return [WorkConsent(*row) for row in rows]


def works_open_to(database: Database, party: str, *, most: int) -> list[str]:
    """Return works of others that a party may name, the newest consents first."""
    rows = database.execute("SELECT work FROM consents WHERE party = ? ORDER BY leaf DESC LIMIT ?", (party, most))
    return [work for (work,) in rows]
