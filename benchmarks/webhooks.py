"""Webhooks: how many signed events one receiver is given, and how many while others beside it hang.

The receiver is on this machine and takes TLS; it verifies each signature in the process that sends, so the figures
are of both. Every delivery is a connection of its own, and is kept in the database before the next one is sent.
"""

import io
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from typing import Any, Final

from sqlite_utils import Database

from benchmarks.bench import Bench
from benchmarks.report import Report
from crawler_filter.formats.events import EventKind
from registry.config import Config
from registry.instance import Registry, open_registry
from registry.mail.sender import PrintingMailer
from registry.model.declaration import Actor
from registry.model.party import AUTHORITY_STATEMENT, Capacity, PartyRequest
from registry.net import Fetcher
from registry.store.accounts import insert_account
from registry.store.events import record_event
from registry.webhooks.deliveries import OTHER_THREADS

SECTION: Final = "webhooks"
_ACTOR: Final = Actor("benchmark")
_SECONDS: Final = 120.0
"""How long is waited for events at most."""


def run(bench: Bench, report: Report) -> None:
    """Send events to one receiver alone, and then beside more that hang than there are threads for them."""
    events = 500 if bench.scale.rules >= 10_000 else 20
    with _world(bench) as (registry, party, place):
        quick = place("hooks.example.com")
        alone = _sent(registry, party, quick, events)
        hanging = [place(f"slow-{number}.example.com", hangs=True) for number in range(OTHER_THREADS + 2)]
        beside = _sent(registry, party, quick, events)
        report.require(SECTION, "events that did not come, or not in order", _out_of_order(quick, 2 * events))
        report.require(SECTION, "signatures that were refused", len(quick.problems))
        report.require(SECTION, "events that those took which hang", sum(len(each.events) for each in hanging))
    report.add(SECTION, "one receiver", events / alone[0], "events/s", note="wall; TLS, one connection each")
    report.add(SECTION, "processor time of an event", alone[1] / events, "s", note="sender and receiver")
    note = f"wall; {len(hanging)} others hang, {OTHER_THREADS} threads for them"
    report.add(SECTION, "the same beside receivers that hang", events / beside[0], "events/s", note=note)


def _sent(registry: Registry, party: str, receiver: Any, events: int) -> tuple[float, float]:
    """Send so many events; return the seconds by the wall and of the processor until the receiver had them all."""

    def telling(database: Database) -> None:
        for number in range(events):
            record_event(database, party, EventKind.TEST, f"{number}", registry.clock())

    wanted = len(receiver.events) + events
    registry.writer.run(telling)
    began, cpu = time.monotonic(), time.process_time()
    while len(receiver.events) < wanted and time.monotonic() < began + _SECONDS:
        registry.deliveries.work()
        time.sleep(0.001)
    return time.monotonic() - began, time.process_time() - cpu


def _out_of_order(receiver: Any, events: int) -> int:
    """Return how many events are missing, came twice, or before one that comes first."""
    return events - sum(after.sequence == before.sequence + 1 for before, after in pairwise(receiver.events)) - 1


@contextmanager
def _world(bench: Bench) -> Iterator[tuple[Registry, str, Any]]:
    """Open a registry with a party, and give what places a receiver of its events on the net that it sees."""
    from tests.simulators.authority import Authority
    from tests.simulators.receiver import Receiver, serve
    from tests.simulators.site import Internet, Site, drip
    from tests.simulators.zone import Zone

    authority = Authority.create(bench.folder)
    with ExitStack() as stack:
        zone, canary = stack.enter_context(Zone()), stack.enter_context(Site(lambda _path: []))
        internet = Internet(canary)
        fetcher = Fetcher(zone.resolver(), agent="benchmark", dial=internet.dial, tls=authority.trust)
        config = Config(instance=bench.folder / "webhooks", origin="registry.example")
        registry = stack.enter_context(
            open_registry(config, create=True, mailer=PrintingMailer(io.StringIO()), fetcher=fetcher)
        )
        registry.writer.run(lambda database: insert_account(database, _ACTOR.account, "b@mail.example", 0))
        asked = PartyRequest("Press", Capacity.RIGHTS_HOLDER, public=True, statement=AUTHORITY_STATEMENT)
        party = registry.parties.create(_ACTOR, asked).id
        addresses = iter(range(60, 250))

        def place(host: str, *, hangs: bool = False) -> Receiver:
            made = Receiver(registry.clock, f"https://{host}/")
            made.keys = (registry.publisher.keys.snapshot.verifier,)
            stack.enter_context(serve(made, authority, internet, zone, host, f"93.184.216.{next(addresses)}"))
            registry.webhooks.add(_ACTOR, party, made.url)
            made.planned = [drip(b"HTTP/1.1 200 OK\r\n" * 100, 3600.0)] * 1_000 if hangs else []
            return made

        yield registry, party, place
