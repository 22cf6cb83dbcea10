"""Grants: a party lets one operator do what it has reserved from everybody, for scopes of its own.

A grant is a leaf of the log, and so is each change of it; the last one speaks. It loosens, so it is asked for by
an account of the party alone, is mailed at once, and may be made to wait (`grant_delay`). To end it tightens, so
that acts at once and for ever: a grant that has ended never comes back. What a contract says beside it is the two
sides' own.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlite_utils import Database

from crawler_filter.formats.events import EventKind
from crawler_filter.formats.grant import MAX_KEYS, Grant, GrantEnd, in_order
from crawler_filter.preference import Usage
from registry.declarations.context import Context, require_party
from registry.declarations.ledger import Ledger
from registry.errors import ConflictError, FieldError, InvalidRequestError, NotAuthorisedError, NotFoundError
from registry.mail.grant_letters import queue_grant_end_notice, queue_grant_notice
from registry.model.declaration import Actor
from registry.model.grant import GrantRequest, StoredGrant
from registry.model.listing import Listing
from registry.model.membership import Right
from registry.model.operator import Operator, OperatorState
from registry.permissions.granted_scopes import resolve
from registry.permissions.operators import with_proof
from registry.rules.grant_validation import check_grant
from registry.store.event_recipients import tell_of_grant
from registry.store.grants import (
    count_standing,
    find_grant,
    grants_of_declaration,
    grants_of_operator,
    grants_of_party,
    insert_grant,
    log_grant,
    update_grant,
)
from registry.store.log import HistoryEntry, history
from registry.store.operators import find_operator
from registry.store.proofs import is_verified
from registry.store.rights import has_right

MOST_GRANTS: Final = 10_000
"""Grants of one party that stand at once."""
UNVERIFIED_MOST_GRANTS: Final = 100
"""The same, for a party that has verified nothing."""
MOST_SHOWN: Final = 50
"""Grants that are shown with one declaration."""


class Grants:
    """Grants of parties to operators. `history` of a grant is that of its number in the log."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def grant(self, actor: Actor, request: GrantRequest) -> StoredGrant:
        """Grant what a request says, from now on or from later on.

        Raises InvalidRequestError naming every field that is wrong, NotFoundError for another's party,
        ConflictError where the operator is not active or the party has too many grants.
        """
        check_grant(request, self._context.clock())

        def granting(database: Database) -> StoredGrant:
            return give(self._context, self._context.ledger(database, actor), actor, request)

        granted = self._context.writer.run(granting)
        self._context.outbox.send()
        return granted

    def revoke(self, actor: Actor, grant: str) -> StoredGrant:
        """End a grant now. To revoke again changes nothing; nor does it where the grant has ended otherwise.

        Raises NotFoundError, GoneError, or NotAuthorisedError for another party's grant.
        """

        def revoking(database: Database) -> StoredGrant:
            found = find_grant(database, grant)
            if not has_right(database, actor.account, found.grant.party, Right.DECLARE):
                raise NotAuthorisedError("grant %(id)s is another party's", id=grant)
            if found.grant.ended is not None:
                return found
            ledger = self._context.ledger(database, actor, suspended=True)
            return end_grant(ledger, found, GrantEnd.REVOKED, self._context.config.public_url)

        ended = self._context.writer.run(revoking)
        self._context.outbox.send()
        return ended

    def get(self, grant: str) -> StoredGrant:
        """Return a grant, for anybody. Raises NotFoundError, or GoneError where it was erased."""
        with self._context.store.read() as database:
            return find_grant(database, grant)

    def history(self, grant: str) -> Sequence[HistoryEntry]:
        """Return the leaves of a grant, oldest first; an erased one has them still."""
        with self._context.store.read() as database:
            return history(database, grant)

    def of_party(self, party: str, before: int | None = None) -> Listing[StoredGrant]:
        """Return a page of what a party granted, for anybody, the newest change first."""
        with self._context.store.read() as database:
            return grants_of_party(database, party, before)

    def of_operator(self, operator: str, before: int | None = None) -> Listing[StoredGrant]:
        """Return a page of what an operator was granted, for anybody, the newest change first."""
        with self._context.store.read() as database:
            return grants_of_operator(database, operator, before)

    def of_declaration(self, declaration: str) -> Sequence[StoredGrant]:
        """Return the newest grants of scopes of a declaration, those that have ended included."""
        with self._context.store.read() as database:
            return grants_of_declaration(database, declaration, MOST_SHOWN)


def give(context: Context, ledger: Ledger, actor: Actor, request: GrantRequest) -> StoredGrant:
    """Log a grant that passed `check_grant`, keep it, and promise the letters, in the caller's transaction.

    Raises as `Grants.grant` does.
    """
    database = ledger.database
    require_party(database, actor, request.party)
    _check_room(database, request.party)
    operator = with_proof(database, _operator(database, request.operator))
    resolved = resolve(database, request)
    grant = Grant(
        id=context.new_id(),
        revision=1,
        party=request.party,
        client_id=operator.client_id,
        keys=_keys(operator, request, ledger.now),
        scopes=resolved.scopes,
        declarations=resolved.declarations,
        works=resolved.works,
        usages=in_order(map(Usage, request.usages)),
        start=max(request.start or 0, ledger.now + context.config.grant_delay),
        until=request.until,
        territory=None if request.territory is None else in_order(request.territory),
        policy=request.policy,
        terms_digest=request.terms_digest,
    )
    _check_span(grant)
    leaf = log_grant(database, grant, ledger.now, ledger.entropy)
    stored = StoredGrant(grant, operator.id, leaf, ledger.now)
    insert_grant(database, stored)
    ledger.audit("grant", grant.id)
    tell_of_grant(database, EventKind.GRANT_MADE, grant.id, grant.party, operator.id, ledger.now)
    queue_grant_notice(database, stored, operator, ledger.now, context.config.public_url)
    return stored


def end_grant(ledger: Ledger, found: StoredGrant, why: GrantEnd, public_url: str) -> StoredGrant:
    """Log that a grant has ended, keep it, and promise the letters about it."""
    ended = replace(found.grant, revision=found.grant.revision + 1, ended=ledger.now, end=why)
    stored = _logged(ledger, found, ended)
    ledger.audit(f"end-grant-{why}", ended.id)
    told = (EventKind.GRANT_ENDED, ended.id, ended.party, found.operator, ledger.now)
    tell_of_grant(ledger.database, *told, why.value)
    operator = find_operator(ledger.database, found.operator)
    queue_grant_end_notice(ledger.database, stored, operator, ledger.now, public_url)
    return stored


def drop_key(ledger: Ledger, found: StoredGrant, thumbprint: str, public_url: str) -> StoredGrant:
    """Log that a grant no longer names a key that has ended; without any other key the grant ends."""
    left = tuple(key for key in found.grant.keys if key != thumbprint)
    if not left:
        return end_grant(ledger, found, GrantEnd.NO_KEY, public_url)
    ledger.audit("drop-key", found.grant.id)
    told = (EventKind.GRANT_CHANGED, found.grant.id, found.grant.party, found.operator, ledger.now)
    tell_of_grant(ledger.database, *told)
    return _logged(ledger, found, replace(found.grant, revision=found.grant.revision + 1, keys=left))


def _logged(ledger: Ledger, found: StoredGrant, grant: Grant) -> StoredGrant:
    leaf = log_grant(ledger.database, grant, ledger.now, ledger.entropy)
    stored = replace(found, grant=grant, leaf=leaf)
    update_grant(ledger.database, stored)
    return stored


def _operator(database: Database, number: str) -> Operator:
    try:
        return find_operator(database, number)
    except NotFoundError as error:
        raise InvalidRequestError(error.detail, errors=(FieldError("/operator", error.detail),)) from error


def _keys(operator: Operator, request: GrantRequest, now: int) -> tuple[str, ...]:
    """Return the keys of a grant: those asked for, or all that count. Raises where none or another one does."""
    if operator.state(now) is not OperatorState.ACTIVE:
        raise ConflictError(
            "AI operator %(id)s is not active: nobody could tell that it is who asks", id=operator.id
        )
    live = {key.thumbprint for key in operator.live_keys(now)}
    if not set(request.keys) <= live:
        error = FieldError("/keys", "expected keys that count for the AI operator now")
        raise InvalidRequestError("the grant cannot be taken as it is", errors=(error,))
    newest = [key.thumbprint for key in operator.live_keys(now)]
    return in_order(request.keys or newest[:MAX_KEYS])


def _check_span(grant: Grant) -> None:
    """Raise InvalidRequestError where the grant would be over before it may begin."""
    if grant.until is not None and grant.until <= grant.start:
        error = FieldError("/until", "expected an end after the grant may begin")
        raise InvalidRequestError("the grant cannot be taken as it is", errors=(error,))


def _check_room(database: Database, party: str) -> None:
    most = MOST_GRANTS if is_verified(database, party) else UNVERIFIED_MOST_GRANTS
    if count_standing(database, party) >= most:
        raise ConflictError("a party may have at most %(most)s grants; revoke some first", most=most)
