"""Which hosts and addresses the registry may talk to when a stranger names them.

The tables are the IANA IPv4 and IPv6 special-purpose address registries, whole: a block that IANA calls globally
reachable (AS112, the anycast services) is refused too, because no web site of a rights holder lives there. Blocks
that carry an IPv4 address inside an IPv6 one (mapped, compatible, NAT64, 6to4, Teredo) are refused whole, whatever
they carry, so nothing has to be decoded and no decoding can be wrong. Added to IANA's lists: multicast, what lies
outside global unicast, the deprecated site-local block, and the cloud metadata address that is in no such block.

`ipaddress.is_global` is not used: it calls 6to4 of 127.0.0.1, `::127.0.0.1` and others global.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Final

from crawler_filter.errors import InvalidScopeError
from crawler_filter.formats.urls import canonical_host

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Block:
    """One special-purpose block and the document that sets it aside."""

    network: IPv4Network | IPv6Network
    name: str
    reference: str


def _blocks(*rows: tuple[str, str, str]) -> tuple[Block, ...]:
    """Rows as blocks, the most specific first, so that the first that matches has the best name."""
    blocks = (Block(ip_network(network), name, reference) for network, name, reference in rows)
    return tuple(sorted(blocks, key=lambda block: -block.network.prefixlen))


SPECIAL_IPV4: Final = _blocks(
    ("0.0.0.0/8", "This network", "RFC 791"),
    ("0.0.0.0/32", "This host on this network", "RFC 1122"),
    ("10.0.0.0/8", "Private-Use", "RFC 1918"),
    ("100.64.0.0/10", "Shared Address Space", "RFC 6598"),
    ("127.0.0.0/8", "Loopback", "RFC 1122"),
    ("168.63.129.16/32", "Azure platform endpoint", "Microsoft Azure documentation"),
    ("169.254.0.0/16", "Link Local", "RFC 3927"),
    ("172.16.0.0/12", "Private-Use", "RFC 1918"),
    ("192.0.0.0/24", "IETF Protocol Assignments", "RFC 6890"),
    ("192.0.0.0/29", "IPv4 Service Continuity Prefix", "RFC 7335"),
    ("192.0.0.8/32", "IPv4 dummy address", "RFC 7600"),
    ("192.0.0.9/32", "Port Control Protocol Anycast", "RFC 7723"),
    ("192.0.0.10/32", "Traversal Using Relays around NAT Anycast", "RFC 8155"),
    ("192.0.0.170/32", "NAT64/DNS64 Discovery", "RFC 8880"),
    ("192.0.0.171/32", "NAT64/DNS64 Discovery", "RFC 8880"),
    ("192.0.2.0/24", "Documentation (TEST-NET-1)", "RFC 5737"),
    ("192.31.196.0/24", "AS112-v4", "RFC 7535"),
    ("192.52.193.0/24", "AMT", "RFC 7450"),
    ("192.88.99.0/24", "Deprecated (6to4 Relay Anycast)", "RFC 7526"),
    ("192.168.0.0/16", "Private-Use", "RFC 1918"),
    ("192.175.48.0/24", "Direct Delegation AS112 Service", "RFC 7534"),
    ("198.18.0.0/15", "Benchmarking", "RFC 2544"),
    ("198.51.100.0/24", "Documentation (TEST-NET-2)", "RFC 5737"),
    ("203.0.113.0/24", "Documentation (TEST-NET-3)", "RFC 5737"),
    ("224.0.0.0/4", "Multicast", "RFC 5771"),
    ("240.0.0.0/4", "Reserved", "RFC 1112"),
    ("255.255.255.255/32", "Limited Broadcast", "RFC 919"),
)

SPECIAL_IPV6: Final = _blocks(
    ("::/3", "Outside global unicast", "RFC 4291"),
    ("::/96", "IPv4-compatible Address", "RFC 4291"),
    ("::1/128", "Loopback Address", "RFC 4291"),
    ("::/128", "Unspecified Address", "RFC 4291"),
    ("::ffff:0:0/96", "IPv4-mapped Address", "RFC 4291"),
    ("64:ff9b::/96", "IPv4-IPv6 Translation", "RFC 6052"),
    ("64:ff9b:1::/48", "IPv4-IPv6 Translation", "RFC 8215"),
    ("100::/64", "Discard-Only Address Block", "RFC 6666"),
    ("100:0:0:1::/64", "Dummy IPv6 Prefix", "RFC 9780"),
    ("2001::/23", "IETF Protocol Assignments", "RFC 2928"),
    ("2001::/32", "TEREDO", "RFC 4380"),
    ("2001:1::1/128", "Port Control Protocol Anycast", "RFC 7723"),
    ("2001:1::2/128", "Traversal Using Relays around NAT Anycast", "RFC 8155"),
    ("2001:1::3/128", "DNS-SD Service Registration Protocol Anycast", "RFC 9665"),
    ("2001:2::/48", "Benchmarking", "RFC 5180"),
    ("2001:3::/32", "AMT", "RFC 7450"),
    ("2001:4:112::/48", "AS112-v6", "RFC 7535"),
    ("2001:10::/28", "Deprecated (previously ORCHID)", "RFC 4843"),
    ("2001:20::/28", "ORCHIDv2", "RFC 7343"),
    ("2001:30::/28", "Drone Remote ID Protocol Entity Tags", "RFC 9374"),
    ("2001:db8::/32", "Documentation", "RFC 3849"),
    ("2002::/16", "6to4", "RFC 3056"),
    ("2620:4f:8000::/48", "Direct Delegation AS112 Service", "RFC 7534"),
    ("3fff::/20", "Documentation", "RFC 9637"),
    ("4000::/2", "Outside global unicast", "RFC 4291"),
    ("5f00::/16", "Segment Routing (SRv6) SIDs", "RFC 9602"),
    ("8000::/1", "Outside global unicast", "RFC 4291"),
    ("fc00::/7", "Unique-Local", "RFC 4193"),
    ("fe80::/10", "Link-Local Unicast", "RFC 4291"),
    ("fec0::/10", "Deprecated (site-local)", "RFC 3879"),
    ("ff00::/8", "Multicast", "RFC 4291"),
)


def special_block(address: Address) -> Block | None:
    """Return the most specific special-purpose block that holds `address`, or None when it is an ordinary one."""
    blocks = SPECIAL_IPV4 if isinstance(address, IPv4Address) else SPECIAL_IPV6
    return next((block for block in blocks if address in block.network), None)


def is_public(address: Address) -> bool:
    """True when the address is in no special-purpose block and carries no zone."""
    zone = getattr(address, "scope_id", None)
    return zone is None and special_block(address) is None


def is_host_name(text: str) -> bool:
    """True for a host name in the one form a scope has: never an address in any notation, two labels or more."""
    try:
        return canonical_host(text) == text
    except InvalidScopeError:
        return False
