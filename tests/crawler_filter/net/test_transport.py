"""Real HTTP on loopback: whatever a server does, a transfer ends in bounded bytes and time."""

import contextlib
import socket
from collections.abc import Callable, Iterator
from io import BytesIO
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Thread

import pytest

from crawler_filter.errors import HttpStatusError, OversizedError, TransferTimeoutError, TransportError
from crawler_filter.net.transport import RequestsTransport

Answer = Callable[["Handler"], None]


class Handler(StreamRequestHandler):
    def handle(self) -> None:
        self.request_head = b""
        while not self.request_head.endswith(b"\r\n\r\n") and (byte := self.rfile.read(1)):
            self.request_head += byte
        with contextlib.suppress(OSError):
            self.server.answer(self)

    def send(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], str]]:
    servers = []

    def start(answer: Answer) -> str:
        server = ThreadingTCPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        server.answer = answer
        servers.append(server)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def whole(body: bytes, status: str = "200 OK") -> Answer:
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return lambda handler: handler.send(head.encode() + body)


def test_a_small_answer_arrives(serve) -> None:
    with RequestsTransport() as transport:
        assert transport.get(serve(whole(b"hello")), max_bytes=5) == b"hello"


def test_a_download_reports_its_progress(serve) -> None:
    seen: list[int] = []
    sink = BytesIO()
    with RequestsTransport() as transport:
        transport.download(serve(whole(b"x" * 600_000)), sink, length=600_000, progress=seen.append)
    assert sum(seen) == len(sink.getvalue()) == 600_000


def test_a_larger_answer_than_expected_is_refused(serve) -> None:
    with RequestsTransport() as transport, pytest.raises(OversizedError):
        transport.get(serve(whole(b"123456")), max_bytes=5)


def test_an_endless_answer_is_cut_off(serve) -> None:
    def endless(handler: Handler) -> None:
        handler.send(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            handler.send(b"x" * 65_536)

    with RequestsTransport() as transport, pytest.raises(OversizedError):
        transport.get(serve(endless), max_bytes=1 << 20)


def test_a_dripping_answer_ends_at_the_deadline(serve) -> None:
    stop = Event()

    def drip(handler: Handler) -> None:
        handler.send(b"HTTP/1.1 200 OK\r\n\r\n")
        while not stop.wait(0.01):
            handler.send(b"x")

    ticks = iter(range(0, 10_000, 10))
    with RequestsTransport(clock=lambda: next(ticks)) as transport, pytest.raises(TransferTimeoutError):
        transport.get(serve(drip), max_bytes=1 << 20)
    stop.set()


@pytest.mark.parametrize("status", ["404 Not Found", "500 Oops", "304 Not Modified", "204 No Content"])
def test_any_status_but_200_is_an_error_that_says_so(serve, status: str) -> None:
    with RequestsTransport() as transport, pytest.raises(HttpStatusError) as caught:
        transport.get(serve(whole(b"", status)), max_bytes=5)
    assert caught.value.status == int(status[:3])


def test_a_cut_connection_is_a_transport_error(serve) -> None:
    def cut(handler: Handler) -> None:
        handler.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

    with RequestsTransport() as transport, pytest.raises(TransportError):
        transport.get(serve(cut), max_bytes=100)


def test_a_closed_port_is_a_transport_error() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with RequestsTransport() as transport, pytest.raises(TransportError):
        transport.get(f"http://127.0.0.1:{port}/", max_bytes=5)


def test_a_server_without_tls_behind_an_https_address_is_said_to_have_none() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        Thread(target=_answer_in_clear, args=(listener,), daemon=True).start()
        with pytest.raises(TransportError, match="answered without TLS, as one for http:// does"):
            RequestsTransport().get(f"https://127.0.0.1:{listener.getsockname()[1]}/", max_bytes=10)


def _answer_in_clear(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(10_000)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def test_garbage_instead_of_http_is_a_transport_error(serve) -> None:
    with RequestsTransport() as transport, pytest.raises(TransportError):
        transport.get(serve(lambda handler: handler.send(b"\x00\xff\r\n\r\n")), max_bytes=5)


def test_redirects_in_a_circle_end(serve) -> None:
    circle = b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with RequestsTransport() as transport, pytest.raises(TransportError):
        transport.get(serve(lambda handler: handler.send(circle)), max_bytes=5)


def test_no_compression_is_asked_for_so_that_lengths_mean_bytes(serve) -> None:
    heads: list[bytes] = []

    def note_head(handler: Handler) -> None:
        heads.append(handler.request_head)
        whole(b"ok")(handler)

    with RequestsTransport() as transport:
        transport.get(serve(note_head), max_bytes=5)
    assert b"Accept-Encoding: identity\r\n" in heads[0]


def test_json_is_sent_as_json(serve) -> None:
    heads: list[bytes] = []

    def answer(handler: Handler) -> None:
        length = int(handler.request_head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        heads.append(handler.request_head + handler.rfile.read(length))
        whole(b"{}")(handler)

    with RequestsTransport() as transport:
        assert transport.post_json(serve(answer), {"a": 1}, max_bytes=5) == b"{}"
    assert b"Content-Type: application/json" in heads[0]
    assert heads[0].endswith(b'{"a": 1}')


def test_a_look_takes_any_answer_with_all_its_lines_and_where_it_came_from(serve) -> None:
    def answer(handler: Handler) -> None:
        if b"GET /moved " in handler.request_head:
            head = b"404 Not Found\r\nX-Robots-Tag: noai\r\nX-Robots-Tag: noindex\r\nContent-Length: 4\r\n"
            handler.send(b"HTTP/1.1 " + head + b"Connection: close\r\n\r\ngone")
        else:
            handler.send(
                b"HTTP/1.1 302 Found\r\nLocation: /moved\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )

    url = serve(answer)
    with RequestsTransport() as transport:
        seen = transport.look(url, max_bytes=4)
    assert (seen.url, seen.status, seen.body, seen.truncated) == (f"{url}moved", 404, b"gone", False)
    assert [value for name, value in seen.headers if name == "X-Robots-Tag"] == ["noai", "noindex"]


def test_a_look_at_an_endless_answer_is_cut_off(serve) -> None:
    def endless(handler: Handler) -> None:
        handler.send(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            handler.send(b"x" * 65_536)

    with RequestsTransport() as transport:
        seen = transport.look(serve(endless), max_bytes=1000)
    assert (len(seen.body), seen.truncated) == (1000, True)


def test_a_look_that_drips_ends_at_the_deadline(serve) -> None:
    stop = Event()

    def drip(handler: Handler) -> None:
        handler.send(b"HTTP/1.1 200 OK\r\n\r\n")
        while not stop.wait(0.01):
            handler.send(b"x")

    ticks = iter(range(0, 10_000, 10))
    with RequestsTransport(clock=lambda: next(ticks)) as transport, pytest.raises(TransferTimeoutError):
        transport.look(serve(drip), max_bytes=1 << 20)
    stop.set()


HOSTILE = {
    "a Location that is no UTF-8": b"HTTP/1.1 302 Found\r\nLocation: http://caf\xe9\xff.example/\r\n\r\n",
    "a Location that is no URL": b"HTTP/1.1 302 Found\r\nLocation: http://[\r\nContent-Length: 0\r\n\r\n",
    "a Location in no encoding": b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe\r\n\r\n",
    "a chunk of a negative size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n",
    "a chunk size that is none": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x_1\r\nhello\r\n",
    "a length that is none": b"HTTP/1.1 200 OK\r\nContent-Length: -5, 5\r\n\r\nhello",
    "a status that is none": b"HTTP/1.1 abc OK\r\n\r\n",
    "another protocol": b"SSH-2.0-OpenSSH_9.9\r\n",
}


@pytest.mark.parametrize("answer", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_an_answer_provokes_is_a_transport_error(serve, answer) -> None:
    with RequestsTransport() as transport:
        url = serve(lambda handler: handler.send(answer))
        for ask in (
            lambda: transport.get(url, max_bytes=100),
            lambda: transport.look(url, max_bytes=100),
            lambda: transport.download(url, BytesIO(), length=100),
            lambda: transport.post_json(url, {}, max_bytes=100),
        ):
            with pytest.raises(TransportError):
                ask()


def test_what_the_caller_raises_is_the_callers(serve) -> None:
    class Full(BytesIO):
        def write(self, _: bytes) -> int:
            raise OSError(28, "No space left on device")

    with RequestsTransport() as transport, pytest.raises(OSError, match="No space left"):
        transport.download(serve(whole(b"hello")), Full(), length=5)
