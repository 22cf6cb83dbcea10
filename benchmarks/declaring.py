"""Declarations over HTTP: acknowledged when durable, then seen by the world. Each one is timed through both.

Visible means both: a lookup answers from a snapshot that holds the declaration's leaf, and so does the published
manifest. Both are asked all the while, and once at the end every declaration is looked up.
"""

import json
import secrets
import threading
import time
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from http.client import HTTPConnection
from typing import Any

from benchmarks.instance import ORIGIN, Declarant
from benchmarks.load import drive
from benchmarks.measure import percentile
from benchmarks.report import Report, at_least, at_most
from benchmarks.servers import Address, cpu_seconds
from crawler_filter.log import Note
from crawler_filter.snapshot import Manifest
from registry.model.party import AUTHORITY_STATEMENT

_PAUSE = 0.02
_PATIENCE = 60.0


def measure(
    section: str,
    report: Report,
    server: tuple[Address, int],
    declarants: Sequence[Declarant],
    count: int,
    seconds: float,
) -> None:
    """Declare `count` fingerprints as fast as they are acknowledged, and wait until all are visible."""
    address, process = server
    digests = [secrets.token_hex(32) for _ in range(count)]
    acknowledged: dict[int, tuple[float, int]] = {}

    def hear(question: int, status: int, body: bytes) -> None:
        if status == 201:
            acknowledged[question] = time.perf_counter(), json.loads(body)["leaf"]

    with _Watch(address) as watch:
        before = cpu_seconds(process)
        load = drive(address, _requests(digests, declarants), seconds=seconds, hear=hear)
        used = cpu_seconds(process) - before
        newest = max((leaf for _, leaf in acknowledged.values()), default=-1)
        watch.wait_for(newest + 1)
    delays = [watch.seen(leaf) - moment for moment, leaf in acknowledged.values()]
    note = f"wall, {len(acknowledged):,}; {used / len(load.latencies) * 1e3:.2g} ms of the server's CPU each"
    report.require(section, "declarations that were not acknowledged", load.failed(201))
    report.add(section, "declared and acknowledged", load.rate, "/s", at_least(1_000), note=note)
    report.add(section, "acknowledged, p50", load.milliseconds(0.5), "ms")
    report.add(section, "acknowledged, p99", load.milliseconds(0.99), "ms", at_most(100))
    report.add(section, "declared → visible, p50", percentile(delays, 0.5), "s", note="while declaring goes on")
    report.add(section, "declared → visible, p99", percentile(delays, 0.99), "s", at_most(2))
    report.add(section, "declared → visible, most", max(delays), "s", at_most(60))
    kept = _kept(address, [digests[question] for question in acknowledged], seconds)
    report.require(section, "acknowledged fingerprints that a lookup keeps", kept)


class _Watch:
    """Notes, all the while, up to which leaf the world can see."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._times: list[float] = []
        self._sizes: list[int] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> "_Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def wait_for(self, size: int) -> None:
        """Wait until so many leaves are visible. Raises TimeoutError after a minute."""
        deadline = time.monotonic() + _PATIENCE
        while not self._sizes or self._sizes[-1] < size:
            if time.monotonic() > deadline:
                raise TimeoutError(f"expected {size} visible leaves, got {self._sizes[-1:]}")
            time.sleep(_PAUSE)

    def seen(self, leaf: int) -> float:
        """Return when `leaf` was first seen."""
        return self._times[bisect_right(self._sizes, leaf)]

    def _look(self) -> None:
        connection = HTTPConnection(*self._address, timeout=30)
        while not self._stop.wait(_PAUSE):
            answered = json.loads(_get(connection, "/v1/lookup?url=https://visible.example/"))["snapshot"][
                "log_size"
            ]
            listed = Manifest.decode(Note.parse(_get(connection, "/snapshot/manifest")).text).log_size
            self._times.append(time.perf_counter())
            self._sizes.append(min(answered, listed))
        connection.close()


def _get(connection: HTTPConnection, path: str) -> bytes:
    connection.request("GET", path)
    with connection.getresponse() as answer:
        return answer.read()


def _requests(digests: Sequence[str], declarants: Sequence[Declarant]) -> Iterator[bytes]:
    for number, digest in enumerate(digests):
        by = declarants[number % len(declarants)]
        stated: dict[str, Any] = {
            "party": by.party,
            "scopes": [{"kind": "sha256", "value": digest}],
            "preferences": {"train-ai": "disallowed"},
            "statement": AUTHORITY_STATEMENT,
        }
        body = json.dumps(stated).encode()
        head = (
            f"POST /v1/declarations HTTP/1.1\r\nHost: {ORIGIN}\r\nAuthorization: Bearer {by.token}\r\n"
            f'Idempotency-Key: "{digest}"\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n'
        )
        yield head.encode() + body


def _kept(address: Address, digests: Sequence[str], seconds: float) -> int:
    """Return how many of these fingerprints a lookup does not know to be reserved."""
    requests = [
        f"GET /v1/lookup?fingerprint=sha256:{digest} HTTP/1.1\r\nHost: {ORIGIN}\r\n\r\n".encode()
        for digest in digests
    ]
    reserved: set[int] = set()

    def hear(question: int, status: int, body: bytes) -> None:
        if status == 200 and json.loads(body)["keep"] is False:
            reserved.add(question)

    load = drive(address, requests, seconds=seconds, hear=hear, source="127.0.0.50")
    return len(load.latencies) - len(reserved)
