"""What answers to lookups hold, for the OpenAPI document."""

from typing import Annotated

from pydantic import Field

from crawler_filter.finding import Likeness, Source
from crawler_filter.formats.record import Assurance
from crawler_filter.grants.permits import GrantDoubt
from crawler_filter.preference import Preference, Usage
from crawler_filter.reason import Reason
from registry.api.response_models import Shape, TermsAnswer, TerritoryAnswer


class EvidenceAnswer(Shape):
    """The reasons for recognising a work by its content; fields that a method does not have are absent."""

    method: str
    likeness: Likeness
    distance: int | None = None
    threshold: int | None = None
    registered: str | None = None
    checked: str | None = None
    hits: int | None = None
    share: float | None = None
    place: int | None = None
    second: int | None = None
    member: str | None = None
    members: int | None = None


class FindingAnswer(Shape):
    """One statement that was read, and where."""

    source: Source
    preference: Preference
    rule: str
    locator: str
    speaks: bool
    declaration: str | None
    leaf: int | None
    assurance: Assurance | None
    flags: list[str]
    family: str | None
    terms: TermsAnswer
    warning: str
    crawl: bool
    evidence: EvidenceAnswer | None
    shown_by: str
    origin: str
    grant: Annotated[str | None, Field(description="The grant that lifts it, or whose permission it is")]


class UnavailableAnswer(Shape):
    """A source that could not be read."""

    source: Source
    reason: str
    cause: Reason


class SnapshotAnswer(Shape):
    """The registry that was asked, and the state of it."""

    origin: str
    sequence: int
    log_size: int
    root: str
    issued: int
    first_use: bool
    as_of: int | None = Field(None, description="Of a lookup in the past: the time that was asked about")


class DoubtAnswer(Shape):
    """A grant to the operator that did not count, and why; null stands for all of them."""

    grant: str | None
    why: GrantDoubt


class DecisionAnswer(Shape):
    """The decision for one asset under the policy `opt-out`."""

    keep: bool
    would_keep: bool
    reason: Reason
    usage: Usage
    preference: Preference
    findings: list[FindingAnswer]
    unavailable: list[UnavailableAnswer]
    policy: str
    snapshot: SnapshotAnswer | None
    stale: bool
    operator: Annotated[
        str | None, Field(description="The operator that asked, if its signature showed who it is")
    ]
    doubts: list[DoubtAnswer]


Terms = Annotated[
    dict[str, TermsAnswer] | None,
    Field(
        description="The terms of the declarations that were found, by their numbers, where they were asked for; "
        "a replica has none"
    ),
]
TermsLeftOut = Annotated[
    int | None, Field(description="Declarations that were found whose terms would have made the answer too long")
]
Law = Annotated[
    TerritoryAnswer | None,
    Field(description="The line of the table of territories, where a territory was named that has one"),
]


class LookupAnswer(DecisionAnswer):
    """A decision, the asset as it was asked for, and whom to ask."""

    asset: dict[str, object]
    terms: Terms = None
    terms_left_out: TermsLeftOut = None
    law: Law = None


class LookedUpItem(Shape):
    """One decision of a batch, and the asset as it was asked for."""

    asset: dict[str, object]
    decision: DecisionAnswer


class LookupsAnswer(Shape):
    """One decision for each item, in the order of the items, and whom to ask."""

    items: list[LookedUpItem]
    terms: Terms = None
    terms_left_out: TermsLeftOut = None
    law: Law = None


class SpawningUrl(Shape):
    """One URL as the Spawning API answers it."""

    url: str
    optOut: bool  # noqa: N815 - their wire format
    optIn: bool  # noqa: N815 - their wire format


class SpawningAnswer(Shape):
    """The answer of the Spawning API, in the order of the URLs."""

    urls: list[SpawningUrl]
