"""Sites that would hold the registry up, fill its memory or confuse it: each ends soon, and little is read."""

import gzip
import itertools
import zlib
from contextlib import suppress

import pytest

from registry.net import BadAnswerError, FetchError, FetchLimits, TooSlowError, UnreachableError
from tests.simulators.site import Site, drip, page, redirect

ADDRESS = "93.184.215.14"
HOST = "www.example.com"
URL = f"http://{HOST}/"
HEAD = b"HTTP/1.1 200 OK\r\n"
DEADLINE = 0.4
MEGABYTE = 1024 * 1024


@pytest.fixture
def fetcher(fetcher, zone):
    zone.addresses(HOST, ADDRESS)
    return fetcher


@pytest.fixture
def slow_fetcher(make_fetcher, zone):
    """Waits for no more than the deadline; for what has to be waited for."""
    zone.addresses(HOST, ADDRESS)
    return make_fetcher(limits=FetchLimits(seconds=DEADLINE))


def endless(chunk):
    return lambda path: itertools.chain([HEAD], itertools.repeat(chunk))


SLOW = {
    "one byte at a time": lambda path: drip(page("x" * 100), 0.02),
    "a body one byte at a time": lambda path: itertools.chain([HEAD + b"\r\n"], drip(b"x" * 1000, 0.02)),
    "silence": lambda path: [600.0],
    "silence after the head": lambda path: [HEAD + b"Content-Length: 10\r\n\r\n", 600.0],
    "a header a while": lambda path: itertools.chain([HEAD], itertools.cycle([b"A: b\r\n", 0.05])),
    "chunk by chunk": lambda path: itertools.chain(
        [HEAD + b"Transfer-Encoding: chunked\r\n\r\n"], itertools.cycle([b"1\r\nx\r\n", 0.02])
    ),
    "continue for ever, slowly": lambda path: itertools.cycle([b"HTTP/1.1 100 Continue\r\n\r\n", 0.02]),
    "slow redirects": lambda path: [0.1, redirect(f"{path}x")],
}

LARGE = {
    "endless headers": endless(b"A: b\r\n"),
    "one endless header": endless(b"A" * 1000),
    "endless long headers": endless(b"A: " + b"b" * 60_000 + b"\r\n"),
    "an endless status line": lambda path: itertools.repeat(b"HTTP/1.1 " * 100),
    "continue for ever": lambda path: itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
    "endless tiny chunks": lambda path: itertools.chain(
        [HEAD + b"Transfer-Encoding: chunked\r\n\r\n"], itertools.repeat(b"1;" + b"x" * 200 + b"\r\nx\r\n")
    ),
    "an endless chunk extension": lambda path: itertools.chain(
        [HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;"], itertools.repeat(b"x" * 1000)
    ),
    "redirects with long heads": lambda path: [
        HEAD.replace(b"200", b"302") + b"".join(b"X%d: %s\r\n" % (n, b"y" * 60_000) for n in range(5)),
        b"Location: %sx\r\n\r\n" % path.encode(),
    ],
}

NOT_HTTP = {
    "another protocol": [b"SSH-2.0-OpenSSH_9.9\r\n"],
    "nothing": [],
    "bytes": [bytes(range(256)) * 4],
    "HTTP/0.9": [b"<html>hello</html>"],
    "a bad chunk size": [HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"],
    "a chunk of a negative size": [HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n"],
    "a length that is no number": [HEAD + b"Content-Length: -5\r\nTransfer-Encoding: chunked\r\n\r\n-0x5\r\n"],
    "a status that is none": [b"HTTP/1.1 9999 OK\r\n\r\n"],
}


@pytest.mark.parametrize("script", SLOW.values(), ids=SLOW.keys())
def test_a_site_that_dawdles_is_left_at_the_deadline(slow_fetcher, internet, script):
    with Site(script) as site:
        internet.place(ADDRESS, site)
        with pytest.raises(TooSlowError, match=r"after 0\.4 seconds"):
            slow_fetcher.get(URL)
        assert site.playing, "the site was not at its end"


@pytest.mark.parametrize("script", LARGE.values(), ids=LARGE.keys())
def test_a_site_that_sends_without_end_is_left_after_a_megabyte(make_fetcher, zone, internet, script):
    zone.addresses(HOST, ADDRESS)
    fetcher = make_fetcher()
    with Site(script) as site:
        internet.place(ADDRESS, site)
        with pytest.raises(BadAnswerError):
            fetcher.get(URL)
    assert site.sent < 8 * MEGABYTE  # what lies in the kernel's buffers was sent and never read


def test_an_endless_body_is_read_to_the_limit_and_no_further(fetcher, internet):
    with Site(lambda path: itertools.chain([HEAD + b"\r\n"], itertools.repeat(b"x" * 1000))) as site:
        internet.place(ADDRESS, site)
        response = fetcher.get(URL, limit=1000)
    assert (len(response.body), response.truncated) == (1000, True)


@pytest.mark.parametrize(("size", "truncated"), [(128, False), (129, True)])
def test_a_body_of_exactly_the_limit_is_whole(fetcher, internet, size, truncated):
    with Site(lambda path: [page("x" * size)]) as site:
        internet.place(ADDRESS, site)
        response = fetcher.get(URL, limit=128)
    assert (response.body, response.truncated) == (b"x" * 128, truncated)


def test_a_packed_bomb_is_unpacked_to_the_limit_and_no_further(fetcher, internet):
    bomb = gzip.compress(b"\0" * 20 * MEGABYTE)
    with Site(lambda path: [page(bomb, headers={"Content-Encoding": "gzip"})]) as site:
        internet.place(ADDRESS, site)
        response = fetcher.get(URL, limit=1000)
    assert (response.body, response.truncated) == (b"\0" * 1000, True)


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_a_server_that_packs_unasked_is_read(fetcher, internet, encoding, pack):
    with Site(
        lambda path: [page(pack(b"User-agent: *\nDisallow: /"), headers={"Content-Encoding": encoding})]
    ) as site:
        internet.place(ADDRESS, site)
        response = fetcher.get(URL)
    assert (response.body, response.truncated) == (b"User-agent: *\nDisallow: /", False)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("zstd", b"\x28\xb5\x2f\xfd"),
        ("gzip", b"\x1f\x8b\x08"),
        ("gzip", gzip.compress(b"a" * 999)[:20]),
        ("x-own", b"\0"),
    ],
)
def test_what_cannot_be_unpacked_is_refused_by_the_name_of_its_encoding(fetcher, internet, encoding, body):
    with Site(lambda path: [page(body, headers={"Content-Encoding": encoding})]) as site:
        internet.place(ADDRESS, site)
        with pytest.raises(BadAnswerError, match=f"encoded as '{encoding}'"):
            fetcher.get(URL)


@pytest.mark.parametrize("steps", NOT_HTTP.values(), ids=NOT_HTTP.keys())
def test_what_is_not_http_is_refused(fetcher, internet, steps):
    with Site(lambda path: steps) as site:
        internet.place(ADDRESS, site)
        with pytest.raises((BadAnswerError, UnreachableError)):
            fetcher.get(URL)


@pytest.mark.parametrize(
    "location", [b"/caf\xe9", b"http://caf\xe9.example.com/", b"\xff\xfe", b"http://[", b"//%zz/", b"\xed\xa0\x80"]
)
def test_a_redirect_in_bytes_of_any_kind_is_followed_or_refused_by_name(fetcher, internet, location):
    answers = iter([HEAD.replace(b"200", b"302") + b"Location: " + location + b"\r\nContent-Length: 0\r\n\r\n"])
    with Site(lambda path: [next(answers, page("here"))]) as site:
        internet.place(ADDRESS, site)
        with suppress(FetchError):
            assert fetcher.get(URL).body == b"here"


@pytest.mark.parametrize("location", ["http://127.0.0.1/", "http://169.254.169.254/latest/meta-data/", "//[::1]/"])
def test_a_redirect_inwards_never_reaches_the_canary(fetcher, internet, canary, location):
    with Site(lambda path: [redirect(location)]) as site:
        internet.place(ADDRESS, site)
        with pytest.raises(FetchError):
            fetcher.get(URL)
    assert canary.connections == 0


def test_a_redirect_to_a_name_that_points_inwards_never_reaches_the_canary(fetcher, zone, internet, canary):
    zone.addresses("inside.example.com", "127.0.0.1", "::1")
    with Site(lambda path: [redirect("http://inside.example.com/")]) as site:
        internet.place(ADDRESS, site)
        with pytest.raises(FetchError, match="not on the public internet"):
            fetcher.get(URL)
    assert canary.connections == 0


def test_silent_name_servers_do_not_outlast_the_deadline(slow_fetcher, zone):
    zone.silent(HOST)
    with pytest.raises(FetchError):
        slow_fetcher.get(URL)
    assert len(zone.queries) <= 2, "another try was made after the deadline"


def test_a_site_whose_redirects_leave_no_time_to_ask_the_resolver_is_what_was_too_slow(
    make_fetcher, zone, internet
):
    """The resolver has no name for the second host and the first host took most of the time."""
    zone.addresses(HOST, ADDRESS)
    zone.silent(f"b.{HOST}")
    script = [HEAD.replace(b"200", b"302"), 0.3, b"Location: http://b.%s/\r\n\r\n" % HOST.encode()]
    with Site(lambda path: script) as site:
        internet.place(ADDRESS, site)
        with pytest.raises(TooSlowError, match=r"after 0\.4 seconds"):
            make_fetcher(limits=FetchLimits(seconds=DEADLINE)).get(URL)
