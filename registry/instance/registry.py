"""`Registry`: the services of one open instance, its threads, and whether it is ready."""

import logging
import sqlite3
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Final, Self

from registry.accounts.accounts import Accounts
from registry.accounts.addresses import Addresses
from registry.accounts.members import Members
from registry.accounts.parties import Parties
from registry.accounts.passkeys import Passkeys
from registry.accounts.roles import Roles
from registry.background.clock import TrustedClock, steady_seconds
from registry.background.loop import Loop
from registry.config import Config
from registry.declarations.changes import Changes
from registry.declarations.closing import Closing
from registry.declarations.co_owners import CoOwners
from registry.declarations.consents import Consents
from registry.declarations.declarations import Declarations
from registry.declarations.disputes import Disputes
from registry.declarations.drafts import Drafts
from registry.declarations.erasure import Erasure
from registry.declarations.moderation import Moderation
from registry.declarations.proofs import Proofs
from registry.declarations.schedule import DueTasks
from registry.declarations.standing import Standings
from registry.declarations.works import NAMES_SECONDS, Works
from registry.errors import RegistryError
from registry.imports.imports import Imports
from registry.imports.work import SECONDS as IMPORT_SECONDS
from registry.imports.work import ImportWork
from registry.lookups.lookup import Lookup
from registry.lookups.search import Search
from registry.lookups.statistics import FIGURES_SECONDS
from registry.mail.sender import Mailer
from registry.net import Fetcher, FetchError
from registry.net.outside_time import outside_time
from registry.permissions.enquiries import Enquiries
from registry.permissions.enquiry_log import EnquiryLog
from registry.permissions.grants import Grants
from registry.permissions.operators import Operators
from registry.permissions.schedule import DuePermissions
from registry.permissions.signed_requests import SignedRequests
from registry.publishing import Publisher
from registry.publishing.high_water import HighWaterMark, signed_mark
from registry.publishing.receipts import Receipts
from registry.rate_limits import RateLimiter, Turns
from registry.site_checks import SiteChecks
from registry.store.database import Store
from registry.store.writer import Writer
from registry.webhooks.deliveries import Deliveries
from registry.webhooks.feeds import Feeds
from registry.webhooks.webhooks import Webhooks

_log = logging.getLogger(__name__)

DUE_SECONDS: Final = 60
"""Time between two looks at what is due: changes that take effect, proofs to be looked for again."""

FILES_SECONDS: Final = 86_400
"""Time between two readings of all that is served; the first comes right after a start."""

SENDING_SECONDS: Final = 1.0
"""Time between two looks for events that wait to be sent."""

TIME_SECONDS: Final = 300
"""Time between two looks at the source of time that is configured."""


@dataclass(frozen=True, slots=True)
class Registry:
    """One open instance. Only one process at a time holds it."""

    config: Config
    writer: Writer
    store: Store
    accounts: Accounts
    addresses: Addresses
    passkeys: Passkeys
    parties: Parties
    members: Members
    roles: Roles
    declarations: Declarations
    changes: Changes
    proofs: Proofs
    moderation: Moderation
    disputes: Disputes
    standings: Standings
    erasure: Erasure
    closing: Closing
    works: Works
    consents: Consents
    co_owners: CoOwners
    drafts: Drafts
    imports: Imports
    import_work: ImportWork
    schedule: DueTasks
    operators: Operators
    grants: Grants
    enquiries: Enquiries
    enquiry_log: EnquiryLog
    signed_requests: SignedRequests
    permissions_due: DuePermissions
    webhooks: Webhooks
    deliveries: Deliveries
    feeds: Feeds
    publisher: Publisher
    lookup: Lookup
    search: Search
    receipts: Receipts
    fetcher: Fetcher
    site_checks: SiteChecks
    mailer: Mailer
    limiter: RateLimiter
    trusted_clock: TrustedClock
    high_water: HighWaterMark
    _closing: ExitStack
    loops: list[Loop] = field(default_factory=list)
    """The threads that were started."""
    heavy: Turns = field(default_factory=lambda: Turns(2, each=1, retry_after=2))
    """Turns at what takes much of a core: lookups of content, and in the past."""
    slow: Turns = field(default_factory=lambda: Turns(4, each=1, retry_after=10))
    """Turns at what waits for other people's servers."""
    cpu: Callable[[], float] = time.thread_time
    """Seconds of processor time of the thread that asks."""

    @property
    def clock(self) -> Callable[[], int]:
        """The time for what is shown: it goes on while the machine's clock is in doubt."""
        return self.trusted_clock.estimate

    def do_what_is_due(self) -> int:
        """Do what time has made due with declarations and proofs, and forget sessions and links that ended.

        Returns how much of it failed. Raises ClockInDoubtError, and does nothing, while the clock is in doubt.
        """
        now = self.trusted_clock.now()
        self.accounts.forget_expired(now)
        self.members.forget_expired(now)
        self.accounts.send_waiting()
        self.imports.forget_old(now)
        return self.addresses.due(now) + self.schedule.due(now) + self.permissions_due.due(now)

    def start(self) -> None:
        """Publish, and do what is due, in threads of their own from now on."""
        self.publisher.start()
        self.loops.append(Loop("due", self._do_what_is_due, seconds=DUE_SECONDS, clock=steady_seconds))
        names = self.works.refresh_names
        self.loops.append(Loop("names", names, seconds=NAMES_SECONDS, clock=steady_seconds, first=0))
        imports = self.import_work.work
        self.loops.append(Loop("imports", imports, seconds=IMPORT_SECONDS, clock=steady_seconds, first=0))
        figures = self.search.statistics.count
        self.loops.append(Loop("figures", figures, seconds=FIGURES_SECONDS, clock=steady_seconds, first=0))
        events = self.send_events
        self.loops.append(Loop("webhooks", events, seconds=SENDING_SECONDS, clock=steady_seconds))
        files = self.publisher.check_files
        self.loops.append(Loop("files", files, seconds=FILES_SECONDS, clock=steady_seconds, first=0))
        if self.config.time_source:
            self.look_outside()
            self.loops.append(Loop("time", self.look_outside, seconds=TIME_SECONDS, clock=steady_seconds))
        for loop in self.loops:
            loop.start()

    def send_events(self) -> None:
        """Hand over the events that wait, unless the clock is in doubt: what is signed names the time."""
        if self.trusted_clock.doubt() is None:
            self.deliveries.work()

    def look_outside(self) -> None:
        """Compare the clock with the source of time that is configured, as far as it answers."""
        source = self.config.time_source
        try:
            self.trusted_clock.compare_with_outside(source, outside_time(self.fetcher, source))
        except FetchError as error:
            _log.warning("the clock could not be compared with %s: %s", source, error.detail)

    def _do_what_is_due(self) -> None:
        self.raise_mark()
        doubt = self.trusted_clock.doubt()
        if doubt is None:
            self.do_what_is_due()
        else:
            _log.error("nothing that is due is done: %s", doubt)

    def raise_mark(self) -> None:
        """Keep how far this instance has signed, so that an older copy of it is noticed."""
        with self.store.read() as database:
            self.high_water.raise_to(signed_mark(database, self.publisher.keys.log.name))

    def fatal(self) -> str | None:
        """Return why this process has to end, None while it may go on."""
        if self.writer.failure is not None or self.store.failure is not None:
            return f"the storage has failed: {self.writer.failure or self.store.failure}"
        ended = (loop.problem() for loop in self.loops)
        return self.publisher.problem() or next((problem for problem in ended if problem), None)

    def not_ready(self) -> str | None:
        """Return why declarations cannot be taken or lookups grow old, None while all is well."""
        if (fatal := self.fatal()) is not None:
            return fatal
        if self.writer.is_full or self.publisher.no_room:
            return "the disk is full; nothing is taken until there is room"
        return self.trusted_clock.doubt()

    def close(self) -> None:
        """Finish what was accepted and let go of the instance."""
        with suppress(OSError, sqlite3.Error, RegistryError):  # the mark is a lower bound: an older one holds too
            self.raise_mark()
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
