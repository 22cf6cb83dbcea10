"""What every service of this package works with: the instance, the clock, and whose a thing is."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlite_utils import Database

from crawler_filter.formats.record import ID_BYTES, encode_id
from registry.config import Config
from registry.control.recheck import RecheckIntervals
from registry.declarations.ledger import Ledger
from registry.errors import NotAuthorisedError, NotFoundError, SuspendedError
from registry.mail.outbox import Outbox
from registry.model.declaration import Actor, Declaration
from registry.model.party import Party
from registry.model.role import Role
from registry.net import Fetcher
from registry.publishing.creation import DATABASE
from registry.store.accounts import find_party
from registry.store.audit import OPERATOR, REGISTRY, is_account
from registry.store.database import Store
from registry.store.declarations import find_declaration
from registry.store.desk import role_of, suspension_of
from registry.store.imports import FOLDER, remove_strays
from registry.store.upgrade import remove_copies
from registry.store.writer import Writer


@dataclass(slots=True)
class Context:
    """The means that the services of this package share.

    `clock` gives unix seconds, `elapsed` seconds that never go back, `entropy(n)` gives n random bytes.
    """

    config: Config
    writer: Writer
    store: Store
    fetcher: Fetcher
    outbox: Outbox
    clock: Callable[[], int]
    elapsed: Callable[[], float]
    entropy: Callable[[int], bytes]
    is_erasing: bool = False
    """Whether something was erased that may still be in the write-ahead log."""

    def ledger(self, database: Database, actor: Actor, *, suspended: bool = False) -> Ledger:
        """Return a ledger on behalf of an account.

        Raises SuspendedError for one that is suspended, unless `suspended` ones may do this too.
        """
        ledger = Ledger(database, actor.account, self.clock(), self.entropy)
        if not suspended:
            require_not_suspended(database, actor)
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

    def finish_erasing(self) -> None:
        """Leave no byte of what was erased, now or, where a reader is in the way, at the next call.

        A copy of the time before the last migration has what was erased too, and so has a list that was uploaded:
        they go.
        """
        remove_copies(self.config.instance / DATABASE)
        with self.store.read() as database:
            remove_strays(database, self.config.instance / FOLDER)
        self.is_erasing = not self.writer.purge()

    def new_id(self) -> str:
        """Return a fresh number."""
        return encode_id(self.entropy(ID_BYTES))


def require_not_suspended(database: Database, actor: Actor) -> None:
    """Raise SuspendedError where an account may not declare or change anything for now."""
    if suspension_of(database, actor.account) is not None:
        raise SuspendedError("this account is suspended; the letter about it says why, and how to object")


def require_impartial(database: Database, by: str, *parties: str | None) -> None:
    """Raise NotAuthorisedError where whoever works at the desk acts for one of the sides."""
    for party in parties:
        found = None if party is None else find_party(database, party)
        if found is not None and found.account == by:
            raise NotAuthorisedError("you are one of the sides here, so somebody else has to do this")


def require_party(database: Database, actor: Actor, party: str) -> Party:
    """Return the party; NotFoundError unless `actor` acts for it, whether or not it exists.

    Raises SuspendedError where the account is suspended.
    """
    found = find_party(database, party)
    if found is None or found.account != actor.account:
        raise NotFoundError("this account acts for no party %(party)s", party=repr(party[:40]))
    require_not_suspended(database, actor)
    return found


def require_own(database: Database, actor: Actor, declaration: str) -> Declaration:
    """Return a declaration of a party `actor` acts for.

    Raises NotAuthorisedError for one that anybody may see, NotFoundError for one that is not public.
    """
    found = find_declaration(database, declaration)
    party = find_party(database, found.party)
    if party is not None and party.account == actor.account:
        return found
    if found.is_public:
        raise NotAuthorisedError("declaration %(declaration)s is another party's", declaration=declaration)
    raise NotFoundError("there is no declaration %(declaration)s", declaration=repr(declaration[:40]))
