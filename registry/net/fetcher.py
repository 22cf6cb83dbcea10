"""The one way out: every request the registry makes to a host that a stranger named goes through a `Fetcher`.

The rules are those of a certificate authority's validation client. The registry resolves the name itself, refuses
every address that is not an ordinary public one, connects to the very address it checked and to no other, and does
all of that again for each redirect. It takes at most ten redirects, of four kinds, inside one registrable domain,
on the two web ports. Nothing is read from the environment: no proxy, no netrc, no system resolver.

It does not judge what it fetched. A 404 is an answer, and a caller's affair.
"""

import logging
import ssl
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from ipaddress import ip_address
from socket import create_connection, socket
from typing import Final, Self

import ada_url

from registry.net import exchange
from registry.net.addresses import Address, is_host_name, is_public, special_block
from registry.net.exchange import FetchBudget
from registry.net.failures import BadAnswerError, ForbiddenTargetError, ResolverError, UnreachableError
from registry.net.resolver import Resolver, TxtAnswer
from registry.net.suffixes import SuffixStatus, registrable_domain, standing

PAGE_LIMIT: Final = 512 * 1024
_log: Final = logging.getLogger(__name__)
_PORTS: Final = {"http": 80, "https": 443}
_REDIRECTS: Final = frozenset({301, 302, 307, 308})


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """The limits of one fetch, over all its redirects: seconds in all and to connect, redirects, bytes, and the
    length of one redirect's target.
    """

    seconds: float = 10.0
    dial_seconds: float = 4.0
    redirects: int = 10
    size: int = 1024 * 1024
    location: int = 2000


@dataclass(frozen=True, slots=True)
class Permit:
    """An exception for trying things out: `host` under `scheme` is served at a loopback address and any port.

    A permitted host is not looked up in DNS and needs no real domain. Only loopback can be permitted, and a
    registry that is served to the public refuses to start with any.
    """

    host: str
    address: str
    port: int
    scheme: str = "http"

    def __post_init__(self) -> None:
        if not ip_address(self.address).is_loopback:
            raise ValueError(f"only a loopback address can be permitted, got {self.address} for {self.host}")
        if self.scheme not in _PORTS:
            raise ValueError(f"a permit is for http or https, got {self.scheme!r} for {self.host}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `http://site.test=127.0.0.1:8081`, an IPv6 address without brackets.

        Raises:
            ValueError: the text is not of this form, or the address is not a loopback address.
        """
        origin, equals, place = text.partition("=")
        scheme, separator, host = origin.partition("://")
        address, colon, port = place.rpartition(":")
        if not (equals and separator and colon and is_host_name(host) and port.isascii() and port.isdigit()):
            raise ValueError(f"a permit reads http://site.test=127.0.0.1:8081, got {text!r}")
        return cls(host, address, int(port), scheme)

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}={self.address}:{self.port}"


@dataclass(frozen=True, slots=True)
class Response:
    """The last answer of a fetch, and where it came from.

    `headers` has the first line of each name, in lower case; `lines` has all, as sent. `body` holds at most the
    limit asked for; `truncated` says that there was more.
    `url` is the one that answered, after redirects; `address` is the IP address it was read from.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    truncated: bool
    url: str
    address: str
    lines: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Route:
    address: Address
    port: int


Dial = Callable[[Address, int, float], socket]


def dial_tcp(address: Address, port: int, seconds: float) -> socket:
    """Open a TCP connection to exactly this address."""
    return create_connection((str(address), port), timeout=seconds)


def tls_context() -> ssl.SSLContext:
    """Return the TLS settings of every fetch: certificates verified by the system's roots, TLS 1.2 or newer."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class Fetcher:
    """Guarded HTTP GET and POST, and TXT lookups. Holds only settings, so one serves every thread.

    Args:
        resolver: whom to ask for names.
        agent: the User-Agent; say who fetches and why.
        limits: time, size and redirects of one fetch.
        permit_loopback: exceptions for tests, demonstrations and development. Must be empty in production.
        tls: the trust of https; `tls_context()` unless a test brings its own authority.
        dial: how a checked address is connected to.
    """

    def __init__(
        self,
        resolver: Resolver,
        *,
        agent: str,
        limits: FetchLimits | None = None,
        permit_loopback: Set[Permit] = frozenset(),
        tls: ssl.SSLContext | None = None,
        dial: Dial = dial_tcp,
    ) -> None:
        self._resolver = resolver
        self._agent = agent
        self._limits = limits or FetchLimits()
        self._permitted = {
            (permit.scheme, permit.host): _Route(ip_address(permit.address), permit.port)
            for permit in permit_loopback
        }
        self._tls = tls or tls_context()
        self._dial = dial

    def txt(self, name: str) -> TxtAnswer:
        """Return the TXT records of `name`; empty when there are none.

        Raises:
            FetchError: no resolver's answer can be relied on.
        """
        return self._resolver.txt(name)

    def get(self, url: str, *, limit: int = PAGE_LIMIT) -> Response:
        """GET `url`, following redirects, and read at most `limit` bytes of the body.

        Raises:
            FetchError: there is no answer that may be read; the subclass says why.
        """
        allowance = FetchBudget(seconds=self._limits.seconds, size=self._limits.size)
        target = self._target(url)
        site = self._site(target.hostname)
        seen: set[str] = set()
        while len(seen) <= self._limits.redirects:
            if target.href in seen:
                raise BadAnswerError(
                    "The redirects of %(url)s lead in a circle: %(href)s came twice.", url=url, href=target.href
                )
            seen.add(target.href)
            address, answer = self._hop(target, limit, allowance)
            if not 300 <= answer.status < 400:
                where = target.href, address
                return Response(answer.status, answer.headers, answer.body, answer.truncated, *where, answer.lines)
            target = self._redirect(target, answer, site)
        raise BadAnswerError(
            "%(url)s redirects more than %(redirects)s times.", url=url, redirects=self._limits.redirects
        )

    def post(self, url: str, body: bytes, fields: Mapping[str, str], *, limit: int = 0) -> Response:
        """POST `body` to an https address, and read at most `limit` bytes of the answer; 0 reads its head alone.

        A redirect is an answer here: what is signed for one address is not sent to another.

        Raises:
            FetchError: there is no answer; the subclass says why.
        """
        target = self._target(url)
        if target.protocol != "https:":
            raise ForbiddenTargetError("Only https is written to, got %(url)s.", url=repr(url[:200]))
        self._site(target.hostname)
        allowance = FetchBudget(seconds=self._limits.seconds, size=self._limits.size)
        address, answer = self._hop(target, limit, allowance, body, fields)
        where = target.href, address
        return Response(answer.status, answer.headers, answer.body, answer.truncated, *where, answer.lines)

    def _hop(
        self,
        target: ada_url.URL,
        limit: int,
        allowance: FetchBudget,
        body: bytes | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> tuple[str, exchange.RawResponse]:
        scheme, host = target.protocol.rstrip(":"), target.hostname
        route, sock = self._connect(scheme, host, allowance)
        path = target.pathname + target.search
        question = exchange.Question(host, path, self._agent, limit, body, fields or {})
        tls = self._tls if scheme == "https" else None
        return str(route.address), exchange.ask(sock, question, tls=tls, allowance=allowance)

    def _connect(self, scheme: str, host: str, allowance: FetchBudget) -> tuple[_Route, socket]:
        """Connect to the first IPv6 address, and when that cannot be dialled, to the first IPv4 one."""
        routes = self._routes(scheme, host, allowance)
        failure: OSError | None = None
        for route in routes:
            self._require_allowed(route, scheme, host)
            seconds = min(self._limits.dial_seconds, allowance.seconds_left())
            try:
                return route, self._dial(route.address, route.port, seconds)
            except OSError as error:
                failure = error
        tried = " and ".join(str(route.address) for route in routes)
        raise UnreachableError(
            "%(host)s could not be connected to at %(tried)s: %(failure)s.",
            host=host,
            tried=tried,
            failure=failure,
        ) from failure

    def _routes(self, scheme: str, host: str, allowance: FetchBudget) -> list[_Route]:
        permitted = self._permitted.get((scheme, host))
        if permitted:
            return [permitted]
        addresses = self._addresses(host, allowance)
        public = [address for address in addresses if is_public(address)]
        if not public:
            self._require_allowed(_Route(addresses[0], _PORTS[scheme]), scheme, host)
        firsts = {address.version: address for address in reversed(public)}
        return [_Route(firsts[version], _PORTS[scheme]) for version in (6, 4) if version in firsts]

    def _addresses(self, host: str, allowance: FetchBudget) -> tuple[Address, ...]:
        """Ask the resolver, and blame the site if it has left too little time for an answer."""
        seconds = allowance.seconds_left()
        try:
            return self._resolver.addresses(host, seconds=seconds)
        except ResolverError as error:
            if allowance.deadline.left() or seconds > self._limits.seconds / 2:
                raise
            raise allowance.too_slow() from error

    def _require_allowed(self, route: _Route, scheme: str, host: str) -> None:
        """Checked when the name was resolved and again right before connecting, on the address connected to."""
        if is_public(route.address) or route == self._permitted.get((scheme, host)):
            return
        block = special_block(route.address)
        _log.info("%s has the address %s (%s)", host, route.address, block.name if block else "with a zone")
        raise ForbiddenTargetError("%(host)s has an address that is not on the public internet.", host=host)

    def _target(self, url: str, base: ada_url.URL | None = None) -> ada_url.URL:
        """`url` as the URL standard reads it, refused unless it names an ordinary web host on an ordinary port.

        The parsed form is what is resolved, connected to and asked for: no second reading of the text can differ.
        """
        try:
            target = ada_url.URL(url, base.href if base else None)
        except ValueError as error:
            raise ForbiddenTargetError("%(url)s is not a URL.", url=repr(url[:200])) from error
        if target.protocol not in ("http:", "https:"):
            raise ForbiddenTargetError(
                "Only http and https are fetched, got %(protocol)s in %(url)s.",
                protocol=target.protocol,
                url=repr(url[:200]),
            )
        if target.username or target.password:
            raise ForbiddenTargetError(
                "A URL with a user name or password is not fetched: host %(hostname)s.", hostname=target.hostname
            )
        if target.port:
            raise ForbiddenTargetError(
                "Only ports 80 and 443 are fetched, got %(port)s in %(url)s.",
                port=target.port,
                url=repr(url[:200]),
            )
        if not is_host_name(target.hostname):
            raise ForbiddenTargetError(
                "%(hostname)s is not the name of a web host.", hostname=repr(target.hostname[:200])
            )
        target.hash = ""
        return target

    def _site(self, host: str) -> str:
        """Return the site redirects must stay in: the registrable domain, or the host itself if permitted."""
        permitted = any(host == name for _, name in self._permitted)
        if standing(host) is not SuffixStatus.ORDINARY and not permitted:
            raise ForbiddenTargetError("%(host)s is not a name below a public domain ending.", host=host)
        return registrable_domain(host) or host

    def _redirect(self, target: ada_url.URL, answer: exchange.RawResponse, site: str) -> ada_url.URL:
        location = answer.headers.get("location")
        if answer.status not in _REDIRECTS or location is None:
            raise BadAnswerError(
                "%(href)s answered %(status)s, which is not a redirect that is followed.",
                href=target.href,
                status=answer.status,
            )
        if len(location) > self._limits.location:
            raise BadAnswerError(
                "%(href)s redirects to a URL of %(length)s bytes; %(most)s are the most.",
                href=target.href,
                length=len(location),
                most=self._limits.location,
            )
        following = self._target(location, target)
        if self._site(following.hostname) != site:
            raise ForbiddenTargetError(
                "%(href)s redirects to %(hostname)s, which is outside %(site)s.",
                href=target.href,
                hostname=following.hostname,
                site=site,
            )
        return following
