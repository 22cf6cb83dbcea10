"""From what was found to what to do: findings, the operator's policy, and the decision that joins them.

The rules, each a table of cases in the tests:

1. Of one party's location scopes that match one URL and state the usage, the most specific speaks
   (url > longest prefix > host > longest domain); equally specific ones combine by most restrictive.
2. Digest and identifier scopes combine with that by most restrictive, and so do parties with each other, and the
   several URLs of one asset (its own, the pages it was found on).
3. Only a verified location scope can allow; an attested one can only restrict.
4. Disputed and lapsed scopes keep restricting, and say so; held ones do where their party has verified something.
   What is recognised by likeness decides from the degree on that the policy names, and is reported below it.
5. Silence is not consent, and what could not be checked is not silence: three values, each handled by name.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NoReturn, Self

from crawler_filter.finding import Evidence, Finding, Source, Unavailable
from crawler_filter.formats.record import Assurance, ScopeKind
from crawler_filter.policy import Policy, keeps
from crawler_filter.preference import Preference, Usage, combine, decode_preferences, stated


@dataclass(frozen=True, slots=True)
class Statement:
    """What one declaration says in a snapshot.

    `leaf` is its index in the log, `preferences` are packed as in `encode_preferences`, `party_verified` tells
    whether the party has proved control of anything at all.
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
        said = stated(decode_preferences(self.statement.preferences), usage)
        may_allow = self.kind.is_location and self.statement.assurance is Assurance.VERIFIED
        return Preference.UNKNOWN if said is Preference.ALLOWED and not may_allow else said

    @property
    def flags(self) -> tuple[str, ...]:
        """What a reader should know before relying on it: `disputed`, `lapsed`, `held`, `party-unverified`."""
        statement = self.statement
        known = {
            "disputed": statement.disputed,
            "lapsed": statement.lapsed,
            "held": statement.held,
            "party-unverified": not statement.party_verified,
        }
        return tuple(flag for flag, holds in known.items() if holds)


@dataclass(frozen=True, slots=True)
class SnapshotId:
    """Which state of which registry an answer was made from. `issued` is in unix seconds.

    `first_use` tells that the registry's keys were accepted on first use, not given by the operator.
    """

    origin: str
    sequence: int
    log_size: int
    root: str
    issued: int
    first_use: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object that the lookup API and reports use."""
        return {
            "origin": self.origin,
            "sequence": self.sequence,
            "log_size": self.log_size,
            "root": self.root,
            "issued": self.issued,
            "first_use": self.first_use,
        }

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Self:
        """Read the JSON object of a snapshot's identity."""
        return cls(
            origin=str(value["origin"]),
            sequence=int(value["sequence"]),
            log_size=int(value["log_size"]),
            root=str(value["root"]),
            issued=int(value["issued"]),
            first_use=value["first_use"] is True,
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer for one asset and one usage, with all that is needed to explain and repeat it."""

    keep: bool
    """Whether the policy keeps the asset. The decision has no truth value: `bool(decision)` raises TypeError."""
    usage: Usage
    """What the asset is wanted for."""
    preference: Preference
    """What was found: `ALLOWED`, `DISALLOWED`, or `UNKNOWN` if nobody said anything that counts."""
    findings: tuple[Finding, ...]
    """Every statement that was read, also those that do not decide."""
    unavailable: tuple[Unavailable, ...]
    """Every source that could not be checked, each with its reason."""
    policy: str
    """The policy's name, such as `opt-out train-ai`."""
    snapshot: SnapshotId | None
    """The snapshot that the answer was made from; None if there was none to use."""
    stale: bool = False
    """Whether the snapshot is older than the policy's `fresh_for`."""

    @property
    def may_crawl(self) -> bool:
        """False where robots.txt forbids to fetch the asset: then it is not kept, whatever its preference."""
        return all(finding.crawl for finding in self.findings)

    def __bool__(self) -> NoReturn:
        raise TypeError("a Decision has no truth value; read decision.keep")

    def explain(self) -> str:
        """Return a few lines for a person: what is done, and for which reasons."""
        lines = [f"{'keep' if self.keep else 'exclude'}: {self._outcome()} (policy: {self.policy})"]
        lines += [f"  not checked: {missing.source}: {missing.reason}" for missing in self.unavailable]
        for finding in self.findings:
            lines.append(f"  {_explained(finding)}")
            lines += [f"    {finding.evidence.describe()}"] if finding.evidence else []
        if self.snapshot is not None:
            age = ", stale" if self.stale else ""
            trust = ", keys trusted on first use" if self.snapshot.first_use else ""
            lines.append(f"  from snapshot {self.snapshot.sequence} of {self.snapshot.origin}{age}{trust}")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object that the lookup API answers with and reports hold."""
        return {
            "keep": self.keep,
            "usage": self.usage.value,
            "preference": self.preference.value,
            "findings": [finding.to_dict() for finding in self.findings],
            "unavailable": [missing.to_dict() for missing in self.unavailable],
            "policy": self.policy,
            "snapshot": None if self.snapshot is None else self.snapshot.to_dict(),
            "stale": self.stale,
        }

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Self:
        """Read `to_dict`. Raises KeyError, TypeError or ValueError on anything else."""
        return cls(
            keep=value["keep"] is True,
            usage=Usage(value["usage"]),
            preference=Preference(value["preference"]),
            findings=tuple(Finding.from_dict(finding) for finding in value["findings"]),
            unavailable=tuple(Unavailable.from_dict(missing) for missing in value["unavailable"]),
            policy=str(value["policy"]),
            snapshot=value["snapshot"] and SnapshotId.from_dict(value["snapshot"]),
            stale=value["stale"] is True,
        )

    def _outcome(self) -> str:
        if not self.may_crawl and self.preference is not Preference.DISALLOWED:
            return "robots.txt forbids to fetch it"
        if self.preference is Preference.UNKNOWN and self.unavailable:
            return f"{self.usage} is not known, because it could not be checked"
        return f"{self.usage} is {self.preference}"


def joined(
    decision: Decision, in_band: Iterable[Finding], unavailable: Sequence[Unavailable], policy: Policy
) -> Decision:
    """Return the registry's decision together with what the asset says for itself: the most restrictive of both.

    `unavailable` is what could not be read of either.
    """
    findings = (*decision.findings, *in_band)
    preference = combine(finding.preference for finding in findings if finding.decides)
    crawl = all(finding.crawl for finding in findings)
    return replace(
        decision,
        keep=keeps(preference, policy, unchecked=bool(unavailable), crawl=crawl),
        preference=preference,
        findings=findings,
        unavailable=tuple(unavailable),
    )


def _explained(finding: Finding) -> str:
    notes = [*(["attested"] if finding.assurance is Assurance.ATTESTED else []), *finding.flags]
    flags = f" [{', '.join(notes)}]" if notes else ""
    aside = "" if finding.decides else " (not decisive)"
    warning = f"; {finding.warning}" if finding.warning else ""
    terms = " or ".join(filter(None, (finding.terms.policy, finding.terms.contact)))
    asking = f"; permission: {terms}" if terms else ""
    shown = f" (shown by {finding.shown_by})" if finding.shown_by else ""
    said = finding.preference if finding.crawl else "not to be crawled"
    return f"{said}: {finding.rule}{shown}{flags}{aside} — {finding.locator}{warning}{asking}"


_SPECIFICITY: Final = {ScopeKind.DOMAIN: 0, ScopeKind.HOST: 1, ScopeKind.PREFIX: 2, ScopeKind.URL: 3}


def decide(
    locations: Iterable[Sequence[Match]],
    contents: Sequence[Match],
    unavailable: Sequence[Unavailable],
    policy: Policy,
    *,
    snapshot: SnapshotId | None,
    stale: bool = False,
) -> Decision:
    """Return the registry's decision for one asset.

    `locations` holds the matches of each URL of the asset separately, because specificity is a matter of one URL;
    `contents` holds the matches of its digests and identifiers.
    """
    findings = tuple(_registry_findings(locations, contents, policy, snapshot.origin if snapshot else ""))
    preference = combine(finding.preference for finding in findings if finding.decides)
    return Decision(
        keep=keeps(preference, policy, unchecked=bool(unavailable)),
        usage=policy.usage,
        preference=preference,
        findings=findings,
        unavailable=tuple(unavailable),
        policy=policy.name,
        snapshot=snapshot,
        stale=stale,
    )


def _registry_findings(
    locations: Iterable[Sequence[Match]], contents: Sequence[Match], policy: Policy, origin: str
) -> Iterable[Finding]:
    for matches in locations:
        stating = [match for match in matches if _states(match, policy.usage)]
        speaking = _most_specific_of_each_party(match for match in stating if _accepted(match, policy))
        for match in stating:
            yield _finding(match, policy.usage, origin, decides=id(match) in speaking)
    for match in contents:
        if _states(match, policy.usage):
            yield _finding(match, policy.usage, origin, decides=_accepted(match, policy))


def _states(match: Match, usage: Usage) -> bool:
    return match.preference_for(usage) is not Preference.UNKNOWN


def _accepted(match: Match, policy: Policy) -> bool:
    likely = match.evidence is None or match.evidence.likeness.reaches(policy.likeness)
    counts = match.statement.party_verified or not match.statement.held
    return likely and counts and match.statement.assurance in policy.assurance


def _most_specific_of_each_party(matches: Iterable[Match]) -> set[int]:
    by_party: defaultdict[int, list[Match]] = defaultdict(list)
    for match in matches:
        by_party[match.statement.party].append(match)
    speaking: set[int] = set()
    for own in by_party.values():
        most = max(_specificity(match) for match in own)
        speaking |= {id(match) for match in own if _specificity(match) == most}
    return speaking


def _specificity(match: Match) -> tuple[int, int]:
    return _SPECIFICITY[match.kind], len(match.matched)


def _finding(match: Match, usage: Usage, origin: str, *, decides: bool) -> Finding:
    return Finding(
        source=Source.REGISTRY,
        preference=match.preference_for(usage),
        rule=f"{match.kind} {match.matched}",
        locator=f"https://{origin}/d/{match.statement.declaration}",
        decides=decides,
        declaration=match.statement.declaration,
        leaf=match.statement.leaf,
        assurance=match.statement.assurance,
        flags=match.flags,
        evidence=match.evidence,
        shown_by=match.shown_by,
    )
