"""Giving and taking the roles of the people who work for a registry, at the command line of the instance."""

from collections.abc import Callable, Sequence

from sqlite_utils import Database

from registry.errors import NotFoundError
from registry.model.declaration import Actor
from registry.model.role import Role, Staff, Suspension
from registry.store import desk
from registry.store.audit import OPERATOR, record_action
from registry.store.database import Store
from registry.store.erasure import account_named
from registry.store.writer import Writer


class Roles:
    """The roles that accounts have. `clock` gives unix seconds."""

    def __init__(self, writer: Writer, store: Store, clock: Callable[[], int]) -> None:
        self._writer = writer
        self._store = store
        self._clock = clock

    def grant(self, account: str, role: Role, *, by: str = OPERATOR) -> None:
        """Give a role to an account, named by its id or mail address. Raises NotFoundError."""

        def transaction(database: Database) -> None:
            number, now = account_named(database, account), self._clock()
            desk.grant_role(database, number, role, now)
            record_action(database, now, by, f"grant-{role}", number)

        self._writer.run(transaction)

    def revoke(self, account: str, *, by: str = OPERATOR) -> None:
        """Take the role of an account. Raises NotFoundError where it has none."""

        def transaction(database: Database) -> None:
            number = account_named(database, account)
            if not desk.revoke_role(database, number):
                raise NotFoundError("this account has no role")
            record_action(database, self._clock(), by, "revoke-role", number)

        self._writer.run(transaction)

    def of(self, actor: Actor) -> Role | None:
        """Return the role of an account, None where it has none."""
        with self._store.read() as database:
            return desk.role_of(database, actor.account)

    def suspension(self, actor: Actor) -> Suspension | None:
        """Return why an account is suspended, None where it is not."""
        with self._store.read() as database:
            return desk.suspension_of(database, actor.account)

    def staff(self) -> Sequence[Staff]:
        """Return everybody who has a role."""
        with self._store.read() as database:
            return desk.staff(database)
