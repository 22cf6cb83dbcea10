"""Sockets on which a timeout is for a whole answer, and not for each of its bytes.

A socket's own timeout starts anew with everything that arrives, so a server that sends one byte every few seconds,
of a header or a body, holds a reader for ever. Here every wait is given what is left until a deadline. For
`requests`, the timeout that it sets for each redirect is what is left of the whole exchange.
"""

import io
import socket
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CONNECT_SECONDS: Final = 5.0
"""For each address that a name has."""
SILENCE_SECONDS: Final = 15.0
"""For which nothing at all arrives."""


class Deadline:
    """The moment by which an exchange has to be over, `seconds` from now by `clock`."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._until = clock() + seconds

    def left(self) -> float:
        """Return how many seconds are left, at least none."""
        return max(0.0, self._until - self._clock())


class TimedAdapter(HTTPAdapter):
    """Sends every request, and each that a redirect asks for, with what is left of a `Deadline`.

    The deadline is what `requests` is given as its `timeout`. The body of a redirect is not read.
    """

    def __init__(self) -> None:
        super().__init__()
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> urllib3.ProxyManager:  # noqa: ANN401 - handed on
        """Make connections to a proxy of the timed kinds too."""
        manager: urllib3.ProxyManager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # type: ignore[override]  # noqa: ANN401
        """Send one request. Raises requests.Timeout where no time is left."""
        left = kwargs["timeout"].left()
        if not left:
            raise requests.Timeout("no time is left", request=request)
        response = super().send(request, **{**kwargs, "timeout": (min(CONNECT_SECONDS, left), left)})
        if response.is_redirect:
            response.close()
        return response


class ByteBudget(Protocol):
    """The bytes that may still be read."""

    def bytes_left(self) -> int:
        """Return how many, at least one; raise an error of your own where there are none."""

    def spend(self, count: int) -> None:
        """Take bytes that were read."""


class DeadlineSocket:
    """A connected socket: everything that is sent and read on it has to be over by `deadline`.

    Of a `budget` every byte that is read is taken. A wait raises TimeoutError at the deadline, and where nothing
    at all arrives for SILENCE_SECONDS. `settimeout` sets another deadline.
    """

    def __init__(self, sock: socket.socket, deadline: Deadline, budget: ByteBudget | None = None) -> None:
        self._sock = sock
        self._deadline = deadline
        self._budget = budget

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - all else is the socket's own affair
        return getattr(self._sock, name)

    def settimeout(self, seconds: float) -> None:
        """Set the deadline to so many seconds from now."""
        self._deadline = Deadline(seconds)

    def sendall(self, data: bytes) -> None:
        """Send all of `data`."""
        self._await_within_deadline()
        self._sock.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return a reader; the socket stays open until the reader is closed too."""
        return io.BufferedReader(_Reader(self, self._sock.makefile(mode, buffering=0)))  # type: ignore[call-overload]

    def read_into(self, buffer: memoryview, raw: io.RawIOBase) -> int | None:
        """Read from `raw`, which is this socket's own reader."""
        view = buffer if self._budget is None else buffer[: self._budget.bytes_left()]
        self._await_within_deadline()
        count = raw.readinto(view)
        if self._budget is not None:
            self._budget.spend(count or 0)
        return count

    def _await_within_deadline(self) -> None:
        left = self._deadline.left()
        if not left:
            raise TimeoutError("timed out")
        self._sock.settimeout(min(left, SILENCE_SECONDS))


class _Reader(io.RawIOBase):
    """The bytes of a socket, for as long as its deadline and its budget last."""

    def __init__(self, sock: DeadlineSocket, raw: io.RawIOBase) -> None:
        self._sock = sock
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int | None:
        return self._sock.read_into(memoryview(buffer), self._raw)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _HttpConnection(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        self.sock = _timed(self.sock)


class _HttpsConnection(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        self.sock = _timed(self.sock)


def _timed(sock: Any) -> socket.socket:  # noqa: ANN401 - None before a connection, of either library's type after
    return cast("socket.socket", DeadlineSocket(sock, Deadline(CONNECT_SECONDS)))


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


_POOLS: Final = {"http": _HttpPool, "https": _HttpsPool}
