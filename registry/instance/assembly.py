"""Which service gets which of the others. Nothing is decided here."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

from registry.accounts.accounts import Accounts
from registry.accounts.addresses import Addresses
from registry.accounts.members import Members
from registry.accounts.parties import Parties
from registry.accounts.passkeys import Passkeys
from registry.accounts.roles import Roles
from registry.background.clock import TrustedClock
from registry.declarations.changes import Changes
from registry.declarations.closing import Closing
from registry.declarations.co_owners import CoOwners
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
from registry.declarations.works import Works
from registry.imports.imports import Imports
from registry.imports.work import ImportWork
from registry.instance.registry import Registry
from registry.lookups.lookup import History, Lookup
from registry.lookups.search import Search
from registry.permissions.enquiries import Enquiries
from registry.permissions.enquiry_log import EnquiryLog
from registry.permissions.grants import Grants
from registry.permissions.operators import Operators
from registry.permissions.schedule import DuePermissions
from registry.permissions.signed_requests import SignedRequests
from registry.publishing import Publisher
from registry.publishing.high_water import HighWaterMark
from registry.publishing.keys import Keyring
from registry.publishing.receipts import Receipts
from registry.rate_limits import RateLimiter
from registry.site_checks import SiteChecks
from registry.store.audit import REGISTRY
from registry.webhooks.deliveries import Deliveries
from registry.webhooks.feeds import Feeds
from registry.webhooks.signing import EventSigner
from registry.webhooks.webhooks import Webhooks


def assemble(
    context: Context,
    publisher: Publisher,
    trusted: TrustedClock,
    mark: HighWaterMark,
    opening: ExitStack,
) -> Registry:
    """Make the services of an instance whose storage is open; `opening` is closed with the registry."""
    config, writer, store, entropy = context.config, context.writer, context.store, context.entropy
    signer = EventSigner(lambda: publisher.keys.snapshot, context.clock)
    opening.callback((deliveries := Deliveries(context, signer)).close)
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
        works=(works := Works(context)), consents=Consents(context),
        co_owners=CoOwners(context), imports=(imports := Imports(context)),
        import_work=ImportWork(context, imports, declarations, changes, works, limiter, time.thread_time),
        schedule=DueTasks(context),
        enquiries=Enquiries(context), enquiry_log=EnquiryLog(context),
        signed_requests=SignedRequests(operators.with_key, trusted.estimate),
        permissions_due=DuePermissions(context, operators),
        webhooks=Webhooks(context, signer), deliveries=deliveries, feeds=Feeds(context),
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


def _open_lookup(context: Context, publisher: Publisher, clock: Callable[[], int]) -> Lookup:
    hold = partial(Moderation(context).hold, by=REGISTRY) if context.config.hold_floods else None
    return Lookup(publisher.snapshot, clock=clock, history=History(publisher, context.store), hold=hold)
