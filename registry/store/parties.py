"""Parties, and who acts for each: its members, with their roles and their own labels."""

from typing import Any, Final

from sqlite_utils import Database

from registry.model.look_alikes import skeleton
from registry.model.membership import Member, MemberRole, Membership
from registry.model.party import Capacity, Party
from registry.store.title_index import IndexedKind, index_texts

_COLUMNS: Final = (
    "parties.id, name, public, capacity, on_behalf_of, territory, statement, created, principal_public, confirmed,"
    " closed"
)
_SHARING: Final = "SELECT party FROM members WHERE account IN (SELECT account FROM members WHERE party = ?)"


def insert_party(database: Database, party: Party, account: str) -> None:
    """Add a party, which the account that entered it owns."""
    database.execute(
        "INSERT INTO parties (id, name, public, capacity, on_behalf_of, territory, statement, created,"
        " principal_public, skeleton) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            party.id,
            party.name,
            int(party.public),
            party.capacity.value,
            party.on_behalf_of,
            party.territory,
            party.statement,
            party.created,
            int(party.principal_public),
            skeleton(party.name),
        ),
    )
    put_member(database, party.id, account, MemberRole.OWNER, party.created)
    index_texts(database, IndexedKind.PARTY, party.id, [party.name] if party.public else [])


def find_party(database: Database, party: str) -> Party | None:
    """Return a party, whoever acts for it."""
    row = database.execute(f"SELECT {_COLUMNS} FROM parties WHERE id = ?", (party,)).fetchone()  # noqa: S608
    return None if row is None else _party(row)


def rename(database: Database, party: Party, name: str, now: int) -> None:
    """Give a party another name; one that was public is kept among its former ones."""
    database.execute("UPDATE parties SET name = ?, skeleton = ? WHERE id = ?", (name, skeleton(name), party.id))
    if party.public:
        index_texts(database, IndexedKind.PARTY, party.id, [name])
        database.execute(
            "INSERT INTO former_names (party, until, name) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (party.id, now, party.name),
        )


def former_names(database: Database, party: str) -> list[tuple[str, int]]:
    """Return the names that a public party had, with when each ended, the last first."""
    rows = database.execute("SELECT name, until FROM former_names WHERE party = ? ORDER BY until DESC", (party,))
    return [(name, until) for name, until in rows]


def set_closed(database: Database, party: str, closed: int | None) -> None:
    """Note when a party ceased to declare, or that it declares again."""
    database.execute("UPDATE parties SET closed = ? WHERE id = ?", (closed, party))


def set_confirmed(database: Database, party: str, confirmed: int | None) -> None:
    """Note when whom an agent acts for confirmed it."""
    database.execute("UPDATE parties SET confirmed = ? WHERE id = ?", (confirmed, party))


def memberships(database: Database, account: str) -> list[Membership]:
    """Return the parties an account acts for or may look at, oldest first, with its role in each."""
    rows = database.execute(
        f"SELECT {_COLUMNS}, role, label FROM members JOIN parties ON parties.id = party"  # noqa: S608 - fixed
        " WHERE account = ? ORDER BY created, parties.id",
        (account,),
    )
    return [Membership(_party(row[:-2]), MemberRole(row[-2]), row[-1]) for row in rows]


def parties_of(database: Database, account: str) -> list[Party]:
    """Return the parties an account acts for or may look at, oldest first."""
    return [each.party for each in memberships(database, account)]


def role_in(database: Database, account: str, party: str) -> MemberRole | None:
    """Return the role of an account in a party, None where it has none."""
    row = database.execute("SELECT role FROM members WHERE party = ? AND account = ?", (party, account)).fetchone()
    return None if row is None else MemberRole(row[0])


def members_of(database: Database, party: str) -> list[Member]:
    """Return who acts for a party, those who have done so longest first."""
    rows = database.execute(
        "SELECT account, email, role, since FROM members JOIN accounts ON accounts.id = account WHERE party = ?"
        " ORDER BY since, account",
        (party,),
    )
    return [Member(account, email, MemberRole(role), since) for account, email, role, since in rows]


def put_member(database: Database, party: str, account: str, role: MemberRole, now: int) -> None:
    """Give an account a role in a party, in place of the one it may have."""
    database.execute(
        "INSERT INTO members (party, account, role, since) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET role = excluded.role",
        (party, account, role.value, now),
    )


def delete_member(database: Database, party: str, account: str) -> None:
    """Take an account its role in a party."""
    database.execute("DELETE FROM members WHERE party = ? AND account = ?", (party, account))


def set_label(database: Database, party: str, account: str, label: str) -> None:
    """Keep an account's own word for a party."""
    database.execute("UPDATE members SET label = ? WHERE party = ? AND account = ?", (label, party, account))


def owned_alone(database: Database, account: str) -> list[str]:
    """Return the parties that have no owner but this account."""
    rows = database.execute(
        "SELECT party FROM members AS own WHERE account = ? AND role = 'owner' AND NOT EXISTS"
        " (SELECT 1 FROM members AS other WHERE other.party = own.party AND other.role = 'owner'"
        " AND other.account <> own.account)"
        " ORDER BY party",
        (account,),
    )
    return [party for (party,) in rows]


def parties_that_look_like(database: Database, party: Party, most: int) -> list[Party]:
    """Return parties of other people whose public name may be taken for this one's, oldest first."""
    rows = database.execute(
        f"SELECT {_COLUMNS} FROM parties WHERE skeleton = ? AND public = 1 AND id <> ?"  # noqa: S608 - fixed texts
        f" AND id NOT IN ({_SHARING}) ORDER BY created, id LIMIT ?",
        (skeleton(party.name), party.id, party.id, most),
    )
    return [_party(row) for row in rows]


def _party(row: tuple[Any, ...]) -> Party:
    number, name, public, capacity, principal, territory, statement, created, principal_public, *dates = row
    return Party(
        number,
        name,
        bool(public),
        Capacity(capacity),
        principal,
        territory,
        statement,
        created,
        bool(principal_public),
        *dates,
    )
