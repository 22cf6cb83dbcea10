"""The published record of a declaration, the log leaf that commits to it, and how the log replays into a state.

A leaf never holds the record itself, only `SHA-256(salt ‖ record)`: a record can be erased and the log still
verifies. Every leaf that changes an answer carries the complete record as it stands from then on, so the state at
any log size is, for each declaration, its last leaf that has effect. `docs/formats/record.md` is normative.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, Self

from crawler_filter.errors import DigestMismatchError, MalformedRecordError
from crawler_filter.formats import canonical_json
from crawler_filter.formats.terms import Terms
from crawler_filter.preference import Preference, Usage

FORMAT_VERSION: Final = 1
MAX_LEAF_BYTES: Final = 2048
SALT_BYTES: Final = 32
ID_BYTES: Final = 16
_ID: Final = re.compile(r"[a-z2-7]{25}[aeimquy4]", re.ASCII)  # of the last character two bits are over, and zero


class ScopeKind(StrEnum):
    """The kind of thing that a scope covers. The order is part of the snapshot format: only append."""

    DOMAIN = "domain"
    HOST = "host"
    PREFIX = "prefix"
    URL = "url"
    SHA256 = "sha256"
    SHA1 = "sha1"
    MD5 = "md5"
    ISBN = "isbn"
    DOI = "doi"
    EIDR = "eidr"
    PDQ = "pdq"
    ISCC = "iscc"
    TEXT = "text"
    VIDEO = "video"
    EMBED = "embed"

    @property
    def is_location(self) -> bool:
        """True for scopes that say where something is, false for those that say what it is."""
        return self in _LOCATIONS

    @property
    def is_content(self) -> bool:
        """True for scopes of a work's content, which is found by likeness."""
        return self in _CONTENT


_CONTENT: Final = frozenset({ScopeKind.PDQ, ScopeKind.ISCC, ScopeKind.TEXT, ScopeKind.VIDEO, ScopeKind.EMBED})
_LOCATIONS: Final = frozenset({ScopeKind.DOMAIN, ScopeKind.HOST, ScopeKind.PREFIX, ScopeKind.URL})


class Assurance(StrEnum):
    """The backing of a scope: control was proved, or only stated."""

    ATTESTED = "attested"
    VERIFIED = "verified"


class LeafType(StrEnum):
    """An event in the life of a declaration, or of a work."""

    DECLARE = "declare"
    AMEND = "amend"
    PROVE = "prove"
    LAPSE = "lapse"
    DISPUTE = "dispute"
    HOLD = "hold"
    RESOLVE = "resolve"
    NOTICE = "notice"
    CANCEL = "cancel"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    ERASE = "erase"
    GRANT = "grant"
    CARRY = "carry"
    CONSENT = "consent"
    REVOKE = "revoke"


STATES_RECORD: Final = frozenset(
    {
        LeafType.DECLARE,
        LeafType.AMEND,
        LeafType.PROVE,
        LeafType.LAPSE,
        LeafType.DISPUTE,
        LeafType.HOLD,
        LeafType.RESOLVE,
    }
)
"""Leaves whose record replaces the one before it."""

REMOVES_RECORD: Final = frozenset({LeafType.WITHDRAW, LeafType.EXPIRE, LeafType.ERASE})
"""Leaves after which the declaration states nothing."""

EFFECTIVE: Final = STATES_RECORD | REMOVES_RECORD | {LeafType.CARRY}
"""Leaves that change an answer. A carry states statements of a log that was left behind (`snapshot.carrying`)."""


STATES_ANOTHER_THING: Final = frozenset({LeafType.CARRY, LeafType.CONSENT, LeafType.REVOKE, LeafType.GRANT})
"""Leaves whose body is no record: a segment, who may name a work or stands behind a declaration, or a grant."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One line of a declaration: what it covers and what it says about each usage.

    `value` is canonical for its kind: a lower-case A-label host, a profile 1 location, hex, an identifier, or what
    `crawler_filter.fingerprints.registered` spells.
    `exceptions` are private public-suffixes below a domain, whose sites belong to others. A `held` scope is under
    review because it matched far too much: it restricts only while its party has verified something.
    """

    kind: ScopeKind
    value: str
    preferences: Mapping[Usage, Preference]
    assurance: Assurance
    disputed: bool = False
    lapsed: bool = False
    exceptions: tuple[str, ...] = ()
    held: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of this scope."""
        return {
            "kind": self.kind.value,
            "value": self.value,
            "preferences": {usage.value: preference.value for usage, preference in self.preferences.items()},
            "assurance": self.assurance.value,
            "disputed": self.disputed,
            "lapsed": self.lapsed,
            "held": self.held,
            "exceptions": list(self.exceptions),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Read the JSON object of a scope; fields this version does not know are passed over."""
        return cls(
            kind=ScopeKind(value["kind"]),
            value=_text(value["value"]),
            preferences={Usage(usage): Preference(said) for usage, said in value["preferences"].items()},
            assurance=Assurance(value["assurance"]),
            disputed=value["disputed"] is True,
            lapsed=value["lapsed"] is True,
            exceptions=tuple(_text(host) for host in value["exceptions"]),
            held=value["held"] is True,
        )


@dataclass(frozen=True, slots=True)
class Record:
    """A declaration as the world sees it. `party_name` is None when the party is not named in public."""

    id: str
    revision: int
    party: str
    capacity: str
    vocabulary: str
    statement: str
    scopes: tuple[Scope, ...]
    party_name: str | None = None
    on_behalf_of: str | None = None
    territory: str | None = None
    terms: Terms = field(default_factory=Terms)
    works: tuple[str, ...] = ()

    def encode(self) -> bytes:
        """Return the canonical bytes that a leaf commits to."""
        return canonical_json.encode(self.to_json())

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of this record."""
        return {
            "v": FORMAT_VERSION,
            "id": self.id,
            "revision": self.revision,
            "party": self.party,
            "party_name": self.party_name,
            "capacity": self.capacity,
            "on_behalf_of": self.on_behalf_of,
            "territory": self.territory,
            "vocabulary": self.vocabulary,
            "statement": self.statement,
            "scopes": [scope.to_json() for scope in self.scopes],
            "terms": self.terms.to_json(),
            "works": list(self.works),
        }

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Read canonical record bytes. Raises MalformedRecordError naming what is wrong."""
        return cls.from_json(canonical_json.decode(data))

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Read the JSON object of a record; fields this version does not know are passed over."""
        try:
            _require_version(value)
            return cls(
                id=checked_id(value["id"]),
                revision=whole_number(value["revision"]),
                party=checked_id(value["party"]),
                party_name=_optional_text(value["party_name"]),
                capacity=_text(value["capacity"]),
                on_behalf_of=_optional_text(value["on_behalf_of"]),
                territory=_optional_text(value["territory"]),
                vocabulary=_text(value["vocabulary"]),
                statement=_text(value["statement"]),
                scopes=tuple(Scope.from_json(scope) for scope in value["scopes"]),
                terms=Terms.from_json(value["terms"]),
                works=tuple(_text(work) for work in value["works"]),
            )
        except KeyError as error:
            raise MalformedRecordError(f"a record needs the field {error}") from error
        except (TypeError, ValueError, AttributeError) as error:
            raise MalformedRecordError(f"a field of the record is not what it must be: {error}") from error


@dataclass(frozen=True, slots=True)
class Leaf:
    """One entry of the log.

    `time` is RFC 3339 UTC in whole seconds; `commitment` is None where nothing is stated.
    """

    type: LeafType
    id: str
    time: str
    commitment: bytes | None

    def encode(self) -> bytes:
        """Return the canonical bytes that are hashed into the tree."""
        body = None if self.commitment is None else "sha256:" + self.commitment.hex()
        return canonical_json.encode(
            {"v": FORMAT_VERSION, "type": self.type.value, "id": self.id, "time": self.time, "body": body}
        )

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Read a log entry. Raises MalformedRecordError."""
        if len(data) > MAX_LEAF_BYTES:
            raise MalformedRecordError(f"a leaf has at most {MAX_LEAF_BYTES} bytes, got {len(data)}")
        value = canonical_json.decode(data)
        try:
            _require_version(value)
            return cls(
                type=LeafType(value["type"]),
                id=checked_id(value["id"]),
                time=_text(value["time"]),
                commitment=_commitment(value["body"]),
            )
        except KeyError as error:
            raise MalformedRecordError(f"a leaf needs the field {error}") from error
        except (TypeError, ValueError) as error:
            raise MalformedRecordError(f"a field of the leaf is not what it must be: {error}") from error

    def check(self, salt: bytes, body: bytes) -> None:
        """Check that this leaf commits to `body`. Raises DigestMismatchError."""
        if self.commitment is None or commit(salt, body) != self.commitment:
            raise DigestMismatchError(f"the record does not belong to the {self.type} leaf of {self.id}")

    def open(self, salt: bytes, body: bytes) -> Record:
        """Return the record this leaf commits to. Raises DigestMismatchError if `body` is another one."""
        self.check(salt, body)
        record = Record.decode(body)
        if record.id != self.id:
            raise MalformedRecordError(f"the leaf is about {self.id}, its record about {record.id}")
        return record


def rfc3339(seconds: int) -> str:
    """Return unix seconds as `YYYY-MM-DDTHH:MM:SSZ`, the one spelling of a time in our JSON."""
    return datetime.fromtimestamp(seconds, UTC).isoformat().removesuffix("+00:00") + "Z"


def commit(salt: bytes, body: bytes) -> bytes:
    """Return the salted commitment of a record; the salt keeps an erased record from being guessed."""
    if len(salt) != SALT_BYTES:
        raise MalformedRecordError(f"a salt has {SALT_BYTES} bytes, got {len(salt)}")
    return hashlib.sha256(salt + body).digest()


@lru_cache(maxsize=4096)
def encode_id(raw: bytes) -> str:
    """Return the 26 lower-case base32 characters by which 16 random bytes are shown.

    Remembered: a crawl meets the same declaration page after page.
    """
    return base64.b32encode(raw).decode().rstrip("=").lower()


def decode_id(text: object) -> bytes:
    """Return the 16 bytes of an id. Raises MalformedRecordError."""
    return base64.b32decode(checked_id(text).upper() + "======")


def checked_id(value: object) -> str:
    """Return a value of JSON that must be an id. Raises MalformedRecordError."""
    if isinstance(value, str) and _ID.fullmatch(value):
        return value
    raise MalformedRecordError(f"expected an id of 26 base32 characters, got {str(value)[:40]!r}")


def _require_version(value: Mapping[str, Any]) -> None:
    if value["v"] != FORMAT_VERSION:
        raise MalformedRecordError(f"expected format version {FORMAT_VERSION}, got {value['v']!r}")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected text, got {value!r}")
    return value


def _optional_text(value: object) -> str | None:
    return None if value is None else _text(value)


def whole_number(value: object) -> int:
    """Return a value of JSON that must be a whole number. Raises TypeError."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"expected a whole number, got {value!r}")
    return value


def _commitment(value: object) -> bytes | None:
    if value is None:
        return None
    scheme, _, digits = _text(value).partition(":")
    raw = bytes.fromhex(digits)
    if scheme != "sha256" or len(raw) != 32 or digits != raw.hex():
        raise ValueError(f"expected sha256:<64 hex digits>, got {value!r}")
    return raw
