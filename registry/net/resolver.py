"""DNS questions to the configured resolvers, and the only place that asks them.

The resolvers are expected to be recursive and to validate DNSSEC: a name whose signatures are wrong then comes
back as SERVFAIL, which is a failure here and never "no record". The AD bit is believed only from a resolver on
loopback, because on any other path somebody else could have set it (RFC 6840, 5.8). TXT questions, on which a
proof can rest alone, go to every resolver, and all must give the same answer; addresses come from the first that
answers.
"""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final, Self

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.rdtypes.IN.A
import dns.rdtypes.IN.AAAA
import dns.rdtypes.txtbase

from crawler_filter.errors import Sentence
from registry.net.failures import FetchError, ForbiddenTargetError, NameNotFoundError, ResolverError

_EDNS_PAYLOAD: Final = 1232  # the DNS flag day 2020 size: never fragmented


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The address of a resolver."""

    address: str
    port: int = 53

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `address`, `address:port` or `[IPv6 address]:port`.

        Raises:
            ValueError: the address is not an IP address, or the port not a number of 1 to 65535.
        """
        host, port = text, "53"
        if text.startswith("["):
            host, _, port = text[1:].partition("]")
            port = port.removeprefix(":") or "53"
        elif text.count(":") == 1:
            host, _, port = text.partition(":")
        if not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65535):
            raise ValueError(f"a resolver's port is a number of 1 to 65535, got {port!r} in {text!r}")
        return cls(str(ip_address(host)), int(port))

    def __str__(self) -> str:
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Tell whether nothing outside this machine lies between the resolver and us."""
        return ip_address(self.address).is_loopback


@dataclass(frozen=True, slots=True)
class TxtAnswer:
    """The TXT records of a name, one text a record, its character-strings joined; empty when there are none.

    `authenticated`: a resolver on loopback vouched for the answer's DNSSEC signatures. `digest`: hex SHA-256 over
    the records, sorted and each preceded by its length in four bytes.
    """

    strings: tuple[str, ...]
    resolver: str
    authenticated: bool
    digest: str


@dataclass(frozen=True, slots=True)
class _Answer:
    records: tuple[bytes, ...]
    authenticated: bool


class Resolver:
    """Asks the configured recursive resolvers, each up to `tries` times, within `lifetime` seconds a question."""

    def __init__(
        self,
        resolvers: Sequence[Endpoint],
        *,
        tries: int = 3,
        timeout: float = 1.0,
        lifetime: float = 5.0,
    ) -> None:
        if not resolvers:
            raise ValueError("at least one resolver is needed, got none")
        self._resolvers = tuple(resolvers)
        self._tries = tries
        self._timeout = timeout
        self._lifetime = lifetime

    def txt(self, name: str) -> TxtAnswer:
        """Return the TXT records of `name`, agreed by every resolver.

        Raises:
            ResolverError: a resolver failed, or two gave different answers.
            ForbiddenTargetError: `name` is not a DNS name.
        """
        deadline = time.monotonic() + self._lifetime
        answers = [self._ask(endpoint, name, dns.rdatatype.TXT, deadline) for endpoint in self._resolvers]
        first = answers[0].records
        if any(answer.records != first for answer in answers):
            counts = ", ".join(str(len(answer.records)) for answer in answers)
            raise ResolverError(
                "Our resolvers see different TXT records at %(name)s (%(counts)s): a change "
                "takes a while to be seen everywhere. We will look again.",
                name=name,
                counts=counts,
            )
        vouched = (
            answer.authenticated and endpoint.is_loopback
            for answer, endpoint in zip(answers, self._resolvers, strict=True)
        )
        return TxtAnswer(
            strings=tuple(record.decode("utf-8", "replace") for record in first),
            resolver=", ".join(map(str, self._resolvers)),
            authenticated=any(vouched),
            digest=_digest(first),
        )

    def addresses(self, host: str, *, seconds: float) -> tuple[IPv4Address | IPv6Address, ...]:
        """Return the addresses of `host`, IPv6 before IPv4, each in the order the resolver gave, within `seconds`.

        Raises:
            NameNotFoundError: there are none.
            ResolverError: neither question was answered, or one was not and the other has no address.
            ForbiddenTargetError: `host` is not a DNS name.
        """
        deadline = time.monotonic() + min(self._lifetime, seconds)
        found: list[IPv4Address | IPv6Address] = []
        failure: ResolverError | None = None
        for rdtype in (dns.rdatatype.AAAA, dns.rdatatype.A):
            try:
                records = self._first_answer(host, rdtype, deadline).records
            except ResolverError as error:
                failure = error
            else:
                found.extend(ip_address(record.decode("ascii")) for record in records)
        if found:
            return tuple(found)
        raise failure or NameNotFoundError("The name %(host)s has no address in DNS.", host=host)

    def _first_answer(self, name: str, rdtype: dns.rdatatype.RdataType, deadline: float) -> _Answer:
        failure: ResolverError | None = None
        for endpoint in self._resolvers:
            try:
                return self._ask(endpoint, name, rdtype, deadline)
            except ResolverError as error:
                failure = error
        raise failure or ResolverError("No resolver was asked for %(name)s.", name=name)

    def _ask(self, endpoint: Endpoint, name: str, rdtype: dns.rdatatype.RdataType, deadline: float) -> _Answer:
        query = _query(name, rdtype)
        problem = Sentence("no answer")
        for _ in range(self._tries):
            seconds = min(self._timeout, deadline - time.monotonic())
            if seconds <= 0:
                break
            try:
                response, _used_tcp = dns.query.udp_with_fallback(
                    query, endpoint.address, seconds, endpoint.port, ignore_unexpected=True, ignore_errors=True
                )
                return _read(response, rdtype)
            except dns.exception.Timeout:
                problem = Sentence("no answer in time")
            except FetchError as error:
                problem = error.detail
            except Exception as error:  # whatever an answer provokes is that answer's failure
                problem = Sentence(str(error) or type(error).__name__)
        kind = dns.rdatatype.to_text(rdtype)
        raise ResolverError(
            "The %(kind)s records of %(name)s could not be read from DNS: %(problem)s.",
            kind=kind,
            name=name,
            problem=problem,
        )


def _query(name: str, rdtype: dns.rdatatype.RdataType) -> dns.message.QueryMessage:
    try:
        absolute = dns.name.from_text(name)
    except dns.exception.DNSException as error:
        raise ForbiddenTargetError(
            "%(name)s is not a DNS name: %(error)s", name=repr(name), error=error
        ) from error
    query = dns.message.make_query(absolute, rdtype, use_edns=0, payload=_EDNS_PAYLOAD)
    query.flags |= dns.flags.AD  # asks for the AD bit without asking for signatures (RFC 6840, 5.7)
    return query


def _read(response: dns.message.Message, rdtype: dns.rdatatype.RdataType) -> _Answer:
    """Return the answer's records, following CNAMEs; sorted, because DNS promises no order for TXT."""
    if response.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        raise ResolverError("the resolver answered %(rcode)s", rcode=dns.rcode.to_text(response.rcode()))
    if not isinstance(response, dns.message.QueryMessage):
        raise ResolverError("the resolver's answer is not an answer to a query")
    rrset = response.resolve_chaining().answer
    records = [] if rrset is None else [_bytes(rdata) for rdata in rrset]
    if rdtype == dns.rdatatype.TXT:
        records.sort()
    return _Answer(tuple(records), bool(response.flags & dns.flags.AD))


def _bytes(rdata: object) -> bytes:
    match rdata:
        case dns.rdtypes.txtbase.TXTBase(strings=strings):
            return b"".join(strings)
        case dns.rdtypes.IN.A.A(address=address) | dns.rdtypes.IN.AAAA.AAAA(address=address):
            return str(address).encode("ascii")
    raise ResolverError("the resolver answered with %(name)s, which was not asked for", name=type(rdata).__name__)


def _digest(records: tuple[bytes, ...]) -> str:
    framed = b"".join(len(record).to_bytes(4, "big") + record for record in records)
    return hashlib.sha256(framed).hexdigest()
