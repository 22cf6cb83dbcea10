"""Real HTTP on loopback: absent, unreachable and readable robots.txt are three answers (RFC 9309 section 2.3.1)."""

import contextlib
import gzip
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from itertools import count
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from crawler_filter import Filter, Policy, SnapshotId, Source, Usage
from crawler_filter.checks.sources import FixedSource
from crawler_filter.errors import InvalidUrlError
from crawler_filter.net.robots_cache import MAX_AGE, RobotsCache
from crawler_filter.net.transport import RequestsTransport
from crawler_filter.signals.robots.lines import MAX_BYTES
from crawler_filter.snapshot import Snapshot

RULES = b"User-agent: *\nDisallow: /private/\n"


class Site(ThreadingHTTPServer):
    """Answers every request with the next of `answers`, the last one again and again: status, headers, body."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[tuple[int, dict[str, str], bytes]] = [(200, {}, RULES)]
        self.asked: list[tuple[str, str]] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["User-Agent"]))
        answers = self.server.answers
        status, headers, body = answers.pop(0) if len(answers) > 1 else answers[0]
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Be quiet."""


@pytest.fixture
def site() -> Iterator[Site]:
    server = Site()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def may_crawl(site: Site, cache: RobotsCache | None = None, path: str = "/private/x") -> bool:
    return (cache or RobotsCache()).get(site.url + path).may_crawl("ExampleBot", site.url + path)


def test_the_rules_of_a_site_are_fetched_once_and_for_all_its_pages(site: Site) -> None:
    cache = RobotsCache(transport=RequestsTransport(user_agent="ExampleBot/1.0"))
    assert not may_crawl(site, cache)
    assert may_crawl(site, cache, "/public?x")
    assert site.asked == [("/robots.txt", "ExampleBot/1.0")]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_2_3_1_3_an_absent_file_forbids_nothing(site: Site, status: int) -> None:
    site.answers = [(status, {}, b"User-agent: *\nDisallow: /")]
    assert may_crawl(site)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 599])
def test_2_3_1_4_an_unreachable_file_forbids_everything(site: Site, status: int) -> None:
    site.answers = [(status, {}, b"")]
    assert not may_crawl(site, path="/public")


def test_2_3_1_4_so_does_a_site_that_does_not_answer(site: Site) -> None:
    site.server_close()
    robots = RobotsCache().get(site.url)
    assert not robots.may_crawl("ExampleBot", site.url)
    assert "could not be read" in robots.unreachable


@pytest.mark.parametrize(("hops", "reached"), [(1, True), (5, True), (6, False)])
def test_2_3_1_2_five_redirects_are_followed(site: Site, hops: int, reached: bool) -> None:
    moved = [(301, {"Location": f"/robots.txt?{hop}"}, b"") for hop in range(hops)]
    site.answers = [*moved, (200, {}, RULES)]
    assert may_crawl(site, path="/public") is reached


DRIPS = 6_000
"""Bytes that a slow server sends, for two minutes: a client that waits for the end says something else at last."""

SLOW = {
    "a status line, a byte at a time": b"H",
    "a header without an end": b"HTTP/1.1 200 OK\r\nX-Padding: ",
    "headers without an end": b"HTTP/1.1 200 OK\r\n",
    "a body, a byte at a time": b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\n",
    "the body of an error that says absent": b"HTTP/1.1 404 Not Found\r\n\r\n",
    "redirects, each slower than the last": b"HTTP/1.1 302 Found\r\nLocation: /robots.txt?again\r\nContent-Length: 0\r\n",
}  # fmt: skip


@pytest.fixture
def dripping() -> Iterator[Callable[..., str]]:
    """Starts a server that sends `start` and then a byte every few milliseconds, for two minutes."""
    stop = threading.Event()
    servers = []

    def start_with(start: bytes, tls: ssl.SSLContext | None = None) -> str:
        class Drip(StreamRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(OSError):
                    self.wfile.write(start)
                    if b" 302 " in start:
                        stop.wait(0.1)
                        self.wfile.write(b"\r\n")
                    for _ in range(DRIPS if b" 302 " not in start else 0):
                        if stop.wait(0.02):
                            break
                        self.wfile.write(b"#")

        server = ThreadingTCPServer(("127.0.0.1", 0), Drip)
        server.daemon_threads = True
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}/x"

    yield start_with
    stop.set()
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("start", SLOW.values(), ids=SLOW.keys())
def test_2_3_1_4_a_site_that_drips_is_unreachable_after_the_deadline_and_not_absent(
    dripping: Callable[[bytes], str], start: bytes
) -> None:
    url = dripping(start)
    began = time.monotonic()
    robots = RobotsCache(seconds=0.3).get(url)
    assert time.monotonic() - began >= 0.3
    assert not robots.may_crawl("ExampleBot", url)
    assert robots.unreachable.endswith("was not complete after 0.3 seconds")


@pytest.fixture
def own_certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate for 127.0.0.1 that clients of this test trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "own.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (tmp_path / "own.key").write_bytes(private)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "own.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "own.pem", tmp_path / "own.key")
    return context


@pytest.mark.parametrize("name", ["headers without an end", "a body, a byte at a time"])
def test_the_deadline_holds_over_tls(
    dripping: Callable[..., str], own_certificate: ssl.SSLContext, name: str
) -> None:
    robots = RobotsCache(seconds=0.5).get(dripping(SLOW[name], own_certificate))
    assert robots.unreachable.endswith("was not complete after 0.5 seconds")


def test_the_deadline_holds_behind_a_proxy(dripping: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", dripping(SLOW["headers without an end"]))
    robots = RobotsCache(seconds=0.3).get("http://site.example/x")
    assert robots.unreachable.endswith("was not complete after 0.3 seconds")


def test_the_body_of_a_redirect_is_not_waited_for(dripping: Callable[..., str], site: Site) -> None:
    moved = b"HTTP/1.1 301 Moved\r\nLocation: " + site.url.encode() + b"/robots.txt\r\n\r\n"
    url = dripping(moved)
    robots = RobotsCache(seconds=2).get(url)
    assert not robots.unreachable
    assert not robots.may_crawl("ExampleBot", "/private/x")


def test_the_deadline_is_one_of_the_clock_that_the_transport_is_given(site: Site) -> None:
    ticks = count(0, 6)
    robots = RobotsCache(transport=RequestsTransport(clock=lambda: next(ticks)), seconds=10).get(site.url)
    assert "not complete after 10 seconds" in robots.unreachable


def test_2_5_a_long_file_is_read_as_far_as_the_limit(site: Site) -> None:
    site.answers = [(200, {}, RULES + b"# " + b"x" * (4 * MAX_BYTES) + b"\nDisallow: /\n")]
    robots = RobotsCache().get(site.url)
    assert robots.truncated
    assert not robots.may_crawl("ExampleBot", "/private/x")


def test_a_compressed_answer_that_nobody_asked_for_is_not_read_as_empty(site: Site) -> None:
    whole = gzip.compress(b"User-agent: *\nDisallow: /private/")
    for cut in (4, len(whole) - 9):
        site.answers = [(200, {"Content-Encoding": "gzip"}, whole[:cut])]
        assert not may_crawl(site, path="/public")
    site.answers = [(200, {"Content-Encoding": "gzip"}, whole)]
    assert may_crawl(site, path="/public")
    assert not may_crawl(site, path="/private/x")


def test_2_5_a_compressed_file_is_inflated_as_far_as_it_is_read(site: Site) -> None:
    site.answers = [(200, {"Content-Encoding": "gzip"}, gzip.compress(b"Disallow: /\n" * 1_000_000))]
    assert RobotsCache().get(site.url).truncated


def test_2_4_a_file_is_asked_for_again_after_a_day(site: Site) -> None:
    clock = Clock()
    cache = RobotsCache(clock=clock)
    cache.get(site.url)
    site.answers = [(404, {}, b"")]
    clock.now = MAX_AGE.total_seconds() - 1
    assert not may_crawl(site, cache)
    clock.now += 1
    assert may_crawl(site, cache)


def test_an_error_is_not_kept_as_an_answer(site: Site) -> None:
    clock = Clock()
    cache = RobotsCache(clock=clock, retry_after=timedelta(minutes=5))
    site.answers = [(503, {}, b""), (200, {}, RULES)]
    assert not may_crawl(site, cache, "/public")
    clock.now = 299
    assert not may_crawl(site, cache, "/public")
    clock.now = 300
    assert may_crawl(site, cache, "/public")


def test_the_least_lately_used_sites_are_dropped(site: Site) -> None:
    cache = RobotsCache(sites=1)
    for url in (site.url, site.url.replace("127.0.0.1", "localhost"), site.url):
        cache.get(url)
    assert len(site.asked) == 3


@pytest.mark.parametrize("age", [timedelta(0), MAX_AGE + timedelta(seconds=1)], ids=str)
def test_2_4_a_day_is_the_longest_that_may_be_asked_for(age: timedelta) -> None:
    with pytest.raises(ValueError, match="expected an age"):
        RobotsCache(max_age=age)


def test_what_is_no_address_raises() -> None:
    with pytest.raises(InvalidUrlError):
        RobotsCache().get("no address")


@pytest.mark.parametrize(
    ("status", "keep", "unavailable"), [(200, True, []), (404, True, []), (503, False, [Source.ROBOTS_TXT])]
)
def test_a_check_tells_the_three_apart(site: Site, status: int, keep: bool, unavailable: list[Source]) -> None:
    site.answers = [(status, {}, RULES)]
    snapshot = Snapshot.from_records([], SnapshotId("registry.example", 1, 0, "", 0))
    optout = Filter(FixedSource(snapshot), Policy.opt_out(Usage.TRAIN_AI), clock=lambda: 0)
    decision = optout.check(site.url, robots_txt=RobotsCache().get(site.url))
    assert decision.keep is keep
    assert [missing.source for missing in decision.unavailable] == unavailable
