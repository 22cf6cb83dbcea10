"""A DNS server on loopback that answers what a test says, over UDP and TCP, and can misbehave by name."""

import contextlib
import itertools
import socketserver
import threading
from collections.abc import Iterator
from ipaddress import IPv6Address
from typing import Self

from dnslib import AAAA, CNAME, QTYPE, RCODE, RR, TXT, A, DNSRecord

from registry.net import Endpoint, Resolver

_RDATA = {"A": A, "AAAA": lambda text: AAAA(tuple(IPv6Address(text).packed))}  # dnslib reads no dotted quads


class Zone:
    """Names are asked as a recursive resolver would be: aliases are followed, unknown names are NXDOMAIN."""

    def __init__(self) -> None:
        self.queries: list[tuple[str, str, str]] = []
        self.authenticated = False
        self._answers: dict[tuple[str, str], Iterator[tuple[object, ...]]] = {}
        self._aliases: dict[str, str] = {}
        self._failing: dict[str, str] = {}
        self._silent: set[str] = set()
        self._truncated: set[str] = set()
        self._servers: list[socketserver.BaseServer] = []

    def txt(self, name: str, *records: str | list[str]) -> None:
        """Serve TXT records; a list is one record of several character-strings."""
        self._answers[name, "TXT"] = itertools.repeat(tuple(TXT(record) for record in records))

    def addresses(self, name: str, *texts: str) -> None:
        """Serve these addresses, each under the type it has."""
        for kind, rdata in _RDATA.items():
            of_kind = tuple(rdata(text) for text in texts if (":" in text) == (kind == "AAAA"))
            self._answers[name, kind] = itertools.repeat(of_kind)

    def rebinding(self, name: str, *texts: str) -> None:
        """Serve one IPv4 address after another, a different one to each question."""
        self._answers[name, "A"] = itertools.cycle([(A(text),) for text in texts])
        self._answers[name, "AAAA"] = itertools.repeat(())

    def alias(self, name: str, target: str) -> None:
        self._aliases[name] = target

    def failing(self, name: str, rcode: str = "SERVFAIL") -> None:
        self._failing[name] = rcode

    def silent(self, name: str) -> None:
        self._silent.add(name)

    def truncated(self, name: str) -> None:
        """Say over UDP that the answer does not fit."""
        self._truncated.add(name)

    def resolver(self, *others: "Zone") -> Resolver:
        """Asks this zone and others, with patience for a busy machine: no answer is late that comes at all."""
        return Resolver([self.endpoint, *(other.endpoint for other in others)], timeout=20, lifetime=60)

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint("127.0.0.1", self._servers[0].server_address[1])

    def reply(self, wire: bytes, transport: str) -> bytes | None:
        request = DNSRecord.parse(wire)
        name, kind = str(request.q.qname).rstrip("."), QTYPE[request.q.qtype]
        self.queries.append((transport, name, kind))
        reply = request.reply()
        reply.header.ad = int(self.authenticated)
        if name in self._silent:
            return None
        if name in self._failing:
            reply.header.rcode = getattr(RCODE, self._failing[name])
        elif name in self._truncated and transport == "udp":
            reply.header.tc = 1
        else:
            self._answer(reply, name, kind)
        return reply.pack()

    def _answer(self, reply: DNSRecord, name: str, kind: str) -> None:
        while name in self._aliases:
            reply.add_answer(RR(name, QTYPE.CNAME, rdata=CNAME(self._aliases[name])))
            name = self._aliases[name]
        if not any(known == name for known, _ in self._answers):
            reply.header.rcode = RCODE.NXDOMAIN
        for rdata in next(self._answers.get((name, kind), iter([()]))):
            reply.add_answer(RR(name, getattr(QTYPE, kind), rdata=rdata))

    def __enter__(self) -> Self:
        zone = self

        class Datagram(socketserver.BaseRequestHandler):
            def handle(self):
                wire, sock = self.request
                if reply := zone.reply(wire, "udp"):
                    sock.sendto(reply, self.client_address)

        class Stream(socketserver.StreamRequestHandler):
            def handle(self):
                length = int.from_bytes(self.rfile.read(2), "big")
                if reply := zone.reply(self.rfile.read(length), "tcp"):
                    self.wfile.write(len(reply).to_bytes(2, "big") + reply)

        self._servers = list(_same_port(Datagram, Stream))
        for server in self._servers:
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.004}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()


def _same_port(datagram, stream) -> tuple[socketserver.UDPServer, socketserver.TCPServer]:
    for _ in range(20):
        udp = socketserver.UDPServer(("127.0.0.1", 0), datagram)
        with contextlib.suppress(OSError):
            return udp, socketserver.TCPServer(udp.server_address, stream)
        udp.server_close()
    raise OSError("no port was free for both UDP and TCP")
