"""From a record to what is stored of it: the key of every scope, and the few statements they share.

- A location's or identifier's key is the first half of the SHA-256 of its canonical text, a location's under the
  URL profile in use, whenever it was declared; a digest's key is its own first 16 bytes.
- A picture has a row for each of its hashes, a code for each unit, a film for each frame, a text for each
  fingerprint, a picture of a model one for each code.
- Scopes of one record that say the same with the same backing share a statement. A domain with exceptions has one
  of its own, because an exception silences a statement's domain rows above it; so has a film or a text, because
  what is found of it is counted by work.
- For every rule the names above its host are counted, so that a walk from the top knows where to stop.

A record holds more rules than a merge could take apart again from hashes; that is why deltas carry these counts.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Final

from crawler_filter.errors import InvalidScopeError, InvalidUrlError, MalformedRecordError
from crawler_filter.fingerprints.digests import DIGEST_SIZES, parse_digest
from crawler_filter.fingerprints.embedding import Embedding
from crawler_filter.fingerprints.iscc import parse_iscc
from crawler_filter.fingerprints.registered import HASH_BYTES, VARIANTS, Film, Picture
from crawler_filter.fingerprints.text import Excerpts, parse_text_scope
from crawler_filter.formats.accounts import account_form, profile_at, stored_form
from crawler_filter.formats.mirrors import first_host, work_shown
from crawler_filter.formats.record import Assurance, Record, Scope, ScopeKind, decode_id
from crawler_filter.formats.same_files import file_form
from crawler_filter.formats.same_works import work_form
from crawler_filter.formats.urls import host_suffixes, key, renewed
from crawler_filter.preference import Preference, encode_preferences
from crawler_filter.snapshot.layout import (
    DISPUTED,
    DOMAIN,
    EXCEPTION,
    HELD,
    HOST,
    KEY_TABLES,
    LAPSED,
    PREFIX,
    TABLES_OF,
    URL,
    VERIFIED,
    iscc_flags,
    model_flag,
)

OwnRows = tuple[str, bytes, bytes]
"""A table, the keys of some rows of it, and as many flags."""

_ROW_KINDS: Final = {
    ScopeKind.DOMAIN: DOMAIN,
    ScopeKind.HOST: HOST,
    ScopeKind.PREFIX: PREFIX,
    ScopeKind.URL: URL,
}
_ON_PATHS: Final = frozenset({ScopeKind.PREFIX, ScopeKind.URL})
_COUNTED_BY_WORK: Final = frozenset({ScopeKind.TEXT, ScopeKind.VIDEO})


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
        own = (scope.kind, scope.value, *scope.exceptions) if _stands_alone(scope) else ()
        ordinal = self._ordinals.setdefault((usage, flags, own), len(self.usages))
        if ordinal == len(self.usages):
            self.usages.append(usage)
            self.flags.append(flags)
        return ordinal


def rows_of(scope: Scope) -> Iterator[OwnRows]:
    """Yield the rows that a scope is found by: its own, and one for each exception below a domain. Raises
    MalformedRecordError where the scope's value is not one of its kind.
    """
    yield own_rows(scope.kind, scope.value)
    for host in dict.fromkeys(scope.exceptions):
        if scope.kind is ScopeKind.DOMAIN and host.endswith(f".{scope.value}"):
            yield "host", key(host), bytes([EXCEPTION])


def spread(scope: Scope) -> Iterator[tuple[Scope, OwnRows]]:
    """Yield the row of another form that a scope is found by too, and the scope as it is stated there.

    A file or a work with several addresses has one for its one form, and a member's host one for the member's
    profile. A proof covers the address that was proved, and the number of a work in it may be somebody else's,
    so what is allowed is not allowed there.
    """
    form = _form_too(scope)
    if form:
        reserved = {use: said for use, said in scope.preferences.items() if said is not Preference.ALLOWED}
        yield replace(scope, preferences=reserved), _row_of(scope.kind, form)


def _form_too(scope: Scope) -> str | None:
    """Return what a scope is stored under beside its own address, None where it reserves nothing."""
    is_reserved = Preference.DISALLOWED in scope.preferences.values()
    return _stored_too(scope.kind, scope.value) if is_reserved else None


def _row_of(kind: ScopeKind, form: str) -> OwnRows:
    """Return the row of another form of a scope: of a file, of a profile, or of a host."""
    host, _, path = form.partition("/")
    if not path:
        return "host", key(host), bytes([HOST])
    return "path", key(form), bytes([URL if kind is ScopeKind.URL else PREFIX])


def own_rows(kind: ScopeKind, value: str) -> OwnRows:
    """Return the rows of a scope of this kind and canonical value. Raises MalformedRecordError."""
    try:
        if kind in _CONTENT_ROWS:
            return _CONTENT_ROWS[kind](value)
        raw = _digest(kind, value)[:16] if kind in DIGEST_SIZES else key(_stored(kind, value))
    except (InvalidScopeError, InvalidUrlError) as error:
        raise MalformedRecordError(f"a scope of the record is not what it must be: {error}") from error
    return TABLES_OF[kind][0], raw, bytes([_ROW_KINDS.get(kind, 0)])


def scope_key(kind: ScopeKind, value: str) -> bytes | None:
    """Return the 16 bytes under which a scope is stored, None where it is found by likeness."""
    table, keys, _ = own_rows(kind, value)
    return keys if table in KEY_TABLES else None


def count_walk(scope: Scope, deeper: Counter[str], paths: Counter[str]) -> None:
    """Count a scope's rules at every name a walk passes on its way to them, and its path rule at its host."""
    if not scope.kind.is_location:
        return
    hosts = []
    for form in filter(None, (_stored(scope.kind, scope.value), _form_too(scope))):
        host, _, path = form.partition("/")
        hosts.append(host)
        if path or scope.kind is ScopeKind.URL:
            paths[host] += 1
    if scope.kind is ScopeKind.DOMAIN:
        hosts += [name for name in dict.fromkeys(scope.exceptions) if name.endswith(f".{hosts[0]}")]
    for name in hosts:
        for above, _ in pairwise(host_suffixes(name)):
            deeper[above] += 1


def _stored(kind: ScopeKind, value: str) -> str:
    """Return the text whose key a scope is stored under: a path's, by the profile and the accounts known now."""
    return stored_form(renewed(value)) if kind in _ON_PATHS else value


def _stored_too(kind: ScopeKind, value: str) -> str | None:
    """Return what else a scope is stored under: a file's one form, a host's profile, a site's first name.

    None for all others. It stands beside the first, which readers without the table of such files look up.
    """
    if kind in (ScopeKind.HOST, ScopeKind.DOMAIN):
        first = first_host(value)
        return profile_at(value) if first is None else f"{first}/"
    if kind is not ScopeKind.URL:
        return None
    known = renewed(value)
    form = work_form(account_form(known)) or work_shown(known) or account_form(file_form(known))
    return None if form == _stored(kind, value) else form


def party_number(record: Record) -> int:
    """Return the number that stands for a party: the first 8 bytes of its id, big-endian."""
    return int.from_bytes(decode_id(record.party)[:8])


def _digest(kind: ScopeKind, value: str) -> bytes:
    raw = parse_digest(kind, value)
    if raw.hex() != value:
        raise InvalidScopeError(
            "expected a %(kind)s digest in lower-case hex, got %(value)s", kind=kind, value=repr(value[:80])
        )
    return raw


def _picture_rows(value: str) -> OwnRows:
    hashes = Picture.decode(value).hashes
    return "pdq", b"".join(each for _, each in hashes), bytes(VARIANTS.index(name) for name, _ in hashes)


def _film_rows(value: str) -> OwnRows:
    frames = Film.decode(value).frames
    return "video", b"".join(each + second.to_bytes(4) for second, each in frames), bytes(len(frames))


def _code_rows(value: str) -> OwnRows:
    units = parse_iscc(value)
    flags = bytes(iscc_flags(unit.main, unit.sub, unit.bits) for unit in units)
    return "iscc", b"".join(unit.body.ljust(HASH_BYTES, b"\0") for unit in units), flags


def _text_rows(value: str) -> OwnRows:
    text = parse_text_scope(value)
    if isinstance(text, Excerpts):
        return "passage", text.values.astype(">u8").tobytes(), bytes(len(text.values))
    return "text", text.digest[:16], bytes(1)


def _embedding_rows(value: str) -> OwnRows:
    embedding = Embedding.decode(value)
    return "embed", b"".join(embedding.codes), bytes([model_flag(embedding.model)] * len(embedding.codes))


_CONTENT_ROWS: Final[Mapping[ScopeKind, Callable[[str], OwnRows]]] = {
    ScopeKind.PDQ: _picture_rows,
    ScopeKind.ISCC: _code_rows,
    ScopeKind.TEXT: _text_rows,
    ScopeKind.VIDEO: _film_rows,
    ScopeKind.EMBED: _embedding_rows,
}


def _stands_alone(scope: Scope) -> bool:
    return bool(scope.exceptions) or scope.kind in _COUNTED_BY_WORK


def _flags(scope: Scope) -> int:
    backing = VERIFIED * (scope.assurance is Assurance.VERIFIED)
    return backing | DISPUTED * scope.disputed | LAPSED * scope.lapsed | HELD * scope.held
