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
from benchmarks.servers import Address, cpu_seconds, free_port, running, static_files

SECTION = "http"
_COMMAND = Path(sys.executable).with_name("optout-registry")
_LIMITS = {
    "REGISTRY_LIMIT_UNVERIFIED_DECLARATIONS_PER_DAY": "1000000",
    "REGISTRY_LIMIT_UNVERIFIED_DECLARATIONS_PER_PARTY": "1000000",
}
_SOURCES = (f"127.0.0.{number}" for number in itertools.count(10))  # each client address has its own rate limit


def run(bench: Bench, report: Report) -> None:
    """Measure the server with slow connections and without, declarations, and a replica in its place."""
    declarants = bench.instance.declarants(CLIENTS)
    questions = _Questions.make(bench.scale.server_rules, bench.scale.lookups)
    with _registry(bench) as (address, process):
        plain = _Server("plain server", address, process, questions, bench, report)
        rate = plain.measure(at_least(1_500), None)
        plain.besiege("headers", slow.HEADERS, rate)
        plain.besiege("bodies", slow.BODIES, rate)
        scale = bench.scale
        bench.say("http: declaring")
        declaring.measure(SECTION, report, (address, process), declarants, scale.declarations, 3 * scale.seconds)
    with _replica(bench) as (address, process):
        replica = _Server("replica", address, process, questions, bench, report)
        rate = replica.measure(at_least(5_000), at_most(50))
        replica.besiege("headers", slow.HEADERS, rate)


@contextmanager
def _registry(bench: Bench) -> Iterator[tuple[Address, int]]:
    """Serve the instance by its own command, with limits that let a few parties declare much."""
    port = free_port()
    settings = {
        "REGISTRY_INSTANCE": str(bench.instance.directory),
        "REGISTRY_ORIGIN": ORIGIN,
        "REGISTRY_LISTEN": f"127.0.0.1:{port}",
        **_LIMITS,
    }
    log = bench.folder / "server.log"
    with running([str(_COMMAND), "serve", "--dev"], settings, log, f"http://127.0.0.1:{port}/livez") as process:
        yield ("127.0.0.1", port), process


@contextmanager
def _replica(bench: Bench) -> Iterator[tuple[Address, int]]:
    """Serve lookups by a replica that follows a mirror of what the instance has published."""
    port, folder = free_port(), bench.folder / "replica"
    with static_files(bench.instance.public) as url:
        trust = bench.instance.directory / "registry.policy"
        command = [str(_COMMAND), "serve", "--replica", url, "--trust", str(trust), "--folder", str(folder)]
        settings = {"REGISTRY_LISTEN": f"127.0.0.1:{port}"}
        with running(command, settings, bench.folder / "replica.log", f"http://127.0.0.1:{port}/livez") as process:
            yield ("127.0.0.1", port), process


@dataclass(frozen=True, slots=True)
class _Questions:
    """Lookups ready to be sent, and whether each is about something reserved."""

    requests: list[bytes]
    reserved: list[bool]

    @classmethod
    def make(cls, rules: int, count: int) -> "_Questions":
        stated = frozenset(names(rules))
        found = urls(rules, count, per_site=1.15, seed=23, hits=0.1, near_misses=0.1)
        head = "GET /v1/lookup?url={} HTTP/1.1\r\nHost: {}\r\n\r\n"
        requests = [head.format(quote(url, safe=""), ORIGIN).encode() for url in found]
        return cls(requests, [is_reserved(url, stated) for url in found])


@dataclass(frozen=True, slots=True)
class _Server:
    """One server that is measured, and what it is asked."""

    name: str
    address: Address
    process: int
    questions: _Questions
    bench: Bench
    report: Report

    def measure(self, fast: Target, prompt: Target | None) -> float:
        """Measure lookups; return how many were answered in a second."""
        self._ask(f"{self.name}, warming up")
        before = cpu_seconds(self.process)
        load = self._ask(self.name)
        each = (cpu_seconds(self.process) - before) / len(load.latencies) * 1e3
        note = f"wall, {self.bench.scale.server_rules:,} rules; {each:.2g} ms of the server's CPU each"
        self.report.add(SECTION, f"lookups, {self.name}", load.rate, "/s", fast, note=note)
        note = f"p50 {load.milliseconds(0.5):.3g} ms"
        self.report.add(SECTION, f"lookups, {self.name}, p99", load.milliseconds(0.99), "ms", prompt, note=note)
        return load.rate

    def besiege(self, what: str, beginning: bytes, unloaded: float) -> None:
        """Measure lookups while many connections send `beginning` and then almost nothing."""
        count = self.bench.scale.slow_connections
        with slow.connections(self.address, count, beginning):
            load = self._ask(f"{self.name}, {count} slow {what}")
        note = f"p99 {load.milliseconds(0.99):.3g} ms"
        ratio = load.rate / unloaded
        what = f"lookups, {self.name}, {count} slow {what}"
        self.report.add(SECTION, what, load.rate, "/s", at_least_times(0.8), ratio, "unloaded", note)

    def _ask(self, what: str) -> Load:
        self.bench.say(f"http: lookups, {what}")
        wrong = 0

        def hear(question: int, status: int, body: bytes) -> None:
            nonlocal wrong
            wrong += status != 200 or json.loads(body)["keep"] is self.questions.reserved[question]

        seconds, source = self.bench.scale.seconds, next(_SOURCES)
        load = drive(self.address, self.questions.requests, seconds=seconds, hear=hear, source=source)
        self.report.require(SECTION, f"lookups, {what}", wrong + load.statuses[0])
        return load
