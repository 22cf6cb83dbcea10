"""The values of the registry's domain: who declares, what is asked for, and the life of a declaration.

No HTTP and no SQL. Requests hold what somebody typed; what is stored and published is
`crawler_filter.formats.record`.

The life: pending (something in it needs a proof) → active → lapsed (a proof is gone; it keeps restricting) →
withdrawn, expired or erased. A declaration that needs no proof starts active. `disputed` is a flag of its scopes,
and a form that is being filled in is a `Draft`, not yet a declaration.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from crawler_filter.formats.characters import Sheet
from crawler_filter.formats.record import Assurance, Record, Scope, ScopeKind, rfc3339
from crawler_filter.preference import Preference
from registry.errors import TransitionError


class State(StrEnum):
    """The stage of a declaration's life."""

    PENDING = "pending"
    ACTIVE = "active"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    ERASED = "erased"

    @property
    def in_force(self) -> bool:
        """Tell whether the declaration states something to the world."""
        return self in (State.ACTIVE, State.LAPSED)


_ENDS: Final = frozenset({State.WITHDRAWN, State.EXPIRED, State.ERASED})
TRANSITIONS: Final[Mapping[State, frozenset[State]]] = {
    State.PENDING: frozenset({State.PENDING, State.ACTIVE, State.WITHDRAWN, State.ERASED}),
    State.ACTIVE: frozenset({State.ACTIVE, State.LAPSED}) | _ENDS,
    State.LAPSED: frozenset({State.ACTIVE, State.LAPSED}) | _ENDS,
    State.WITHDRAWN: frozenset({State.ERASED}),
    State.EXPIRED: frozenset({State.ERASED}),
    State.ERASED: frozenset(),
}
"""From each state, the states a declaration may be in next."""


def require_transition(before: State, after: State) -> None:
    """Raise TransitionError if a declaration that is `before` cannot become `after`."""
    if after not in TRANSITIONS[before]:
        raise TransitionError(
            "a declaration that is %(before)s cannot become %(after)s", before=before, after=after
        )


class WorkKind(StrEnum):
    """The kind of a work."""

    ANIME = "anime"
    MANGA = "manga"
    ILLUSTRATION = "illustration"
    PHOTOGRAPH = "photograph"
    BOOK = "book"
    ARTICLE = "article"
    MUSIC = "music"
    VIDEO = "video"
    GAME = "game"
    OTHER = "other"


class Part(StrEnum):
    """The part of a series that a work is."""

    VOLUME = "volume"
    CHAPTER = "chapter"
    EPISODE = "episode"
    SEASON = "season"


class ChangeKind(StrEnum):
    """The kind of a change that was announced and waits."""

    DECLARE = "declare"
    AMEND = "amend"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Actor:
    """The account that asks for something."""

    account: str


@dataclass(frozen=True, slots=True)
class ScopeRequest:
    """One scope as it was typed; without preferences of its own it has those of the whole request."""

    kind: str
    value: str
    preferences: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class RouteRequest:
    """One way to a licence as it was typed; `crawler_filter.formats.terms.Route` says what the fields mean."""

    kind: str
    name: str | None = None
    address: str | None = None
    identifier: str | None = None


@dataclass(frozen=True, slots=True)
class DeclarationRequest:
    """A declaration as it was typed."""

    party: str
    scopes: tuple[ScopeRequest, ...]
    preferences: Mapping[str, str] = field(default_factory=dict)
    policy: str | None = None
    contact: str | None = None
    works: tuple[str, ...] = ()
    territory: str | None = None
    statement: str = ""
    routes: tuple[RouteRequest, ...] = ()
    remuneration: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetRequest:
    """A character sheet as it was typed. `attributes` and `description` are by language."""

    names: tuple[str, ...]
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    description: Mapping[str, str] = field(default_factory=dict)
    permission: str = "ask"
    licensed_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkRequest:
    """A work as it was typed. `titles` maps BCP 47 language tags to titles.

    `series` are the spellings of the series it belongs to, each item of `characters` those of one character.
    `part` says which part of the series it is, such as `volume`, and `number` which one. `locations` are addresses
    where it is. A work that is not `published` is seen by its party alone.
    """

    party: str
    kind: str
    titles: Mapping[str, str]
    creators: tuple[str, ...] = ()
    identifiers: Mapping[str, str] = field(default_factory=dict)
    series: tuple[str, ...] = ()
    characters: tuple[tuple[str, ...], ...] = ()
    sheets: tuple[SheetRequest, ...] = ()
    part: str = ""
    number: str = ""
    locations: tuple[str, ...] = ()
    published: bool = True


@dataclass(frozen=True, slots=True)
class Idempotency:
    """The Idempotency-Key of a request and the SHA-256 of its body."""

    key: str
    request: bytes


@dataclass(frozen=True, slots=True)
class PendingChange:
    """A looser change that was announced; `record` is None for a withdrawal. `effective` is in unix seconds."""

    kind: ChangeKind
    effective: int
    leaf: int
    record: Record | None


@dataclass(frozen=True, slots=True)
class Declaration:
    """One declaration: its record as it stands, and its life.

    `leaf` is the index of the leaf that states the record, None while it is pending. `expires` is when a pending
    declaration is forgotten. `waiting` are scopes beside those in force that are not proved yet, seen by the party
    alone; one that cannot be proved holds back none of the others. Times are unix seconds.
    """

    record: Record
    state: State
    created: int
    updated: int
    leaf: int | None = None
    expires: int | None = None
    change: PendingChange | None = None
    waiting: tuple[Scope, ...] = ()

    @property
    def id(self) -> str:
        """The declaration's number."""
        return self.record.id

    @property
    def party(self) -> str:
        """The declaring party's id."""
        return self.record.party

    @property
    def is_public(self) -> bool:
        """Tell whether anybody may see it: what is still pending is its party's alone, until it is announced."""
        return self.state is not State.PENDING or self.change is not None

    @property
    def asked(self) -> tuple[Scope, ...]:
        """Everything the party asked for: what is in force or was announced, and what waits for a proof."""
        return (*self.record.scopes, *self.waiting)

    @property
    def unproved(self) -> tuple[Scope, ...]:
        """The scopes that come into force only with a proof that is missing."""
        return tuple(self.asked[position] for position in unproved(self.asked))

    @property
    def is_disputed(self) -> bool:
        """Tell whether any scope of it is under dispute."""
        return any(scope.disputed for scope in self.record.scopes)

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON object: the record, and where the declaration is in its life."""
        return self.record.to_json() | {
            "state": self.state.value,
            "disputed": self.is_disputed,
            "leaf": self.leaf,
            "created": rfc3339(self.created),
            "updated": rfc3339(self.updated),
        }

    def private_json(self) -> dict[str, Any]:
        """Return what only the declaring party may see beside it: what is missing, and what waits."""
        return {
            "expires": None if self.expires is None else rfc3339(self.expires),
            "unproved_scopes": unproved(self.record.scopes),
            "waiting_scopes": [scope.to_json() for scope in self.waiting],
            "change": None
            if self.change is None
            else {
                "kind": self.change.kind.value,
                "effective": rfc3339(self.change.effective),
                "leaf": self.change.leaf,
                "record": None if self.change.record is None else self.change.record.to_json(),
            },
        }


def needs_proof(scope: Scope) -> bool:
    """Tell whether a scope enters the log only with a proof: wide ones, and whatever allows something."""
    return scope.kind in WIDE or Preference.ALLOWED in scope.preferences.values()


WIDE: Final = (ScopeKind.DOMAIN, ScopeKind.HOST, ScopeKind.PREFIX)
"""The kinds that always need a proof."""


def unproved(scopes: Sequence[Scope]) -> list[int]:
    """Return the positions of the scopes that need a proof and have none."""
    return [
        position
        for position, scope in enumerate(scopes)
        if needs_proof(scope) and scope.assurance is not Assurance.VERIFIED
    ]


@dataclass(frozen=True, slots=True)
class Draft:
    """A form that is being filled in; `content` is the form's own. Only its account sees it."""

    id: str
    content: Mapping[str, Any]
    updated: int


def sheet_to_json(sheet: Sheet) -> dict[str, Any]:
    """Return the JSON object of a work's own sheet: its series and co-stars are the work's."""
    return {name: value for name, value in sheet.to_json().items() if name not in ("series", "others")}


@dataclass(frozen=True, slots=True)
class Work:
    """A work, as its rights holder thinks of it; many declarations may name it.

    `series` and each of `characters` are all spellings of one name, the one to show first. `declarations` are the
    ids of those in force that name the work. `locations` are canonical addresses without their scheme.
    """

    id: str
    party: str
    kind: WorkKind
    titles: Mapping[str, str]
    creators: tuple[str, ...]
    identifiers: Mapping[str, str]
    series: tuple[str, ...]
    characters: tuple[tuple[str, ...], ...]
    created: int
    declarations: tuple[str, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    part: Part | None = None
    number: str = ""
    locations: tuple[str, ...] = ()
    published: bool = True

    @property
    def spellings(self) -> int:
        """Count the spellings of its names and the attributes of its sheets, for the limits of its party."""
        names = len(self.titles) + len(self.series) + sum(map(len, self.characters))
        return names + sum(len(sheet.names) + sum(map(len, sheet.attributes.values())) for sheet in self.sheets)

    @property
    def matchable(self) -> bool:
        """Tell whether any scope in force belongs to the work; if not, no crawler can recognise it."""
        return bool(self.declarations)

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON object of the work."""
        return {
            "id": self.id,
            "party": self.party,
            "kind": self.kind.value,
            "titles": dict(self.titles),
            "creators": list(self.creators),
            "identifiers": dict(self.identifiers),
            "series": list(self.series),
            "characters": [list(spellings) for spellings in self.characters],
            "sheets": [sheet_to_json(sheet) for sheet in self.sheets],
            "part": None if self.part is None else self.part.value,
            "number": self.number,
            "locations": list(self.locations),
            "published": self.published,
            "created": rfc3339(self.created),
            "declarations": list(self.declarations),
            "matchable": self.matchable,
        }
