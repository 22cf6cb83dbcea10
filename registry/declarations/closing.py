"""Closing an account, by the person herself: all that she entered is erased, and her address with it.

While something of hers is in force, erasing it lets more be used, and that waits like every other loosening: it is
announced by mail, and she may keep the account until the time is over. Where nothing is in force, it is done at
once. Parties that other people own as well stay with them.
"""

from dataclasses import dataclass
from typing import Final

from sqlite_utils import Database

from registry.declarations.context import Context
from registry.declarations.erasure import Erasure
from registry.errors import ConflictError
from registry.mail.account_letters import closed_letter, closing_letter
from registry.mail.co_owner_letters import queue_closing
from registry.model.declaration import Actor, State
from registry.store.accounts import (
    addresses_of_account,
    closing_accounts,
    closing_of,
    language_of,
    set_closing,
)
from registry.store.audit import record_action
from registry.store.co_owners import behind_those_of
from registry.store.declarations import count_in_states, find_declaration
from registry.store.parties import owned_alone
from registry.store.queued_mail import insert_letter
from registry.store.works import count_works

_IN_FORCE: Final = tuple(state for state in State if state.in_force)
_OTHERS: Final = tuple(state for state in State if not state.in_force and state is not State.ERASED)


@dataclass(frozen=True, slots=True)
class AccountContents:
    """The numbers of what goes with an account: parties, declarations in force, other declarations, works."""

    parties: int
    in_force: int
    others: int
    works: int


class Closing:
    """Ends an account, for the person it belongs to."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def preview(self, actor: Actor) -> AccountContents:
        """Return what would be erased."""
        with self._context.store.read() as database:
            parties = owned_alone(database, actor.account)
            in_force = sum(count_in_states(database, party, *_IN_FORCE) for party in parties)
            others = sum(count_in_states(database, party, *_OTHERS) for party in parties)
            works = sum(count_works(database, party)[0] for party in parties)
            return AccountContents(len(parties), in_force, others, works)

    def closes(self, actor: Actor) -> int | None:
        """Return when the account closes (unix seconds), None where that was not asked for."""
        with self._context.store.read() as database:
            return closing_of(database, actor.account)

    def close(self, actor: Actor) -> int | None:
        """Close the account: at once, or announce it; return when it will be erased, None where it is by now.

        Asking again changes nothing.
        """
        if not self.preview(actor).in_force:
            self._context.writer.run(lambda db: self._audit(db, actor, "account-closed"))
            self.erase(actor.account)
            return None

        def transaction(database: Database) -> int:
            standing = closing_of(database, actor.account)
            if standing is not None:
                return standing
            now = self._context.clock()
            closes = now + self._context.config.loosening_delay
            set_closing(database, actor.account, closes)
            self._audit(database, actor, "account-closing-announced")
            letter = closing_letter(self._context.config.public_url, closes)
            for address in addresses_of_account(database, actor.account):
                insert_letter(database, actor.account, "", *letter, now, address)
            for party in owned_alone(database, actor.account):
                for each in behind_those_of(database, party):
                    declaration = find_declaration(database, each.declaration)
                    queue_closing(database, declaration, each.party, now, self._context.config.public_url, closes)
            return closes

        closes = self._context.writer.run(transaction)
        self._context.outbox.send()
        return closes

    def keep(self, actor: Actor) -> None:
        """Keep an account that was to close. Raises ConflictError where it was not."""

        def transaction(database: Database) -> None:
            if closing_of(database, actor.account) is None:
                raise ConflictError("the account was not going to be closed")
            set_closing(database, actor.account, None)
            self._audit(database, actor, "account-kept")

        self._context.writer.run(transaction)

    def due(self, now: int) -> list[str]:
        """Return the accounts that are to be erased by `now`."""
        with self._context.store.read() as database:
            return closing_accounts(database, now)

    def erase(self, account: str) -> None:
        """Erase an account whose owner asked for it. The last letter is sent before, and nothing of it is kept."""
        with self._context.store.read() as database:
            addresses, language = addresses_of_account(database, account), language_of(database, account)
        for address in addresses:
            self._context.outbox.tell(address, *closed_letter(self._context.config.public_url), language)
        Erasure(self._context).erase_account(account, by=account)

    def _audit(self, database: Database, actor: Actor, action: str) -> None:
        record_action(database, self._context.clock(), actor.account, action, actor.account)
