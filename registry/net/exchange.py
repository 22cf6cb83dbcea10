"""One HTTP request over one connection, with a deadline and a byte budget that no server can stretch.

A socket's own timeout starts anew with every byte, so a server that sends one byte a second holds a reader for
ever. Here every read is given what is left of the whole fetch's time, and every byte, headers and chunk sizes
included, is taken from one budget (`DeadlineSocket`). `http.client` does the protocol.
"""

import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, cast

from crawler_filter.files.content_coding import decode
from crawler_filter.net.deadlines import Deadline, DeadlineSocket
from registry.net.failures import BadAnswerError, FetchError, TooSlowError, UnreachableError

_UNPACKED: Final = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})


class FetchBudget:
    """The time and the bytes that one fetch may still use, over all its redirects."""

    def __init__(self, *, seconds: float, size: int) -> None:
        self.deadline = Deadline(seconds)
        self._size = size
        self._left = size

    def seconds_left(self) -> float:
        """Return the seconds until the deadline; raises `TooSlowError` when there are none."""
        left = self.deadline.left()
        if not left:
            raise self.too_slow()
        return left

    def bytes_left(self) -> int:
        """Return the bytes still allowed; raises `BadAnswerError` when there are none."""
        if self._left <= 0:
            raise BadAnswerError(
                "The server sent more than %(size)s bytes, the most that is read for one check.",
                size=f"{self._size:,}",
            )
        return self._left

    def spend(self, count: int) -> None:
        """Take `count` bytes that were read."""
        self._left -= count

    def too_slow(self) -> TooSlowError:
        """Return the failure that says the deadline passed."""
        return TooSlowError(
            "The server had not finished its answer after %(seconds)s seconds.",
            seconds=f"{self.deadline.seconds:g}",
        )


@dataclass(frozen=True, slots=True)
class Question:
    """A question to a server: a path with its query at a host, and the most bytes of a body that are read.

    With a `body` it is a POST. Of an answer with a `limit` of 0 only the head is read.
    """

    host: str
    path: str
    agent: str
    limit: int
    body: bytes | None = None
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def method(self) -> str:
        """The method that it is sent with."""
        return "GET" if self.body is None else "POST"


@dataclass(frozen=True, slots=True)
class RawResponse:
    """One server's answer. `headers` has the first line of each name, in lower case; `lines` has all, as sent.

    `truncated` says the body had more than the limit.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    truncated: bool
    lines: tuple[tuple[str, str], ...] = ()


def ask(
    sock: socket.socket, question: Question, *, tls: ssl.SSLContext | None, allowance: FetchBudget
) -> RawResponse:
    """Send one question on a socket, inside TLS when there is a context, read the answer, close the socket.

    Raises:
        TooSlowError: the deadline passed before the answer was whole.
        BadAnswerError: it is not HTTP, its encoding cannot be taken off, or it is too long.
        UnreachableError: the TLS handshake failed, the certificate is not one for the host, the connection broke.
    """
    with sock:
        stream = _start_tls(sock, question.host, tls, allowance) if tls else sock
        with stream:
            return _exchange(stream, question, allowance)


def _start_tls(sock: socket.socket, host: str, tls: ssl.SSLContext, allowance: FetchBudget) -> socket.socket:
    try:
        sock.settimeout(allowance.seconds_left())
        return tls.wrap_socket(sock, server_hostname=host)
    except TimeoutError as error:
        raise allowance.too_slow() from error
    except ssl.SSLCertVerificationError as error:
        raise UnreachableError(
            "The certificate of %(host)s is not valid: %(reason)s.",
            host=host,
            reason=error.verify_message,
        ) from error
    except OSError as error:
        raise UnreachableError(
            "The secure connection to %(host)s failed: %(error)s.", host=host, error=error
        ) from error


def _exchange(stream: socket.socket, question: Question, allowance: FetchBudget) -> RawResponse:
    host = question.host
    connection = http.client.HTTPConnection(host)
    connection.sock = cast("socket.socket", DeadlineSocket(stream, allowance.deadline, allowance))
    headers = {
        "Host": host,
        "User-Agent": question.agent,
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
        **question.fields,
    }
    try:
        connection.request(question.method, question.path, question.body, headers)
        return _read(connection.getresponse(), question.limit)
    except TimeoutError as error:
        raise allowance.too_slow() from error
    except http.client.HTTPException as error:
        raise BadAnswerError(
            "%(host)s did not answer in HTTP: %(error)s.", host=host, error=f"{error!r:.200}"
        ) from error
    except FetchError:
        raise
    except OSError as error:
        raise UnreachableError("The connection to %(host)s broke: %(error)s.", host=host, error=error) from error
    except Exception as error:  # a chunk of -5 bytes is a ValueError: what an answer provokes is its fault
        raise BadAnswerError(
            "%(host)s did not answer in HTTP: %(error)s.", host=host, error=f"{error!r:.200}"
        ) from error


def _read(response: http.client.HTTPResponse, limit: int) -> RawResponse:
    with response:
        lines = tuple(response.getheaders())
        headers = {name.lower(): value for name, value in reversed(lines)}
        if 300 <= response.status < 400 or limit == 0:
            return RawResponse(response.status, headers, b"", truncated=False, lines=lines)
        body = response.read(limit + 1)
        octets, truncated = _decoded(headers.get("content-encoding", ""), body, limit)
        return RawResponse(response.status, headers, octets, truncated, lines)


def _decoded(encoding: str, body: bytes, limit: int) -> tuple[bytes, bool]:
    """Return at most `limit` bytes of what the server encoded, and whether there is more.

    No encoding is asked for, but servers that hold their files packed send them so all the same. gzip and deflate
    take 32 KB to unpack; what Zstandard takes, the sender chooses, so it is refused.
    """
    name = encoding.strip().lower()
    if name not in _UNPACKED:
        raise BadAnswerError(
            "The answer is encoded as %(encoding)s although no encoding was asked for.",
            encoding=repr(encoding[:40]),
        )
    octets, fault, _ = decode(body[:limit], (name,), most=limit + 1)
    truncated = len(body) > limit or len(octets) > limit
    if fault and (not truncated or octets == body[:limit]):
        raise BadAnswerError(
            "The answer is encoded as %(encoding)s and could not be decoded: %(fault)s.",
            encoding=repr(encoding[:40]),
            fault=fault,
        )
    return octets[:limit], truncated
