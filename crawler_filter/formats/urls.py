"""URL profile 2: which web addresses are the same, and the keys they are looked up by.

Both sides use this module: the registry when it stores a location scope, the filter when it checks a URL.
Drift between the two is a missed match, so there is one implementation, one vector file
(`tests/vectors/urls-2.json`) and one normative text (`docs/formats/urls.md`).

Rules: bytes and str in, values out, no I/O, no suffix list. What is not an http or https URL raises; nothing
is guessed. A regular expression answers for URLs already in normal form, the conforming parser for the rest,
and the two must agree on everything the expression accepts.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby, product
from typing import Final
from urllib.parse import quote

import ada_url

from crawler_filter.errors import InvalidScopeError, InvalidUrlError
from crawler_filter.formats.normal_form import TEXT_ESCAPE, normal_form
from crawler_filter.formats.visible_text import require_visible

PROFILE = 2
"""Number of the canonicalisation profile, named in every snapshot."""

MAX_PREFIXES = 32
"""Most path segments a prefix scope may have; a check probes no more prefixes than that."""

MAX_URL = 65_536
"""Most bytes in a canonical URL: eight times what RFC 9110 §4.1 asks every server to take."""

MOST_SHRINKING = 9
"""How many times shorter the profile can make a text: the Kelvin sign's three escapes become the letter K."""

MOST_MARKS = 30
"""Most combining marks in a row that are put in order (UAX #15 §13 has this number)."""

_NORMAL_FORM = re.compile(normal_form()).fullmatch

_UNRESERVED: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
_SPELLED: Final = re.compile(r"%(?:[0-9A-Fa-f]{2})?|[\[\]{}|^`\\]")
_BACKSLASH_ESCAPE: Final = re.compile("%5[Cc]")
# A letter is what a mark may stand on.
_TEXT: Final = re.compile(r"[A-Za-z]?(?:%[89A-F][0-9A-F])+")
_COMPOSABLE: Final = re.compile(rf"%(?!{TEXT_ESCAPE})[89A-F]")

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_AUTHORITY_END = re.compile(r"[/\\?#]")
_LINE_END = re.compile(r"[\n\r\x85\u2028\u2029]")
_LABEL = re.compile(r"[a-z0-9_-]{1,63}")


def _spellings(literal: str) -> dict[str, str]:
    """Return the one spelling of whatever `_SPELLED` finds; the characters of `literal` stand for themselves."""
    table = {"%": "%25"}
    for code, (upper, lower) in product(range(256), product((str.upper, str.lower), repeat=2)):
        digits = f"{code:02X}"
        escape = f"%{digits}"
        table[f"%{upper(digits[0])}{lower(digits[1])}"] = chr(code) if chr(code) in literal else escape
    return table | {character: f"%{ord(character):02X}" for character in "[]{}|^`\\"}


# What has a meaning of its own stays escaped: `/` and `?` in a path, the signs between a query's fields.
_IN_PATH: Final = _spellings(_UNRESERVED + "!$&'()*+,;=:@")
_IN_QUERY: Final = _spellings(_UNRESERVED + "!$'()*,:@/?") | {"%20": "+"}


def href(url: str | bytes) -> str:
    """Return the WHATWG serialisation of an absolute http or https URL, before the profile is applied.

    Bytes are UTF-8. Lone surrogates become U+FFFD, as the standard's conversion to a USVString does.
    Raises `InvalidUrlError` where the standard's parser fails and for every other scheme.
    """
    text = _text(url)
    try:
        serialised: str = ada_url.normalize_url(text)
    except ValueError as error:
        raise InvalidUrlError(
            "expected an absolute http or https URL, got %(url)s", url=f"{url!r:.200}"
        ) from error
    if not serialised.startswith(("http://", "https://")):
        raise InvalidUrlError("expected the scheme http or https, got %(url)s", url=f"{url!r:.200}")
    return serialised


def _text(url: str | bytes) -> str:
    if isinstance(url, bytes):
        try:
            return url.decode()
        except UnicodeDecodeError as error:
            raise InvalidUrlError("expected a URL in UTF-8, got %(url)s", url=f"{url!r:.200}") from error
    if not isinstance(url, str):
        raise InvalidUrlError("expected a URL as str or bytes, got %(name)s", name=type(url).__name__)
    try:
        url.encode()
    except UnicodeEncodeError:
        return url.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return url


def canonical(url: str | bytes) -> str:
    """Return `host/path?query` under profile 2: the identity of a URL, always ASCII.

    `canonical("http://" + canonical(url)) == canonical(url)`. Raises `InvalidUrlError` for what is not an
    http or https URL (any other type of argument included), for a host that has no name left once one
    trailing dot is dropped, and for a result of more than `MAX_URL` bytes.
    """
    try:
        normal = _NORMAL_FORM(url) if len(url) <= MAX_URL else None  # type: ignore[arg-type]  # bytes: below
    except TypeError:
        normal = None
    identity = normal[1] if normal else _parsed(url)
    require_at_most(MAX_URL, len(identity))
    return identity


def require_at_most(most: int, length: int) -> None:
    """Refuse a URL of which `length` bytes are more than `most`, which become more than `MAX_URL`.

    Asked before what costs memory for every character. Raises InvalidUrlError.
    """
    if length > most:
        raise InvalidUrlError(
            "expected a URL of at most %(most)s bytes, got %(length)s", most=MAX_URL, length=length
        )


def _parsed(url: str | bytes) -> str:
    serialised = href(url)
    # Most odd spellings are in normal form once they are parsed. In a long one, each repetition would cost memory.
    normal = _NORMAL_FORM(serialised) if len(serialised) <= MAX_URL else None
    return normal[1] if normal else _apply_profile(serialised)


def renewed(identity: str) -> str:
    """Return the canonical form of a location that was canonical under an earlier profile."""
    return canonical(f"https://{identity}")


def _apply_profile(serialised: str) -> str:
    """Reduce a WHATWG href to `host/path?query`; idempotent on `http://` + its own result."""
    host, rest = host_and_rest(serialised)
    path, _, query = rest.partition("?")
    if _BACKSLASH_ESCAPE.search(path):  # browsers send `/` for a backslash, everybody else its escape
        path = path.replace("%5C", "/").replace("%5c", "/")
        path = str(ada_url.normalize_url("http://h" + path))[len("http://h") :]
    require_at_most(MOST_SHRINKING * MAX_URL, len(path) + len(query))
    path = _composed(_SPELLED.sub(lambda found: _IN_PATH[found[0]], path))
    query = _composed(_SPELLED.sub(lambda found: _IN_QUERY[found[0]], query))
    return f"{host}{path}?{query}" if query else host + path


def host_and_rest(serialised: str) -> tuple[str, str]:
    """Split a WHATWG href into its host, without one trailing dot, and path and query as they are."""
    address = serialised.partition("#")[0].partition("://")[2]
    authority, slash, rest = address.partition("/")
    host = authority.rpartition("@")[2]
    host = host[: host.index("]") + 1] if host.startswith("[") else host.partition(":")[0]
    host = host.removesuffix(".")
    if not host or host.endswith("."):
        raise InvalidUrlError(
            "expected a host name with at most one trailing dot, got %(host)s",
            host=f"{serialised!r:.200}",
        )
    return host, slash + rest


def _composed(text: str) -> str:
    """Return `text` with what its escapes spell in UTF-8 in NFC; bytes of other encodings stay."""
    return _TEXT.sub(_compose, text) if _COMPOSABLE.search(text) else text


def _compose(found: re.Match[str]) -> str:
    letter, percent, digits = found[0].partition("%")
    try:
        text = letter + bytes.fromhex((percent + digits).replace("%", "")).decode()
    except UnicodeDecodeError:
        return found[0]
    return quote("".join(_normal_pieces(text)), safe=";")


def _normal_pieces(text: str) -> Iterator[str]:
    """Yield `text` in pieces, each in NFC where its characters are of Unicode 3.2 and its marks not too many.

    Later characters stay: Pythons, and readers in other languages, know different ones of them. NFC of those of
    3.2 is the same in all (https://www.unicode.org/policies/stability_policy.html).
    """
    for is_known, characters in groupby(text, key=lambda each: unicodedata.ucd_3_2_0.category(each) != "Cn"):
        piece = "".join(characters)
        yield unicodedata.normalize("NFC", piece) if is_known and not _has_many_marks(piece) else piece


def _has_many_marks(text: str) -> bool:
    """Tell whether marks stand in a run so long that sorting it would take quadratic time."""
    if len(text) <= MOST_MARKS:
        return False
    runs = groupby(unicodedata.combining(each) > 0 for each in text)
    return any(is_mark and sum(1 for _ in run) > MOST_MARKS for is_mark, run in runs)


def split(identity: str) -> tuple[str, str]:
    """Split a canonical URL into its host and the rest, which starts with `/`."""
    slash = identity.index("/")
    return identity[:slash], identity[slash:]


def host_suffixes(host: str) -> Iterator[str]:
    """Yield the names a domain scope over a canonical host may have, from its last two labels down to itself.

    An IP address, or a name of one label, yields only itself. Lazy: a hostile host of thousands of labels
    costs only as many steps as are taken.
    """
    dot = 0 if _is_address(host) else host.rfind(".")
    while dot > 0 and (dot := host.rfind(".", 0, dot)) >= 0:
        yield host[dot + 1 :]
    yield host


def _is_address(host: str) -> bool:
    """Tell whether a canonical host is an IP address: the URL standard makes any name ending in a number IPv4."""
    return host.endswith("]") or host.rpartition(".")[2].isdigit()


def prefixes(identity: str) -> Iterator[str]:
    """Yield the prefix scopes that could cover a canonical URL, shallow to deep, `MAX_PREFIXES` at most.

    Each ends in `/` and has at least one path segment (`host/` alone is a host scope). The last one is the folder
    whose own page the URL is: `host/name` and `host/name?page=2` are covered by `host/name/`. The query has no
    part in it: a `/` after the `?` ends no prefix.
    """
    path = identity.partition("?")[0]
    slash = path.index("/")
    if path[-1] != "/":
        path += "/"
    for _ in range(MAX_PREFIXES):
        slash = path.find("/", slash + 1)
        if slash < 0:
            return
        yield path[: slash + 1]


def key(identity: str) -> bytes:
    """Return the 16-byte key of a canonical URL, host, domain, prefix or identifier.

    It is the first half of its SHA-256. Byte order is index order: read the halves as big-endian numbers.
    """
    return hashlib.sha256(identity.encode()).digest()[:16]


def canonical_domain(text: str) -> str:
    """Return the canonical value of a `domain` scope, this name and all below it, from what a person typed.

    As `canonical_host`, and without underscores, which no registered name has.
    """
    host = canonical_host(text)
    if "_" in host:
        raise InvalidScopeError(
            "expected a domain of letters, digits and hyphens, got %(text)s", text=f"{text!r:.200}"
        )
    return host


def canonical_host(text: str) -> str:
    """Return the canonical value of a `host` scope, exactly this name, from what a person typed or pasted.

    Surrounding space, a scheme, one trailing slash and one trailing dot are taken away, Unicode names become
    A-labels. Raises `InvalidScopeError` for IP addresses, names of one label, malformed Punycode, ports,
    credentials, paths and names that are too long for the DNS (RFC 1035 §2.3.4).
    """
    host, rest = _typed_location(text)
    if rest != "/" or "#" in text:
        raise InvalidScopeError(
            "expected a name without a path, got %(text)s; a prefix or url scope has one", text=f"{text!r:.200}"
        )
    return host


def canonical_prefix(text: str) -> str:
    """Return the canonical value of a `prefix` scope: everything below a folder, 1 to `MAX_PREFIXES` deep.

    The closing `/` must be there: whether `example.com/bob` means the folder or the page is not ours to
    guess. A query or fragment is refused, because dropping it would widen the scope.
    """
    host, rest = _typed_location(text)
    if "?" in rest or "#" in text:
        raise InvalidScopeError("expected a prefix without ? and #, got %(text)s", text=f"{text!r:.200}")
    if not rest.endswith("/"):
        raise InvalidScopeError(
            "expected a prefix that ends in /, got %(text)s; one page is a url scope", text=f"{text!r:.200}"
        )
    depth = rest.count("/") - 1
    if depth == 0:
        raise InvalidScopeError(
            "expected a folder below the name, got %(text)s; a whole site is a host scope", text=f"{text!r:.200}"
        )
    if depth > MAX_PREFIXES:
        raise InvalidScopeError(
            "expected at most %(most)s path segments, got %(depth)s in %(text)s",
            most=MAX_PREFIXES,
            depth=depth,
            text=f"{text!r:.200}",
        )
    return host + rest


def canonical_url_scope(text: str) -> str:
    """Return the canonical value of a `url` scope: one page or file, its query included, a fragment dropped."""
    host, rest = _typed_location(text)
    return host + rest


def _typed_location(text: str) -> tuple[str, str]:
    """Parse what a person typed into a host fit for a scope and the rest of the address."""
    typed = text.strip()
    if _LINE_END.search(typed):
        raise InvalidScopeError("expected one address on one line, got %(text)s", text=f"{text!r:.200}")
    require_visible(typed)
    scheme = _SCHEME.match(typed)
    if scheme and scheme[1].lower() not in ("http", "https"):
        raise InvalidScopeError("expected an http or https address, got %(text)s", text=f"{text!r:.200}")
    address = typed[scheme.end() if scheme else 0 :].lstrip("/\\")
    authority = _AUTHORITY_END.split(address, maxsplit=1)[0]
    if "@" in authority:
        raise InvalidScopeError(
            "expected an address without a user name or mail account, got %(text)s", text=f"{text!r:.200}"
        )
    if ":" in authority and not authority.startswith("["):
        raise InvalidScopeError(
            "expected a name without a port (scopes cover every port), got %(text)s", text=f"{text!r:.200}"
        )
    if authority.startswith("*."):
        raise InvalidScopeError(
            "expected a name without *. (a domain covers all below it), got %(text)s", text=f"{text!r:.200}"
        )
    try:
        host, rest = split(canonical(f"https://{address}"))
    except InvalidUrlError as error:
        raise InvalidScopeError(
            "expected a web address such as example.com, got %(text)s", text=f"{text!r:.200}"
        ) from error
    _check_name(host)
    return host, rest


def _check_name(host: str) -> None:
    if _is_address(host):
        raise InvalidScopeError("expected a domain name, got the IP address %(host)s", host=host)
    labels = host.split(".")
    if len(labels) < 2:
        raise InvalidScopeError("expected a name of at least two labels, got %(host)s", host=f"{host!r:.200}")
    if len(host) > 253:
        raise InvalidScopeError("expected a name of at most 253 bytes, got %(host)s", host=len(host))
    for label in labels:
        if not _LABEL.fullmatch(label):
            raise InvalidScopeError(
                "expected labels of 1 to 63 letters, digits, - or _, got %(label)s", label=f"{label!r:.200}"
            )
        if label.startswith("xn--") and ada_url.idna_to_unicode(label).startswith("xn--"):
            raise InvalidScopeError("expected valid Punycode after xn--, got %(label)s", label=repr(label))
