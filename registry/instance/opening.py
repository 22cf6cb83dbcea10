"""Opens an instance: its storage, clock, mark and publisher, in the order in which they need each other."""

import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from crawler_filter.formats.models import ModelEntry
from registry.background.clock import TrustedClock, steady_seconds
from registry.config import Config
from registry.declarations.context import Context
from registry.declarations.purging import Purging
from registry.instance.assembly import assemble
from registry.instance.registry import Registry
from registry.mail.outbox import Outbox
from registry.mail.sender import Mailer, open_mailer
from registry.net import Endpoint, Fetcher, Resolver
from registry.publishing import Publisher
from registry.publishing.closed_instance import CONFIRMED, CONFIRMED_SECONDS
from registry.publishing.creation import DATABASE, create_dev_instance
from registry.publishing.high_water import HighWaterMark, signed_mark
from registry.publishing.keys import Keyring
from registry.publishing.models import read_models, require_listed
from registry.store.database import Store, instance_lock, open_database
from registry.store.in_force import reindex_scopes
from registry.store.snapshots import latest_manifest
from registry.store.upgrade import upgrade
from registry.store.writer import Writer

LOCAL_RESOLVER: Final = Endpoint.parse("127.0.0.1")
"""The resolver that is asked where the configuration names none."""


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
        purging = Purging(config.instance, writer, steady)
        context = Context(
            config, writer, store, fetcher, outbox, trusted.now, steady, entropy, purging,
            publisher.snapshot, taken,
        )  # fmt: skip
        return assemble(context, publisher, trusted, mark, opening)


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


def open_fetcher(config: Config) -> Fetcher:
    """Return the one way out to other people's servers, as `config` has it."""
    agent = f"optout-registry (+{config.public_url})"
    resolvers = config.resolvers or (LOCAL_RESOLVER,)
    return Fetcher(Resolver(resolvers), agent=agent, permit_loopback=config.permit_loopback)
