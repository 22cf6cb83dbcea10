"""Declarations acknowledged per second: many threads, one party, each declaration durable before it is answered.

Domain and storage only, without HTTP: `python -m benchmarks.declarations [--threads 16] [--seconds 5]`.
"""

import argparse
import hashlib
import itertools
import json
import secrets
import tempfile
import threading
import time
from pathlib import Path

from registry.app import open_registry
from registry.config import Config, Limits
from registry.mail import PrintingMailer
from registry.model import Actor, DeclarationRequest, Idempotency, ScopeRequest
from registry.parties import AUTHORITY_STATEMENT, Capacity, PartyRequest
from registry.store.accounts import insert_account

MANY = 10**9


def measure(directory: Path, threads: int, seconds: float) -> dict[str, float]:
    """Declare from `threads` threads for `seconds`; return rate and latencies in milliseconds."""
    limits = Limits(
        declarations_per_day=MANY,
        unverified_declarations_per_day=MANY,
        declarations_per_party=MANY,
        unverified_declarations_per_party=1_000_000,
    )
    config = Config(instance=directory, origin="registry.example", limits=limits)
    with open_registry(config, create=True, mailer=PrintingMailer(open("/dev/null", "w"))) as registry:
        actor = Actor("benchmark")
        registry.writer.run(lambda database: insert_account(database, "benchmark", "b@example.com", 0))
        asked = PartyRequest("Benchmark", Capacity.AUTHOR, public=False, statement=AUTHORITY_STATEMENT)
        party = registry.accounts.create_party(actor, asked)
        latencies: list[list[float]] = [[] for _ in range(threads)]
        end = time.perf_counter() + seconds

        def declare(own: list[float]) -> None:
            while (start := time.perf_counter()) < end:
                request = DeclarationRequest(
                    party=party.id,
                    scopes=(ScopeRequest("sha256", secrets.token_hex(32)),),
                    preferences={"train-ai": "disallowed"},
                    statement=AUTHORITY_STATEMENT,
                )
                key = Idempotency(secrets.token_hex(16), hashlib.sha256(secrets.token_bytes(64)).digest())
                registry.declarations.declare(actor, request, idempotency=key)
                own.append(time.perf_counter() - start)

        workers = [threading.Thread(target=declare, args=(own,)) for own in latencies]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    every = sorted(itertools.chain.from_iterable(latencies))
    return {
        "threads": threads,
        "acknowledged": len(every),
        "per_second": round(len(every) / seconds),
        "p50_ms": round(1000 * every[len(every) // 2], 2),
        "p99_ms": round(1000 * every[len(every) * 99 // 100], 2),
        "max_ms": round(1000 * every[-1], 2),
    }


def main() -> None:
    """Measure and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--directory", type=Path, help="where the instance is made; a temporary one by default")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.directory) as directory:
        print(json.dumps(measure(Path(directory), asked.threads, asked.seconds)))


if __name__ == "__main__":
    main()
