"""A registry as somebody runs it, asked over HTTP on loopback by 16 clients; time is wall-clock time.

Clients and servers share this machine. Every answer of every lookup is compared with the naive reference.
"""

import itertools
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from benchmarks import declaring, slow
from benchmarks.bench import Bench
from benchmarks.instance import ORIGIN
from benchmarks.load import CLIENTS, Load, drive
from benchmarks.naive import is_reserved
from benchmarks.report import Report, Target, at_least, at_least_times, at_most
from benchmarks.rules import names, urls
from benchmarks.servers import Address, free_port, running, static_files

SECTION = "http"
_SOURCES = (f"127.0.0.{number}" for number in itertools.count(10))  # each has a rate limit of its own


@dataclass(frozen=True, slots=True)
class _Questions:
    """Lookups ready to be sent, and whether each is about something reserved."""

    requests: list[bytes]
    reserved: list[bool]


def run(bench: Bench, report: Report) -> None:
    """Measure the plain server, with slow connections and without, then declarations, then a replica."""
    declarants = bench.instance.declarants(CLIENTS)
    questions = _questions(bench.scale.server_rules, bench.scale.lookups)
    with _registry(bench) as address:
        rate = _lookups(bench, report, "plain server", address, questions, at_least(1_500), None)
        for what, beginning in (("headers", slow.HEADERS), ("bodies", slow.BODIES)):
            _besieged(bench, report, "plain server", address, questions, rate, what, beginning)
        bench.say("http: declaring")
        scale = bench.scale
        declaring.measure(SECTION, report, address, declarants, scale.declarations, 3 * scale.seconds)
    with _replica(bench) as address:
        rate = _lookups(bench, report, "replica", address, questions, at_least(5_000), at_most(50))
        _besieged(bench, report, "replica", address, questions, rate, "headers", slow.HEADERS)


def _lookups(
    bench: Bench,
    report: Report,
    server: str,
    address: Address,
    questions: _Questions,
    fast: Target,
    prompt: Target | None,
) -> float:
    """Measure lookups; return how many were answered in a second."""
    bench.say(f"http: lookups, {server}")
    load = _asked(bench, report, server, address, questions)
    note = f"wall, {bench.scale.server_rules:,} rules; p50 {load.milliseconds(0.5):.3g} ms"
    report.add(SECTION, f"lookups, {server}", load.rate, "/s", fast, note=note)
    report.add(SECTION, f"lookups, {server}, p99", load.milliseconds(0.99), "ms", prompt)
    return load.rate


def _besieged(
    bench: Bench,
    report: Report,
    server: str,
    address: Address,
    questions: _Questions,
    rate: float,
    what: str,
    beginning: bytes,
) -> None:
    count = bench.scale.slow_connections
    bench.say(f"http: lookups, {server}, {count} slow {what}")
    with slow.connections(address, count, beginning):
        load = _asked(bench, report, f"{server}, slow {what}", address, questions)
    note = f"p99 {load.milliseconds(0.99):.3g} ms"
    kept = load.rate / rate
    report.add(
        SECTION, f"{server}, {count} slow {what}", load.rate, "/s", at_least_times(0.8), kept, "unloaded", note
    )


def _asked(bench: Bench, report: Report, what: str, address: Address, questions: _Questions) -> Load:
    wrong = 0

    def hear(question: int, status: int, body: bytes) -> None:
        nonlocal wrong
        wrong += status != 200 or json.loads(body)["keep"] is questions.reserved[question]

    load = drive(address, questions.requests, seconds=bench.scale.seconds, hear=hear, source=next(_SOURCES))
    report.require(SECTION, f"lookups, {what}", wrong)
    return load


def _questions(rules: int, count: int) -> _Questions:
    stated = frozenset(names(rules))
    found = urls(rules, count, per_site=1.15, seed=23, hits=0.1, near_misses=0.1)
    requests = [
        f"GET /v1/lookup?url={quote(url, safe='')} HTTP/1.1\r\nHost: {ORIGIN}\r\n\r\n".encode() for url in found
    ]
    return _Questions(requests, [is_reserved(url, stated) for url in found])
