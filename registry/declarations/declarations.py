"""Declarations: made and read. The rules, and what is done to declarations later, have modules of their own.

| what | module |
|---|---|
| one request by itself | `registry.rules.validation` |
| limits, repeated statements | `registry.declarations.limits` |
| challenges, and what proofs do | `registry.declarations.proofs`, `registry.declarations.backing` |
| amending, withdrawing, what loosens | `registry.declarations.changes`, `registry.rules.loosening` |
| what time does | `registry.declarations.schedule` |
| what the operator does | `registry.declarations.moderation` |
| row, leaf and audit line together | `registry.declarations.ledger` |

What is private stays private: only the party sees its pending declarations, its challenges and the secrets of its
announced changes.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from typing import Final

from sqlite_utils import Database

from crawler_filter.formats.record import Record
from registry.declarations.backing import Backing, backed, loosens
from registry.declarations.context import Context, require_own, require_party
from registry.declarations.doubt import tell_owners, with_doubts
from registry.declarations.ledger import Ledger
from registry.declarations.limits import DeclarationLimits, check_may_allow
from registry.declarations.shared_texts import texts_of_several
from registry.errors import FieldError, IdempotencyMismatchError, RegistryError
from registry.mail.receipt_letter import queue_receipt
from registry.model.declaration import (
    Actor,
    ChangeKind,
    Declaration,
    DeclarationRequest,
    Idempotency,
    State,
    unproved,
)
from registry.model.listing import PAGE_ROWS, Listing
from registry.model.membership import Right
from registry.rules.validation import build_record
from registry.store.carries import carried_since_before
from registry.store.declarations import (
    declarations_that_fit,
    find_declaration,
    newest_declarations,
    no_declaration,
)
from registry.store.idempotency import recall, remember
from registry.store.log import HistoryEntry, history
from registry.store.parties import parties_of

_SCOPE: Final = re.compile(r"/scopes/(\d+)")
_KEPT: Final = tuple(state for state in State if state is not State.ERASED)
_ENDED: Final = (State.WITHDRAWN, State.EXPIRED)
_IN_FORCE: Final = tuple(state for state in State if state.in_force)


class Declarations:
    """Makes declarations, and reads them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def declare(
        self,
        actor: Actor,
        request: DeclarationRequest,
        *,
        idempotency: Idempotency | None,
        also: Callable[[Database, Declaration], None] | None = None,
    ) -> Declaration:
        """Make a declaration. What in it needs no proof, or has one, is in force at once; the rest waits for it.

        `also` writes more in the same transaction: both are kept, or neither.
        The same Idempotency-Key with the same request leads to the same declaration, however often and however
        concurrently it is sent. Raises InvalidRequestError naming everything that is wrong, ConflictError for a
        statement the party made already, IdempotencyMismatchError, RateLimitedError.
        """
        with self._context.store.read() as reading:
            party = require_party(reading, actor, request.party)
            limits = DeclarationLimits.of(reading, self._context.config.limits, self._context.clock(), party.id)
        record = build_record(request, party, self._context.new_id(), 1, most_scopes=limits.most_scopes)
        shared = self._shared_texts(record, limits)

        def transaction(database: Database) -> Declaration:
            ledger = self._context.ledger(database, actor)
            if idempotency is not None and not remember(
                database, actor.account, idempotency.key, idempotency.request, record.id, ledger.now
            ):
                return _replayed(database, actor, idempotency)
            made = self._declare(ledger, record, shared)
            tell_owners(ledger, made, self._context.config.public_url)
            if also is not None:
                also(database, made)
            return made

        declared = self._context.writer.run(transaction)
        if declared.change is not None or any(scope.held for scope in declared.record.scopes):
            self._context.outbox.send()
        return declared

    def declare_all(self, actor: Actor, requests: Sequence[DeclarationRequest]) -> Sequence[Declaration]:
        """Make several declarations of one party, all of them or none. Raises as `declare` does.

        Pointers of what is refused count scopes from the first request on.
        """
        with self._context.store.read() as reading:
            party = require_party(reading, actor, requests[0].party)
            limits = DeclarationLimits.of(reading, self._context.config.limits, self._context.clock(), party.id)
        starts = list(accumulate((len(request.scopes) for request in requests), initial=0))
        records = []
        for start, request in zip(starts, requests, strict=False):
            with _counted_from(start):
                records.append(
                    build_record(request, party, self._context.new_id(), 1, most_scopes=limits.most_scopes)
                )
        shared = frozenset[str]().union(*(self._shared_texts(record, limits) for record in records))

        def transaction(database: Database) -> list[Declaration]:
            ledger = self._context.ledger(database, actor)
            made = []
            for start, record in zip(starts, records, strict=False):
                with _counted_from(start):
                    made.append(self._declare(ledger, record, shared))
                tell_owners(ledger, made[-1], self._context.config.public_url)
            return made

        declared = self._context.writer.run(transaction)
        self._context.outbox.send()
        return declared

    def get(self, declaration: str) -> Declaration:
        """Return a declaration, public or not. Raises NotFoundError, or GoneError where it was erased."""
        with self._context.store.read() as database:
            return find_declaration(database, declaration)

    def visible(self, declaration: str, actor: Actor | None) -> Declaration:
        """Return a declaration that `actor` (None: anybody) may see. Raises NotFoundError or GoneError."""
        with self._context.store.read() as database:
            found = find_declaration(database, declaration)
            if not found.is_public:
                if actor is None:
                    raise no_declaration(declaration)
                require_own(database, actor, declaration, Right.SEE)
            return found

    def some(self, declarations: Sequence[str]) -> Sequence[Declaration]:
        """Return the first of some declarations that are in force, as many as one page may be made from."""
        with self._context.store.read() as database:
            return declarations_that_fit(database, declarations)

    def of_account(
        self, actor: Actor, after: str | None = None, among: Collection[str] | None = None
    ) -> Listing[Declaration]:
        """Return a page of what the parties of an account declared, newest first, pending ones included.

        `among` names the parties that are wanted, by default all of them.
        """
        with self._context.store.read() as database:
            own = [party.id for party in parties_of(database, actor.account)]
            parties = [party for party in own if among is None or party in among]
            return newest_declarations(database, parties, _KEPT, after=after, most=PAGE_ROWS)

    def of_party(self, party: str, after: str | None = None) -> Listing[Declaration]:
        """Return a page of what a party has in force, newest first."""
        with self._context.store.read() as database:
            return newest_declarations(database, [party], _IN_FORCE, after=after, most=PAGE_ROWS)

    def ended_of_party(self, party: str) -> Sequence[Declaration]:
        """Return the newest declarations of a party that were in force once, at most a page of them."""
        with self._context.store.read() as database:
            return newest_declarations(database, [party], _ENDED, after=None, most=PAGE_ROWS).rows

    def history(self, declaration: str, *, first: int = 0, most: int = -1) -> Sequence[HistoryEntry]:
        """Return leaves of a declaration, oldest first, from number `first`; an erased one has them still."""
        with self._context.store.read() as database:
            return history(database, declaration, first=first, most=most)

    def carries_lost(self) -> bool:
        """Tell whether something of a lost log is carried over, whose records are not here."""
        with self._context.store.read() as database:
            return bool(carried_since_before(database, self._context.clock()))

    def mail_receipt(self, actor: Actor, declaration: str, receipt: bytes) -> None:
        """Mail a receipt to whoever declared. Raises NotAuthorisedError or NotFoundError."""

        def transaction(database: Database) -> None:
            own = require_own(database, actor, declaration)
            ledger = self._context.ledger(database, actor, suspended=True)
            queue_receipt(database, own, receipt, ledger.now, self._context.config.public_url)
            ledger.audit("mail-receipt", declaration)

        self._context.writer.run(transaction)
        self._context.outbox.send()

    def _shared_texts(self, record: Record, limits: DeclarationLimits) -> frozenset[str]:
        """Return the texts that are held, whose matching is no work for the one thread that writes."""
        return frozenset() if limits.verified else texts_of_several(self._context.published(), record)

    def _declare(self, ledger: Ledger, record: Record, shared: Collection[str]) -> Declaration:
        limits = DeclarationLimits.of(ledger.database, self._context.config.limits, ledger.now, record.party)
        record = backed(ledger.database, record) if limits.verified else record
        record = with_doubts(ledger.database, record, verified=limits.verified, shared=shared)
        limits.check_new(record)
        limits.check_models(record.scopes, self._context.models)
        limits.check_content(record)
        check_may_allow(record.scopes)
        expires = ledger.now + self._context.config.pending_lifetime
        if unproved(record.scopes):
            limits.check_pending(record.party)
            return Backing(ledger, self._context.config).reconcile(ledger.add_pending(record, expires))
        if loosens(ledger.database, (), record):
            pending = ledger.add_pending(record, expires)
            return Backing(ledger, self._context.config).announce(pending, ChangeKind.DECLARE, record)
        return ledger.declare(record)


@contextmanager
def _counted_from(start: int) -> Iterator[None]:
    """Shift the positions in errors of one of several requests, so that they count from the first request."""
    try:
        yield
    except RegistryError as error:
        error.errors = tuple(
            FieldError(_SCOPE.sub(lambda found: f"/scopes/{int(found[1]) + start}", each.pointer), each.detail)
            for each in error.errors
        )
        raise


def _replayed(database: Database, actor: Actor, idempotency: Idempotency) -> Declaration:
    request, declaration = recall(database, actor.account, idempotency.key)
    if request != idempotency.request:
        raise IdempotencyMismatchError("this Idempotency-Key was sent before with another request")
    return find_declaration(database, declaration)
