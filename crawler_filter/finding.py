"""What was read and where, and what could not be read: the parts that every decision is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final, Self

from crawler_filter.formats.counts import number_of
from crawler_filter.formats.record import Assurance, ScopeKind
from crawler_filter.formats.terms import NO_TERMS, Terms
from crawler_filter.formats.urls import key
from crawler_filter.preference import Preference, Usage, stated_in
from crawler_filter.reason import UNCHECKED, Reason


class Source(StrEnum):
    """The place where a statement was read, or could not be."""

    ASSET = "asset"
    REGISTRY = "registry"
    ROBOTS_TXT = "robots.txt"
    HEADERS = "headers"
    HTML = "html"
    WELL_KNOWN = "well-known"
    LICENSE = "license"
    CONTENT = "content"


class Likeness(StrEnum):
    """The strength of a match by content."""

    WEAK = "weak"
    """Reported, but never decides."""
    MATCH = "match"
    """It is the work."""
    SAME_RENDITION = "same-rendition"
    """It is the same picture, encoded or scaled anew."""

    def reaches(self, least: "Likeness") -> bool:
        """Tell whether this is at least as sure as `least`."""
        return _DEGREES.index(self) >= _DEGREES.index(least)


_DEGREES: Final = tuple(Likeness)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The reasons for recognising content. Fields that a method does not have are None."""

    method: str
    """What was compared: `pdq`, `video`, `text`, `iscc`, `embed`; or `name`, `description`, `drawing`."""
    likeness: Likeness
    """How strong the match is."""
    distance: int | None = None
    """Of pictures and codes: how many bits differ."""
    threshold: int | None = None
    """Of pictures and codes: how many bits may differ."""
    registered: str | None = None
    """Which variant of the work matched, such as `crop8`; of a character, what of its sheet was found."""
    checked: str | None = None
    """Which variant of the file matched, such as `mirrored`."""
    hits: int | None = None
    """Of texts and videos: how many distinct parts of the work were found."""
    share: float | None = None
    """Of texts and videos: which share of the registered parts that is, from 0 to 1."""
    place: int | None = None
    """Where in the file the first hit is: an offset in the normalised text, or a second."""
    second: int | None = None
    """Of videos: a second of the registered work."""
    member: str | None = None
    """In an archive or a PDF: the file or page that is nearest to the work."""
    members: int | None = None
    """In an archive or a PDF: how many files or pages are like the work."""

    def describe(self) -> str:
        """Return one line for a person."""
        said = [f"{self.method}: {self.likeness}"]
        if self.distance is not None:
            said.append(f"{number_of(self.distance, 'bit')} apart, {self.threshold} allowed")
        if self.hits is not None and self.share is not None:
            said.append(f"{number_of(self.hits, 'part')} found, {self.share:.1%} of the work")
        said += [f"{name} {value}" for name, value in self.to_dict().items() if name in _NAMED]
        return ", ".join(said)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object that findings hold, without what is None."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value is not None}

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Self:
        """Read `to_dict`; fields this version does not know are passed over."""
        known = {field.name: value[field.name] for field in fields(cls) if field.name in value}
        return cls(**known | {"likeness": Likeness(value["likeness"])})


_OF_KIND: Final[Mapping[str, Reason]] = {
    ScopeKind.DOMAIN: Reason.REGISTRY_DOMAIN,
    ScopeKind.HOST: Reason.REGISTRY_HOST,
    ScopeKind.PREFIX: Reason.REGISTRY_PREFIX,
    ScopeKind.URL: Reason.REGISTRY_URL,
    ScopeKind.SHA256: Reason.REGISTRY_DIGEST,
    ScopeKind.SHA1: Reason.REGISTRY_DIGEST,
    ScopeKind.MD5: Reason.REGISTRY_DIGEST,
    ScopeKind.PDQ: Reason.REGISTRY_IMAGE,
    ScopeKind.EMBED: Reason.REGISTRY_IMAGE,
    ScopeKind.VIDEO: Reason.REGISTRY_VIDEO,
    ScopeKind.TEXT: Reason.REGISTRY_TEXT,
    ScopeKind.ISCC: Reason.REGISTRY_ISCC,
    ScopeKind.ISBN: Reason.REGISTRY_IDENTIFIER,
    ScopeKind.DOI: Reason.REGISTRY_IDENTIFIER,
    ScopeKind.EIDR: Reason.REGISTRY_IDENTIFIER,
    "character": Reason.REGISTRY_CHARACTER,
}
_OF_SOURCE: Final[Mapping[Source, Reason]] = {
    Source.ROBOTS_TXT: Reason.ROBOTS,
    Source.HEADERS: Reason.HEADERS,
    Source.HTML: Reason.HTML,
    Source.WELL_KNOWN: Reason.WELL_KNOWN,
    Source.LICENSE: Reason.LICENSE,
    Source.CONTENT: Reason.FILE,
    Source.ASSET: Reason.FILE,
}

_UNSAID: Final = {"policy": None, "contact": None}
_NAMED: Final = ("registered", "checked", "place", "second", "member", "members")


_DIGESTS: Final = frozenset({ScopeKind.SHA256, ScopeKind.SHA1, ScopeKind.MD5})


@dataclass(frozen=True, slots=True)
class Statement:
    """One declaration, as a snapshot states it.

    `leaf` is its index in the log, `preferences` are packed as in `encode_preferences`, `party_verified` tells
    whether the party has proved control of anything at all. Where several registries are read as one, `origin` is
    the name of the one that has it; `place` is where to read it, if that is not the declaration's page.
    """

    leaf: int
    declaration: str
    party: int
    preferences: int
    assurance: Assurance
    disputed: bool
    lapsed: bool
    party_verified: bool
    held: bool = False
    origin: str = ""
    place: str = ""
    carried: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """One scope that covers the asset: the canonical text by which it does, and the evidence of a likeness.

    `shown_by` is the host that shows the covered address, where it is not the asset's own.
    """

    kind: ScopeKind
    matched: str
    statement: Statement
    evidence: Evidence | None = None
    shown_by: str = ""

    def preference_for(self, usage: Usage) -> Preference:
        """Return what this scope states about `usage`; a permission counts only where it can be given."""
        said = stated_in(self.statement.preferences, usage)
        return Preference.UNKNOWN if said is Preference.ALLOWED and not self.may_allow else said

    @property
    def may_allow(self) -> bool:
        """Tell whether a permission about this scope counts: only a verified place shows who may give one."""
        return self.kind.is_location and self.statement.assurance is Assurance.VERIFIED

    @property
    def key(self) -> bytes | None:
        """The 16 bytes under which a snapshot has the scope; None for content, which is found by likeness."""
        if self.kind.is_content:
            return None
        return bytes.fromhex(self.matched)[:16] if self.kind in _DIGESTS else key(self.matched)

    @property
    def flags(self) -> tuple[str, ...]:
        """List warnings for whoever relies on it; `Finding.flags` explains the words."""
        statement = self.statement
        known = {
            "disputed": statement.disputed,
            "lapsed": statement.lapsed,
            "held": statement.held,
            "carried": statement.carried,
            "party-unverified": not statement.party_verified,
        }
        return tuple(flag for flag, holds in known.items() if holds)


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement that was read, and where."""

    source: Source
    """Where the statement was read."""
    preference: Preference
    """What it says about the usage."""
    rule: str
    """The statement itself, such as `domain example.com` or `train-ai=n`."""
    locator: str
    """Where a person can read it: a declaration's page, a line, the name of a header."""
    decides: bool = True
    """False if a more specific statement speaks instead, or the policy does not accept this one."""
    declaration: str | None = None
    """The declaration's id. None if a site or a file says it about itself."""
    leaf: int | None = None
    """The index of the declaration's leaf in the log."""
    assurance: Assurance | None = None
    """How the declaration's scope is backed."""
    flags: tuple[str, ...] = ()
    """What to know before you rely on it: `disputed`, `lapsed`, `held`, `carried` over from a log that was lost,
    `party-unverified`; of a name, `name`; of a character, the signal and what is permitted."""
    family: str | None = None
    """The standard that a site or file speaks in. None for a declaration."""
    terms: Terms = NO_TERMS
    """The ways to ask for permission."""
    warning: str = ""
    """What is wrong with the statement, if anything is."""
    crawl: bool = True
    """False if the statement forbids to fetch the asset at all."""
    evidence: Evidence | None = None
    """Why a work was recognised by its content."""
    shown_by: str = ""
    """The host of the archive, cache or proxy that shows the covered address. Empty if it is the asset's own."""
    origin: str = ""
    """Whose statement it is: the name of the registry, or of a list. Empty if a site or a file says it."""
    grant: str | None = None
    """The grant by which it was lifted for you, or whose permission it is."""

    @property
    def cause(self) -> Reason:
        """The reason of a decision that this statement makes."""
        if self.source is Source.REGISTRY:
            return _OF_KIND.get(self.rule.partition(" ")[0], Reason.REGISTRY_OTHER)
        return _OF_SOURCE[self.source]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object that the lookup API and reports use."""
        return {
            "source": self.source.value,
            "preference": self.preference.value,
            "rule": self.rule,
            "locator": self.locator,
            "speaks": self.decides,
            "declaration": self.declaration,
            "leaf": self.leaf,
            "assurance": self.assurance and self.assurance.value,
            "flags": list(self.flags),
            "family": self.family,
            "terms": self.terms.to_json(),
            "warning": self.warning,
            "crawl": self.crawl,
            "evidence": self.evidence and self.evidence.to_dict(),
            "shown_by": self.shown_by,
            "origin": self.origin,
            "grant": self.grant,
        }

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Self:
        """Read the JSON object of a finding; what older registries do not tell has its default."""
        return cls(
            source=Source(value["source"]),
            preference=Preference(value["preference"]),
            rule=str(value["rule"]),
            locator=str(value["locator"]),
            decides=value["speaks"] is True,
            declaration=value["declaration"],
            leaf=value["leaf"],
            assurance=value["assurance"] and Assurance(value["assurance"]),
            flags=tuple(value["flags"]),
            family=value.get("family"),
            terms=Terms.from_json(_UNSAID | (value.get("terms") or {})),
            warning=str(value.get("warning", "")),
            crawl=value.get("crawl") is not False,
            evidence=Evidence.from_dict(value["evidence"]) if value.get("evidence") else None,
            shown_by=str(value.get("shown_by", "")),
            origin=str(value.get("origin", "")),
            grant=value.get("grant"),
        )


@dataclass(frozen=True, slots=True)
class Unavailable:
    """A source that could not be read, so that nobody takes its silence for consent."""

    source: Source
    """What could not be read."""
    reason: str
    """Why, in words."""
    cause: Reason
    """Why, in one word: one of the reasons that begin with `unchecked.`."""

    def to_dict(self) -> dict[str, str]:
        """Return the JSON object that the lookup API and reports use."""
        return {"source": self.source.value, "reason": self.reason, "cause": self.cause.value}

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Self:
        """Read the JSON object of an unavailable source; an older registry does not tell the cause."""
        source = Source(value["source"])
        return cls(source, str(value["reason"]), _cause(source, value.get("cause")))


def _cause(source: Source, told: object) -> Reason:
    if isinstance(told, str) and told in UNCHECKED:
        return Reason(told)
    by_source = {Source.REGISTRY: Reason.UNCHECKED_SNAPSHOT, Source.ASSET: Reason.UNCHECKED_ASSET}
    return by_source.get(source, Reason.UNCHECKED_SIGNAL)
