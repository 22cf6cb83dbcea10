"""The network, as the rest of the package sees it: bounded bytes from a URL, or a TransportError.

Everything a registry serves is verified after it arrives, so any mirror may answer; what is guarded here is the
client's own time and disk. The total deadline holds for redirects, headers and body together, however slowly a
server drips.
"""

import json
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO, Final, Protocol, Self

import requests
import urllib3

from crawler_filter._version import __version__
from crawler_filter.errors import HttpStatusError, OversizedError, TransferTimeoutError, TransportError
from crawler_filter.net.deadlines import Deadline, TimedAdapter
from crawler_filter.signals.response import Response

SMALL_FILE_SECONDS: Final = 30.0
MIN_BYTES_PER_SECOND: Final = 20_000
MAX_REDIRECTS: Final = 5
_CHUNK: Final = 1 << 18

Progress = Callable[[int], object]
"""Called with the number of bytes that just arrived."""


class Transport(Protocol):
    """The network that `sync` and `Client` need. Every method raises only errors of this package."""

    def get(self, url: str, *, max_bytes: int) -> bytes:
        """Return the body of a 200 answer, or raise OversizedError beyond `max_bytes`."""

    def download(self, url: str, sink: BinaryIO, *, length: int, progress: Progress | None = None) -> None:
        """Write the body of a 200 answer to `sink`; never more than `length` bytes, OversizedError beyond."""

    def post_json(self, url: str, value: object, *, max_bytes: int) -> bytes:
        """Send `value` as JSON and return the body of a 200 answer."""


class RequestsTransport:
    """The real network, through one `requests` session; proxies are those of the environment."""

    def __init__(
        self, *, user_agent: str = f"crawler-filter/{__version__}", clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._session = requests.Session()
        self._session.max_redirects = MAX_REDIRECTS
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, TimedAdapter())
        self._session.headers["User-Agent"] = user_agent
        self._session.headers["Accept-Encoding"] = "identity"
        self._clock = clock

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def get(self, url: str, *, max_bytes: int) -> bytes:
        """Return the body of a 200 answer."""
        return b"".join(self._chunks("GET", url, max_bytes, SMALL_FILE_SECONDS))

    def download(self, url: str, sink: BinaryIO, *, length: int, progress: Progress | None = None) -> None:
        """Write a large file to `sink` as it arrives."""
        seconds = SMALL_FILE_SECONDS + length / MIN_BYTES_PER_SECOND
        for chunk in self._chunks("GET", url, length, seconds):
            sink.write(chunk)
            if progress is not None:
                progress(len(chunk))

    def look(self, url: str, *, max_bytes: int, seconds: float = SMALL_FILE_SECONDS) -> Response:
        """Return the answer to a GET, whatever its status, with at most `max_bytes` of its body."""
        deadline = Deadline(seconds, self._clock)
        with self._request("GET", url, deadline) as response:
            return self._answer(response, deadline, max_bytes)

    def post(
        self,
        url: str,
        body: bytes,
        *,
        headers: Mapping[str, str],
        max_bytes: int,
        seconds: float = SMALL_FILE_SECONDS,
    ) -> bytes:
        """Send `body` and return the body of a 200 answer that is complete within `seconds`."""
        return b"".join(self._chunks("POST", url, max_bytes, seconds, headers=headers, data=body))

    def send(
        self,
        url: str,
        body: bytes,
        *,
        headers: Mapping[str, str],
        max_bytes: int,
        seconds: float = SMALL_FILE_SECONDS,
    ) -> Response:
        """Send `body` and return the answer, whatever its status. A redirect is not followed.

        `headers` may hold a secret, which is for this address alone.
        """
        deadline = Deadline(seconds, self._clock)
        with self._request("POST", url, deadline, headers=headers, data=body, redirects=False) as response:
            return self._answer(response, deadline, max_bytes)

    def _answer(self, response: requests.Response, deadline: Deadline, max_bytes: int) -> Response:
        body = bytearray()
        for chunk in self._read(response, deadline):
            body += chunk
            if len(body) > max_bytes:
                break
        headers = tuple(response.raw.headers.items())
        return Response(
            response.url, response.status_code, headers, bytes(body[:max_bytes]), len(body) > max_bytes
        )

    def post_json(self, url: str, value: object, *, max_bytes: int) -> bytes:
        """Send `value` as JSON and return the body of a 200 answer."""
        headers = {"Content-Type": "application/json"}
        return self.post(url, json.dumps(value).encode(), headers=headers, max_bytes=max_bytes)

    def _chunks(
        self,
        method: str,
        url: str,
        max_bytes: int,
        seconds: float,
        *,
        headers: Mapping[str, str] | None = None,
        data: bytes | None = None,
    ) -> Iterator[bytes]:
        deadline = Deadline(seconds, self._clock)
        received = 0
        with self._request(method, url, deadline, headers=headers, data=data) as response:
            if response.status_code != 200:
                raise HttpStatusError(url, response.status_code)
            for chunk in self._read(response, deadline):
                received += len(chunk)
                if received > max_bytes:
                    raise OversizedError(f"{url} sent more than the {max_bytes} bytes expected")
                yield chunk

    def _read(self, response: requests.Response, deadline: Deadline) -> Iterator[bytes]:
        # read1 returns what has arrived: a dripping server must not hold us past the deadline
        while chunk := self._read_some(response, deadline):
            if not deadline.left():
                raise TransferTimeoutError(f"{response.url} was not complete after {deadline.seconds:g} seconds")
            yield chunk

    def _read_some(self, response: requests.Response, deadline: Deadline) -> bytes:
        with _network(response.url, deadline):
            chunk: bytes = response.raw.read1(_CHUNK)
            return chunk

    @contextmanager
    def _request(
        self,
        method: str,
        url: str,
        deadline: Deadline,
        *,
        headers: Mapping[str, str] | None = None,
        data: bytes | None = None,
        redirects: bool = True,
    ) -> Iterator[requests.Response]:
        timeout: Any = deadline  # TimedAdapter takes no other
        with _network(url, deadline):
            response = self._session.request(
                method, url, headers=headers, data=data, stream=True, timeout=timeout, allow_redirects=redirects
            )
        with response:
            yield response


@contextmanager
def _network(url: str, deadline: Deadline) -> Iterator[None]:
    """Make every failure of an exchange one of ours: what an answer provokes is the answer's fault."""
    try:
        yield
    except (requests.Timeout, urllib3.exceptions.TimeoutError) as error:
        late = f"was not complete after {deadline.seconds:g} seconds"
        why = f"stopped answering: {_reason(error)}" if deadline.left() else late
        raise TransferTimeoutError(f"{url} {why}") from error
    except Exception as error:  # requests lets a Location that is no UTF-8 through as UnicodeDecodeError
        raise TransportError(f"{url} could not be read: {_reason(error)}") from error


def _reason(error: BaseException) -> str:
    """Return what began a chain of errors in a few words: requests wraps urllib3, which wraps the system."""
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    if isinstance(error, ssl.SSLError) and error.reason == "WRONG_VERSION_NUMBER":
        return "the server answered without TLS, as one for http:// does"
    return (isinstance(error, OSError) and error.strerror) or str(error) or type(error).__name__
