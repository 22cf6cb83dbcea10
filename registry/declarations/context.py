"""What every service of this package works with: the instance, the clock, and whose a thing is."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlite_utils import Database

from crawler_filter.formats.record import ID_BYTES, encode_id
from crawler_filter.snapshot.reader import Snapshot
from registry.config import Config
from registry.control.recheck import RecheckIntervals
from registry.declarations.ledger import Ledger
from registry.declarations.purging import Purging
from registry.errors import NotAuthorisedError, TransitionError
from registry.mail.outbox import Outbox
from registry.model.declaration import Actor, Declaration
from registry.model.membership import Right
from registry.model.party import Party
from registry.model.role import Role
from registry.net import Fetcher
from registry.publishing.creation import DATABASE
from registry.store.audit import OPERATOR, REGISTRY, is_account
from registry.store.database import Store
from registry.store.declarations import find_declaration, no_declaration
from registry.store.desk import role_of
from registry.store.imports import FOLDER, remove_strays
from registry.store.parties import role_in
from registry.store.rights import require_not_suspended, require_open, require_right, require_role
from registry.store.upgrade import remove_copies
from registry.store.writer import Writer


@dataclass(slots=True)
class Context:
    """The means that the services of this package share.

    `clock` gives unix seconds, `elapsed` seconds that never go back, `entropy(n)` gives n random bytes,
    `published` the snapshot that was published last.
    """

    config: Config
    writer: Writer
    store: Store
    fetcher: Fetcher
    outbox: Outbox
    clock: Callable[[], int]
    elapsed: Callable[[], float]
    entropy: Callable[[int], bytes]
    purging: Purging
    published: Callable[[], Snapshot]
    models: Collection[str] = ()
    """The SHA-256 of each model whose codes are taken."""

    def ledger(self, database: Database, actor: Actor, *, suspended: bool = False) -> Ledger:
        """Return a ledger on behalf of an account.

        Raises SuspendedError for one that is suspended, unless `suspended` ones may do this too.
        """
        ledger = Ledger(database, actor.account, self.clock(), self.entropy)
        if not suspended:
            require_not_suspended(database, actor.account)
        return ledger

    def desk_ledger(self, database: Database, by: str = OPERATOR, least: Role = Role.MODERATOR) -> Ledger:
        """Return a ledger on behalf of the desk: of an actor at the command line, or of an account with a role.

        Raises NotAuthorisedError for an account whose role does not include `least`.
        """
        if is_account(by):
            role = role_of(database, by)
            if role is None or not role.includes(least):
                raise NotAuthorisedError("this is for people who work at the desk of this registry")
        return Ledger(database, by, self.clock(), self.entropy)

    def registry_ledger(self, database: Database, now: int) -> Ledger:
        """Return a ledger of what time does."""
        return Ledger(database, REGISTRY, now, self.entropy)

    @property
    def recheck_schedule(self) -> RecheckIntervals:
        """Return how often proofs are looked for again."""
        return RecheckIntervals(every=self.config.recheck_interval)

    def finish_erasing(self, by: str = "") -> None:
        """Leave no byte of what was erased: soon, or at once where the operator, at the command line, erased it.

        A copy of the time before the last migration has what was erased too, and so has a list that was uploaded:
        they go.
        """
        remove_copies(self.config.instance / DATABASE)
        with self.store.read() as database:
            remove_strays(database, self.config.instance / FOLDER)
        if by and not is_account(by):
            self.purging.purge()
        else:
            self.purging.purge_soon()

    def new_id(self) -> str:
        """Return a fresh number."""
        return encode_id(self.entropy(ID_BYTES))


def require_party(database: Database, actor: Actor, party: str) -> Party:
    """Return the party; NotFoundError unless `actor` acts for it, whether or not it exists.

    Raises NotAuthorisedError for a reader, ConflictError where it is closed, and SuspendedError where the account
    is suspended.
    """
    found = require_right(database, actor.account, party, Right.DECLARE)
    require_open(found)
    require_not_suspended(database, actor.account)
    return found


def require_own(database: Database, actor: Actor, declaration: str, right: Right = Right.DECLARE) -> Declaration:
    """Return a declaration of a party in which `actor` has a right.

    Raises NotAuthorisedError for one that anybody may see or where the role is not enough, NotFoundError for one
    that is not public.
    """
    found = find_declaration(database, declaration)
    role = role_in(database, actor.account, found.party)
    if role is not None:
        require_role(role, right)
        return found
    if found.is_public:
        raise NotAuthorisedError("declaration %(declaration)s is another party's", declaration=declaration)
    raise no_declaration(declaration)


def require_in_force(declaration: Declaration) -> None:
    """Raise TransitionError for a declaration that is not in force."""
    if not declaration.state.in_force:
        raise TransitionError(
            "declaration %(declaration)s is %(state)s, not in force",
            declaration=declaration.id,
            state=declaration.state,
        )
