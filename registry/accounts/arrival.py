"""A browser that signs in: its session begins, and its account where the address has none yet."""

from dataclasses import dataclass

from sqlite_utils import Database

from registry.model.credentials import digest
from registry.model.declaration import Actor
from registry.store import accounts as store
from registry.store.accounts import Session
from registry.store.audit import record_action


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session: whose it is, and the secret for its cookie."""

    actor: Actor
    secret: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """A browser that signs in: the secret and the number of its session, and the number of its account if new."""

    secret: str
    session: str
    fresh_account: str
    label: str
    previous: str | None

    def sign_in(self, database: Database, email: str, now: int) -> SignedIn:
        """Begin the session of whoever has this address, in place of the browser's previous one."""
        account = store.account_of(database, email)
        if account is None:
            account = self.fresh_account
            store.insert_account(database, account, email, now)
            record_action(database, now, account, "account-created", account)
        return self.begin(database, account, now)

    def begin(self, database: Database, account: str, now: int) -> SignedIn:
        """Begin a session of an account, in place of the browser's previous one."""
        end_session_of(database, self.previous, now)
        session = Session(self.session, account, self.label, now, now)
        store.insert_session(database, digest(self.secret), session)
        record_action(database, now, account, "signed-in", self.session)
        return SignedIn(Actor(account), self.secret)


def end_session_of(database: Database, secret: str | None, now: int) -> None:
    """End the session of a browser; one that has ended already is left alone."""
    session = None if secret is None else store.find_session(database, digest(secret))
    if session is not None:
        store.delete_session(database, session.account, session.id)
        record_action(database, now, session.account, "signed-out", session.id)
