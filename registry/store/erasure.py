"""Removing a person: what the tables keep of a party and of an account, apart from what their declarations said.

Ids stay, because the log, the audit trail and other people's records name them; an id says nothing about anybody
once what it stood for is gone.
"""

from sqlite_utils import Database

from registry.errors import NotFoundError
from registry.store.accounts import account_of, addresses_of_account
from registry.store.addresses import change_of
from registry.store.disputes import UNSAID
from registry.store.enquiries import blank_enquiries
from registry.store.title_index import IndexedKind, index_texts


def declarations_to_erase(database: Database, party: str, most: int) -> list[str]:
    """Return declarations of a party that still say something, at most `most` of them."""
    rows = database.execute(
        "SELECT id FROM declarations WHERE party = ? AND state <> 'erased' ORDER BY id LIMIT ?", (party, most)
    )
    return [number for (number,) in rows]


def works_to_erase(database: Database, party: str) -> list[str]:
    """Return the works of a party that still say something."""
    rows = database.execute("SELECT id FROM works WHERE party = ? AND content IS NOT NULL", (party,))
    return [number for (number,) in rows]


def require_party_row(database: Database, party: str) -> None:
    """Raise NotFoundError where there is no such party."""
    if database.execute("SELECT 1 FROM parties WHERE id = ?", (party,)).fetchone() is None:
        raise NotFoundError("there is no party %(party)s", party=repr(party[:40]))


def account_named(database: Database, name: str) -> str:
    """Return the account with this id or mail address. Raises NotFoundError."""
    row = database.execute("SELECT id FROM accounts WHERE id = ?", (name,)).fetchone()
    account = account_of(database, name) if row is None else str(row[0])
    if account is None:
        raise NotFoundError("there is no such account: give its number, or a mail address that has signed in once")
    return account


def blank_party(database: Database, party: str) -> None:
    """Remove what a party said of itself and in enquiries, its letters, its proofs, challenges, and operators."""
    database.execute(
        "UPDATE parties SET name = '', public = 0, capacity = 'author', on_behalf_of = NULL, territory = NULL,"
        " statement = '', principal_public = 0, skeleton = '', confirmed = NULL WHERE id = ?",
        (party,),
    )
    index_texts(database, IndexedKind.PARTY, party, [])
    database.execute(f"UPDATE disputes SET {UNSAID} WHERE party = ?", (party,))  # noqa: S608 - fixed
    for table in (
        "letters",
        "members",
        "invitations",
        "former_names",
        "co_owners",
        "webhooks",
        "events",
        "event_streams",
    ):
        database.execute(f"DELETE FROM {table} WHERE party = ?", (party,))  # noqa: S608 - fixed words
    database.execute("DELETE FROM proofs WHERE party = ?", (party,))
    database.execute("DELETE FROM imports WHERE party = ?", (party,))
    database.execute(
        "DELETE FROM operator_keys WHERE operator IN (SELECT id FROM operators WHERE party = ?)", (party,)
    )
    database.execute(
        "UPDATE operators SET client_id = 'erased ' || id, card = NULL, problem = '', next_check = NULL"
        " WHERE party = ?",
        (party,),
    )
    blank_enquiries(database, party)


def blank_account(database: Database, account: str) -> None:
    """Remove an account's addresses, everything it signs in with, its drafts, lists and Idempotency-Keys.

    What it said in disputes from its addresses goes too, and letters that wait for them.
    """
    database.execute("DELETE FROM invitations WHERE invited_by = ?", (account,))
    waiting = change_of(database, account)
    for address in (*addresses_of_account(database, account), *([waiting.email] if waiting else ())):
        database.execute("DELETE FROM letters WHERE address = ?", (address,))
        database.execute("DELETE FROM invitations WHERE email = ?", (address,))
        database.execute("DELETE FROM sign_in_links WHERE email = ?", (address,))
        database.execute(f"UPDATE disputes SET {UNSAID} WHERE email = ?", (address,))  # noqa: S608 - fixed
    database.execute(
        "UPDATE accounts SET email = 'erased ' || id, closes = NULL, language = NULL WHERE id = ?", (account,)
    )
    tables = (
        "second_addresses",
        "address_changes",
        "passkeys",
        "sessions",
        "api_tokens",
        "drafts",
        "imports",
        "idempotency",
        "roles",
        "suspensions",
        "members",
        "letters",
    )
    for table in tables:
        database.execute(f"DELETE FROM {table} WHERE account = ?", (account,))  # noqa: S608 - fixed words
