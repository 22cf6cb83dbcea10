"""From a publisher's feed to protection: a catalogue sent, read, accepted, declared, published, and found.

Half of it are books of an ONIX feed, half are pages of a sitemap, and half of the pages are on a website that the
publisher has proved. The registry is one process, as it is served; nothing else is asked of it meanwhile.
"""

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Final

from benchmarks.bench import Bench
from benchmarks.report import Report, at_most
from crawler_filter import Filter, Policy, Usage
from crawler_filter.checks.sources import FixedSource
from registry.config import Config
from registry.control.challenges import Method, instructions
from registry.instance import Registry, open_registry
from registry.mail.sender import PrintingMailer
from registry.model.declaration import Actor, DeclarationRequest, ScopeRequest
from registry.model.imports import Import, ImportRequest, ImportState, Outcome
from registry.model.party import AUTHORITY_STATEMENT, Capacity, PartyRequest
from registry.net import Fetcher
from registry.store.accounts import insert_account

SECTION = "feed"
_ACTOR: Final = Actor("benchmark")
_PART: Final = 2 << 20
_HOUR: Final = 3_600
_SITES: Final = ("press.example.com", "press.example.org")
"""The publisher's own website, and another that carries its pages."""


def run(bench: Bench, report: Report) -> None:
    """Measure each part of the way by the clock on the wall, and require that every record is found."""
    from tests.crawler_filter.declaring.feeds import constraint, isbn13, onix, product
    from tests.simulators.zone import Zone

    half = 50_000 if bench.scale.rules >= 10_000 else 100
    books = onix("".join(product(number, constraint("03")) for number in range(half)))
    pages = [f"https://{_SITES[number % 2]}/works/{number}" for number in range(half)]
    with Zone() as zone, _registry(bench, zone) as registry:
        party = _publisher(registry, zone)
        times = [time.perf_counter()]
        lists = [
            _sent(registry, party, name, content)
            for name, content in (("onix.xml", books), ("pages.xml", _sitemap(pages)))
        ]
        times.append(time.perf_counter())
        for each in lists:
            registry.imports.confirm(_ACTOR, each.id, statement=AUTHORITY_STATEMENT, unstated=False)
        _work(registry)
        times.append(time.perf_counter())
        registry.publisher.publish()
        times.append(time.perf_counter())
        optout = Filter(
            FixedSource(registry.publisher.snapshot()), Policy.opt_out(Usage.TRAIN_AI), clock=registry.clock
        )
        missed = sum(optout.check(page).keep for page in pages)
        missed += sum(optout.check(None, identifiers={"isbn": isbn13(number)}).keep for number in range(half))
        times.append(time.perf_counter())
        report.require(SECTION, "records that the filter does not keep out", missed)
        report.require(SECTION, "pages on the proved website that are not proved", _unproved(registry, half))
        for each in lists:
            done = registry.imports.get(_ACTOR, each.id)
            report.require(SECTION, "rows not declared", half - done.count(Outcome.DECLARED))
    _tell(report, 2 * half, times)


def _tell(report: Report, count: int, times: list[float]) -> None:
    sent, declared, published, found = (after - before for before, after in pairwise(times))
    report.add(SECTION, f"{count:,} records sent and read", sent, "s", note="wall; ONIX and a sitemap, by halves")
    report.add(SECTION, "declared", declared, "s", note=f"wall; {count / declared:,.0f} records a second")
    report.add(SECTION, "in the published snapshot", published, "s", note="wall")
    report.add(SECTION, "each found by a filter", found, "s", note="wall")
    report.add(SECTION, "from feed to protection", times[3] - times[0], "s", at_most(_HOUR), note="wall, in all")


@contextmanager
def _registry(bench: Bench, zone) -> Iterator[Registry]:  # type: ignore[no-untyped-def]
    config = Config(instance=bench.folder / "feed", origin="registry.example")
    fetcher = Fetcher(zone.resolver(), agent="benchmark")
    with open_registry(config, create=True, mailer=PrintingMailer(io.StringIO()), fetcher=fetcher) as registry:
        registry.writer.run(lambda database: insert_account(database, _ACTOR.account, "b@mail.example", 0))
        yield registry


def _publisher(registry: Registry, zone) -> str:  # type: ignore[no-untyped-def]
    """Return a party that has proved its website by a DNS record."""
    asked = PartyRequest("Press", Capacity.RIGHTS_HOLDER, public=True, statement=AUTHORITY_STATEMENT)
    party = registry.parties.create(_ACTOR, asked).id
    own = DeclarationRequest(
        party,
        (ScopeRequest("domain", "example.com"),),
        {"search": "disallowed"},
        statement=AUTHORITY_STATEMENT,
    )
    made = registry.declarations.declare(_ACTOR, own, idempotency=None)
    challenge = registry.proofs.request_proof(_ACTOR, made.id, Method.DNS_TXT)
    zone.txt(instructions(challenge, registry.config.origin).at, f"token={challenge.token}")
    registry.proofs.check_proof(_ACTOR, made.id, challenge.id)
    return party


def _sent(registry: Registry, party: str, name: str, content: bytes) -> Import:
    """Send a list in parts, as the page does, and have it read."""
    made = registry.imports.start(_ACTOR, ImportRequest(party, name, len(content), ("train-ai",)))
    for start in range(0, len(content), _PART):
        registry.imports.receive(_ACTOR, made.id, start, content[start : start + _PART])
    _work(registry)
    read = registry.imports.get(_ACTOR, made.id)
    if read.state is not ImportState.READY:
        raise RuntimeError(f"{name}: {read.failure}")
    return read


def _work(registry: Registry) -> None:
    while registry.import_work.step():
        pass


def _unproved(registry: Registry, half: int) -> int:
    """Return how many pages on the proved website are not backed by the proof."""
    proved = 0
    page = registry.declarations.of_account(_ACTOR)
    while True:
        proved += sum(
            scope.value.startswith(f"{_SITES[0]}/works/") and scope.assurance.value == "verified"
            for declaration in page.rows
            for scope in declaration.record.scopes
        )
        if page.following is None:
            return half - half // 2 - proved
        page = registry.declarations.of_account(_ACTOR, page.following)


def _sitemap(pages: list[str]) -> bytes:
    rows = "".join(f"<url><loc>{page}</loc></url>\n" for page in pages)
    return f'<?xml version="1.0"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</urlset>'.encode()
