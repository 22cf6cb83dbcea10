"""What requests may hold: shapes and sizes. What the values mean is for the domain to judge.

A field that is not named here is refused, because a misspelt `preferences` is a reservation that is not made. Of a
list only the first item that is wrong is told, so that a million of them cost no more than one.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, FailFast, Field, StrictBool

from crawler_filter.formats.characters import Permission
from crawler_filter.formats.record import ScopeKind
from crawler_filter.formats.terms import MAX_ROUTES, MAX_TERRITORIES, RouteKind
from crawler_filter.preference import Preference, Usage
from registry.control.challenges import Method
from registry.model.declaration import (
    DeclarationRequest,
    Part,
    RouteRequest,
    ScopeRequest,
    SheetRequest,
    WorkKind,
    WorkRequest,
)
from registry.model.party import MAX_NAME, Capacity, PartyRequest

Id = Annotated[str, Field(pattern=r"^[a-z2-7]{26}$", description="26 lower-case base32 characters")]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
ShortText = Annotated[str, Field(min_length=1, max_length=500)]
Spellings = Annotated[list[ShortText], Field(max_length=100), FailFast()]
ScopeValue = Annotated[str, Field(min_length=1, max_length=350_000)]
"""A scope's value, or a fingerprint: the fingerprints of a book fit."""
Address = Annotated[str, Field(min_length=1, max_length=8192)]
Territory = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2")]
Stated = Annotated[
    Preference, Field(json_schema_extra={"enum": [Preference.ALLOWED.value, Preference.DISALLOWED.value]})
]
Preferences = Annotated[dict[Usage, Stated], Field(max_length=len(Usage))]


class Request(BaseModel):
    """The base of every request: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ScopeBody(Request):
    """One scope; without preferences of its own it has those of the whole declaration."""

    kind: ScopeKind
    value: ScopeValue
    preferences: Preferences | None = None


class RouteBody(Request):
    """One way to a licence: who gives it, or the server or page where it is had.

    An agent and a society have a `name`, and an `address` or an `identifier` (`isni:`, `ror:`, another scheme); an
    RSL licence server and a price list have an https `address` alone.
    """

    kind: RouteKind
    name: ShortText | None = None
    address: Text | None = None
    identifier: Annotated[ShortText | None, Field(examples=["isni:0000 0001 2281 955X"])] = None

    def request(self) -> RouteRequest:
        """Return what the domain takes."""
        return RouteRequest(self.kind, self.name, self.address, self.identifier)


class TermsBody(Request):
    """The ways to ask for permission.

    `remuneration` are territories whose law, as the party says, does not let it refuse, and for which it claims to
    be paid. It permits nothing.
    """

    policy: Text | None = None
    contact: ShortText | None = None
    routes: Annotated[list[RouteBody], Field(max_length=MAX_ROUTES), FailFast()] = Field(default_factory=list)
    remuneration: Annotated[list[Territory], Field(max_length=MAX_TERRITORIES), FailFast()] = Field(
        default_factory=list
    )


class DeclarationBody(Request):
    """A declaration to be made, or as it shall read from now on."""

    party: Id
    scopes: Annotated[list[ScopeBody], Field(min_length=1, max_length=10_000), FailFast()]
    preferences: Preferences = Field(default_factory=dict)
    terms: TermsBody = TermsBody()
    works: Annotated[list[Id], Field(max_length=1000), FailFast()] = Field(default_factory=list)
    territory: Territory | None = None
    statement: ShortText

    def request(self) -> DeclarationRequest:
        """Return what the domain takes."""
        return DeclarationRequest(
            party=self.party,
            scopes=tuple(ScopeRequest(each.kind, each.value, _said(each.preferences)) for each in self.scopes),
            preferences=_said(self.preferences) or {},
            policy=self.terms.policy,
            contact=self.terms.contact,
            routes=tuple(route.request() for route in self.terms.routes),
            remuneration=tuple(self.terms.remuneration),
            works=tuple(self.works),
            territory=self.territory,
            statement=self.statement,
        )


class ProofBody(Request):
    """The chosen way to prove control. `target` may be left out where the declaration leaves only one."""

    method: Method
    target: Address | None = None


class PartyBody(Request):
    """A party that the account acts for."""

    name: Annotated[str, Field(min_length=1, max_length=MAX_NAME)]
    capacity: Capacity
    public: StrictBool
    statement: ShortText
    on_behalf_of: Annotated[str, Field(min_length=1, max_length=MAX_NAME)] | None = None
    principal_public: StrictBool = False
    territory: Territory | None = None

    def request(self) -> PartyRequest:
        """Return what the domain takes."""
        return PartyRequest(**self.model_dump() | {"capacity": self.capacity})


class SheetBody(Request):
    """The looks of a character, by which prompts about it are recognised, and who may make pictures of it.

    `attributes` are short texts such as "scar over the nose", by language (en, ja); `licensed_to` are domains of
    operators, for the permission `licensed` alone.
    """

    names: Annotated[Spellings, Field(min_length=1, examples=[["青井そら", "Sora Aoi"]])]
    attributes: Annotated[
        dict[ShortText, Spellings], Field(max_length=2, examples=[{"en": ["silver braid", "scar over the nose"]}])
    ]
    description: Annotated[dict[ShortText, Text], Field(max_length=2)] = Field(default_factory=dict)
    permission: Permission = Permission.ASK
    licensed_to: Annotated[list[ShortText], Field(max_length=100), FailFast()] = Field(default_factory=list)

    def request(self) -> SheetRequest:
        """Return what the domain takes."""
        return SheetRequest(
            tuple(self.names),
            {language: tuple(each) for language, each in self.attributes.items()},
            self.description,
            self.permission,
            tuple(self.licensed_to),
        )


class WorkBody(Request):
    """A work, as it shall read from now on. `titles` maps BCP 47 language tags to titles.

    `series` are spellings of the name of the series it belongs to, each of `characters` are those of one
    character: other languages, other scripts, short forms. Found in captions and prompts, they decide nothing.
    `part` and `number` say which part of the series it is. A work that is not `published` its party alone sees.
    """

    party: Id
    kind: WorkKind
    titles: Annotated[dict[ShortText, ShortText], Field(min_length=1, max_length=100)]
    creators: Annotated[list[ShortText], Field(max_length=100), FailFast()] = Field(default_factory=list)
    identifiers: Annotated[dict[ShortText, ShortText], Field(max_length=20)] = Field(default_factory=dict)
    series: Annotated[Spellings, Field(examples=[["機動戦士ガンダム", "Mobile Suit Gundam"]])] = Field(
        default_factory=list
    )
    characters: Annotated[
        list[Spellings], FailFast(), Field(max_length=1000, examples=[[["うずまきナルト", "Naruto Uzumaki"]]])
    ] = Field(default_factory=list)
    sheets: Annotated[list[SheetBody], FailFast(), Field(max_length=100)] = Field(default_factory=list)
    part: Part | None = None
    number: Annotated[str, Field(max_length=100, examples=["3"])] = ""
    locations: Annotated[list[Text], Field(max_length=200), FailFast()] = Field(default_factory=list)
    published: bool = True

    def request(self) -> WorkRequest:
        """Return what the domain takes."""
        return WorkRequest(
            party=self.party,
            kind=self.kind,
            titles=self.titles,
            creators=tuple(self.creators),
            identifiers=self.identifiers,
            series=tuple(self.series),
            characters=tuple(tuple(spellings) for spellings in self.characters),
            sheets=tuple(sheet.request() for sheet in self.sheets),
            part=self.part or "",
            number=self.number,
            locations=tuple(self.locations),
            published=self.published,
        )


class MergeBody(Request):
    """The work that stays."""

    into: Id


class AfterQuery(Request):
    """The last work of the page before, in a list of works."""

    after: Id | None = None


class ConsentBody(Request):
    """The party that may name a work besides its own."""

    party: Id


class LookupQuery(Request):
    """One asset, by any of its URL, one fingerprint and one identifier."""

    url: Address | None = None
    fingerprint: Annotated[ShortText, Field(examples=["sha256:" + "0" * 64])] | None = None
    identifier: Annotated[ShortText, Field(examples=["isbn:9784873119328"])] | None = None
    usage: Usage = Usage.TRAIN_AI
    terms: Annotated[bool, Field(description="Answer with the terms of the declarations that are found, too")] = (
        False
    )
    at: Annotated[str, Field(examples=["2027-01-15T08:00:00Z"], max_length=40)] | None = None
    territory: Annotated[
        Territory | None,
        Field(
            description="Where the use is made: for grants to the operator that signed this, and the line of law"
        ),
    ] = None


class PageQuery(Request):
    """The page of a list to show."""

    page: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class AssetBody(Request):
    """One asset, by any of its URL, the pages it was found on, its digests, identifiers and content fingerprints.

    A fingerprint is `kind:value`, spelled as in a scope of the kinds `pdq`, `iscc`, `text`, `video` and
    `embed`.
    """

    url: Address | None = None
    found_on: Annotated[list[Address], Field(max_length=20), FailFast()] = Field(default_factory=list)
    sha256: ShortText | None = None
    sha1: ShortText | None = None
    md5: ShortText | None = None
    identifiers: Annotated[dict[ShortText, ShortText], Field(max_length=10)] = Field(default_factory=dict)
    fingerprints: Annotated[list[ScopeValue], Field(max_length=20), FailFast()] = Field(default_factory=list)

    def given(self) -> dict[str, object]:
        """Return what is given of the asset, as it was given: an answer says it again, for each of thousands."""
        return {name: value for name, value in vars(self).items() if value}


class LookupsBody(Request):
    """Many assets and one usage."""

    items: Annotated[list[AssetBody], FailFast()]
    usage: Usage = Usage.TRAIN_AI
    terms: Annotated[bool, Field(description="Answer with the terms of the declarations that are found, too")] = (
        False
    )
    territory: Annotated[
        Territory | None,
        Field(
            description="Where the use is made: for grants to the operator that signed this, and the line of law"
        ),
    ] = None


def _said(preferences: Mapping[Usage, Preference] | None) -> dict[str, str] | None:
    if preferences is None:
        return None
    return {usage.value: preference.value for usage, preference in preferences.items()}
