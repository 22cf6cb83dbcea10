"""One change of one declaration, whole: its row, its leaf, its events and its line in the audit trail, in one
transaction.

Everything that happens to a declaration after it was proved passes through `Ledger`, so the log, replayed, always
gives the rows of the declarations in force. Nothing here decides whether a change may happen.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from sqlite_utils import Database

from crawler_filter.formats.record import LeafType, Record, encode_id
from registry.model.credentials import digest
from registry.model.declaration import ChangeKind, Declaration, PendingChange, State, require_transition
from registry.store.audit import record_action
from registry.store.changes import delete_change, insert_change
from registry.store.declarations import insert_declaration, update_declaration
from registry.store.event_recipients import tell_of_declaration
from registry.store.log import append_leaf

TOKEN_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Ledger:
    """Writes changes on behalf of `actor` (an account id, or one of `registry.store.audit`'s) at `now`."""

    database: Database
    actor: str
    now: int
    entropy: Callable[[int], bytes]

    def add_pending(self, record: Record, expires: int) -> Declaration:
        """Add a declaration that waits for proof; it is not logged."""
        pending = Declaration(record, State.PENDING, self.now, self.now, expires=expires)
        insert_declaration(self.database, pending)
        self.audit("open", record.id)
        return pending

    def declare(self, record: Record) -> Declaration:
        """Add a declaration that is in force from now on."""
        leaf = self._append(LeafType.DECLARE, record.id, record, record.party)
        active = Declaration(record, State.ACTIVE, self.now, self.now, leaf)
        insert_declaration(self.database, active)
        self.audit("declare", record.id)
        return active

    def update_pending(self, declaration: Declaration, record: Record) -> Declaration:
        """Change a declaration, or the part of it that waits, without a leaf: nothing new comes into force."""
        revised = replace(declaration, record=record, updated=self.now)
        update_declaration(self.database, revised, self.now)
        self.audit("revise", declaration.id)
        return revised

    def record_revision(self, declaration: Declaration, leaf_type: LeafType, record: Record) -> Declaration:
        """Log `record` as the declaration's next revision, and make it the one in force."""
        if declaration.leaf is not None:
            record = replace(record, revision=declaration.record.revision + 1)
        after = State.LAPSED if any(scope.lapsed for scope in record.scopes) else State.ACTIVE
        require_transition(declaration.state, after)
        leaf = self._append(leaf_type, declaration.id, record, declaration.party)
        stated = replace(declaration, record=record, state=after, leaf=leaf, updated=self.now, expires=None)
        update_declaration(self.database, stated, self.now)
        self.audit(leaf_type.value, declaration.id)
        return stated

    def end(self, declaration: Declaration, leaf_type: LeafType, after: State) -> Declaration:
        """Log that a declaration states nothing from now on, and set its state to `after`."""
        require_transition(declaration.state, after)
        self._append(leaf_type, declaration.id, None, declaration.party)
        delete_change(self.database, declaration.id)
        ended = replace(declaration, state=after, updated=self.now, expires=None, change=None, waiting=())
        update_declaration(self.database, ended, self.now)
        self.audit(leaf_type.value, declaration.id)
        return ended

    def announce(
        self, declaration: Declaration, kind: ChangeKind, record: Record | None, effective: int
    ) -> tuple[Declaration, str]:
        """Log and store a change that takes effect later.

        Return the declaration, and the secret for the link that stops the change.
        """
        secret = encode_id(self.entropy(TOKEN_BYTES))
        leaf = self._append(LeafType.NOTICE, declaration.id, record, declaration.party)
        change = PendingChange(kind, effective, leaf, record)
        announced = replace(declaration, change=change, updated=self.now, expires=None)
        update_declaration(self.database, announced, self.now)
        insert_change(self.database, declaration.id, change, digest(secret))
        self.audit(f"announce-{kind}", declaration.id)
        return announced, secret

    def cancel(self, declaration: Declaration) -> Declaration:
        """Cancel an announced change. A declaration that was only announced is withdrawn with it."""
        self._append(LeafType.CANCEL, declaration.id, None, declaration.party)
        delete_change(self.database, declaration.id)
        after = State.WITHDRAWN if declaration.state is State.PENDING else declaration.state
        kept = replace(declaration, state=after, updated=self.now, change=None)
        update_declaration(self.database, kept, self.now)
        self.audit("cancel", declaration.id)
        return kept

    def without_change(self, declaration: Declaration) -> Declaration:
        """Delete the announced change, which the caller carries out now, and return the declaration without it."""
        delete_change(self.database, declaration.id)
        return replace(declaration, change=None)

    def erase(self, declaration: str, party: str | None = None) -> None:
        """Log that what a declaration said was erased, and tell its party where there is one to be told."""
        self._append(LeafType.ERASE, declaration, None, party)
        self.audit("erase", declaration)

    def audit(self, action: str, target: str) -> None:
        """Write one line of the audit trail."""
        record_action(self.database, self.now, self.actor, action, target)

    def _append(self, leaf_type: LeafType, declaration: str, record: Record | None, party: str | None) -> int:
        if party is not None:
            tell_of_declaration(self.database, party, declaration, leaf_type, self.now)
        return append_leaf(self.database, leaf_type, declaration, self.now, record, self.entropy)
