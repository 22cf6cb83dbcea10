"""What was read and where, and what could not be read: the parts that every decision is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Final, Self

from crawler_filter.formats.record import Assurance, Terms
from crawler_filter.preference import Preference


class Source(StrEnum):
    """Where a statement was read, or could not be."""

    ASSET = "asset"
    REGISTRY = "registry"
    ROBOTS_TXT = "robots.txt"
    HEADERS = "headers"
    HTML = "html"
    WELL_KNOWN = "well-known"
    LICENSE = "license"
    CONTENT = "content"


class Likeness(StrEnum):
    """How sure it is that this is the work: too little to decide by, the work, the work as it was published."""

    WEAK = "weak"
    MATCH = "match"
    SAME_RENDITION = "same-rendition"

    def reaches(self, least: "Likeness") -> bool:
        """Tell whether this is at least as sure as `least`."""
        return _DEGREES.index(self) >= _DEGREES.index(least)


_DEGREES: Final = tuple(Likeness)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was compared. Whatever a method does not have is None.

    Pictures and codes: at most `threshold` bits may differ and `distance` do, between the `registered` variant of
    the work and the `checked` one of the file. Texts and films: `hits` are the distinct parts of the work that
    were found, `share` is how much of what is registered of it they are, from 0 to 1. `place` is where in the file
    the first of them is: an offset in the normalised text, or a second; `second` is one of the work's film.

    In an archive or a PDF, `member` is the file or the page in it that is nearest to the work, and `members` is
    how many are like it.
    """

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

    def describe(self) -> str:
        """Return one line for a person."""
        said = [f"{self.method}: {self.likeness}"]
        if self.distance is not None:
            said.append(f"{self.distance} bits apart, {self.threshold} allowed")
        if self.hits is not None and self.share is not None:
            said.append(f"{self.hits} parts found, {self.share:.1%} of the work")
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


_NAMED: Final = ("registered", "checked", "place", "second", "member", "members")


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement that was read, and where.

    `locator` leads a person to it: a declaration's page, a line, a header name. `decides` is False where a more
    specific statement of the same party or standard speaks instead, or the policy does not accept this assurance.
    A statement of the registry has a `declaration`, one that a site or file makes about itself has a `family`: the
    standard it is written in. `terms` is where permission can be asked for, `warning` what is wrong with the
    statement, and `crawl` is False where it forbids to fetch the asset at all. `evidence` tells why a work was
    recognised by its content.
    """

    source: Source
    preference: Preference
    rule: str
    locator: str
    decides: bool = True
    declaration: str | None = None
    leaf: int | None = None
    assurance: Assurance | None = None
    flags: tuple[str, ...] = ()
    family: str | None = None
    terms: Terms = field(default_factory=Terms)
    warning: str = ""
    crawl: bool = True
    evidence: Evidence | None = None

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
            "terms": {"policy": self.terms.policy, "contact": self.terms.contact},
            "warning": self.warning,
            "crawl": self.crawl,
            "evidence": self.evidence and self.evidence.to_dict(),
        }

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Self:
        """Read the JSON object of a finding; what older registries do not tell has its default."""
        terms = value.get("terms") or {}
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
            terms=Terms(terms.get("policy"), terms.get("contact")),
            warning=str(value.get("warning", "")),
            crawl=value.get("crawl") is not False,
            evidence=Evidence.from_dict(value["evidence"]) if value.get("evidence") else None,
        )


@dataclass(frozen=True, slots=True)
class Unavailable:
    """A source that could not be read, so that nobody takes its silence for consent."""

    source: Source
    reason: str

    def to_dict(self) -> dict[str, str]:
        """Return the JSON object that the lookup API and reports use."""
        return {"source": self.source.value, "reason": self.reason}

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Self:
        """Read the JSON object of an unavailable source."""
        return cls(Source(value["source"]), str(value["reason"]))
