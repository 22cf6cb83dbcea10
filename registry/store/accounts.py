"""Accounts, sign-in letters, sessions and API tokens. Secrets arrive here as digests only."""

from dataclasses import dataclass
from typing import Any, Final

from sqlite_utils import Database

from registry.model.credentials import Purpose, TokenScope

_SELECT_LINK: Final = "SELECT digest, email, nonce, expires, used, code, purpose, tries FROM sign_in_links"


@dataclass(frozen=True, slots=True)
class SignInLink:
    """A letter with a link and a code. `nonce` and `code` are digests of what the asking browser holds; `tries`
    are wrong codes."""

    digest: bytes
    email: str
    nonce: bytes
    expires: int
    used: int | None
    code: bytes
    purpose: Purpose
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Session:
    """One browser that is signed in, as its owner sees it. Times are unix seconds."""

    id: str
    account: str
    label: str
    created: int
    seen: int


@dataclass(frozen=True, slots=True)
class ApiToken:
    """One API token, as its owner sees it. Times are unix seconds."""

    id: str
    account: str
    label: str
    scope: TokenScope
    created: int
    expires: int


def account_of(database: Database, email: str) -> str | None:
    """Return the account of a normalised address, be it the first or the second."""
    row = database.execute(
        "SELECT id FROM accounts WHERE email = :email"
        " UNION ALL SELECT account FROM second_addresses WHERE email = :email",
        {"email": email},
    ).fetchone()
    return None if row is None else str(row[0])


def email_of(database: Database, account: str) -> str | None:
    """Return the first address of an account."""
    row = database.execute("SELECT email FROM accounts WHERE id = ?", (account,)).fetchone()
    return None if row is None else str(row[0])


def insert_account(database: Database, account: str, email: str, now: int) -> None:
    """Add an account."""
    database.execute("INSERT INTO accounts (id, email, created) VALUES (?, ?, ?)", (account, email, now))


def addresses_of_account(database: Database, account: str) -> list[str]:
    """Return the addresses to which letters about an account's safety go, the first one first."""
    rows = database.execute(
        "SELECT email FROM accounts WHERE id = :account"
        " UNION ALL SELECT email FROM second_addresses WHERE account = :account",
        {"account": account},
    )
    return [email for (email,) in rows]


def language_of(database: Database, account: str) -> str | None:
    """Return the language that an account chose for its pages, None where it chose none."""
    row = database.execute("SELECT language FROM accounts WHERE id = ?", (account,)).fetchone()
    return None if row is None else row[0]


def set_language(database: Database, account: str, language: str) -> None:
    """Note the language that an account chose for its pages."""
    database.execute("UPDATE accounts SET language = ? WHERE id = ?", (language, account))


def closing_of(database: Database, account: str) -> int | None:
    """Return when an account closes, None where nobody asked for that."""
    row = database.execute("SELECT closes FROM accounts WHERE id = ?", (account,)).fetchone()
    return None if row is None else row[0]


def set_closing(database: Database, account: str, closes: int | None) -> None:
    """Note when an account closes, or that it stays."""
    database.execute("UPDATE accounts SET closes = ? WHERE id = ?", (closes, account))


def closing_accounts(database: Database, now: int) -> list[str]:
    """Return the accounts whose time has come."""
    rows = database.execute("SELECT id FROM accounts WHERE closes <= ? ORDER BY closes", (now,))
    return [account for (account,) in rows]


def insert_link(database: Database, link: SignInLink) -> None:
    """Add a letter that was mailed."""
    database.execute(
        "INSERT INTO sign_in_links (digest, email, nonce, expires, code, purpose) VALUES (?, ?, ?, ?, ?, ?)",
        (link.digest, link.email, link.nonce, link.expires, link.code, link.purpose.value),
    )


def find_link(database: Database, digest: bytes) -> SignInLink | None:
    """Return a sign-in link, used or not."""
    row = database.execute(
        f"{_SELECT_LINK} WHERE digest = ? AND purpose = ?", (digest, Purpose.SIGN_IN.value)
    ).fetchone()
    return None if row is None else _link(row)


def links_of_browser(database: Database, nonce: bytes, purpose: Purpose) -> list[SignInLink]:
    """Return the letters that one browser asked for, for one purpose."""
    rows = database.execute(f"{_SELECT_LINK} WHERE nonce = ? AND purpose = ?", (nonce, purpose.value))
    return [_link(row) for row in rows]


def count_try(database: Database, nonce: bytes, purpose: Purpose) -> None:
    """Count a wrong code against every letter of a browser."""
    database.execute(
        "UPDATE sign_in_links SET tries = tries + 1 WHERE nonce = ? AND purpose = ?", (nonce, purpose.value)
    )


def mark_link_used(database: Database, digest: bytes, now: int) -> None:
    """Note that a link has done its work."""
    database.execute("UPDATE sign_in_links SET used = ? WHERE digest = ?", (now, digest))


def insert_session(database: Database, digest: bytes, session: Session) -> None:
    """Add a session."""
    database.execute(
        "INSERT INTO sessions (id, digest, account, label, created, seen) VALUES (?, ?, ?, ?, ?, ?)",
        (session.id, digest, session.account, session.label, session.created, session.seen),
    )


def find_session(database: Database, digest: bytes) -> Session | None:
    """Return the session of a secret, expired or not."""
    row = database.execute(
        "SELECT id, account, label, created, seen FROM sessions WHERE digest = ?", (digest,)
    ).fetchone()
    return None if row is None else Session(*row)


def sessions_of(database: Database, account: str) -> list[Session]:
    """Return an account's sessions, the one used last first."""
    rows = database.execute(
        "SELECT id, account, label, created, seen FROM sessions WHERE account = ? ORDER BY seen DESC, id",
        (account,),
    )
    return [Session(*row) for row in rows]


def touch_session(database: Database, session: str, now: int) -> None:
    """Note that a session was used."""
    database.execute("UPDATE sessions SET seen = ? WHERE id = ?", (now, session))


def delete_session(database: Database, account: str, session: str) -> bool:
    """End a session if it is this account's; tell whether it was."""
    cursor = database.execute("DELETE FROM sessions WHERE id = ? AND account = ?", (session, account))
    return cursor.rowcount == 1


def end_sessions(database: Database, account: str) -> None:
    """End every session of an account."""
    database.execute("DELETE FROM sessions WHERE account = ?", (account,))


def end_keys(database: Database, account: str) -> None:
    """End every API token and every passkey of an account."""
    database.execute("DELETE FROM api_tokens WHERE account = ?", (account,))
    database.execute("DELETE FROM passkeys WHERE account = ?", (account,))


def insert_token(database: Database, digest: bytes, token: ApiToken) -> None:
    """Add an API token."""
    database.execute(
        "INSERT INTO api_tokens (id, digest, account, label, scope, created, expires)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (token.id, digest, token.account, token.label, token.scope.value, token.created, token.expires),
    )


def find_token(database: Database, digest: bytes, now: int) -> ApiToken | None:
    """Return the token with this digest unless it has expired."""
    row = database.execute(
        "SELECT id, account, label, scope, created, expires FROM api_tokens WHERE digest = ? AND expires > ?",
        (digest, now),
    ).fetchone()
    return None if row is None else _token(row)


def tokens_of(database: Database, account: str, now: int) -> list[ApiToken]:
    """Return an account's valid tokens, the newest first."""
    rows = database.execute(
        "SELECT id, account, label, scope, created, expires FROM api_tokens"
        " WHERE account = ? AND expires > ? ORDER BY created DESC, id",
        (account, now),
    )
    return [_token(row) for row in rows]


def delete_token(database: Database, account: str, token: str) -> bool:
    """Revoke a token if it is this account's; tell whether it was."""
    cursor = database.execute("DELETE FROM api_tokens WHERE id = ? AND account = ?", (token, account))
    return cursor.rowcount == 1


def delete_expired(database: Database, now: int, idle_since: int, signed_in_since: int) -> None:
    """Forget links, tokens and sessions that can no longer be used."""
    database.execute("DELETE FROM sign_in_links WHERE expires <= ?", (now,))
    database.execute("DELETE FROM api_tokens WHERE expires <= ?", (now,))
    database.execute("DELETE FROM sessions WHERE seen <= ? OR created <= ?", (idle_since, signed_in_since))


def _link(row: tuple[Any, ...]) -> SignInLink:
    digest, email, nonce, expires, used, code, purpose, tries = row
    return SignInLink(digest, email, nonce, expires, used, code, Purpose(purpose), tries)


def _token(row: tuple[str, str, str, str, int, int]) -> ApiToken:
    token, account, label, scope, created, expires = row
    return ApiToken(token, account, label, TokenScope(scope), created, expires)
