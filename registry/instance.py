"""One open registry: which part gets which. Nothing is decided here, and nothing here knows of HTTP."""

import secrets
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from registry.accounts.accounts import Accounts
from registry.config import Config
from registry.declarations.changes import Changes
from registry.declarations.context import Context
from registry.declarations.declarations import Declarations
from registry.declarations.drafts import Drafts
from registry.declarations.moderation import Moderation
from registry.declarations.proofs import Proofs
from registry.declarations.schedule import DueTasks
from registry.declarations.works import Works
from registry.lookups.lookup import History, Lookup
from registry.mail.outbox import Outbox
from registry.mail.sender import Mailer, open_mailer
from registry.net import Endpoint, Fetcher, Resolver
from registry.publishing import Publisher
from registry.publishing.creation import DATABASE, create_dev_instance
from registry.publishing.keys import Keyring
from registry.publishing.receipts import Receipts
from registry.rate_limits import RateLimiter
from registry.site_checks import SiteChecks
from registry.store.database import Store, instance_lock, open_database
from registry.store.upgrade import upgrade
from registry.store.writer import Writer

LOCAL_RESOLVER = Endpoint.parse("127.0.0.1")
"""The resolver that is asked where the configuration names none."""


def unix_time() -> int:
    """Return the present time in unix seconds."""
    return int(time.time())


@dataclass(frozen=True, slots=True)
class Registry:
    """One open instance. Only one process at a time holds it."""

    config: Config
    writer: Writer
    store: Store
    accounts: Accounts
    declarations: Declarations
    changes: Changes
    proofs: Proofs
    moderation: Moderation
    works: Works
    drafts: Drafts
    schedule: DueTasks
    publisher: Publisher
    lookup: Lookup
    receipts: Receipts
    fetcher: Fetcher
    site_checks: SiteChecks
    mailer: Mailer
    limiter: RateLimiter
    clock: Callable[[], int]
    entropy: Callable[[int], bytes]
    _closing: ExitStack

    def do_what_is_due(self) -> None:
        """Do what time has made due with declarations and proofs, and forget sessions and links that ended."""
        self.accounts.forget_expired()
        self.schedule.due(self.clock())

    def close(self) -> None:
        """Finish what was accepted and let go of the instance."""
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_registry(
    config: Config,
    *,
    create: bool = False,
    clock: Callable[[], int] = unix_time,
    entropy: Callable[[int], bytes] = secrets.token_bytes,
    mailer: Mailer | None = None,
    fetcher: Fetcher | None = None,
) -> Registry:
    """Open the instance that `config` names; `create` makes a new one, its root key inside, in an empty directory.

    `mailer` and `fetcher` replace those of `config`. Publishes what was logged. Raises InstanceError when another
    process has the instance open, the files are not an instance's, or publishing would do harm.
    """
    if create:
        create_dev_instance(config, entropy)
    with ExitStack() as opening:
        writer, store = _open_storage(config.instance / DATABASE, opening)
        publisher = _open_publisher(config, store, writer, clock, opening)
        mailer, fetcher = mailer or open_mailer(config), fetcher or open_fetcher(config)
        limiter = RateLimiter(clock)
        context = Context(config, writer, store, fetcher, Outbox(writer, store, mailer), clock, entropy)
        return Registry(
            config=config,
            writer=writer,
            store=store,
            accounts=Accounts(config, writer, store, mailer, limiter, clock=clock, entropy=entropy),
            declarations=Declarations(context),
            changes=Changes(context),
            proofs=Proofs(context),
            moderation=Moderation(context),
            works=Works(context),
            drafts=Drafts(context),
            schedule=DueTasks(context),
            publisher=publisher,
            lookup=_open_lookup(context, publisher),
            receipts=Receipts(publisher, store, Keyring(config.instance)),
            fetcher=fetcher,
            site_checks=SiteChecks(fetcher, limiter, clock=time.monotonic),
            mailer=mailer,
            limiter=limiter,
            clock=clock,
            entropy=entropy,
            _closing=opening.pop_all(),
        )


def upgrade_instance(config: Config) -> None:
    """Bring the database to this release's schema, where there is one, before anything reads it."""
    path = config.instance / DATABASE
    if path.exists():
        with instance_lock(path):
            upgrade(path)


def _open_storage(path: Path, opening: ExitStack) -> tuple[Writer, Store]:
    """Migrate the database, open it for the writer and for readers, and hold it against other processes."""
    opening.enter_context(instance_lock(path))
    upgrade(path)
    writer = Writer(open_database(path))
    opening.callback(writer.close)
    store = Store(path)
    opening.callback(store.close)
    return writer, store


def _open_publisher(
    config: Config, store: Store, writer: Writer, clock: Callable[[], int], opening: ExitStack
) -> Publisher:
    interval, lifetime = config.publish_interval, config.manifest_lifetime
    publisher = Publisher(config.instance, store, writer, clock=clock, interval=interval, lifetime=lifetime)
    opening.callback(publisher.close)
    return publisher


def _open_lookup(context: Context, publisher: Publisher) -> Lookup:
    hold = Moderation(context).hold if context.config.hold_floods else None
    return Lookup(publisher.snapshot, clock=context.clock, history=History(publisher, context.store), hold=hold)


def open_fetcher(config: Config) -> Fetcher:
    """Return the one way out to other people's servers, as `config` has it."""
    agent = f"optout-registry (+{config.public_url})"
    resolvers = config.resolvers or (LOCAL_RESOLVER,)
    return Fetcher(Resolver(resolvers), agent=agent, permit_loopback=config.permit_loopback)
