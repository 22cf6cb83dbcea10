"""Every HTTP client's drop-in, held to the same: what is reserved is not asked for, on any hop, and nothing is lost."""

import asyncio
import gzip
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib import import_module
from typing import Any
from urllib.error import URLError

import pytest

from crawler_filter import Filter, Mode, Policy, Usage
from crawler_filter.checks.sources import FixedSource
from crawler_filter.errors import NotCheckedError
from crawler_filter.formats.record import Assurance
from crawler_filter.integrations.summary import Summary
from crawler_filter.reason import Reason
from tests.crawler_filter.checks.test_content import OTHER, PIXELS, encoded, pictured
from tests.simulators.names_on_loopback import WORK, NamesOnLoopback, hop
from tests.simulators.published import NOW, PublishedRegistry, scope

ENFORCING = Policy.opt_out(Usage.TRAIN_AI)
AUDITING = replace(ENFORCING, mode=Mode.AUDIT)
FREE, RESERVED = "http://free.example.com/a", "http://reserved.example.com/a"


@dataclass
class Clock:
    """The filter's clock, which a test may put on."""

    now: float = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def site() -> Iterator[NamesOnLoopback]:
    with NamesOnLoopback() as site:
        yield site


@pytest.fixture
def clock() -> Clock:
    return Clock()


def filter_of(clock: Clock, policy: Policy, *more: tuple[str, str]) -> Filter:
    registry = PublishedRegistry()
    for kind, value in more:
        registry.declare(scope(kind, value, Assurance.ATTESTED))
    registry.declare(scope("domain", "reserved.example.com"))
    registry.declare(scope("sha256", sha256(WORK).hexdigest()))
    return Filter(FixedSource(registry.snapshot()), policy, clock=clock)


Fetch = Callable[[str], tuple[bytes, Summary]]


def with_requests(optout: Filter, proxy: str, *, content: bool) -> Fetch:
    requests = import_module("requests")
    from crawler_filter.integrations.requests import mount

    session = requests.Session()
    session.proxies = {"http": proxy}
    summary = mount(session, optout, content=content)
    return lambda url: (session.get(url).content, summary)


def with_httpx(optout: Filter, proxy: str, *, content: bool) -> Fetch:
    httpx = pytest.importorskip("httpx", reason="the httpx extra is not installed")
    from crawler_filter.integrations.httpx import OptOutTransport

    transport = OptOutTransport(optout, httpx.HTTPTransport(proxy=proxy), content=content)

    def fetch(url: str) -> tuple[bytes, Summary]:
        with httpx.Client(transport=transport, follow_redirects=True) as client:
            answer = client.get(url)
            assert answer.extensions["optout"].keep
            return answer.content, transport.summary

    return fetch


def with_httpx_async(optout: Filter, proxy: str, *, content: bool) -> Fetch:
    httpx = pytest.importorskip("httpx", reason="the httpx extra is not installed")
    from crawler_filter.integrations.httpx import AsyncOptOutTransport

    async def fetch(url: str) -> tuple[bytes, Summary]:
        transport = AsyncOptOutTransport(optout, httpx.AsyncHTTPTransport(proxy=proxy), content=content)
        async with httpx.AsyncClient(transport=transport, follow_redirects=True) as client:
            return (await client.get(url)).content, transport.summary

    return lambda url: asyncio.run(fetch(url))


def with_aiohttp(optout: Filter, proxy: str, *, content: bool) -> Fetch:
    aiohttp = pytest.importorskip("aiohttp", reason="the aiohttp extra is not installed")
    from crawler_filter.integrations.aiohttp import OptOutMiddleware

    async def fetch(url: str) -> tuple[bytes, Summary]:
        middleware = OptOutMiddleware(optout, content=content)
        async with (
            aiohttp.ClientSession(middlewares=(middleware,), proxy=proxy) as session,
            session.get(url) as answer,
        ):
            return await answer.read(), middleware.summary

    return lambda url: asyncio.run(fetch(url))


def with_urllib(optout: Filter, proxy: str, *, content: bool) -> Fetch:
    from crawler_filter.integrations.urllib import OptOutHandler

    handler = OptOutHandler(optout, content=content)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": proxy}), handler)

    def fetch(url: str) -> tuple[bytes, Summary]:
        with opener.open(url) as answer:
            return answer.read(), handler.summary

    return fetch


def in_pieces_of_requests(optout: Filter, proxy: str, url: str) -> list[bytes]:
    requests = import_module("requests")
    from crawler_filter.integrations.requests import mount

    with requests.Session() as session:
        session.proxies = {"http": proxy}
        mount(session, optout, content=True)
        return [
            session.get(url, stream=True).raw.read(decode_content=False),
            b"".join(session.get(url, stream=True).raw.stream(3)),
            b"".join(session.get(url, stream=True).iter_content(3)),
        ]


def in_pieces_of_httpx(optout: Filter, proxy: str, url: str) -> list[bytes]:
    httpx = pytest.importorskip("httpx", reason="the httpx extra is not installed")
    from crawler_filter.integrations.httpx import OptOutTransport

    transport = OptOutTransport(optout, httpx.HTTPTransport(proxy=proxy), content=True)
    with httpx.Client(transport=transport) as client:
        with client.stream("GET", url) as answer:
            packed = b"".join(answer.iter_raw())
        with client.stream("GET", url) as answer:
            pieces = b"".join(answer.iter_bytes(3))
    return [pieces, gzip.decompress(packed) if url.endswith("packed") else packed]


def in_pieces_of_httpx_async(optout: Filter, proxy: str, url: str) -> list[bytes]:
    httpx = pytest.importorskip("httpx", reason="the httpx extra is not installed")
    from crawler_filter.integrations.httpx import AsyncOptOutTransport

    async def fetch() -> list[bytes]:
        transport = AsyncOptOutTransport(optout, httpx.AsyncHTTPTransport(proxy=proxy), content=True)
        async with httpx.AsyncClient(transport=transport) as client, client.stream("GET", url) as answer:
            return [b"".join([piece async for piece in answer.aiter_bytes(3)])]

    return asyncio.run(fetch())


def in_pieces_of_aiohttp(optout: Filter, proxy: str, url: str) -> list[bytes]:
    aiohttp = pytest.importorskip("aiohttp", reason="the aiohttp extra is not installed")
    from crawler_filter.integrations.aiohttp import OptOutMiddleware

    async def fetch() -> list[bytes]:
        middleware = OptOutMiddleware(optout, content=True)
        async with aiohttp.ClientSession(middlewares=(middleware,), proxy=proxy) as session:
            async with session.get(url) as answer:
                pieces = b"".join([piece async for piece in answer.content.iter_chunked(3)])
            async with session.get(url) as answer:
                return [pieces, await answer.content.read(), await answer.read()]

    return asyncio.run(fetch())


@pytest.mark.parametrize("path", ["a", "packed"])
@pytest.mark.parametrize(
    "in_pieces", [in_pieces_of_requests, in_pieces_of_httpx, in_pieces_of_httpx_async, in_pieces_of_aiohttp]
)
def test_a_body_that_was_looked_at_can_still_be_read_in_pieces(
    in_pieces: Callable[..., list[bytes]], site: NamesOnLoopback, clock: Clock, path: str
) -> None:
    bodies = in_pieces(filter_of(clock, ENFORCING), site.url, f"http://free.example.com/{path}")
    assert set(bodies) == {b"<p>free"}


def test_a_transport_that_answers_by_itself_is_read_too(clock: Clock) -> None:
    httpx = pytest.importorskip("httpx", reason="the httpx extra is not installed")
    from crawler_filter.integrations.httpx import AsyncOptOutTransport, OptOutTransport

    answering, optout = (
        httpx.MockTransport(lambda _: httpx.Response(200, text="free")),
        filter_of(clock, ENFORCING),
    )

    async def fetch() -> str:
        async with httpx.AsyncClient(transport=AsyncOptOutTransport(optout, answering, content=True)) as client:
            return str((await client.get("http://free.example.com/")).text)

    with httpx.Client(transport=OptOutTransport(optout, answering, content=True)) as client:
        assert client.get("http://free.example.com/").text == asyncio.run(fetch()) == "free"


CLIENTS = {
    "requests": (with_requests, "requests", "RequestException"),
    "httpx": (with_httpx, "httpx", "RequestError"),
    "httpx-async": (with_httpx_async, "httpx", "RequestError"),
    "aiohttp": (with_aiohttp, "aiohttp", "ClientError"),
    "urllib": (with_urllib, "urllib.error", "URLError"),
}


@dataclass
class Client:
    """One client of the table above: how it fetches, and its own error."""

    make: Callable[..., Fetch]
    error: type[Exception]


@pytest.fixture(params=CLIENTS)
def client(request: pytest.FixtureRequest) -> Client:
    make, module, error = CLIENTS[request.param]
    try:
        return Client(make, getattr(import_module(module), error))
    except ImportError:
        pytest.skip(f"{module} is not installed")


def test_what_nobody_reserved_is_fetched_and_counted(client: Client, site: NamesOnLoopback, clock: Clock) -> None:
    body, summary = client.make(filter_of(clock, ENFORCING), site.url, content=True)(FREE)
    assert body == b"<p>free"
    assert (summary.checked, summary.excluded) == (1, 0)


def test_what_is_reserved_is_never_asked_for(client: Client, site: NamesOnLoopback, clock: Clock) -> None:
    fetch = client.make(filter_of(clock, ENFORCING), site.url, content=False)
    with pytest.raises(client.error) as caught:
        fetch(RESERVED)
    assert caught.value.decision.reason is Reason.REGISTRY_DOMAIN  # type: ignore[attr-defined]
    assert site.asked == []


def test_a_redirect_to_what_is_reserved_stops_at_that_hop(
    client: Client, site: NamesOnLoopback, clock: Clock
) -> None:
    fetch = client.make(filter_of(clock, ENFORCING), site.url, content=False)
    with pytest.raises(client.error) as caught:
        fetch(hop("http://free.example.com", hop("http://other.example.com", RESERVED)))
    assert caught.value.decision.reason is Reason.REGISTRY_DOMAIN  # type: ignore[attr-defined]
    assert site.hosts() == ["free.example.com", "other.example.com"]


def test_an_answer_whose_headers_reserve_it_is_not_passed_on(
    client: Client, site: NamesOnLoopback, clock: Clock
) -> None:
    fetch = client.make(filter_of(clock, ENFORCING), site.url, content=False)
    with pytest.raises(client.error) as caught:
        fetch("http://free.example.com/noai")
    assert caught.value.decision.reason is Reason.HEADERS  # type: ignore[attr-defined]


def test_a_body_that_is_a_registered_work_is_known_where_bodies_are_asked_for(
    client: Client, site: NamesOnLoopback, clock: Clock
) -> None:
    optout = filter_of(clock, ENFORCING)
    with pytest.raises(client.error) as caught:
        client.make(optout, site.url, content=True)("http://free.example.com/work")
    assert caught.value.decision.reason is Reason.REGISTRY_DIGEST  # type: ignore[attr-defined]
    assert client.make(optout, site.url, content=False)("http://free.example.com/work")[0] == WORK


def test_a_snapshot_that_grows_too_old_stops_the_crawl_and_excludes_nothing(
    client: Client, site: NamesOnLoopback, clock: Clock
) -> None:
    fetch = client.make(filter_of(clock, ENFORCING), site.url, content=False)
    fetch(FREE)
    clock.now += 8 * 86_400
    with pytest.raises(NotCheckedError) as caught:
        fetch(FREE)
    assert not isinstance(caught.value, (client.error, URLError))
    assert len(site.asked) == 1
    clock.now = NOW
    assert fetch(FREE)[0] == b"<p>free"


def test_a_body_like_a_registered_picture_is_not_passed_on(
    client: Client, site: NamesOnLoopback, clock: Clock
) -> None:
    fetch = client.make(filter_of(clock, ENFORCING, pictured()), site.url, content=True)
    site.picture = encoded(OTHER)
    assert fetch("http://free.example.com/picture")[0] == site.picture
    site.picture = encoded(PIXELS, "JPEG")
    with pytest.raises(client.error) as caught:
        fetch("http://free.example.com/picture")
    assert caught.value.decision.reason is Reason.REGISTRY_IMAGE  # type: ignore[attr-defined]


def test_a_missing_extra_stops_the_crawl_at_the_first_body_it_is_needed_for(
    client: Client, site: NamesOnLoopback, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.picture = encoded(OTHER)
    lack_pillow(monkeypatch)
    fetch = client.make(filter_of(clock, ENFORCING, pictured()), site.url, content=True)
    assert fetch(FREE)[0] == b"<p>free"
    with pytest.raises(NotCheckedError, match=r"install training-optout\[media\]") as caught:
        fetch("http://free.example.com/picture")
    assert not isinstance(caught.value, (client.error, URLError))


def lack_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    for name in ("PIL.Image", "crawler_filter.files.image"):
        monkeypatch.delitem(sys.modules, name, raising=False)


@pytest.mark.parametrize(
    ("path", "reason"),
    [(RESERVED, "registry.domain"), ("http://free.example.com/noai", "signal.headers"), ("http://a.example.com/work", "registry.digest")],
)  # fmt: skip
def test_audit_mode_passes_everything_on_and_counts_what_would_be_excluded(
    client: Client, site: NamesOnLoopback, clock: Clock, path: str, reason: str
) -> None:
    body, summary = client.make(filter_of(clock, AUDITING), site.url, content=True)(path)
    assert body
    assert (summary.excluded, dict(summary.reasons)) == (1, {reason: 1})


def test_block_lists_contain_what_is_not_kept_and_stop_where_nothing_can_be_checked(clock: Clock) -> None:
    from crawler_filter.integrations.blocklist import Blocklist, reject

    optout = filter_of(clock, ENFORCING)
    blocklist: Any = Blocklist(optout)
    assert RESERVED in blocklist
    assert FREE not in blocklist
    blocklist.add(FREE)
    assert FREE in blocklist
    assert list(filter(reject(optout), [FREE, RESERVED])) == [RESERVED]
    clock.now += 8 * 86_400
    with pytest.raises(NotCheckedError):
        assert "http://other.example.com/" in blocklist


def test_trafilatura_leaves_out_what_a_block_list_contains(clock: Clock) -> None:
    trafilatura = pytest.importorskip("trafilatura", reason="trafilatura is not installed")
    from crawler_filter.integrations.blocklist import Blocklist

    blocklist = Blocklist(filter_of(clock, ENFORCING))
    page = (
        "<html><body><article>"
        + "<p>Some words of an article that is long enough.</p>" * 20
        + "</article></body></html>"
    )
    assert trafilatura.extract(page, url=FREE, url_blacklist=blocklist, with_metadata=True)
    assert trafilatura.extract(page, url=RESERVED, url_blacklist=blocklist, with_metadata=True) is None


def test_trafilatura_takes_links_without_their_scheme_from_a_block_list(clock: Clock) -> None:
    downloads = pytest.importorskip("trafilatura.downloads", reason="trafilatura is not installed")
    from crawler_filter.integrations.blocklist import Blocklist

    blocklist = Blocklist(filter_of(clock, ENFORCING), without_scheme=True)
    free = "https://free.example.org/a"
    links = downloads.add_to_compressed_dict([free, "https://reserved.example.com/a"], blacklist=blocklist)
    assert links.dump_urls() == [free]


def test_what_courlan_finds_is_filtered(clock: Clock) -> None:
    courlan = pytest.importorskip("courlan", reason="courlan is not installed")
    from crawler_filter.integrations.blocklist import reject

    page = f'<html><body><a href="{RESERVED}">x</a><a href="{FREE}">y</a></body></html>'
    links = courlan.extract_links(
        page, url="http://free.example.com/", external_bool=False
    ) | courlan.extract_links(page, url="http://free.example.com/", external_bool=True)
    rejects = reject(filter_of(clock, ENFORCING))
    assert {RESERVED, FREE} <= links
    assert not any("reserved" in link for link in links if not rejects(link))
