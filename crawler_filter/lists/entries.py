"""One entry of an operator's list: what it names, in the one spelling of its kind, and why it is there.

A value says by its form what it is. Where it may mean more or less, it means more, because the list is there to
keep things out: an address without a path stands for its site, a name for all below it.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from crawler_filter.errors import InvalidScopeError
from crawler_filter.fingerprints.digests import DIGEST_SIZES, parse_digest
from crawler_filter.fingerprints.embedding import Embedding
from crawler_filter.fingerprints.registered import Picture
from crawler_filter.formats import urls
from crawler_filter.formats.accounts import stored_form
from crawler_filter.formats.identifiers import CANONICAL_IDENTIFIER
from crawler_filter.formats.record import Assurance, Record, Scope, ScopeKind, encode_id
from crawler_filter.preference import VOCABULARY, Preference, Usage

MAX_REASON: Final = 500
"""Characters of a reason that are kept."""

_EVERY_USE: Final = dict.fromkeys(Usage, Preference.DISALLOWED)

_HEX: Final = {64: ScopeKind.SHA256, 40: ScopeKind.SHA1, 32: ScopeKind.MD5}
_DIGITS: Final = re.compile(r"[0-9A-Fa-f]+")
_BASE32_SHA1: Final = re.compile(r"[A-Z2-7]{32}")
_MARKED: Final = re.compile(
    r"(sha-?256|sha-?1|md5|pdq|embed|isbn|doi|eidr|domain|host|prefix|url)\s*[:=]\s*(?!//)(.+)", re.IGNORECASE
)
_HOSTS_LINE: Final = re.compile(r"(?:0\.0\.0\.0|127\.0\.0\.1|::1?|fe80::1%lo0)\s+(\S+)")
_ADBLOCK: Final = re.compile(r"\|\|([^\^/*]+)\^?")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a list: a scope's kind and canonical value; why, and the line and column where it was read."""

    kind: ScopeKind
    value: str
    reason: str = ""
    place: str = ""
    row: int = 0
    column: str = ""

    @property
    def id(self) -> str:
        """The number of this entry, wherever it is listed: made from its kind and value."""
        return encode_id(hashlib.sha256(f"{self.kind} {self.value}".encode()).digest()[:16])

    def record(self, party: str) -> Record:
        """Return the entry as a snapshot's builder takes it: reserved from every use."""
        scope = Scope(self.kind, self.value, _EVERY_USE, Assurance.VERIFIED)
        return Record(self.id, 1, party, "operator", VOCABULARY, "own-list", (scope,))


def read_value(text: str, kind: str = "") -> tuple[ScopeKind, str]:
    """Return what a text names, by its form, or as the `kind` that is said. Raises ValueError."""
    typed = text.strip().strip('"').strip()
    if kind:
        if kind not in _CANONICAL:
            raise InvalidScopeError(
                "expected one of %(kinds)s, got %(kind)s", kinds=", ".join(_CANONICAL), kind=kind[:40]
            )
        return ScopeKind(kind), _CANONICAL[ScopeKind(kind)](typed)
    if marked := _MARKED.fullmatch(typed):
        said = ScopeKind(marked[1].lower().replace("-", ""))
        return said, _CANONICAL[said](marked[2].strip())
    if _DIGITS.fullmatch(typed) and len(typed) in _HEX:
        said = _HEX[len(typed)]
        return said, _CANONICAL[said](typed)
    if _BASE32_SHA1.fullmatch(typed):
        return ScopeKind.SHA1, _CANONICAL[ScopeKind.SHA1](typed)
    return _location(typed)


def _location(typed: str) -> tuple[ScopeKind, str]:
    if named := _HOSTS_LINE.fullmatch(typed):
        return ScopeKind.HOST, urls.canonical_host(named[1])
    if blocked := _ADBLOCK.fullmatch(typed):
        return ScopeKind.DOMAIN, urls.canonical_domain(blocked[1])
    has_scheme, rest = "://" in typed, typed.partition("://")[2] or typed
    host, slash, path = rest.partition("/")
    if host.startswith("*."):
        return ScopeKind.DOMAIN, urls.canonical_domain(
            rest.removeprefix("*.").removesuffix("/*").removesuffix("/")
        )
    if not slash or not path.strip("*"):
        said = ScopeKind.HOST if has_scheme else ScopeKind.DOMAIN
        return said, _CANONICAL[said](typed.rstrip("*").removesuffix("/"))
    if path.endswith("/*"):
        return ScopeKind.PREFIX, _prefix(typed.removesuffix("*"))
    return ScopeKind.URL, urls.canonical_url_scope(typed)


def _prefix(text: str) -> str:
    return stored_form(urls.canonical_prefix(text))


def _text(text: str) -> str:
    from crawler_filter.fingerprints.text import parse_text_scope  # noqa: PLC0415 - loads numpy

    return parse_text_scope(text).encode()


def _digest(kind: ScopeKind) -> Callable[[str], str]:
    return lambda text: parse_digest(kind, text).hex()


_CANONICAL: Final[Mapping[str, Callable[[str], str]]] = {
    ScopeKind.DOMAIN: urls.canonical_domain,
    ScopeKind.HOST: urls.canonical_host,
    ScopeKind.PREFIX: _prefix,
    ScopeKind.URL: urls.canonical_url_scope,
    **{ScopeKind(kind): _digest(ScopeKind(kind)) for kind in DIGEST_SIZES},
    **{ScopeKind(kind): read for kind, read in CANONICAL_IDENTIFIER.items()},
    ScopeKind.PDQ: lambda text: Picture.decode(text.lower()).encode(),
    ScopeKind.TEXT: _text,
    ScopeKind.EMBED: lambda text: Embedding.decode(text).encode(),
}
