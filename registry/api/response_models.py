"""What answers hold, for the OpenAPI document. Clients must pass over fields that they do not know.

The domain makes the JSON; these shapes say what it promises, and the tests hold each answer to its shape.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from crawler_filter.formats.characters import Permission
from crawler_filter.formats.record import Assurance, LeafType, ScopeKind
from crawler_filter.formats.terms import RouteKind
from crawler_filter.formats.territories import Effect
from crawler_filter.preference import Preference, Usage
from registry.api.request_models import Id
from registry.control.challenges import Method
from registry.declarations.protection import Lack
from registry.model.declaration import ChangeKind, Part, State, WorkKind
from registry.model.party import Capacity

Time = Annotated[str, Field(json_schema_extra={"format": "date-time"}, description="RFC 3339, UTC, whole seconds")]


class Shape(BaseModel):
    """The base of every answer."""

    model_config = ConfigDict(extra="allow")


class FieldProblem(Shape):
    """One thing wrong: a JSON Pointer into the body, or to a query parameter, and what would be right."""

    pointer: str
    detail: str


class Problem(Shape):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldProblem] = Field(default_factory=list)


class ScopeAnswer(Shape):
    """One scope; `value` is in its canonical form."""

    kind: ScopeKind
    value: str
    preferences: dict[Usage, Preference]
    assurance: Assurance
    disputed: bool
    lapsed: bool
    held: bool
    exceptions: list[str]


class RouteAnswer(Shape):
    """One way to a licence."""

    kind: RouteKind
    name: str | None
    address: str | None
    identifier: str | None


class TermsAnswer(Shape):
    """The ways to ask for permission; `routes` and `remuneration` are there where something is said."""

    policy: str | None
    contact: str | None
    routes: list[RouteAnswer] = Field(default_factory=list)
    remuneration: list[str] = Field(default_factory=list)


class RecordAnswer(Shape):
    """A declaration as the log has it."""

    v: int
    id: Id
    revision: int
    party: Id
    party_name: str | None
    capacity: Capacity
    on_behalf_of: str | None
    territory: str | None
    vocabulary: str
    statement: str
    scopes: list[ScopeAnswer]
    terms: TermsAnswer
    works: list[Id]


class ChangeAnswer(Shape):
    """A looser change that was announced; `record` is null for a withdrawal."""

    kind: ChangeKind
    effective: Time
    leaf: int
    record: RecordAnswer | None


class PrivateAnswer(Shape):
    """The part that only accounts of the party see: the positions of scopes without a proof, and what waits."""

    expires: Time | None
    unproved_scopes: list[int]
    change: ChangeAnswer | None


class GrantInShort(Shape):
    """A grant of scopes of a declaration, whether or not it has ended."""

    id: Id
    operator: Id
    client_id: str
    usages: list[Usage]
    start: Annotated[Time, Field(alias="from")]
    until: Time | None
    ended: dict[str, str] | None


class ObservationAnswer(Shape):
    """A proof of control as it was seen: `digest` is the SHA-256 of the answer, `address` the web server's.

    `authenticated` tells of an answer of DNS whether DNSSEC vouches for it.
    """

    method: Method
    target: str
    digest: str
    subtree: bool
    address: str | None
    authenticated: bool | None
    asked: Time
    seen: Time


class CoOwnerAnswer(Shape):
    """A party that stands behind another's declaration. `leaf` is the index of the leaf with its consent."""

    party: Id
    leaf: int
    time: Time
    licensing: Annotated[bool, Field(description="Whether it lets the declaring party grant permissions for it")]


class DeclarationAnswer(RecordAnswer):
    """A declaration and where it is in its life. `private` is there for the accounts of its party.

    `grants` are the newest of its scopes, `proofs` those that stand behind it now. They, `party_controls` and
    `co_owners` are there when it is read, not when it is made or changed.
    """

    state: State
    disputed: bool
    leaf: int | None
    created: Time
    updated: Time
    private: PrivateAnswer | None = None
    grants: list[GrantInShort] = Field(default_factory=list)
    proofs: list[ObservationAnswer] = Field(default_factory=list)
    party_controls: Annotated[
        list[str],
        Field(description="Places that the party has proved; without one, nothing of its name was checked"),
    ] = Field(default_factory=list)
    co_owners: Annotated[
        list[CoOwnerAnswer], Field(description="Parties that have confirmed that the declaration is theirs too")
    ] = Field(default_factory=list)


class HistoryEntry(Shape):
    """One leaf of the log."""

    index: int
    type: LeafType
    time: Time


class HistoryAnswer(Shape):
    """Everything the log says about a declaration, oldest first."""

    declaration: Id
    entries: list[HistoryEntry]


class ChallengeAnswer(Shape):
    """The text to publish, and the place. `field` is what a platform calls the place."""

    id: Id
    method: Method
    target: str
    expires: Time
    at: str
    type: str
    value: str
    field: str | None


class ChallengesAnswer(Shape):
    """The open challenges of a declaration."""

    challenges: list[ChallengeAnswer]


class PlatformAnswer(Shape):
    """A platform: what a prefix over a member's profile covers, and what none can cover.

    `prefix` is what such a scope is stored as, `also` other places of the same account, with `{user}` where the
    member's name stands. `provable` tells whether control of a profile can be proved. `not_covered` are places
    whose addresses do not name the member: pages of single works, picture files.
    """

    name: str
    prefix: str
    also: list[str]
    ignores_case: bool
    provable: bool
    not_covered: list[str]


class PlatformsAnswer(Shape):
    """The platforms whose addresses are known."""

    platforms: list[PlatformAnswer]


class LegalSourceAnswer(Shape):
    """A text that a line was written from."""

    title: str
    url: str
    dated: Annotated[str, Field(json_schema_extra={"format": "date"})]


class TerritoryAnswer(Shape):
    """The meaning of a reservation in a territory, as of a date; no legal advice. `members` are of it too."""

    code: str
    members: list[str]
    name: dict[str, str]
    effect: Effect
    means: dict[str, str]
    sources: list[LegalSourceAnswer]
    as_of: Annotated[str, Field(json_schema_extra={"format": "date"})]
    statute_read: Annotated[
        str | None,
        Field(
            json_schema_extra={"format": "date"},
            description="When the line was compared with the words of the law; null where it never was",
        ),
    ]


class TerritoriesAnswer(Shape):
    """The table of territories."""

    territories: list[TerritoryAnswer]


class SheetAnswer(Shape):
    """A character of a work: its names, looks by language, and what is permitted to whom."""

    names: list[str]
    attributes: dict[str, list[str]]
    description: dict[str, str]
    permission: Permission
    licensed_to: list[str]


class WorkAnswer(Shape):
    """A work; `series` and each of `characters` are spellings of one name.

    `matchable` tells whether any scope in force belongs to it.
    """

    id: Id
    party: Id
    kind: WorkKind
    titles: dict[str, str]
    creators: list[str]
    identifiers: dict[str, str]
    series: list[str]
    characters: list[list[str]]
    sheets: list[SheetAnswer]
    part: Part | None
    number: str
    locations: list[str]
    published: bool
    created: Time
    declarations: list[Id]
    matchable: bool


class GapAnswer(Shape):
    """One thing of a work that no declaration in force covers.

    `lack` is `nothing` for a work with nothing to be found by, `proof` for a place that only waits for a proof.
    """

    lack: Lack
    kind: str
    value: str


class OwnWorkAnswer(WorkAnswer):
    """A work with what of it is not protected yet."""

    gaps: list[GapAnswer]


class WorksAnswer(Shape):
    """A page of works; `following` is asked for as `after`."""

    works: list[OwnWorkAnswer]
    following: Id | None


class DeletedAnswer(Shape):
    """The number of what was removed."""

    deleted: Id


class ConsentAnswer(Shape):
    """A party that may name a work besides its own; `leaf` is the entry of the log that says so."""

    work: Id
    party: Id
    leaf: int
    time: Time


class ConsentsAnswer(Shape):
    """All consents about a work that are in force."""

    consents: list[ConsentAnswer]


class LiveAnswer(Shape):
    """The process answers."""

    live: Annotated[bool, Field(examples=[True])]


class ReadyAnswer(Shape):
    """The registry takes declarations and answers lookups. `snapshot_age` is in seconds."""

    ready: Annotated[bool, Field(examples=[True])]
    log_size: int
    snapshot_age: int
