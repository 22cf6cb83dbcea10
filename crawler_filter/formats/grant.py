"""The record of a grant: what a party lets one operator do with scopes of its own, from when until when.

A grant is the body of a `grant` leaf, which commits to it as every leaf does. The last leaf of a grant speaks: one
that has ended says so in its body. `docs/formats/grant.md` is normative.

A record of a declaration may grow fields that older readers pass over. A grant may not: a field that is not known
might narrow what is granted, so a reader that meets one does not count the grant.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final, Self, TypeVar

from crawler_filter.errors import FilterError, MalformedRecordError
from crawler_filter.formats import canonical_json
from crawler_filter.formats.jwk import check_thumbprint
from crawler_filter.formats.record import ScopeKind, checked_id, rfc3339
from crawler_filter.preference import Usage

T = TypeVar("T")

FORMAT_VERSION: Final = 1
MAX_GRANT_BYTES: Final = 1 << 20
MAX_SCOPES: Final = 2_000
MAX_KEYS: Final = 8
MAX_TEXT: Final = 500
MAX_TERRITORIES: Final = 250

_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)
_TERRITORY: Final = re.compile(r"[A-Z]{2}", re.ASCII)
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", re.ASCII)


class GrantEnd(StrEnum):
    """The reason for which a grant has ended."""

    REVOKED = "revoked"
    """Its party has revoked it."""
    EXPIRED = "expired"
    """Its time is over."""
    NO_KEY = "no-key"
    """The operator no longer shows any of the keys it names."""


@dataclass(frozen=True, slots=True, order=True)
class GrantedScope:
    """One scope that a grant is about, as its declaration spells it.

    A fingerprint of content may have many thousands of characters: it is named by `sha256:` and its digest.
    """

    kind: ScopeKind
    value: str

    @classmethod
    def of(cls, kind: ScopeKind, value: str) -> Self:
        """Return how a grant names a scope of this kind and canonical value."""
        return cls(kind, f"sha256:{sha256(value.encode()).hexdigest()}" if kind.is_content else value)


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant of `party`. Times are unix seconds; `until` is the first second at which it no longer counts.

    `declarations` are those whose scopes these are; `works` are those that were named, for people. `territory`
    lists ISO 3166-1 codes, None for everywhere. The terms are a page (`policy`), a digest of what was agreed
    (`terms_digest`), both or neither.
    """

    id: str
    revision: int
    party: str
    client_id: str
    keys: tuple[str, ...]
    scopes: tuple[GrantedScope, ...]
    declarations: tuple[str, ...]
    works: tuple[str, ...]
    usages: tuple[Usage, ...]
    start: int
    until: int | None = None
    territory: tuple[str, ...] | None = None
    policy: str | None = None
    terms_digest: str | None = None
    ended: int | None = None
    end: GrantEnd | None = None

    def encode(self) -> bytes:
        """Return the canonical bytes that a leaf commits to."""
        return canonical_json.encode(self.to_json())

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of this grant."""
        ended = None if self.ended is None or self.end is None else {
            "time": rfc3339(self.ended), "why": self.end.value
        }  # fmt: skip
        return {
            "v": FORMAT_VERSION,
            "id": self.id,
            "revision": self.revision,
            "party": self.party,
            "operator": {"client_id": self.client_id, "keys": list(self.keys)},
            "scopes": [{"kind": scope.kind.value, "value": scope.value} for scope in self.scopes],
            "declarations": list(self.declarations),
            "works": list(self.works),
            "usages": [usage.value for usage in self.usages],
            "from": rfc3339(self.start),
            "until": None if self.until is None else rfc3339(self.until),
            "territory": None if self.territory is None else list(self.territory),
            "terms": {"policy": self.policy, "digest": self.terms_digest},
            "ended": ended,
        }

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Read the canonical bytes of a grant. Raises MalformedRecordError naming what is wrong."""
        if len(data) > MAX_GRANT_BYTES:
            raise MalformedRecordError(f"a grant has at most {MAX_GRANT_BYTES} bytes, got {len(data)}")
        value = canonical_json.decode(data)
        try:
            grant = cls._read(value)
        except KeyError as error:
            raise MalformedRecordError(f"a grant needs the field {error}") from error
        except (FilterError, TypeError, ValueError, AttributeError) as error:
            raise MalformedRecordError(f"a field of the grant is not what it must be: {error}") from error
        if grant.encode() != data:
            raise MalformedRecordError("a grant has a field that this version does not know, or none in its order")
        return grant

    @classmethod
    def _read(cls, value: Mapping[str, Any]) -> Self:
        if value["v"] != FORMAT_VERSION:
            raise MalformedRecordError(f"expected a grant of version {FORMAT_VERSION}, got {value['v']!r}")
        operator, terms, ended = value["operator"], value["terms"], value["ended"]
        grant = cls(
            id=checked_id(value["id"]),
            revision=_whole(value["revision"]),
            party=checked_id(value["party"]),
            client_id=_text(operator["client_id"]),
            keys=_list(operator["keys"], check_thumbprint, 1, MAX_KEYS),
            scopes=_list(value["scopes"], _scope, 1, MAX_SCOPES),
            declarations=_list(value["declarations"], checked_id, 1, MAX_SCOPES),
            works=_list(value["works"], checked_id, 0, MAX_SCOPES),
            usages=_list(value["usages"], Usage, 1, len(Usage)),
            start=_time(value["from"]),
            until=None if value["until"] is None else _time(value["until"]),
            territory=None
            if value["territory"] is None
            else _list(value["territory"], _territory, 1, MAX_TERRITORIES),
            policy=None if terms["policy"] is None else _text(terms["policy"]),
            terms_digest=None if terms["digest"] is None else _digest(terms["digest"]),
            ended=None if ended is None else _time(ended["time"]),
            end=None if ended is None else GrantEnd(ended["why"]),
        )
        if grant.until is not None and grant.until <= grant.start:
            raise ValueError(f"expected it to end after {rfc3339(grant.start)}, got {rfc3339(grant.until)}")
        return grant


def in_order(values: Iterable[T]) -> tuple[T, ...]:
    """Return the values each once, in the order that a grant has them in."""
    return tuple(sorted(set(values)))  # type: ignore[type-var]  # texts, and scopes of two texts


def _list(value: object, read: Callable[[Any], T], least: int, most: int) -> tuple[T, ...]:
    """Read a list in strictly rising order: one spelling, and nothing twice."""
    if not isinstance(value, list) or not least <= len(value) <= most:
        raise ValueError(f"expected a list of {least} to {most} items, got {str(value)[:60]!r}")
    items = tuple(read(item) for item in value)
    if items != in_order(items):
        raise ValueError("expected a list in rising order, each item once")
    return items


def _scope(value: Mapping[str, Any]) -> GrantedScope:
    scope = GrantedScope(ScopeKind(value["kind"]), _text(value["value"], 2_000))
    if scope.kind.is_content:
        _digest(scope.value)
    return scope


def _text(value: object, most: int = MAX_TEXT) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= most or not value.isprintable():
        raise ValueError(f"expected a printable text of 1 to {most} characters, got {str(value)[:60]!r}")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"expected a whole number from 1 on, got {value!r}")
    return value


def _digest(value: object) -> str:
    if not isinstance(value, str) or not _DIGEST.fullmatch(value):
        raise ValueError(f"expected sha256:<64 hex digits>, got {str(value)[:80]!r}")
    return value


def _territory(value: object) -> str:
    if not isinstance(value, str) or not _TERRITORY.fullmatch(value):
        raise ValueError(f"expected a code of two letters like JP, got {str(value)[:20]!r}")
    return value


def _time(value: object) -> int:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise ValueError(f"expected a time like 2027-01-15T08:00:00Z, got {str(value)[:40]!r}")
    return int(datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp())
