"""Shapes of requests and answers about operators and what they are granted."""

from typing import Annotated

from pydantic import FailFast, Field

from crawler_filter.formats.grant import MAX_KEYS, MAX_SCOPES, GrantEnd
from crawler_filter.formats.record import ScopeKind
from crawler_filter.preference import Usage
from registry.api.request_models import Address, Id, Request, ScopeValue, Territory
from registry.api.response_models import HistoryEntry, Shape, Time
from registry.api.times import read_time
from registry.control.challenges import Method
from registry.model.grant import GrantRequest
from registry.model.operator import OperatorState

Thumbprint = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$", description="RFC 7638")]
Moment = Annotated[str, Field(examples=["2027-01-15T08:00:00Z"], max_length=40)]


class PartyProofBody(Request):
    """The way in which a party shall prove control of `target`, without a declaration."""

    method: Method
    target: Address


class OperatorBody(Request):
    """An operator: the party that it is, and the address of its signature agent card."""

    party: Id
    client_id: Annotated[
        str, Field(min_length=1, max_length=500, examples=["https://bots.example/.well-known/agent-card"])
    ]


class AfterQuery(Request):
    """The number after which a page of a list begins."""

    after: Id | None = None


class PartyProofAnswer(Shape):
    """A proof that was found."""

    party: Id
    method: Method
    target: str
    found: Time


class CardAnswer(Shape):
    """A signature agent card, in the words of its draft. Nothing of it is proved."""

    client_id: str
    client_name: str | None
    client_uri: str | None
    contacts: list[str]
    product_token: Annotated[str | None, Field(alias="rfc9309-product-token")]
    compliance: Annotated[bool, Field(alias="rfc9309-compliance")]
    purpose: str | None
    trigger: str | None


class KeyAnswer(Shape):
    """One Ed25519 key: its RFC 7638 thumbprint, and `x` as in its JWK.

    `until` is when it ends, once the card no longer shows it.
    """

    thumbprint: str
    x: str
    first_seen: Time
    last_seen: Time
    until: Time | None


class OperatorAnswer(Shape):
    """An operator. `problem` says in English what was wrong at the last look at its card, if anything."""

    id: Id
    party: Id
    client_id: str
    state: OperatorState
    proved: bool
    card: CardAnswer | None
    keys: list[KeyAnswer]
    created: Time
    read: Time | None
    problem: str | None


class OperatorsAnswer(Shape):
    """A page of the operators whose card was read."""

    operators: list[OperatorAnswer]


class GrantTermsBody(Request):
    """The terms of a grant: a page that anybody may read, the SHA-256 of what both sides keep, both or neither."""

    policy: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    digest: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")] | None = None


class GrantedScopeBody(Request):
    """A scope that a declaration of the party in force states: a place, a digest of a file, or an identifier."""

    kind: ScopeKind
    value: ScopeValue


class GrantBody(Request):
    """A grant. `scopes`, `declarations` and `works` are the party's own; without `keys` all that count now."""

    party: Id
    operator: Id
    usages: Annotated[list[Usage], Field(min_length=1, max_length=len(Usage)), FailFast()]
    scopes: Annotated[list[GrantedScopeBody], Field(max_length=MAX_SCOPES), FailFast()] = Field(
        default_factory=list
    )
    declarations: Annotated[list[Id], Field(max_length=MAX_SCOPES), FailFast()] = Field(default_factory=list)
    works: Annotated[list[Id], Field(max_length=MAX_SCOPES), FailFast()] = Field(default_factory=list)
    keys: Annotated[list[Thumbprint], Field(max_length=MAX_KEYS), FailFast()] = Field(default_factory=list)
    start: Annotated[Moment | None, Field(alias="from")] = None
    until: Moment | None = None
    territory: Annotated[list[Territory] | None, Field(min_length=1, max_length=250)] = None
    terms: GrantTermsBody = GrantTermsBody()

    def request(self) -> GrantRequest:
        """Return what the domain takes."""
        return GrantRequest(
            party=self.party,
            operator=self.operator,
            usages=tuple(self.usages),
            scopes=tuple((each.kind.value, each.value) for each in self.scopes),
            declarations=tuple(self.declarations),
            works=tuple(self.works),
            keys=tuple(self.keys),
            start=read_time("/from", self.start),
            until=read_time("/until", self.until),
            territory=None if self.territory is None else tuple(self.territory),
            policy=self.terms.policy,
            terms_digest=self.terms.digest,
        )


class BeforeQuery(Request):
    """The leaf before which a page of a list begins."""

    before: Annotated[int, Field(ge=0, lt=1 << 53)] | None = None


class GrantedScopeAnswer(Shape):
    """A scope of a grant; a fingerprint of content is named by `sha256:` and the digest of it."""

    kind: ScopeKind
    value: str


class GrantOperatorAnswer(Shape):
    """The operator of a grant: its number here, its address, and the keys by thumbprint."""

    id: Id
    client_id: str
    keys: list[str]


class GrantTermsAnswer(Shape):
    """The terms of a grant."""

    policy: str | None
    digest: str | None


class GrantEndAnswer(Shape):
    """The end of a grant."""

    time: Time
    why: GrantEnd


class GrantShape(Shape):
    """A grant as the log has it. `until` is the first second at which it no longer counts."""

    v: int
    id: Id
    revision: int
    party: Id
    operator: GrantOperatorAnswer
    scopes: list[GrantedScopeAnswer]
    declarations: list[Id]
    works: list[Id]
    usages: list[Usage]
    start: Annotated[Time, Field(alias="from")]
    until: Time | None
    territory: list[str] | None
    terms: GrantTermsAnswer
    ended: GrantEndAnswer | None
    leaf: int
    created: Time


class GrantAnswer(GrantShape):
    """A grant with its history, oldest first."""

    history: list[HistoryEntry]


class GrantsAnswer(Shape):
    """A page of grants, the newest change first."""

    grants: list[GrantShape]
