"""Declarations acknowledged without HTTP: many threads, each declaration durable before it is answered."""

import hashlib
import io
import itertools
import secrets
import threading
import time

from benchmarks.bench import Bench
from benchmarks.load import CLIENTS
from benchmarks.measure import percentile
from benchmarks.report import Report
from registry.config import Config, Limits
from registry.instance import Registry, open_registry
from registry.mail.sender import PrintingMailer
from registry.model.declaration import Actor, DeclarationRequest, Idempotency, ScopeRequest
from registry.model.party import AUTHORITY_STATEMENT, Capacity, PartyRequest
from registry.store.accounts import insert_account

SECTION = "declare"
_MANY = 10**9
_LIMITS = Limits(
    declarations_per_day=_MANY,
    unverified_declarations_per_day=_MANY,
    declarations_per_party=_MANY,
    unverified_declarations_per_party=_MANY,
)
_ACTOR = Actor("benchmark")


def run(bench: Bench, report: Report) -> None:
    """Declare from as many threads as there are clients over HTTP; nothing is published meanwhile."""
    config = Config(instance=bench.folder / "declaring", origin="registry.example", limits=_LIMITS)
    with open_registry(config, create=True, mailer=PrintingMailer(io.StringIO())) as registry:
        registry.writer.run(lambda database: insert_account(database, _ACTOR.account, "b@mail.example", 0))
        asked = PartyRequest("Benchmark", Capacity.AUTHOR, public=False, statement=AUTHORITY_STATEMENT)
        party = registry.parties.create(_ACTOR, asked).id
        latencies = _declared(registry, party, bench.scale.seconds)
        logged = _logged(registry, party)
    report.require(SECTION, "acknowledged declarations that are not there", abs(logged - len(latencies)))
    note = f"wall; domain and storage, p99 {percentile(latencies, 0.99) * 1e3:.3g} ms"
    rate = len(latencies) / bench.scale.seconds
    report.add(SECTION, f"acknowledged, {CLIENTS} threads", rate, "/s", note=note)


def _logged(registry: Registry, party: str) -> int:
    """Count a party's declarations over all pages of the list."""
    page = registry.declarations.of_party(party)
    count = len(page.rows)
    while page.following is not None:
        page = registry.declarations.of_party(party, page.following)
        count += len(page.rows)
    return count


def _declared(registry: Registry, party: str, seconds: float) -> list[float]:
    latencies: list[list[float]] = [[] for _ in range(CLIENTS)]
    end = time.perf_counter() + seconds

    def declare(own: list[float]) -> None:
        while (start := time.perf_counter()) < end:
            request = DeclarationRequest(
                party=party,
                scopes=(ScopeRequest("sha256", secrets.token_hex(32)),),
                preferences={"train-ai": "disallowed"},
                statement=AUTHORITY_STATEMENT,
            )
            key = Idempotency(secrets.token_hex(16), hashlib.sha256(secrets.token_bytes(64)).digest())
            registry.declarations.declare(_ACTOR, request, idempotency=key)
            own.append(time.perf_counter() - start)

    workers = [threading.Thread(target=declare, args=(own,)) for own in latencies]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return list(itertools.chain.from_iterable(latencies))
