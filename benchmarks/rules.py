"""Made-up reservations and URLs, the same in every run: 70 % domains, 15 % prefixes, 15 % exact URLs.

`rule(j)` is a function of its number alone, so nobody holds ten million rules to draw one of them. Hosts are made
of pronounceable words and never meet by accident: reserved domains, platforms with reserved paths, and sites that
nobody reserved have numbers of their own.
"""

import hashlib
import random
from collections.abc import Callable, Iterator
from functools import cache
from itertools import product

from crawler_filter.formats.record import Assurance, Record, Scope, ScopeKind, encode_id
from crawler_filter.preference import VOCABULARY, Preference, Usage

SCOPES_PER_DECLARATION = 20
DOMAINS_PER_DECLARATION = 14
PREFIXES_PER_DECLARATION = 3
DECLARATIONS_PER_PLATFORM = 10

_SYLLABLES = [consonant + vowel for consonant, vowel in product("bcdfghklmnprstv", "aeiou")]
_WORDS = [first + second for first, second in product(_SYLLABLES, repeat=2)]
_HOSTS = len(_WORDS) ** 2
_STEP = 2_654_435_761  # has no divisor in common with _HOSTS, so numbers are spread and none is met twice
_TOPS = ("com", "com", "com", "com", "net", "org", "jp", "co.jp", "de", "io")
_RESERVED = {Usage.TRAIN_AI: Preference.DISALLOWED}


def host(number: int) -> str:
    """Return a host name; one in seven is a site below a platform's domain, one in seven has a hyphen."""
    if number >= _HOSTS:
        raise ValueError(f"there are {_HOSTS} host names, got number {number}")
    place = number * _STEP % _HOSTS
    first, second = divmod(place, len(_WORDS))
    top = _TOPS[place % len(_TOPS)]
    if place % 7 == 0:
        return f"{_WORDS[first]}.{_WORDS[second]}-studio.{top}"
    return f"{_WORDS[first]}{'-' if place % 7 == 1 else ''}{_WORDS[second]}.{top}"


def rule(number: int) -> tuple[ScopeKind, str]:
    """Return the kind and canonical value of one rule; no two are the same."""
    declaration, place = divmod(number, SCOPES_PER_DECLARATION)
    if place < DOMAINS_PER_DECLARATION:
        return ScopeKind.DOMAIN, host(3 * (DOMAINS_PER_DECLARATION * declaration + place))
    platform = host(3 * (2 * (declaration // DECLARATIONS_PER_PLATFORM) + place % 2) + 1)
    folder = _WORDS[number * 31 % len(_WORDS)]
    first, second = (_WORDS[part] for part in divmod(number * _STEP % _HOSTS, len(_WORDS)))
    if place < DOMAINS_PER_DECLARATION + PREFIXES_PER_DECLARATION:
        return ScopeKind.PREFIX, f"{platform}/{folder}/{first}{second}/"
    return ScopeKind.URL, f"{platform}/{folder}/{first}-{second}-{number % 1000}.jpg" + (
        "?size=large" if number % 3 == 0 else ""
    )


def names(count: int) -> Iterator[str]:
    """Yield the canonical values of the first `count` rules; no two are the same text."""
    return (rule(number)[1] for number in range(count))


def records(first: int, count: int) -> Iterator[tuple[int, Record]]:
    """Yield (leaf, record) of the declarations that state the rules `first` to `first + count`."""
    for start in range(first, first + count, SCOPES_PER_DECLARATION):
        numbers = range(start, min(start + SCOPES_PER_DECLARATION, first + count))
        yield start // SCOPES_PER_DECLARATION, record(start // SCOPES_PER_DECLARATION, map(rule, numbers))


def record(declaration: int, scopes: Iterator[tuple[ScopeKind, str]], *, party: str = "") -> Record:
    """Return the record of a declaration that reserves verified `scopes` from training."""
    return Record(
        id=identifier("declaration", declaration),
        revision=1,
        party=party or identifier("party", declaration),
        capacity="rights-holder",
        vocabulary=VOCABULARY,
        statement="2026-11",
        scopes=tuple(Scope(kind, value, _RESERVED, Assurance.VERIFIED) for kind, value in scopes),
    )


def identifier(what: str, number: int) -> str:
    """Return an id that looks random and is the same in every run."""
    return encode_id(hashlib.sha256(f"{what} {number}".encode()).digest()[:16])


def urls(
    rules: int, count: int, *, per_site: float, seed: int, hits: float = 0.01, near_misses: float = 0.02
) -> list[str]:
    """Return `count` URLs of `count / per_site` sites in random order.

    `hits` of the sites are reserved, `near_misses` almost are, and 3 % of the URLs are not in normal form.
    """
    rng = random.Random(seed)
    sites = max(1, int(count / per_site))
    reserved, almost = int(sites * hits), int(sites * (hits + near_misses))
    offset = rng.randrange(1 << 20)
    made = []
    for _ in range(count):
        site = rng.randrange(sites)
        if site < reserved:
            identity = _covered(rule(_scatter(site + offset, rules)), rng)
        elif site < almost:
            identity = _just_beside(rule(_scatter(site + offset, rules)), rng)
        else:
            identity = f"www.{host(3 * site + 2)}{_path(rng)}" if site % 2 else host(3 * site + 2) + _path(rng)
        scheme = "http" if rng.random() < 0.1 else "https"
        url = f"{scheme}://{identity}"
        made.append(_odd_spelling(url, rng) if rng.random() < 0.03 else url)
    return made


def _scatter(number: int, rules: int) -> int:
    return number * _STEP % rules


def _path(rng: random.Random) -> str:
    bits = rng.getrandbits(48)
    first, second = _WORDS[bits % len(_WORDS)], _WORDS[(bits >> 13) % len(_WORDS)]
    number = bits >> 26
    match bits & 3:
        case 0:
            return f"/{first}/{number % 10_000}.html"
        case 1:
            return f"/{first}/{second}/{number}-{second}-{first}.jpg"
        case 2:
            return f"/{second}/{first}{number % 100}?page={number % 50}&id={number}"
        case _:
            return f"/{2000 + number % 26}/{number % 12 + 1:02}/{first}/{second}/"


def _covered(scope: tuple[ScopeKind, str], rng: random.Random) -> str:
    kind, value = scope
    if kind is ScopeKind.DOMAIN:
        return ("", "www.", "img.cdn.")[rng.randrange(3)] + value + _path(rng)
    return value + _path(rng)[1:] if kind is ScopeKind.PREFIX else value


def _just_beside(scope: tuple[ScopeKind, str], rng: random.Random) -> str:
    kind, value = scope
    if kind is ScopeKind.DOMAIN:
        return rng.choice((f"x{value}", f"{value}.example")) + _path(rng)
    if kind is ScopeKind.PREFIX:
        return rng.choice((value[:-1], value[:-1] + "x/", value.partition("/")[0] + "/")) + _path(rng)[1:].replace(
            "/", "-"
        )
    return value + rng.choice(("x", "/a", "&a=1" if "?" in value else "?a=1"))


def _odd_spelling(url: str, rng: random.Random) -> str:
    scheme, _, rest = url.partition("://")
    name, _, path = rest.partition("/")
    return rng.choice(_SPELLINGS)(scheme, name, path)


_SPELLINGS: tuple[Callable[[str, str, str], str], ...] = (
    lambda scheme, name, path: f"{scheme}://{name.upper()}/{path}",
    lambda scheme, name, path: f"{scheme}://{name}:{443 if scheme == 'https' else 80}/{path}",
    lambda scheme, name, path: f"{scheme}://{name}/./{path}",
    lambda scheme, name, path: f"{scheme}://{name}/{path.replace('a', '%61', 1)}",
    lambda scheme, name, path: f"{scheme}://reader@{name}./{path}#top",
    lambda scheme, name, path: f"{scheme}:\\\\{name}/elsewhere/../{path}",
)


@cache
def digests(count: int, *, shared: bool) -> tuple[bytes, ...]:
    """Return digests of 32 bytes; `shared` ones have their first 8 in common, as somebody could choose them."""
    start = b"\x5a" * 8 if shared else b""
    return tuple((start + hashlib.sha256(b"%d" % number).digest())[:32] for number in range(count))
