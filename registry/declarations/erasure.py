"""Erasing for good: a declaration, a party, an account. The log keeps that something was there, and nothing of it.

An erasure is carried out at once and in steps, each a transaction of its own that is complete: one that is
interrupted is simply asked for again. Segments that held a record are published anew without it and the old ones
are deleted an hour later; backups made before are the operator's to delete.
"""

from collections.abc import Callable, Sequence
from typing import Final

from sqlite_utils import Database

from crawler_filter.formats.events import EventKind
from registry.declarations.context import Context
from registry.declarations.impartiality import require_no_side
from registry.declarations.ledger import Ledger
from registry.errors import (
    FieldError,
    InvalidRequestError,
    NotAuthorisedError,
    NotFoundError,
    TransitionError,
)
from registry.mail.desk_letters import queue_erasure_notice
from registry.model.declaration import Actor, Declaration
from registry.model.role import MAX_REASON, ErasureRequest, Role
from registry.store import desk
from registry.store import erasure as rows
from registry.store import proofs as proof_store
from registry.store.audit import OPERATOR, is_account
from registry.store.co_owners import forget_co_owners
from registry.store.declarations import (
    blank_declaration,
    declarations_within,
    find_declaration,
    forget_declaration,
)
from registry.store.event_recipients import ERASED, tell_of_grant
from registry.store.grants import erase_grants
from registry.store.log import erase_bodies, history
from registry.store.operators import operators_of_party
from registry.store.parties import owned_alone
from registry.store.works import blank_work

AT_ONCE: Final = 200
"""Declarations erased in one transaction, so that others are not kept waiting."""


class Erasure:
    """The erasures there are; away from the command line each takes two people."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def erase(self, declaration: str, *, by: str = OPERATOR) -> None:
        """Remove everything a declaration ever said, for good, at the command line of the instance.

        Raises NotFoundError, GoneError the second time, and NotAuthorisedError for an account.
        """

        def transaction(database: Database) -> None:
            if is_account(by):
                raise NotAuthorisedError(
                    "it takes two people to erase: ask for it, and somebody else carries it out"
                )
            self._erase_one(database, self._context.desk_ledger(database, by), declaration)

        self._finish(transaction, by)

    def ask(self, declaration: str, reason: str, *, by: str) -> None:
        """Ask that a declaration is erased, for whoever has a role; somebody else has to carry it out.

        Raises NotAuthorisedError, NotFoundError, GoneError, InvalidRequestError without a reason, and
        TransitionError where it was asked for.
        """
        if not 1 <= len(reason.strip()) <= MAX_REASON:
            error = FieldError("/reason", "expected a text of 1 to %(most)s characters", most=MAX_REASON)
            raise InvalidRequestError("nothing is erased without a reason", errors=(error,))

        def transaction(database: Database) -> None:
            ledger = self._context.desk_ledger(database, by)
            require_no_side(database, by, find_declaration(database, declaration))
            if desk.erasure_asked(database, declaration) is not None:
                raise TransitionError("its erasure was asked for already; it waits for a second person")
            desk.ask_to_erase(database, ErasureRequest(declaration, by, reason.strip(), ledger.now))
            ledger.audit("ask-to-erase", declaration)

        self._context.writer.run(transaction)

    def carry_out(self, declaration: str, *, by: str) -> None:
        """Erase what somebody else asked for, as an operator.

        Raises NotAuthorisedError for the one who asked and for whoever is no operator, and NotFoundError where
        nobody asked.
        """

        def transaction(database: Database) -> None:
            ledger = self._context.desk_ledger(database, by, Role.OPERATOR)
            asked = _asked(database, declaration)
            if asked.asked_by == by:
                raise NotAuthorisedError("you asked for this yourself; a second person has to carry it out")
            require_no_side(database, by, find_declaration(database, declaration))
            self._erase_one(database, ledger, declaration)

        self._finish(transaction, by)

    def refuse(self, declaration: str, *, by: str) -> None:
        """Refuse or take back the erasure that was asked for. Raises NotAuthorisedError or NotFoundError."""

        def transaction(database: Database) -> None:
            ledger = self._context.desk_ledger(database, by)
            if _asked(database, declaration).asked_by != by:
                require_no_side(database, by, find_declaration(database, declaration))
            desk.forget_erasure(database, declaration)
            ledger.audit("refuse-to-erase", declaration)

        self._context.writer.run(transaction)

    def asked(self, *, by: str) -> Sequence[ErasureRequest]:
        """Return the erasures that wait for a second person, for whoever has a role. Raises
        NotAuthorisedError."""
        with self._context.store.read() as database:
            self._context.desk_ledger(database, by)
            return desk.erasures_asked(database)

    def _erase_one(self, database: Database, ledger: Ledger, declaration: str) -> None:
        party = find_declaration(database, declaration).party
        _erase_declaration(database, ledger, declaration)
        queue_erasure_notice(database, declaration, party, ledger.now, self._context.config.public_url)

    def _finish(self, transaction: Callable[[Database], None], by: str) -> None:
        self._context.writer.run(transaction)
        self._context.outbox.send()
        self._context.finish_erasing(by)

    def _ledger(self, database: Database, by: str) -> Ledger:
        """Return the ledger of whoever may do this anyway: the command line, or an account with its own."""
        return self._context.ledger(database, Actor(by), suspended=True)

    def erase_party(self, party: str, *, by: str = OPERATOR) -> int:
        """Erase all that a party declared and entered, and what it said of itself; return how many declarations.

        Raises NotFoundError.
        """
        count = self._erase_party(party, by)
        self._context.finish_erasing(by)
        return count

    def erase_account(self, account: str, *, by: str = OPERATOR) -> int:
        """Erase an account, given by its id or mail address, with the parties that nobody else owns; return how
        many parties.

        Whoever follows a new sign-in link for the address has a new, empty account. Raises NotFoundError.
        """
        with self._context.store.read() as reading:
            number = rows.account_named(reading, account)
            parties = owned_alone(reading, number)
        for party in parties:
            self._erase_party(party, by)
        self._write(lambda database: rows.blank_account(database, number), "erase-account", number, by)
        self._context.finish_erasing(by)
        return len(parties)

    def _erase_party(self, party: str, by: str) -> int:
        with self._context.store.read() as reading:
            rows.require_party_row(reading, party)
        count = 0
        while erased := self._context.writer.run(lambda database: self._erase_some(database, party, by)):
            count += erased
        self._write(lambda database: _blank(database, party), "erase-party", party, by)
        return count

    def _erase_some(self, database: Database, party: str, by: str) -> int:
        ledger = self._ledger(database, by)
        numbers = rows.declarations_to_erase(database, party, AT_ONCE)
        for number in numbers:
            _erase_declaration(database, ledger, number)
        return len(numbers)

    def _write(self, work: Callable[[Database], None], action: str, target: str, by: str) -> None:
        def transaction(database: Database) -> None:
            work(database)
            self._ledger(database, by).audit(action, target)

        self._context.writer.run(transaction)


def _asked(database: Database, declaration: str) -> ErasureRequest:
    asked = desk.erasure_asked(database, declaration)
    if asked is None:
        raise NotFoundError("nobody has asked to erase this declaration")
    return asked


def _blank(database: Database, party: str) -> None:
    for work in rows.works_to_erase(database, party):
        blank_work(database, work)
    rows.blank_party(database, party)


def _erase_declaration(database: Database, ledger: Ledger, number: str) -> None:
    found = find_declaration(database, number)
    if not history(database, number):
        forget_declaration(database, number)
        ledger.audit("erase", number)
        return
    erase_bodies(database, number)
    blank_declaration(database, number, ledger.now)
    ledger.erase(number, found.party)
    forget_co_owners(database, number)
    for grant, operator in erase_grants(database, number, ledger.now):
        tell_of_grant(database, EventKind.GRANT_ENDED, grant, found.party, operator, ledger.now, ERASED)
        ledger.erase(grant)
    _forget_proofs(database, found)


def _forget_proofs(database: Database, erased: Declaration) -> None:
    """Remove the proofs and challenges that backed nothing but the erased declaration, or an operator."""
    party = erased.party
    is_operator = bool(operators_of_party(database, party))
    unused = [
        proof.challenge.id
        for proof in proof_store.proofs_of(database, party)
        if not is_operator and not declarations_within(database, party, proof.challenge.target.partition("/")[0])
    ]
    proof_store.delete_proofs(database, unused)
    proof_store.delete_challenges(database, erased.id)
