"""What the desk does: flag a dispute, hold what matches too much, end both, and suspend an account.

`by` is the account of whoever does it, which needs a role, or OPERATOR for the command line of the instance. Its
name is in the audit trail, and whoever declared gets a letter about everything.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlite_utils import Database

from crawler_filter.formats.record import LeafType
from registry.declarations.context import Context, require_in_force
from registry.declarations.impartiality import require_impartial, require_no_side
from registry.declarations.ledger import Ledger
from registry.errors import FieldError, InvalidRequestError, NotFoundError, TransitionError
from registry.mail import desk_letters as letters
from registry.model.declaration import Declaration, State
from registry.model.membership import Right
from registry.model.role import MAX_REASON, Role, Suspension
from registry.store import desk
from registry.store.accounts import addresses_of_account
from registry.store.audit import OPERATOR, actions_on
from registry.store.declarations import find_declaration
from registry.store.disputes import disputes_of
from registry.store.erasure import account_named
from registry.store.parties import members_of, parties_of


@dataclass(frozen=True, slots=True)
class Act:
    """A line of the audit trail. `time` is in unix seconds; `email` is that of an actor who works at the desk."""

    time: int
    actor: str
    action: str
    email: str | None


class Moderation:
    """The acts of the desk on a declaration, and on an account."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def dispute(
        self, declaration: str, positions: Collection[int] | None = None, *, by: str = OPERATOR
    ) -> Declaration:
        """Flag scopes (by default all) as disputed; they keep restricting."""

        def transaction(database: Database) -> Declaration:
            ledger, found = self._begin(database, declaration, by)
            flagged = range(len(found.record.scopes)) if positions is None else positions
            scopes = tuple(
                replace(scope, disputed=scope.disputed or position in flagged)
                for position, scope in enumerate(found.record.scopes)
            )
            stated = ledger.record_revision(found, LeafType.DISPUTE, replace(found.record, scopes=scopes))
            self._tell(ledger, letters.FLAGGED, found)
            return stated

        return self._sent(self._context.writer.run(transaction))

    def resolve(self, declaration: str, *, upheld: bool, by: str = OPERATOR) -> Declaration:
        """End a dispute that came in another way: `upheld` removes the disputed scopes, otherwise they stand
        unflagged.

        Raises TransitionError where a dispute that somebody made waits: it is decided, and both sides hear of it.
        """

        def transaction(database: Database) -> Declaration:
            ledger, found = self._begin(database, declaration, by)
            if any(each.state.is_live for each in disputes_of(database, declaration)):
                raise TransitionError("a dispute about this declaration waits; decide that")
            if not found.is_disputed:
                raise TransitionError(
                    "nothing of declaration %(declaration)s is under dispute", declaration=declaration
                )
            self._tell(ledger, letters.REMOVED if upheld else letters.STANDS, found)
            kept_scopes = [scope for scope in found.record.scopes if not (upheld and scope.disputed)]
            if not kept_scopes:
                return ledger.end(found, LeafType.EXPIRE, State.EXPIRED)
            scopes = tuple(replace(scope, disputed=False) for scope in kept_scopes)
            return ledger.record_revision(found, LeafType.RESOLVE, replace(found.record, scopes=scopes))

        return self._sent(self._context.writer.run(transaction))

    def hold(self, declaration: str, *, by: str = OPERATOR) -> Declaration:
        """Hold a declaration for review, because it matches far too much or is what is another's.

        Its scopes of every kind keep restricting, flagged, where the party has verified something. Raises
        TransitionError where all are held.
        """

        def transaction(database: Database) -> Declaration:
            ledger, found = self._begin(database, declaration, by)
            scopes = tuple(replace(scope, held=True) for scope in found.record.scopes)
            if scopes == found.record.scopes:
                raise TransitionError("declaration %(declaration)s is held already", declaration=declaration)
            self._tell(ledger, letters.HELD, found)
            return ledger.record_revision(found, LeafType.HOLD, replace(found.record, scopes=scopes))

        return self._context.writer.run(
            transaction
        )  # the letter goes with the next round: a lookup may be what holds

    def release(self, declaration: str, *, by: str = OPERATOR) -> Declaration:
        """End the review of a declaration: its scopes stand as before. Raises TransitionError if none is held."""

        def transaction(database: Database) -> Declaration:
            ledger, found = self._begin(database, declaration, by)
            if not any(scope.held for scope in found.record.scopes):
                raise TransitionError("nothing of declaration %(declaration)s is held", declaration=declaration)
            self._tell(ledger, letters.RELEASED, found)
            scopes = tuple(replace(scope, held=False) for scope in found.record.scopes)
            return ledger.record_revision(found, LeafType.RESOLVE, replace(found.record, scopes=scopes))

        return self._sent(self._context.writer.run(transaction))

    def suspend(self, account: str, reason: str, *, by: str = OPERATOR) -> None:
        """Suspend an account, named by its id or mail address: it declares and changes nothing until it is
        reinstated.

        Raises NotFoundError; InvalidRequestError without a reason; TransitionError for whoever has a role.
        """
        if not 1 <= len(reason.strip()) <= MAX_REASON:
            error = FieldError("/reason", "expected a text of 1 to %(most)s characters", most=MAX_REASON)
            raise InvalidRequestError("an account is not suspended without a reason", errors=(error,))

        def transaction(database: Database) -> None:
            ledger, number = self._begin_about(database, account, by)
            if desk.role_of(database, number) is not None:
                raise TransitionError("this account has a role; take that first")
            desk.suspend(database, Suspension(number, ledger.now, reason.strip()))
            ledger.audit("suspend", number)
            self._tell_account(ledger, number, reason.strip())

        self._context.writer.run(transaction)
        self._context.outbox.send()

    def reinstate(self, account: str, *, by: str = OPERATOR) -> None:
        """End the suspension of an account. Raises NotFoundError, and TransitionError where there is none."""

        def transaction(database: Database) -> None:
            ledger, number = self._begin_about(database, account, by)
            if not desk.reinstate(database, number):
                raise TransitionError("this account is not suspended")
            ledger.audit("reinstate", number)
            self._tell_account(ledger, number, None)

        self._context.writer.run(transaction)
        self._context.outbox.send()

    def suspensions(self, by: str) -> Sequence[Suspension]:
        """Return the accounts that are suspended, for whoever has a role. Raises NotAuthorisedError."""
        with self._context.store.read() as database:
            self._context.desk_ledger(database, by, Role.MODERATOR)
            return desk.suspensions(database)

    def acts(self, target: str, by: str) -> list[Act]:
        """Return everything that was done to a declaration or dispute, for whoever has a role. Raises
        NotAuthorisedError."""
        with self._context.store.read() as database:
            self._context.desk_ledger(database, by)
            names = {each.account: each.email for each in desk.staff(database)}
            return [Act(*each, names.get(each[1])) for each in actions_on(database, target)]

    def account_behind(self, declaration: str, *, by: str) -> str:
        """Return the account that acts for the party of a declaration, for whoever has a role.

        Raises NotAuthorisedError, NotFoundError or GoneError.
        """
        with self._context.store.read() as database:
            self._context.desk_ledger(database, by)
            members = members_of(database, find_declaration(database, declaration).party)
            first = next((each for each in members if each.role.may(Right.RULE)), None)
            if first is None:
                raise NotFoundError("nobody acts for the party of this declaration")
            return first.account

    def _begin(self, database: Database, declaration: str, by: str) -> tuple[Ledger, Declaration]:
        ledger = self._context.desk_ledger(database, by)
        found = find_declaration(database, declaration)
        require_no_side(database, by, found)
        require_in_force(found)
        return ledger, found

    def _begin_about(self, database: Database, account: str, by: str) -> tuple[Ledger, str]:
        number = account_named(database, account)
        ledger = self._context.desk_ledger(database, by)
        require_impartial(database, by, *(party.id for party in parties_of(database, number)))
        return ledger, number

    def _tell(self, ledger: Ledger, words: tuple[str, str], declaration: Declaration) -> None:
        letters.queue_desk_notice(ledger.database, words, declaration, ledger.now, self._context.config.public_url)

    def _tell_account(self, ledger: Ledger, account: str, reason: str | None) -> None:
        config = self._context.config
        for email in addresses_of_account(ledger.database, account):
            letters.queue_suspension_notice(
                ledger.database, email, reason, ledger.now, config.public_url, config.contact
            )

    def _sent(self, declaration: Declaration) -> Declaration:
        self._context.outbox.send()
        return declaration
