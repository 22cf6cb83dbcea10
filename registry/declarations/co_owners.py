"""Co-owners: several parties stand behind one declaration, as the members of a production committee do.

The declaring party asks, each of the others confirms, and a consent is a leaf of the log. From then on each hears
what the declaring party hears, and each can stop an announced change. What loosens takes effect only where every
one of them agreed to it; silence stops it. To leave lets nothing be used, so that acts at once.
"""

from typing import Final

from sqlite_utils import Database

from crawler_filter.formats import canonical_json
from crawler_filter.formats.record import LeafType
from registry.declarations.context import Context, require_own
from registry.declarations.ledger import Ledger
from registry.errors import ConflictError, FieldError, InvalidRequestError, NotAuthorisedError, NotFoundError
from registry.mail.co_owner_letters import queue_answer, queue_question
from registry.model.co_owner import CoOwner
from registry.model.declaration import Actor, Declaration
from registry.model.listing import PAGE_ROWS
from registry.model.membership import Right
from registry.store.co_owners import (
    agree_to_change,
    co_owned_by,
    co_owners_of,
    confirm_co_owner,
    confirmed_co_owners,
    delete_co_owner,
    insert_co_owner,
)
from registry.store.declarations import find_declaration
from registry.store.log import append_body
from registry.store.parties import find_party, parties_of
from registry.store.rights import has_right, require_open_party

MOST_CO_OWNERS: Final = 20
"""Parties that may stand behind one declaration besides its own."""


class CoOwners:
    """The acts by which several parties stand behind one declaration."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def ask(self, actor: Actor, declaration: str, party: str) -> CoOwner:
        """Ask a party to confirm a declaration of one's own that is in force. To ask again changes nothing.

        Raises NotFoundError, NotAuthorisedError, InvalidRequestError for no party or one's own, ConflictError
        where the declaration is not in force or many were asked.
        """

        def asking(database: Database) -> CoOwner:
            own = require_own(database, actor, declaration)
            known = {each.party: each for each in co_owners_of(database, declaration)}
            if party in known:
                return known[party]
            _check_other(database, own, party)
            if not own.state.in_force:
                raise ConflictError("only a declaration in force can have co-owners")
            if len(known) >= MOST_CO_OWNERS:
                raise ConflictError("a declaration can have at most %(most)s co-owners", most=MOST_CO_OWNERS)
            ledger = self._context.ledger(database, actor)
            insert_co_owner(database, declaration, party, ledger.now)
            ledger.audit("ask-co-owner", declaration)
            queue_question(database, own, party, ledger.now, self._context.config.public_url)
            return CoOwner(declaration, party, ledger.now)

        asked = self._context.writer.run(asking)
        self._context.outbox.send()
        return asked

    def confirm(self, actor: Actor, declaration: str, party: str, *, licensing: bool = False) -> CoOwner:
        """Confirm, for a party that was asked, that the declaration is its own too. Again: changes nothing.

        `licensing` lets the declaring party grant permissions for this one as well.
        Raises NotFoundError where the party was not asked or the actor does not act for it.
        """

        def confirming(database: Database) -> CoOwner:
            found, owner = self._theirs(database, actor, declaration, party)
            if owner.leaf is not None:
                return owner
            if not found.state.in_force:
                raise ConflictError("only a declaration in force can have co-owners")
            require_open_party(database, party)
            ledger = self._context.ledger(database, actor)
            leaf = _log(ledger, LeafType.CONSENT, found, party, licensing=licensing)
            confirm_co_owner(database, declaration, party, leaf, licensing=licensing)
            queue_answer(database, found, party, ledger.now, self._context.config.public_url, stays=True)
            return _one(database, declaration, party)

        confirmed = self._context.writer.run(confirming)
        self._context.outbox.send()
        return confirmed

    def leave(self, actor: Actor, declaration: str, party: str) -> None:
        """Decline, for a party that was asked, or stand behind the declaration no longer.

        The declaring party may take a question back that was not answered. Raises NotFoundError, and
        NotAuthorisedError where it would put out somebody who confirmed.
        """

        def leaving(database: Database) -> None:
            found = find_declaration(database, declaration)
            owner = _one(database, declaration, party)
            if not has_right(database, actor.account, party, Right.DECLARE):
                require_own(database, actor, declaration)
                if owner.leaf is not None:
                    raise NotAuthorisedError("only a co-owner itself ends what it confirmed")
            ledger = self._context.ledger(database, actor, suspended=True)
            delete_co_owner(database, declaration, party)
            if owner.leaf is None:
                ledger.audit("end-co-owner", declaration)
                return
            _log(ledger, LeafType.REVOKE, found, party)
            queue_answer(database, found, party, ledger.now, self._context.config.public_url, stays=False)

        self._context.writer.run(leaving)
        self._context.outbox.send()

    def agree(self, actor: Actor, declaration: str, party: str) -> CoOwner:
        """Agree, for a co-owner, to the change that is announced. Raises NotFoundError or ConflictError."""

        def agreeing(database: Database) -> CoOwner:
            found, owner = self._theirs(database, actor, declaration, party)
            if owner.leaf is None or found.change is None:
                raise ConflictError("no announced change waits for this co-owner")
            if owner.agreed != found.change.leaf:
                ledger = self._context.ledger(database, actor)
                _log(ledger, LeafType.CONSENT, found, party, agrees=found.change.leaf)
                agree_to_change(database, declaration, party, found.change.leaf)
            return _one(database, declaration, party)

        return self._context.writer.run(agreeing)

    def of_declaration(self, declaration: str) -> list[CoOwner]:
        """Return who confirmed a declaration, for anybody."""
        with self._context.store.read() as database:
            return list(confirmed_co_owners(database, declaration))

    def asked(self, actor: Actor, declaration: str) -> list[CoOwner]:
        """Return who was asked to confirm a declaration: for its own party all, for who was asked their own lines.

        Raises NotFoundError for everybody else.
        """
        with self._context.store.read() as database:
            found = find_declaration(database, declaration)
            everybody = co_owners_of(database, declaration)
            if has_right(database, actor.account, found.party, Right.SEE):
                return list(everybody)
            theirs = [each for each in everybody if has_right(database, actor.account, each.party, Right.SEE)]
            if not theirs:
                raise NotFoundError("you were not asked about this declaration")
            return theirs

    def concerns(self, actor: Actor, declaration: str) -> bool:
        """Tell whether a party of the account was asked to confirm a declaration."""
        with self._context.store.read() as database:
            everybody = co_owners_of(database, declaration)
            return any(has_right(database, actor.account, each.party, Right.SEE) for each in everybody)

    def of_account(self, actor: Actor) -> list[CoOwner]:
        """Return the declarations of others that parties of the account were asked about, as fit on a page."""
        with self._context.store.read() as database:
            parties = parties_of(database, actor.account)
            found = [each for party in parties for each in co_owned_by(database, party.id, PAGE_ROWS)]
            return found[:PAGE_ROWS]

    def _theirs(
        self, database: Database, actor: Actor, declaration: str, party: str
    ) -> tuple[Declaration, CoOwner]:
        """Return a declaration and the line of a party of the actor that was asked. Raises NotFoundError."""
        if not has_right(database, actor.account, party, Right.DECLARE):
            raise _not_asked(party)
        owner = _one(database, declaration, party)
        return find_declaration(database, declaration), owner


def _one(database: Database, declaration: str, party: str) -> CoOwner:
    for each in co_owners_of(database, declaration):
        if each.party == party:
            return each
    raise _not_asked(party)


def _not_asked(party: str) -> NotFoundError:
    return NotFoundError("party %(party)s was not asked about this declaration", party=repr(party[:40]))


def _check_other(database: Database, own: Declaration, party: str) -> None:
    """Raise InvalidRequestError unless there is such a party, open, and it is not the declaration's own."""
    if party == own.party:
        error = FieldError("/party", "this party made the declaration itself")
    elif (found := find_party(database, party)) is None or found.closed is not None:
        error = FieldError("/party", "there is no party with this number; ask for the one on their account page")
    else:
        return
    raise InvalidRequestError("the co-owner cannot be asked", errors=(error,))


def _log(ledger: Ledger, leaf_type: LeafType, declaration: Declaration, party: str, **more: object) -> int:
    """Log what a co-owner said about a declaration; the leaf has the declaration's number."""
    said = {"v": 1, "declaration": declaration.id, "owner": declaration.party, "party": party, **more}
    ledger.audit(f"co-owner-{leaf_type.value}", declaration.id)
    body = canonical_json.encode(said)
    return append_body(ledger.database, leaf_type, declaration.id, ledger.now, body, ledger.entropy)
