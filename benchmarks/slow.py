"""Connections that begin a request and never finish it, each sending one byte a second."""

import contextlib
import socket
import threading
from collections.abc import Iterator

from benchmarks.servers import Address

HEADERS = b"GET /v1/lookup HTTP/1.1\r\nHost: registry.example\r\nX-Slow: "
BODIES = (
    b"POST /v1/lookups HTTP/1.1\r\nHost: registry.example\r\n"
    b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
)
NOTHING = b""
_SOURCE = "127.0.0.99"
_PAUSE = 1.0


@contextlib.contextmanager
def connections(address: Address, count: int, beginning: bytes) -> Iterator[None]:
    """Hold `count` of them open until the block ends; one that the server closes is opened again."""
    stop, ready = threading.Event(), threading.Event()
    holder = threading.Thread(target=_hold, args=(address, count, beginning, stop, ready))
    holder.start()
    try:
        ready.wait()
        yield
    finally:
        stop.set()
        holder.join()


def _hold(address: Address, count: int, beginning: bytes, stop: threading.Event, ready: threading.Event) -> None:
    held: list[socket.socket | None] = [None] * count
    while not stop.is_set():
        for place, connection in enumerate(held):
            held[place] = _drip(connection) if connection else _begin(address, beginning)
        ready.set()
        stop.wait(_PAUSE)
    for connection in held:
        if connection is not None:
            connection.close()


def _begin(address: Address, beginning: bytes) -> socket.socket | None:
    try:
        connection = socket.create_connection(address, timeout=2, source_address=(_SOURCE, 0))
        connection.sendall(beginning)
    except OSError:
        return None
    return connection


def _drip(connection: socket.socket) -> socket.socket | None:
    try:
        connection.sendall(b"x")
    except OSError:
        connection.close()
        return None
    return connection
