"""HTTP connections on which a timeout is for a whole answer, and not for each of its bytes.

A socket's own timeout starts anew with everything that arrives, so a server that sends one byte every few seconds,
of a header or a body, holds a reader for ever. Here a timeout counts from when it is set, and `requests` sets it
for each redirect to what is left of the whole exchange.
"""

import io
import socket
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, cast

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

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
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


class _Reader(io.RawIOBase):
    """The bytes of a socket, for as long as its timeout lasts."""

    def __init__(self, sock: "_TimedSocket", raw: io.RawIOBase) -> None:
        self._sock = sock
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int | None:
        self._sock.spend()
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedSocket:
    """A connected socket whose timeout is for all that is read after it was set."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._until = time.monotonic() + CONNECT_SECONDS

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - all else is the socket's own affair
        return getattr(self._sock, name)

    def settimeout(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    def spend(self) -> None:
        """Give the next wait what is left. Raises TimeoutError when that is nothing."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._sock.settimeout(min(left, SILENCE_SECONDS))

    def sendall(self, data: bytes) -> None:
        self.spend()
        self._sock.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self, self._sock.makefile(mode, buffering=0)))  # type: ignore[call-overload]


class _HttpConnection(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        self.sock = cast("socket.socket", _TimedSocket(cast("socket.socket", self.sock)))


class _HttpsConnection(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        self.sock = cast("socket.socket", _TimedSocket(cast("socket.socket", self.sock)))


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


_POOLS: Final = {"http": _HttpPool, "https": _HttpsPool}
