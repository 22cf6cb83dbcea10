"""Clients that ask as fast as they are answered: one thread, many connections, the time of every answer.

Written on sockets, because a client that costs more than the server would measure itself.
"""

import selectors
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from benchmarks.measure import percentile
from benchmarks.servers import Address

CLIENTS = 16
_CHUNK = 1 << 16

Hear = Callable[[int, int, bytes], None]
"""Told of each answer: the number of the question, the status, the body."""


@dataclass(slots=True)
class Load:
    """What came back. `latencies` are in seconds, `statuses` counts answers, 0 are broken connections."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        """Answers in a second."""
        return len(self.latencies) / self.seconds

    def milliseconds(self, share: float) -> float:
        """Return the latency that `share` of the answers kept."""
        return percentile(self.latencies, share) * 1e3

    def failed(self, expected: int) -> int:
        """Return how many answers had another status than `expected`."""
        return self.statuses.total() - self.statuses[expected]


class _Client:
    """One connection: a question at a time."""

    def __init__(self, address: Address, source: str) -> None:
        self._address, self._source = address, source
        self.socket = self._connect()
        self.question = 0
        self.asked = 0.0
        self._received = bytearray()

    def _connect(self) -> socket.socket:
        connection = socket.create_connection(self._address, timeout=10, source_address=(self._source, 0))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def ask(self, question: int, request: bytes) -> None:
        self.question, self.asked = question, time.perf_counter()
        self._received.clear()
        self.socket.sendall(request)

    def hear(self) -> tuple[int, bytes] | None:
        """Return status and body once they are whole; status 0 where the connection broke."""
        try:
            chunk = self.socket.recv(_CHUNK)
        except OSError:
            chunk = b""
        if not chunk:
            return 0, b""
        self._received += chunk
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = bytes(self._received[:end]).lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        body = self._received[end + 4 :]
        return (int(head[9:12]), bytes(body)) if len(body) >= length else None

    def reconnect(self) -> None:
        self.socket.close()
        self.socket = self._connect()


def drive(
    address: Address,
    requests: Iterable[bytes],
    *,
    seconds: float,
    hear: Hear | None = None,
    source: str = "127.0.0.1",
) -> Load:
    """Send `requests` over CLIENTS connections, each when one is free, until they or `seconds` are over."""
    load, remaining = Load(), enumerate(requests)
    start = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for _ in range(CLIENTS):
            _next(_Client(address, source), remaining, selector)
        while selector.get_map() and time.perf_counter() < start + 2 * seconds:
            for key, _ in selector.select(timeout=0.5):
                client: _Client = key.data
                if (answer := client.hear()) is None:
                    continue
                selector.unregister(client.socket)
                _note(load, client, *answer, hear)
                if time.perf_counter() < start + seconds:
                    _next(client, remaining, selector)
                else:
                    client.socket.close()
        for key in list(selector.get_map().values()):
            load.statuses[0] += 1  # asked, and not answered in the time of a whole run
            key.data.socket.close()
    load.seconds = time.perf_counter() - start
    return load


def _next(client: _Client, remaining: Iterator[tuple[int, bytes]], selector: selectors.BaseSelector) -> None:
    question = next(remaining, None)
    if question is None:
        client.socket.close()
        return
    client.ask(*question)
    selector.register(client.socket, selectors.EVENT_READ, client)


def _note(load: Load, client: _Client, status: int, body: bytes, hear: Hear | None) -> None:
    load.statuses[status] += 1
    if status == 0:
        client.reconnect()
        return
    load.latencies.append(time.perf_counter() - client.asked)
    if hear is not None:
        hear(client.question, status, body)
