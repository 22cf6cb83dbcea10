"""Amending, withdrawing, and stopping what was announced.

Tightening acts at once. A withdrawal or an amendment that could let anything be used that is reserved now is
logged as a notice and mailed at once, and takes effect after a delay by a second leaf, unless it is stopped:
ingestion cannot be undone. An amendment that loosens anything waits whole, so that a declaration never states a
mixture that nobody wrote. While a change waits there can be no other; stop it first.

A new declaration that allows something within what its own party reserves loosens an answer as surely as an
amendment, so it waits in the same way; otherwise the delay could be walked around.
"""

from collections.abc import Collection
from dataclasses import replace

from sqlite_utils import Database

from crawler_filter.formats.record import Assurance, LeafType, Record, ScopeKind
from crawler_filter.preference import Preference
from registry.declarations.agreement import is_agreed
from registry.declarations.backing import Backing, apportioned, backed, loosens
from registry.declarations.context import Context, require_own
from registry.declarations.doubt import tell_owners, with_doubts
from registry.declarations.ledger import Ledger
from registry.declarations.limits import DeclarationLimits, check_may_allow
from registry.declarations.shared_texts import texts_of_several
from registry.errors import (
    ConflictError,
    FieldError,
    GoneError,
    InvalidRequestError,
    ProofMissingError,
    RateLimitedError,
    TransitionError,
)
from registry.model.credentials import digest
from registry.model.declaration import Actor, ChangeKind, Declaration, DeclarationRequest, State, unproved
from registry.model.durations import DAY
from registry.rules.loosening import is_loosening
from registry.rules.validation import build_record
from registry.store.audit import LINK
from registry.store.changes import change_with_token
from registry.store.declarations import find_declaration, forget_declaration
from registry.store.log import count_since
from registry.store.rights import require_open_party


class Changes:
    """The acts of a party, or of whoever holds a mailed link, on a declaration that exists."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def amend(self, actor: Actor, declaration: str, request: DeclarationRequest) -> Declaration:
        """Let a declaration say something else, at once or, where that loosens, after the delay.

        A scope that is not proved yet waits for its proof beside the others. Raises InvalidRequestError,
        ProofMissingError where nothing would be left in force or a lapsed scope would allow, ConflictError where
        nothing would change or another change waits, and TransitionError where the declaration is not in force.
        """
        with self._context.store.read() as reading:
            before = require_own(reading, actor, declaration)
            party = require_open_party(reading, before.party)
            limits = DeclarationLimits.of(
                reading, self._context.config.limits, self._context.clock(), before.party
            )
        if request.party != before.party:
            errors = (FieldError("/party", "a declaration stays with the party that made it"),)
            raise InvalidRequestError("the party cannot be changed", errors=errors)
        wanted = build_record(request, party, declaration, before.record.revision, most_scopes=limits.most_scopes)
        shared = frozenset[str]()
        if not limits.verified:
            shared = texts_of_several(self._context.published(), wanted, known=before.record.scopes)

        def transaction(database: Database) -> Declaration:
            ledger = self._context.ledger(database, actor)
            amended = self._amend(ledger, require_own(database, actor, declaration), wanted, shared)
            tell_owners(ledger, amended, self._context.config.public_url)
            return amended

        amended = self._context.writer.run(transaction)
        self._context.outbox.send()
        return amended

    def withdraw(self, actor: Actor, declaration: str) -> Declaration:
        """End a declaration after the delay; one that is not in force yet is forgotten at once."""

        def transaction(database: Database) -> Declaration:
            ledger = self._context.ledger(database, actor, suspended=True)
            return self._withdraw(ledger, require_own(database, actor, declaration))

        withdrawn = self._context.writer.run(transaction)
        self._context.outbox.send()
        return withdrawn

    def stop_change(self, token: str) -> Declaration:
        """Stop an announced change with the secret of the mailed link. Raises GoneError once used or over."""

        def transaction(database: Database) -> Declaration:
            found = change_with_token(database, digest(token))
            if found is None:
                raise GoneError("this link was used, or the change it would have stopped is in effect")
            declaration = find_declaration(database, found)
            ledger = Ledger(database, LINK, self._context.clock(), self._context.entropy)
            return self._cancelled(ledger, declaration)

        return self._context.writer.run(transaction)

    def cancel_change(self, actor: Actor, declaration: str) -> Declaration:
        """Stop an announced change of one's own declaration. Raises ConflictError where none waits."""

        def transaction(database: Database) -> Declaration:
            own = require_own(database, actor, declaration)
            if own.change is None:
                raise ConflictError("no announced change waits for this declaration")
            return self._cancelled(self._context.ledger(database, actor), own)

        return self._context.writer.run(transaction)

    def _cancelled(self, ledger: Ledger, declaration: Declaration) -> Declaration:
        """Cancel an announced change, and take in what was proved while it waited."""
        return Backing(ledger, self._context.config).reconcile(ledger.cancel(declaration))

    def _amend(self, ledger: Ledger, before: Declaration, wanted: Record, shared: Collection[str]) -> Declaration:
        database = ledger.database
        self._require_changeable(database, before, ledger.now)
        limits = DeclarationLimits.of(database, self._context.config.limits, ledger.now, before.party)
        limits.check_models(wanted.scopes, self._context.models, stated=before.record.scopes)
        limits.check_content(wanted)
        record = with_doubts(database, rebased(database, before, wanted), verified=limits.verified, shared=shared)
        if before.state is State.PENDING:
            check_may_allow(record.scopes)
            return Backing(ledger, self._context.config).reconcile(ledger.update_pending(before, record))
        after = apportioned(before, record)
        if replace(after.record, revision=before.record.revision) == before.record:
            if after.waiting == before.waiting:
                raise ConflictError("declaration %(id)s says this already", id=before.id)
            return ledger.update_pending(after, before.record)
        _require_standing(before, after, record)
        waiting = replace(before, waiting=after.waiting)
        if loosens(database, before.record.scopes, after.record):
            return Backing(ledger, self._context.config).announce(waiting, ChangeKind.AMEND, after.record)
        return ledger.record_revision(waiting, LeafType.AMEND, after.record)

    def _withdraw(self, ledger: Ledger, before: Declaration) -> Declaration:
        if before.state is State.PENDING:
            if before.change is not None:
                return ledger.cancel(before)
            forget_declaration(ledger.database, before.id)
            ledger.audit("give-up", before.id)
            return replace(before, state=State.WITHDRAWN, expires=None)
        self._require_changeable(ledger.database, before, ledger.now)
        if is_loosening(before.record.scopes, ()):
            return Backing(ledger, self._context.config).announce(before, ChangeKind.WITHDRAW, None)
        return ledger.end(before, LeafType.WITHDRAW, State.WITHDRAWN)

    def _require_changeable(self, database: Database, declaration: Declaration, now: int) -> None:
        if declaration.change is not None:
            raise ConflictError("a change was announced and waits; stop it before you make another")
        if declaration.state is not State.PENDING and not declaration.state.in_force:
            raise TransitionError("a declaration that is %(state)s cannot be changed", state=declaration.state)
        if count_since(database, declaration.id, now - DAY) >= self._context.config.limits.changes_per_day:
            most = self._context.config.limits.changes_per_day
            raise RateLimitedError(
                "a declaration can change %(most)s times in 24 hours", most=most, retry_after=DAY
            )


def apply_change(proving: Backing, declaration: Declaration) -> Declaration:
    """Carry out an announced change whose time has come.

    What happened to the declaration meanwhile stays: disputes, lapses and proofs. A change that would need a proof
    that is gone by now is cancelled, and so is one that a co-owner has not agreed to.
    """
    ledger, change = proving.ledger, declaration.change
    if change is None:
        return declaration
    if not is_agreed(ledger.database, declaration):
        return ledger.cancel(declaration)
    if change.record is None:
        return ledger.end(declaration, LeafType.WITHDRAW, State.WITHDRAWN)
    record = rebased(ledger.database, declaration, change.record)
    if _lacking(record):
        return ledger.cancel(declaration)
    leaf_type = LeafType.DECLARE if change.kind is ChangeKind.DECLARE else LeafType.AMEND
    changed = ledger.record_revision(ledger.without_change(declaration), leaf_type, record)
    return proving.reconcile(changed)  # what was proved while the change waited


def rebased(database: Database, before: Declaration, wanted: Record) -> Record:
    """Return the requested record with the flags of scopes that exist already, and with its proofs.

    `disputed`, `lapsed` and `held` are copied from the scopes that stay; `verified` is set where a live proof of
    the party covers a scope.
    """
    standing = {(scope.kind, scope.value): scope for scope in before.record.scopes}
    scopes = []
    for scope in wanted.scopes:
        old = standing.get((scope.kind, scope.value))
        lapsed = old is not None and old.lapsed
        scopes.append(
            replace(
                scope,
                assurance=Assurance.VERIFIED if lapsed else Assurance.ATTESTED,
                disputed=old is not None and old.disputed,
                lapsed=lapsed,
                held=old is not None and old.held,
            )
        )
    return backed(database, replace(wanted, scopes=tuple(scopes)))


def require_proved(record: Record, only: Collection[tuple[ScopeKind, str]] | None = None) -> None:
    """Raise ProofMissingError naming every scope, of `only` these, that needs a proof that stands and has none."""
    named = [(scope.kind, scope.value) for scope in record.scopes]
    missing = [position for position in _lacking(record) if only is None or named[position] in only]
    if missing:
        errors = tuple(
            FieldError(
                f"/scopes/{position}", "%(value)s has to be proved first", value=record.scopes[position].value
            )
            for position in missing
        )
        raise ProofMissingError("prove control of every scope first, then amend", errors=errors)


def _require_standing(before: Declaration, after: Declaration, wanted: Record) -> None:
    """Raise ProofMissingError where an amendment would put aside what is in force, or leave nothing in force.

    A scope that is new waits for its proof; one that stood on a proof that is gone has to be proved again first.
    """
    standing = {(scope.kind, scope.value) for scope in before.record.scopes} if after.record.scopes else None
    require_proved(wanted, only=standing)


def _lacking(record: Record) -> list[int]:
    """Return the positions of scopes that need a live proof: the unproved, and the lapsed that would allow."""
    lapsed = [
        position
        for position, scope in enumerate(record.scopes)
        if scope.lapsed and Preference.ALLOWED in scope.preferences.values()
    ]
    return sorted({*unproved(record.scopes), *lapsed})
