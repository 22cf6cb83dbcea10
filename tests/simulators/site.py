"""Web sites on loopback: honest ones, hostile ones, and a canary that only counts who knocks."""

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address
from typing import Self

Script = Callable[[str], Iterable[bytes | float]]
"""From the path asked for to what to do: bytes are sent, numbers are seconds to wait."""


def page(body: bytes | str, *, status: int = 200, headers: dict[str, str] | None = None) -> bytes:
    """A whole answer of an honest server."""
    content = body.encode() if isinstance(body, str) else body
    lines = {"Content-Length": str(len(content)), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status} Because\r\n{head}\r\n".encode() + content


def redirect(location: str, status: int = 302) -> bytes:
    return page(b"", status=status, headers={"Location": location})


class Site:
    """One listening socket. Every connection is counted, its request kept, and the script played to it."""

    def __init__(self, script: Script, *, tls: ssl.SSLContext | None = None) -> None:
        self.connections = 0
        self.requests: list[str] = []
        self.bodies: list[bytes] = []
        self.sent = 0
        self.playing = 0
        """Connections whose script has not come to its end."""
        self._script = script
        self._tls = tls
        self._closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._players: list[threading.Thread] = []

    @property
    def port(self) -> int:
        return self._listener.getsockname()[1]

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                self.connections += 1
                player = threading.Thread(target=self._serve, args=(sock,), daemon=True)
                player.start()
                self._players.append(player)

    def _serve(self, sock: socket.socket) -> None:
        with sock, suppress(OSError):
            sock.settimeout(60)
            if self._tls is None:
                self._play(sock)
                return
            with self._tls.wrap_socket(sock, server_side=True) as inside:
                self._play(inside)

    def _play(self, sock: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head and (received := sock.recv(4096)):
            head += received
        if not head:
            return
        head, _, body = head.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: *([0-9]+)", head)
        while length and len(body) < int(length[1]) and (received := sock.recv(4096)):
            body += received
        self.bodies.append(body)
        self.requests.append(f"{head.decode('latin-1')}\r\n\r\n")
        self.playing += 1
        for step in self._script(head.split(b" ")[1].decode("latin-1")):
            if isinstance(step, bytes):
                sock.sendall(step)
                self.sent += len(step)
            elif self._closing.wait(step):
                return
        self.playing -= 1

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes accept
        self._thread.join()
        self._listener.close()
        for player in self._players:
            player.join()


class Internet:
    """The network as a fetcher sees it: some public addresses have a site, and every other one is the canary."""

    def __init__(self, canary: Site) -> None:
        self.dialled: list[tuple[str, int]] = []
        self._canary = canary
        self._sites: dict[str, Site] = {}
        self._down: set[str] = set()

    def place(self, address: str, site: Site) -> None:
        self._sites[address] = site

    def take_down(self, address: str) -> None:
        self._down.add(address)

    def dial(self, address: IPv4Address | IPv6Address, port: int, seconds: float) -> socket.socket:
        self.dialled.append((str(address), port))
        if str(address) in self._down:
            raise ConnectionRefusedError("nobody listens")
        site = self._sites.get(str(address), self._canary)
        return socket.create_connection(("127.0.0.1", site.port), timeout=seconds)


def drip(data: bytes, pause: float) -> Iterable[bytes | float]:
    """Send a byte, wait, send the next."""
    for byte in data:
        yield bytes([byte])
        yield pause
