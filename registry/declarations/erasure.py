"""Erasing for good: a declaration, a party, an account. The log keeps that something was there, and nothing of it.

An erasure is carried out at once and in steps, each a transaction of its own that is complete: one that is
interrupted is simply asked for again. Segments that held a record are published anew without it and the old ones
are deleted an hour later; backups made before are the operator's to delete.
"""

from collections.abc import Callable
from typing import Final

from sqlite_utils import Database

from registry.declarations.context import Context
from registry.declarations.ledger import Ledger
from registry.model.declaration import Declaration
from registry.store import erasure as rows
from registry.store import proofs as proof_store
from registry.store.audit import OPERATOR
from registry.store.declarations import (
    blank_declaration,
    declarations_within,
    find_declaration,
    forget_declaration,
)
from registry.store.log import erase_bodies, history
from registry.store.works import blank_work

AT_ONCE: Final = 200
"""Declarations erased in one transaction, so that others are not kept waiting."""


class Erasure:
    """The erasures that an operator may carry out; `by` names who does."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def erase(self, declaration: str, *, by: str = OPERATOR) -> None:
        """Remove everything a declaration ever said, for good. Raises NotFoundError, or GoneError the second
        time."""

        def transaction(database: Database) -> None:
            _erase_declaration(database, self._context.operator_ledger(database, by), declaration)

        self._context.writer.run(transaction)
        self._context.finish_erasing()

    def erase_party(self, party: str, *, by: str = OPERATOR) -> int:
        """Erase all that a party declared and entered, and what it said of itself; return how many declarations.

        Raises NotFoundError.
        """
        count = self._erase_party(party, by)
        self._context.finish_erasing()
        return count

    def erase_account(self, account: str, *, by: str = OPERATOR) -> int:
        """Erase an account, given by its id or mail address, with every party it acts for; return how many
        parties.

        Whoever follows a new sign-in link for the address has a new, empty account. Raises NotFoundError.
        """
        with self._context.store.read() as reading:
            number = rows.account_named(reading, account)
            parties = rows.parties_of_account(reading, number)
        for party in parties:
            self._erase_party(party, by)
        self._write(lambda database: rows.blank_account(database, number), "erase-account", number, by)
        self._context.finish_erasing()
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
        ledger = self._context.operator_ledger(database, by)
        numbers = rows.declarations_to_erase(database, party, AT_ONCE)
        for number in numbers:
            _erase_declaration(database, ledger, number)
        return len(numbers)

    def _write(self, work: Callable[[Database], None], action: str, target: str, by: str) -> None:
        def transaction(database: Database) -> None:
            work(database)
            self._context.operator_ledger(database, by).audit(action, target)

        self._context.writer.run(transaction)


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
    ledger.erase(number)
    _forget_proofs(database, found)


def _forget_proofs(database: Database, erased: Declaration) -> None:
    """Remove the proofs and challenges that backed nothing but the erased declaration."""
    party = erased.party
    unused = [
        proof.challenge.id
        for proof in proof_store.proofs_of(database, party)
        if not declarations_within(database, party, proof.challenge.target.partition("/")[0])
    ]
    proof_store.delete_proofs(database, unused)
    proof_store.delete_challenges(database, erased.id)
