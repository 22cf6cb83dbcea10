"""The addresses of an account: a second one beside the first, and another first one after a delay with notice.

Whoever reads mail at an address of an account signs in to it, so an address is added only with a code that was
mailed to it, and every address hears of it. The first one is changed by announcement: each address gets a letter
with a link that stops it, and nothing moves for as long as a loosening waits. So whoever lost the first address
signs in by another way (the second address, a passkey) and comes back, and whoever took a session does not take
the account. Asking again neither prolongs nor hastens a change. Whether an address has an account is said only to
who has shown to read mail there.
"""

from collections.abc import Callable

from sqlite_utils import Database

from registry.accounts.accounts import Accounts
from registry.accounts.email_address import normalised
from registry.background.rounds import Rounds
from registry.config import Config
from registry.errors import ConflictError, GoneError, NotFoundError
from registry.mail import address_letters as letters
from registry.mail.outbox import Outbox
from registry.model.credentials import Purpose, digest, new_secret
from registry.model.declaration import Actor
from registry.store import accounts as store
from registry.store import addresses as rows
from registry.store.accounts import addresses_of_account
from registry.store.addresses import AddressChange
from registry.store.audit import LINK, REGISTRY, record_action
from registry.store.database import Store
from registry.store.queued_mail import insert_letter
from registry.store.writer import Writer


class Addresses:
    """Adds, removes and changes the addresses of accounts. `clock` gives unix seconds."""

    def __init__(
        self,
        config: Config,
        writer: Writer,
        reader: Store,
        outbox: Outbox,
        accounts: Accounts,
        *,
        clock: Callable[[], int],
        elapsed: Callable[[], float],
        entropy: Callable[[int], bytes],
    ) -> None:
        self._public_url = config.public_url
        self._delay = config.loosening_delay
        self._writer = writer
        self._reader = reader
        self._outbox = outbox
        self._accounts = accounts
        self._clock = clock
        self._entropy = entropy
        self.rounds = Rounds("address changes", elapsed)

    def second(self, actor: Actor) -> str | None:
        """Return the account's second address."""
        with self._reader.read() as database:
            return rows.second_address_of(database, actor.account)

    def waiting(self, actor: Actor) -> AddressChange | None:
        """Return the change of the first address that waits."""
        with self._reader.read() as database:
            return rows.change_of(database, actor.account)

    def request_code(self, actor: Actor, email: str, *, language: str = "en") -> str:
        """Mail a code to an address that the account wants to use; return what the browser keeps.

        Raises InvalidRequestError, ConflictError for one that is the account's already, RateLimitedError, or
        UnavailableError when the letter was not taken.
        """
        address = normalised(email)
        with self._reader.read() as database:
            if address in addresses_of_account(database, actor.account):
                raise ConflictError("this address belongs to your account already")
        return self._accounts.request_code(address, Purpose.ADD_ADDRESS, language=language, by=actor)

    def add_second(self, actor: Actor, nonce: str | None, code: str) -> str:
        """Make the address that got the code the account's second one, and return it.

        Raises WrongCodeError, GoneError, or ConflictError where it has a second one, or the address an account.
        """
        address = self._accounts.use_code(nonce, code, Purpose.ADD_ADDRESS)

        def adding(database: Database) -> None:
            _require_free(database, address)
            if rows.second_address_of(database, actor.account) is not None:
                raise ConflictError("an account has at most two addresses; remove the second one first")
            rows.insert_second_address(database, actor.account, address, self._clock())
            self._audit(database, actor.account, "address-added")
            self._tell(database, actor.account, letters.ADDED, address=address)

        self._write(adding)
        return address

    def remove_second(self, actor: Actor) -> None:
        """Take the account its second address, and tell both. Raises NotFoundError where there is none."""

        def removing(database: Database) -> None:
            second = rows.second_address_of(database, actor.account)
            if second is None:
                raise NotFoundError("there is no second address")
            self._tell(database, actor.account, letters.REMOVED, address=second)
            rows.delete_second_address(database, actor.account)
            self._audit(database, actor.account, "address-removed")

        self._write(removing)

    def change_by_code(self, actor: Actor, nonce: str | None, code: str) -> AddressChange:
        """Announce that the address that got the code becomes the first one.

        Raises WrongCodeError, GoneError, or ConflictError where a change waits, or the address has an account.
        """
        return self._announce(actor, self._accounts.use_code(nonce, code, Purpose.ADD_ADDRESS))

    def change_to_second(self, actor: Actor) -> AddressChange:
        """Announce that the second address becomes the first one, and the only one.

        Raises NotFoundError where there is none, or ConflictError where a change waits.
        """
        second = self.second(actor)
        if second is None:
            raise NotFoundError("there is no second address")
        return self._announce(actor, second)

    def _announce(self, actor: Actor, address: str) -> AddressChange:
        secret, now = new_secret(self._entropy), self._clock()
        change = AddressChange(actor.account, address, now, now + self._delay)

        def announcing(database: Database) -> None:
            if address != rows.second_address_of(database, actor.account):
                _require_free(database, address)
            if rows.change_of(database, actor.account) is not None:
                raise ConflictError("a change of your address waits already; stop it before you ask for another")
            rows.insert_change(database, change, digest(secret))
            self._audit(database, actor.account, "address-change-announced")
            old = store.email_of(database, actor.account) or ""
            letter = letters.announced_letter(self._public_url, address, old, change.effective, secret)
            self._send(database, actor.account, letter, address)

        self._write(announcing)
        return change

    def behind(self, secret: str) -> AddressChange:
        """Return the change that a mailed link stops. Raises GoneError where it waits no longer."""
        with self._reader.read() as database:
            return _still_waiting(rows.change_behind(database, digest(secret)))

    def stop_by_link(self, secret: str) -> None:
        """Keep the first address as it is, by whoever has the link of a letter. Raises GoneError."""
        self._write(lambda database: self._stop(database, rows.change_behind(database, digest(secret)), LINK))

    def stop(self, actor: Actor) -> None:
        """Keep the first address as it is. Raises GoneError where nothing waits."""
        self._write(lambda db: self._stop(db, rows.change_of(db, actor.account), actor.account))

    def _stop(self, database: Database, change: AddressChange | None, by: str) -> None:
        """End the change, and every session: one of them may be of whoever asked for it."""
        waiting = _still_waiting(change)
        rows.delete_change(database, waiting.account)
        store.end_sessions(database, waiting.account)
        record_action(database, self._clock(), by, "address-change-stopped", waiting.account)
        self._tell(database, waiting.account, letters.STOPPED, address=waiting.email)

    def due(self, now: int) -> int:
        """Carry out the changes that are due at `now`; return how many failed."""
        with self._reader.read() as reading:
            due = rows.due_changes(reading, now)
        failed = self.rounds.take(due, str, lambda account: self._writer.run(self._changing(account, now)))
        if due:
            self._outbox.send()
        return failed

    def _changing(self, account: str, now: int) -> Callable[[Database], None]:
        def changing(database: Database) -> None:
            change = rows.change_of(database, account)
            if change is not None and change.effective <= now:
                rows.delete_change(database, account)
                self._change(database, change)

        return changing

    def _change(self, database: Database, change: AddressChange) -> None:
        account, address = change.account, change.email
        if store.account_of(database, address) not in (None, account):
            record_action(database, self._clock(), REGISTRY, "address-change-failed", account)
            self._tell(database, account, letters.TAKEN, address=address)
            return
        old = store.email_of(database, account) or ""
        letter = letters.filled(letters.CHANGED, self._public_url, address=address, old=old)
        self._send(database, account, letter, address)
        if address == rows.second_address_of(database, account):
            rows.delete_second_address(database, account)
        rows.set_first_address(database, account, address)
        store.end_sessions(database, account)
        store.end_keys(database, account)
        record_action(database, self._clock(), REGISTRY, "address-changed", account)

    def _tell(self, database: Database, account: str, words: tuple[str, str], **values: str) -> None:
        self._send(database, account, letters.filled(words, self._public_url, **values))

    def _send(self, database: Database, account: str, letter: tuple[str, str], *others: str) -> None:
        for address in dict.fromkeys((*addresses_of_account(database, account), *others)):
            insert_letter(database, account, "", *letter, self._clock(), address)

    def _audit(self, database: Database, account: str, action: str) -> None:
        record_action(database, self._clock(), account, action, account)

    def _write(self, transaction: Callable[[Database], None]) -> None:
        self._writer.run(transaction)
        self._outbox.send()


def _require_free(database: Database, address: str) -> None:
    """Raise ConflictError where an address has an account; the asker has shown to read mail there."""
    if store.account_of(database, address) is not None:
        raise ConflictError(
            "this address has an account of its own; delete that one first, or use another address"
        )


def _still_waiting(change: AddressChange | None) -> AddressChange:
    if change is None:
        raise GoneError("this change was stopped already, or has taken effect")
    return change
