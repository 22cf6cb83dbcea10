"""One open registry: which part gets which. Nothing is decided here, and nothing here knows of HTTP."""

import logging
import secrets
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final, Self

from crawler_filter.formats.models import ModelEntry
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
from registry.declarations.consents import Consents
from registry.declarations.context import Context
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
from registry.lookups.lookup import History, Lookup
from registry.lookups.search import Search
from registry.lookups.statistics import FIGURES_SECONDS
from registry.mail.outbox import Outbox
from registry.mail.sender import Mailer, open_mailer
from registry.net import Endpoint, Fetcher, FetchError, Resolver
from registry.net.outside_time import outside_time
from registry.permissions.enquiries import Enquiries
from registry.permissions.enquiry_log import EnquiryLog
from registry.permissions.grants import Grants
from registry.permissions.operators import Operators
from registry.permissions.schedule import DuePermissions
from registry.permissions.signed_requests import SignedRequests
from registry.publishing import Publisher
from registry.publishing.closed_instance import CONFIRMED, CONFIRMED_SECONDS
from registry.publishing.creation import DATABASE, create_dev_instance
from registry.publishing.high_water import HighWaterMark, signed_mark
from registry.publishing.keys import Keyring
from registry.publishing.models import read_models, require_listed
from registry.publishing.receipts import Receipts
from registry.rate_limits import RateLimiter, Turns
from registry.site_checks import SiteChecks
from registry.store.audit import REGISTRY
from registry.store.database import Store, instance_lock, open_database
from registry.store.in_force import reindex_scopes
from registry.store.snapshots import latest_manifest
from registry.store.upgrade import upgrade
from registry.store.writer import Writer
from registry.webhooks.deliveries import Deliveries
from registry.webhooks.feeds import Feeds
from registry.webhooks.signing import Sealing
from registry.webhooks.webhooks import Webhooks

_log = logging.getLogger(__name__)

LOCAL_RESOLVER = Endpoint.parse("127.0.0.1")
"""The resolver that is asked where the configuration names none."""


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


def open_registry(
    config: Config,
    *,
    create: bool = False,
    rebuild: bool = False,
    clock: Callable[[], float] = time.time,
    steady: Callable[[], float] | None = None,
    entropy: Callable[[int], bytes] = secrets.token_bytes,
    mailer: Mailer | None = None,
    fetcher: Fetcher | None = None,
) -> Registry:
    """Open the instance that `config` names; `create` makes a new one, its root key inside, in an empty directory.

    `rebuild` makes every segment of the snapshot, and the index of its scopes, anew under the URL profile in use.
    `clock` gives unix seconds; `steady` counts seconds beside it, by default the machine's own count, or `clock`
    where that is not the machine's. `mailer` and `fetcher` replace those of `config`. Publishes what was logged.
    Raises InstanceError when another process has the instance open, the files are not an instance's, or publishing
    would do harm.
    """
    if create:
        create_dev_instance(config, entropy)
    with ExitStack() as opening:
        steady = steady or (steady_seconds if clock is time.time else clock)
        writer, store = _open_storage(config.instance / DATABASE, opening)
        trusted = _open_clock(config, store, TrustedClock(clock, steady))
        mark = _open_mark(config, store)
        if rebuild:
            writer.run(reindex_scopes)
        models = read_models(config.models_file)
        with store.read() as database:
            require_listed(database, models)
        publisher = _open_publisher(
            config, store, writer, trusted, opening, entropy=entropy, rebuild=rebuild, models=models
        )
        mailer, fetcher = mailer or open_mailer(config), fetcher or open_fetcher(config)
        outbox = Outbox(writer, store, mailer, steady)
        taken = frozenset(model.sha256 for model in models)
        context = Context(config, writer, store, fetcher, outbox, trusted.now, steady, entropy, taken)
        return _assemble(context, publisher, trusted, mark, opening)


def _assemble(
    context: Context,
    publisher: Publisher,
    trusted: TrustedClock,
    mark: HighWaterMark,
    opening: ExitStack,
) -> Registry:
    config, writer, store, entropy = context.config, context.writer, context.store, context.entropy
    sealing = Sealing(lambda: publisher.keys.snapshot, context.clock)
    opening.callback((deliveries := Deliveries(context, sealing)).close)
    limiter, mailer, outbox = RateLimiter(context.elapsed), context.outbox.mailer, context.outbox
    accounts = Accounts(config, writer, store, mailer, limiter, clock=trusted.estimate, entropy=entropy)
    return Registry(
        config=config, writer=writer, store=store, limiter=limiter, mailer=mailer, accounts=accounts,
        addresses=Addresses(
            config, writer, store, outbox, accounts,
            clock=trusted.estimate, elapsed=context.elapsed, entropy=entropy,
        ),
        passkeys=Passkeys(
            config, writer, store, outbox, clock=trusted.estimate, elapsed=context.elapsed, entropy=entropy),
        parties=Parties(config, writer, store, clock=trusted.estimate, entropy=entropy),
        members=Members(config, writer, store, outbox, limiter, clock=trusted.estimate, entropy=entropy),
        roles=Roles(writer, store, trusted.estimate), declarations=(declarations := Declarations(context)),
        changes=(changes := Changes(context)), proofs=Proofs(context), moderation=Moderation(context),
        disputes=Disputes(context), operators=(operators := Operators(context)), grants=Grants(context),
        standings=Standings(context), erasure=Erasure(context), closing=Closing(context), drafts=Drafts(context),
        works=(works := Works(context)), consents=Consents(context), imports=(imports := Imports(context)),
        import_work=ImportWork(context, imports, declarations, changes, works, limiter, time.thread_time),
        schedule=DueTasks(context),
        enquiries=Enquiries(context), enquiry_log=EnquiryLog(context),
        signed_requests=SignedRequests(operators.with_key, trusted.estimate),
        permissions_due=DuePermissions(context, operators),
        webhooks=Webhooks(context, sealing), deliveries=deliveries, feeds=Feeds(context),
        publisher=publisher,
        lookup=_open_lookup(context, publisher, trusted.estimate),
        search=Search(store, trusted.estimate, time.thread_time),
        receipts=Receipts(publisher, store, Keyring(config.instance)),
        fetcher=context.fetcher,
        site_checks=SiteChecks(context.fetcher, limiter, clock=time.monotonic),
        trusted_clock=trusted,
        high_water=mark,
        _closing=opening.pop_all(),
    )  # fmt: skip


def _open_storage(path: Path, opening: ExitStack) -> tuple[Writer, Store]:
    """Migrate the database, open it for the writer and for readers, and hold it against other processes."""
    opening.enter_context(instance_lock(path))
    upgrade(path)
    writer = Writer(open_database(path))
    opening.callback(writer.close)
    writer.checkpoint()  # a crash leaves a write-ahead log, and what was erased may still be in it
    store = Store(path)
    opening.callback(store.close)
    return writer, store


def _open_publisher(
    config: Config,
    store: Store,
    writer: Writer,
    trusted: TrustedClock,
    opening: ExitStack,
    *,
    entropy: Callable[[int], bytes],
    rebuild: bool,
    models: Sequence[ModelEntry],
) -> Publisher:
    publisher = Publisher(
        config.instance,
        store,
        writer,
        clock=trusted.now,
        entropy=entropy,
        estimate=trusted.estimate,
        interval=config.publish_interval,
        lifetime=config.manifest_lifetime,
        rebuild=rebuild,
        models=models,
    )
    opening.callback(publisher.close)
    return publisher


def _open_mark(config: Config, store: Store) -> HighWaterMark:
    """Check that the instance is the one that was here last, and not an older copy of it."""
    mark = HighWaterMark(config.instance, secrets.token_bytes)
    keyring = Keyring(config.instance)
    keyring.restore_trust_file()
    with store.read() as database:
        signed = signed_mark(database, keyring.root().log.name)
    if not config.dev:
        mark.check(signed)
    mark.raise_to(signed)
    return mark


def _open_clock(config: Config, store: Store, clock: TrustedClock) -> TrustedClock:
    """Compare the clock with what was signed last, unless the operator has just taken it for right."""
    with store.read() as database:
        newest = latest_manifest(database)
    try:
        confirmed = int((config.instance / CONFIRMED).read_text())
    except (FileNotFoundError, ValueError):
        confirmed = None
    if newest is not None and not (confirmed and 0 <= clock.estimate() - confirmed <= CONFIRMED_SECONDS):
        clock.compare_with_signed(newest.issued)
    return clock


def _open_lookup(context: Context, publisher: Publisher, clock: Callable[[], int]) -> Lookup:
    hold = partial(Moderation(context).hold, by=REGISTRY) if context.config.hold_floods else None
    return Lookup(publisher.snapshot, clock=clock, history=History(publisher, context.store), hold=hold)


def open_fetcher(config: Config) -> Fetcher:
    """Return the one way out to other people's servers, as `config` has it."""
    agent = f"optout-registry (+{config.public_url})"
    resolvers = config.resolvers or (LOCAL_RESOLVER,)
    return Fetcher(Resolver(resolvers), agent=agent, permit_loopback=config.permit_loopback)
