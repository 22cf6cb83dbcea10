"""The tables of the desk: roles, accounts that are suspended, erasures that wait for a second person."""

from sqlite_utils import Database

from registry.model.role import ErasureRequest, Role, Staff, Suspension


def grant_role(database: Database, account: str, role: Role, now: int) -> None:
    """Give an account a role in place of the one it has."""
    database.execute(
        "INSERT INTO roles (account, role, granted) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET role = excluded.role, granted = excluded.granted",
        (account, role.value, now),
    )


def revoke_role(database: Database, account: str) -> bool:
    """Take an account's role; tell whether it had one."""
    return database.execute("DELETE FROM roles WHERE account = ?", (account,)).rowcount == 1


def role_of(database: Database, account: str) -> Role | None:
    """Return the role of an account, None for a rights holder like everybody else."""
    row = database.execute("SELECT role FROM roles WHERE account = ?", (account,)).fetchone()
    return None if row is None else Role(row[0])


def staff(database: Database) -> list[Staff]:
    """Return everybody who has a role, the longest in it first."""
    rows = database.execute(
        "SELECT account, email, role, granted FROM roles JOIN accounts ON id = account ORDER BY granted, account"
    )
    return [Staff(account, email, Role(role), granted) for account, email, role, granted in rows]


def suspend(database: Database, suspension: Suspension) -> None:
    """Suspend an account, or give another reason for it."""
    database.execute(
        "INSERT INTO suspensions (account, since, reason) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET reason = excluded.reason",
        (suspension.account, suspension.since, suspension.reason),
    )


def reinstate(database: Database, account: str) -> bool:
    """End a suspension; tell whether there was one."""
    return database.execute("DELETE FROM suspensions WHERE account = ?", (account,)).rowcount == 1


def suspension_of(database: Database, account: str) -> Suspension | None:
    """Return why an account is suspended, None where it is not."""
    row = database.execute(
        "SELECT account, since, reason FROM suspensions WHERE account = ?", (account,)
    ).fetchone()
    return None if row is None else Suspension(*row)


def suspensions(database: Database) -> list[Suspension]:
    """Return the accounts that are suspended, the newest first."""
    rows = database.execute("SELECT account, since, reason FROM suspensions ORDER BY since DESC, account")
    return [Suspension(*row) for row in rows]


def ask_to_erase(database: Database, request: ErasureRequest) -> None:
    """Keep that somebody asks for an erasure."""
    database.execute(
        "INSERT INTO erasures (declaration, asked_by, reason, asked) VALUES (?, ?, ?, ?)",
        (request.declaration, request.asked_by, request.reason, request.asked),
    )


def erasure_asked(database: Database, declaration: str) -> ErasureRequest | None:
    """Return the erasure of a declaration that waits for a second person."""
    row = database.execute(
        "SELECT declaration, asked_by, reason, asked FROM erasures WHERE declaration = ?", (declaration,)
    ).fetchone()
    return None if row is None else ErasureRequest(*row)


def erasures_asked(database: Database) -> list[ErasureRequest]:
    """Return the erasures that wait for a second person, the oldest first."""
    rows = database.execute(
        "SELECT declaration, asked_by, reason, asked FROM erasures ORDER BY asked, declaration"
    )
    return [ErasureRequest(*row) for row in rows]


def forget_erasure(database: Database, declaration: str) -> bool:
    """Forget that an erasure was asked for; tell whether it was."""
    return database.execute("DELETE FROM erasures WHERE declaration = ?", (declaration,)).rowcount == 1
