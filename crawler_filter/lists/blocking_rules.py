"""Lines of the block lists that other tools read: which places each of them keeps out.

Read are hosts files, the address rules of Adblock Plus and uBlock Origin, match patterns as uBlacklist has them,
dnsmasq, unbound, response policy zones, and `.example.com` of Squid. A rule that says less than an address, or
lifts something, is refused with what to write, and never taken for the domain that stands in it.
"""

import ipaddress
import re
from collections.abc import Callable, Iterator
from typing import Final, NoReturn

from crawler_filter.errors import InvalidScopeError

Place = tuple[str, str]
"""The kind of a scope, and what stands for it in the line."""

_OF_THE_SYSTEM: Final = frozenset(
    {
        "localhost", "localhost.localdomain", "local", "broadcasthost", "ip6-localhost", "ip6-loopback",
        "ip6-localnet", "ip6-mcastprefix", "ip6-allnodes", "ip6-allrouters", "ip6-allhosts", "0.0.0.0",  # noqa: S104
    }
)  # fmt: skip
"""Names that every hosts file has for the machine itself."""
_OF_EVERYTHING: Final = frozenset({"all", "doc", "document", "important", "image", "media"})
"""Options of a rule that say no less than a list of works to leave out."""
_COSMETIC: Final = re.compile(r"[\w.,~*-]*#[@?$%]{0,3}#")
_ADDRESS: Final = re.compile(r"(?:https?:)?(?://)?(?:\*\.)?(?P<host>[^\^/*|]+)(?P<path>.*)")
_MATCH_PATTERN: Final = re.compile(r"(?:\*|https?|http\*)://(?P<below>\*\.)?(?P<host>[^/*]+)(?P<path>/.*)?")
_DNSMASQ: Final = re.compile(
    r"(?:address|server|local)=(?P<names>(?:/[^/\s]+)+)/(?:#|0\.0\.0\.0|::|127\.0\.0\.1)?"
)
_UNBOUND: Final = re.compile(r'local-zone:\s*"(?P<name>[^"]+)"\s+(?:always_)?(?:nxdomain|refuse|deny|null|static)')
_ZONE: Final = re.compile(r"(?P<below>\*\.)?(?P<name>\S+?)\.?\s+(?:\d+\s+)?(?:IN\s+)?CNAME\s+\.", re.IGNORECASE)
_ALL_BELOW: Final = re.compile(r"\.([^\s/]+)")


def places(line: str) -> list[Place] | None:
    """Return what a line of a block list keeps out; None where it is no such line.

    A line of a hosts file that is about the machine itself keeps out nothing. Raises InvalidScopeError where a
    rule says what a list cannot.
    """
    return next((found for read in _FORMS if (found := read(line)) is not None), None)


def _hosts_file(line: str) -> list[Place] | None:
    if not line[:1].isdigit() and ":" not in line:  # so nearly every line is told
        return None
    first, *names = line.split()
    try:
        address = ipaddress.ip_address(first.partition("%")[0])
    except ValueError:
        return None
    named = [name for name in names if name.lower() not in _OF_THE_SYSTEM]
    if not names:
        return None
    if named and not (address.is_loopback or address.is_unspecified or first == "fe80::1%lo0"):
        raise InvalidScopeError(
            "a line of a hosts file blocks with 0.0.0.0, 127.0.0.1 or ::, got %(got)s", got=first
        )
    return [("host", name) for name in named]


def _adblock(line: str) -> list[Place] | None:
    if _COSMETIC.match(line):
        raise InvalidScopeError("this rule hides parts of pages, and blocks no address")
    if line.startswith("@@"):
        raise InvalidScopeError(
            "this rule is an exception, and a list only restricts: take the rule out that it lifts"
        )
    if not line.startswith("|"):
        return None
    rule = _without_options(line)
    is_exact, parts = rule.endswith("|"), _ADDRESS.fullmatch(rule.strip("|"))
    if parts is None:
        _refuse(line)
    below = rule.startswith("||")
    return list(_located(parts["host"], parts["path"].replace("^*", "^"), line, below=below, is_exact=is_exact))


def _without_options(line: str) -> str:
    rule, dollar, options = line.rpartition("$")
    if not dollar:
        return line
    for option in options.split(","):
        if option.strip() not in _OF_EVERYTHING:
            raise InvalidScopeError(
                "the option %(option)s makes this rule narrower than a list can say: write the address alone if"
                " all of it is meant",
                option=option[:40],
            )
    return rule


def _match_pattern(line: str) -> list[Place] | None:
    parts = _MATCH_PATTERN.fullmatch(line)
    if parts is None or not (line.startswith("*") or parts["below"]):
        return None
    path = parts["path"] or "/*"
    return list(_located(parts["host"], path, line, below=bool(parts["below"]), is_exact=not path.endswith("*")))


def _located(host: str, path: str, line: str, *, below: bool, is_exact: bool) -> Iterator[Place]:
    """Yield the places of a host and what begins like a path; of a part of a domain the name and its `www.`."""
    plain = path.rstrip("*^")
    if "*" in plain or "^" in plain or (plain and not plain.startswith("/")):
        _refuse(line)
    if plain in ("", "/"):
        yield ("domain" if below else "host", host)
        return
    for name in (host, f"www.{host}") if below and not host.startswith("www.") else (host,):
        yield (
            ("url", f"https://{name}{plain}") if is_exact else ("prefix", f"https://{name}{_folder(plain, line)}")
        )


def _folder(path: str, line: str) -> str:
    """Return the folder that covers a page, its queries and what is below it."""
    if "?" in path:
        _refuse(line)
    return path if path.endswith("/") else f"{path}/"


def _refuse(line: str) -> NoReturn:
    raise InvalidScopeError("expected a rule that names one place, got the pattern %(got)s", got=line[:100])


def _name_servers(line: str) -> list[Place] | None:
    if (found := _DNSMASQ.fullmatch(line)) is not None:
        return [("domain", name) for name in found["names"].split("/")[1:]]
    if (found := _UNBOUND.match(line)) is not None:
        return [("domain", found["name"])]
    if (found := _ZONE.fullmatch(line)) is not None:
        return [("domain" if found["below"] else "host", found["name"])]
    return [("domain", found[1])] if (found := _ALL_BELOW.fullmatch(line)) is not None else None


_FORMS: Final[tuple[Callable[[str], list[Place] | None], ...]] = (
    _hosts_file,
    _adblock,
    _match_pattern,
    _name_servers,
)
