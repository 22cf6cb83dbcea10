"""From a record to what is stored of it: the key of every scope, and the few statements they share.

- A location's or identifier's key is the first half of the SHA-256 of its canonical text; a digest's key is its
  own first 16 bytes.
- Scopes of one record that say the same with the same backing share a statement. A domain with exceptions has one
  of its own, because an exception silences a statement's domain rows above it.
- For every rule the names above its host are counted, so that a walk from the top knows where to stop.

A record holds more rules than a merge could take apart again from hashes; that is why deltas carry these counts.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from crawler_filter.errors import MalformedRecordError
from crawler_filter.fingerprints.digests import DIGEST_SIZES
from crawler_filter.preference import encode_preferences
from crawler_filter.record import Assurance, Record, Scope, ScopeKind, decode_id
from crawler_filter.snapshot.layout import (
    DISPUTED,
    DOMAIN,
    EXCEPTION,
    HOST,
    LAPSED,
    PREFIX,
    TABLE_OF,
    URL,
    VERIFIED,
)
from crawler_filter.urls import host_suffixes, key

Row = tuple[str, bytes, int]
"""A table, a key and the row's kind."""

_ROW_KINDS: Final = {
    ScopeKind.DOMAIN: DOMAIN,
    ScopeKind.HOST: HOST,
    ScopeKind.PREFIX: PREFIX,
    ScopeKind.URL: URL,
}


class Statements:
    """The different statements of one record, in the order in which its scopes first make them."""

    __slots__ = ("_ordinals", "flags", "usages")

    def __init__(self) -> None:
        self._ordinals: dict[tuple[int, int, tuple[str, ...]], int] = {}
        self.usages: list[int] = []
        self.flags: list[int] = []

    def ordinal(self, scope: Scope) -> int:
        """Return the number within the record of what `scope` states."""
        usage, flags = encode_preferences(scope.preferences), _flags(scope)
        own = (scope.value, *scope.exceptions) if scope.exceptions else ()
        ordinal = self._ordinals.setdefault((usage, flags, own), len(self.usages))
        if ordinal == len(self.usages):
            self.usages.append(usage)
            self.flags.append(flags)
        return ordinal


def rows_of(scope: Scope) -> Iterator[Row]:
    """Yield the rows that a scope is found by: its own, and one for each exception below a domain."""
    table = TABLE_OF[scope.kind]
    yield table, scope_key(scope.kind, scope.value), _ROW_KINDS.get(scope.kind, 0)
    for host in dict.fromkeys(scope.exceptions):
        if scope.kind is ScopeKind.DOMAIN and host.endswith(f".{scope.value}"):
            yield table, key(host), EXCEPTION


def count_walk(scope: Scope, deeper: Counter[str], paths: Counter[str]) -> None:
    """Count a scope's rules at every name a walk passes on its way to them, and its path rule at its host."""
    if not scope.kind.is_location:
        return
    host, slash, _ = scope.value.partition("/")
    if slash:
        paths[host] += 1
    hosts = [host]
    if scope.kind is ScopeKind.DOMAIN:
        hosts += [name for name in dict.fromkeys(scope.exceptions) if name.endswith(f".{host}")]
    for name in hosts:
        for above, _ in pairwise(host_suffixes(name)):
            deeper[above] += 1


def scope_key(kind: ScopeKind, value: str) -> bytes:
    """Return the 16 bytes under which a scope of this kind and canonical value is stored."""
    if kind not in DIGEST_SIZES:
        return key(value)
    try:
        raw = bytes.fromhex(value)
    except ValueError as error:
        raise MalformedRecordError(f"expected a {kind} digest in hex, got {value[:80]!r}") from error
    if len(raw) != DIGEST_SIZES[kind]:
        raise MalformedRecordError(f"expected {DIGEST_SIZES[kind]} bytes of {kind}, got {len(raw)}")
    return raw[:16]


def party_number(record: Record) -> int:
    """Return the number that stands for a party: the first 8 bytes of its id, big-endian."""
    return int.from_bytes(decode_id(record.party)[:8])


def _flags(scope: Scope) -> int:
    return VERIFIED * (scope.assurance is Assurance.VERIFIED) | DISPUTED * scope.disputed | LAPSED * scope.lapsed
