"""What only the operator does: flag a dispute, hold what matches too much, and end both."""

from collections.abc import Collection
from dataclasses import replace

from sqlite_utils import Database

from crawler_filter.formats.record import LeafType
from registry.declarations.context import Context
from registry.errors import TransitionError
from registry.model.declaration import Declaration, State
from registry.store.audit import OPERATOR
from registry.store.declarations import find_declaration


class Moderation:
    """The acts of an operator, named by `by`, on a declaration, from the machine of the instance only."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def dispute(
        self, declaration: str, positions: Collection[int] | None = None, *, by: str = OPERATOR
    ) -> Declaration:
        """Flag scopes (by default all) as disputed; they keep restricting."""

        def transaction(database: Database) -> Declaration:
            found = _in_force(database, declaration)
            flagged = range(len(found.record.scopes)) if positions is None else positions
            scopes = tuple(
                replace(scope, disputed=scope.disputed or position in flagged)
                for position, scope in enumerate(found.record.scopes)
            )
            return self._context.operator_ledger(database, by).record_revision(
                found, LeafType.DISPUTE, replace(found.record, scopes=scopes)
            )

        return self._context.writer.run(transaction)

    def resolve(self, declaration: str, *, upheld: bool, by: str = OPERATOR) -> Declaration:
        """End a dispute: `upheld` removes the disputed scopes, otherwise they stand unflagged."""

        def transaction(database: Database) -> Declaration:
            found = _in_force(database, declaration)
            if not found.is_disputed:
                raise TransitionError(
                    "nothing of declaration %(declaration)s is under dispute", declaration=declaration
                )
            kept_scopes = [scope for scope in found.record.scopes if not (upheld and scope.disputed)]
            ledger = self._context.operator_ledger(database, by)
            if not kept_scopes:
                return ledger.end(found, LeafType.EXPIRE, State.EXPIRED)
            scopes = tuple(replace(scope, disputed=False) for scope in kept_scopes)
            return ledger.record_revision(found, LeafType.RESOLVE, replace(found.record, scopes=scopes))

        return self._context.writer.run(transaction)

    def hold(self, declaration: str, *, by: str = OPERATOR) -> Declaration:
        """Hold a declaration for review, because it matches far too much or what is another's.

        Its scopes of every kind keep restricting, flagged, where the party has verified something. Raises
        TransitionError where all are held.
        """

        def transaction(database: Database) -> Declaration:
            found = _in_force(database, declaration)
            scopes = tuple(replace(scope, held=True) for scope in found.record.scopes)
            if scopes == found.record.scopes:
                raise TransitionError("declaration %(declaration)s is held already", declaration=declaration)
            ledger = self._context.operator_ledger(database, by)
            return ledger.record_revision(found, LeafType.HOLD, replace(found.record, scopes=scopes))

        return self._context.writer.run(transaction)

    def release(self, declaration: str, *, by: str = OPERATOR) -> Declaration:
        """End the review of a declaration: its scopes stand as before. Raises TransitionError if none is held."""

        def transaction(database: Database) -> Declaration:
            found = _in_force(database, declaration)
            if not any(scope.held for scope in found.record.scopes):
                raise TransitionError("nothing of declaration %(declaration)s is held", declaration=declaration)
            scopes = tuple(replace(scope, held=False) for scope in found.record.scopes)
            ledger = self._context.operator_ledger(database, by)
            return ledger.record_revision(found, LeafType.RESOLVE, replace(found.record, scopes=scopes))

        return self._context.writer.run(transaction)


def _in_force(database: Database, declaration: str) -> Declaration:
    found = find_declaration(database, declaration)
    if not found.state.in_force:
        raise TransitionError(
            "declaration %(declaration)s is %(state)s, not in force", declaration=declaration, state=found.state
        )
    return found
