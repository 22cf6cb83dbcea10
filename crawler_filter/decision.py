"""From what was found to what to do: findings, the operator's policy, and the decision that joins them.

The rules, each a table of cases in the tests:

1. Of one party's location scopes that match one URL and state the usage, the most specific speaks
   (url > longest prefix > host > longest domain); equally specific ones combine by most restrictive.
2. Digest and identifier scopes combine with that by most restrictive, and so do parties with each other, and the
   several URLs of one asset (its own, the pages it was found on).
3. Only a verified location scope can allow; an attested one can only restrict.
4. Disputed, lapsed and carried scopes keep restricting, and say so; held ones do where they are places that were
   proved, or content whose party has verified something.
   What is recognised by likeness decides from the degree on that the policy names, and is reported below it.
5. What a grant lifts for the operator that asks no longer decides; where a permission can be given, it allows.
   Other findings stay as they are (`docs/formats/grant.md`).
6. Silence is not consent, and what could not be checked is not silence: three values, each handled by name.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from hashlib import sha256
from typing import Any, Final, NoReturn, Self

from crawler_filter._version import __version__
from crawler_filter.explanation import Language, doubted_in_words, in_words, law_in_words, made_from, say, why
from crawler_filter.finding import Finding, Match, Source, Unavailable
from crawler_filter.formats.checked import Checked
from crawler_filter.formats.record import Assurance, ScopeKind
from crawler_filter.grants.permits import NOBODY, Doubted, Permits
from crawler_filter.policy import MatcherRule, Policy, keeps, would_keep
from crawler_filter.preference import Preference, Usage, combine
from crawler_filter.reason import OURS, UNCHECKED, Reason


@dataclass(frozen=True, slots=True)
class SnapshotId:
    """The registry, and the state of it, that an answer was made from. `issued` is in unix seconds.

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
    would_keep: bool
    """Whether the policy would keep it if it were enforced; the same as `keep` except in audit mode."""
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
    checked: Checked | None = field(default=None, compare=False)
    """What of the asset's content was checked, by its digest; None if none was given."""
    made: int = field(default=0, compare=False)
    """When the content was checked, in unix seconds; 0 if none was."""

    operator: str = ""
    """The address by which you asked as an operator; empty if you did not."""
    doubts: tuple[Doubted, ...] = ()
    """Grants to this operator that did not count, and why."""

    @property
    def grants(self) -> tuple[str, ...]:
        """The grants that lift what was reserved, each once."""
        return tuple(dict.fromkeys(finding.grant for finding in self.findings if finding.grant))

    @property
    def may_crawl(self) -> bool:
        """False if robots.txt forbids fetching the asset. It is then not kept, whatever its preference."""
        return all(finding.crawl for finding in self.findings)

    def __bool__(self) -> NoReturn:
        raise TypeError("a Decision has no truth value; read decision.keep")

    @property
    def cause(self) -> Finding | Unavailable | None:
        """The statement or the failure behind `reason`; None if nobody stated anything."""
        if self.preference is Preference.DISALLOWED:
            return self._stating(Preference.DISALLOWED)
        if self.would_keep and self.grants:
            return next(finding for finding in self.findings if finding.grant)
        if not self.may_crawl:
            return next(finding for finding in self.findings if not finding.crawl)
        allowed = self.preference is Preference.ALLOWED
        if self.unavailable and not (allowed and self.would_keep):
            return min(self.unavailable, key=lambda missing: UNCHECKED.index(missing.cause))
        return self._stating(Preference.ALLOWED) if allowed else None

    @property
    def reason(self) -> Reason:
        """Name the cause in a word for programs to count. In audit mode: why enforcing would exclude it."""
        if self.would_keep and self.grants:
            return Reason.GRANTED
        if self.would_keep:
            return Reason.ALLOWED if self.preference is Preference.ALLOWED else Reason.KEPT
        cause = self.cause
        if cause is None:
            return Reason.NO_PERMISSION if self.preference is Preference.UNKNOWN else Reason.REGISTRY_OTHER
        return cause.cause

    @property
    def retry(self) -> bool:
        """Tell whether the snapshot or the installation failed, not the asset. Keep it and ask again later."""
        return self.reason in OURS

    def summary(self, language: Language = "en") -> str:
        """Return one line: what is done, by which statement, and where to read it."""
        action = "keep" if self.would_keep else "would exclude" if self.keep else "exclude"
        return f"{say(language, action)}: {why(self.cause, self.reason, language)}"

    def explain(self, language: Language = "en", territory: str | None = None) -> str:
        """Return a few lines for a person, in English or Japanese: what is done, and for which reasons.

        With a `territory`, an ISO 3166-1 code such as JP, also what a reservation means there: dated, no advice.
        """
        lines = [self.summary(language) + say(language, " (policy: %s)", self.policy)]
        lines += [
            f"  {say(language, 'not checked: %s', f'{missing.source}: {missing.reason}')}"
            for missing in self.unavailable
        ]
        lines += [f"  {doubted_in_words(doubted, language)}" for doubted in self.doubts]
        for finding in self.findings:
            lines.append(f"  {in_words(finding, language)}")
            lines += [f"    {finding.evidence.describe()}"] if finding.evidence else []
        if (made := self.snapshot) is not None:
            origin = made.origin, made.sequence
            lines.append(f"  {made_from(*origin, language, stale=self.stale, first_use=made.first_use)}")
        lines += [f"  {law_in_words(territory, language)}"] if territory else []
        return "\n".join(lines)

    def record(self, content: bytes | str | None = None) -> dict[str, Any]:
        """Return `to_dict` with what identifies the content and the software, for an audit log.

        Of the content only its SHA-256 and its length in bytes are told; a text counts as UTF-8.
        """
        data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
        known = None if data is None else {"sha256": sha256(data).hexdigest(), "bytes": len(data)}
        return {"software": f"training-optout {__version__}", "content": known, **self.to_dict()}

    def statement(self, key: str) -> bytes:
        """Return a signed note of at most 1,024 bytes that says what was checked, and what came of it.

        `key` is a private key as `crawler-filter keygen` writes it. Anybody with the public key verifies the
        statement off line: `crawler-filter verify statement.note --key KEY --file FILE`.

        Raises ValueError for a decision without content or snapshot, MalformedNoteError for what is no key,
        OversizedError where the names of key and registry are too long.
        """
        from crawler_filter.formats.screening import Screening, sign  # noqa: PLC0415 - loads cryptography

        if self.checked is None or self.snapshot is None:
            raise ValueError("a statement is about content that was checked against a snapshot: give content")
        verdict = "keep" if self.would_keep else "would-exclude" if self.keep else "exclude"
        facts = self.checked, self.made, self.policy, verdict, self.reason.value, *astuple(self.snapshot)
        return sign(Screening(f"training-optout {__version__}", *facts), key)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object that the lookup API answers with and reports hold."""
        return {
            "keep": self.keep,
            "would_keep": self.would_keep,
            "reason": self.reason.value,
            "usage": self.usage.value,
            "preference": self.preference.value,
            "findings": [finding.to_dict() for finding in self.findings],
            "unavailable": [missing.to_dict() for missing in self.unavailable],
            "policy": self.policy,
            "snapshot": None if self.snapshot is None else self.snapshot.to_dict(),
            "stale": self.stale,
            "operator": self.operator or None,
            "doubts": [doubted.to_dict() for doubted in self.doubts],
        }

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Self:
        """Read `to_dict`, also of an older version. Raises KeyError, TypeError or ValueError on anything else."""
        return cls(
            keep=value["keep"] is True,
            would_keep=value.get("would_keep", value["keep"]) is True,
            usage=Usage(value["usage"]),
            preference=Preference(value["preference"]),
            findings=tuple(Finding.from_dict(finding) for finding in value["findings"]),
            unavailable=tuple(Unavailable.from_dict(missing) for missing in value["unavailable"]),
            policy=str(value["policy"]),
            snapshot=value["snapshot"] and SnapshotId.from_dict(value["snapshot"]),
            stale=value["stale"] is True,
            operator=value.get("operator") or "",
            doubts=tuple(map(Doubted.from_dict, value.get("doubts", ()))),
        )

    def _stating(self, preference: Preference) -> Finding | None:
        stating = (each for each in self.findings if each.decides and each.preference is preference)
        return next(stating, None)


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
        would_keep=would_keep(preference, policy, unchecked=bool(unavailable), crawl=crawl),
        preference=preference,
        findings=findings,
        unavailable=tuple(unavailable),
    )


_SPECIFICITY: Final = {ScopeKind.DOMAIN: 0, ScopeKind.HOST: 1, ScopeKind.PREFIX: 2, ScopeKind.URL: 3}


def decide(
    locations: Iterable[Sequence[Match]],
    contents: Sequence[Match],
    unavailable: Sequence[Unavailable],
    policy: Policy,
    *,
    snapshot: SnapshotId | None,
    stale: bool = False,
    permits: Permits = NOBODY,
) -> Decision:
    """Return the registry's decision for one asset.

    `locations` holds the matches of each URL of the asset separately, because specificity is a matter of one URL;
    `contents` holds the matches of its digests and identifiers. `permits` are the grants that count for who asks.
    """
    lifting = _Lifting(permits, policy.usage, snapshot.origin if snapshot else "")
    findings = tuple(_registry_findings(locations, contents, policy, lifting))
    preference = combine(finding.preference for finding in findings if finding.decides)
    return Decision(
        keep=keeps(preference, policy, unchecked=bool(unavailable)),
        would_keep=would_keep(preference, policy, unchecked=bool(unavailable)),
        usage=policy.usage,
        preference=preference,
        findings=findings,
        unavailable=tuple(unavailable),
        policy=policy.name,
        snapshot=snapshot,
        stale=stale,
        operator=permits.client_id,
        doubts=(*permits.doubts, *lifting.doubts),
    )


def _registry_findings(
    locations: Iterable[Sequence[Match]], contents: Sequence[Match], policy: Policy, lifting: "_Lifting"
) -> Iterable[Finding]:
    for matches in locations:
        stating = [match for match in matches if _states(match, policy.usage)]
        speaking = _most_specific_of_each_party(match for match in stating if _accepted(match, policy))
        for match in stating:
            yield from lifting.findings(match, decides=id(match) in speaking)
    for match in contents:
        if _states(match, policy.usage):
            yield from lifting.findings(match, decides=_accepted(match, policy))


class _Lifting:
    """Makes findings of matches, and lifts what was granted to whoever asks. `doubts` collects what was not."""

    def __init__(self, permits: Permits, usage: Usage, origin: str) -> None:
        self.doubts: dict[Doubted, None] = {}
        self._permits = permits
        self._usage = usage
        self._origin = origin

    def findings(self, match: Match, *, decides: bool) -> Iterable[Finding]:
        """Yield the finding of a match and, where a grant lifts it and may allow, the grant's own."""
        found = _finding(match, self._usage, self._origin, decides=decides)
        grant = self._grant(match) if decides and found.preference is Preference.DISALLOWED else None
        if grant is None:
            yield found
            return
        yield replace(found, decides=False, grant=grant)
        if match.may_allow:
            locator = f"https://{found.origin}/grants/{grant}"
            yield replace(
                found, preference=Preference.ALLOWED, rule=f"grant {grant}", locator=locator, grant=grant
            )

    def _grant(self, match: Match) -> str | None:
        """Return the first grant that lifts a match; without one, note why those about it do not."""
        if not self._permits.rows:
            return None
        statement, doubts = match.statement, []
        about = self._permits.about(
            statement.origin or self._origin, statement.party, statement.leaf, match.kind, match.key, self._usage,
            flagged=statement.disputed or statement.lapsed or statement.held or statement.carried,
        )  # fmt: skip
        for row, doubt in about:
            if doubt is None:
                return row.id
            doubts.append(Doubted(doubt, row.id))
        self.doubts.update(dict.fromkeys(doubts))
        return None


def _states(match: Match, usage: Usage) -> bool:
    return match.preference_for(usage) is not Preference.UNKNOWN


def _accepted(match: Match, policy: Policy) -> bool:
    likely = match.evidence is None or match.evidence.likeness.reaches(policy.likeness)
    if match.kind is ScopeKind.EMBED and policy.matchers is MatcherRule.FLAG:
        return False
    return likely and _counts(match) and match.statement.assurance in policy.assurance


def _counts(match: Match) -> bool:
    """Tell whether a scope that is held decides: a place only by its own proof, content by any of its party."""
    if not match.statement.held:
        return True
    if match.kind.is_location:
        return match.statement.assurance is Assurance.VERIFIED
    return match.statement.party_verified


def _most_specific_of_each_party(matches: Iterable[Match]) -> set[int]:
    by_party: defaultdict[tuple[str, int], list[Match]] = defaultdict(list)
    for match in matches:
        by_party[match.statement.origin, match.statement.party].append(match)
    speaking: set[int] = set()
    for own in by_party.values():
        most = max(_specificity(match) for match in own)
        speaking |= {id(match) for match in own if _specificity(match) == most}
    return speaking


def _specificity(match: Match) -> tuple[int, int]:
    return _SPECIFICITY[match.kind], len(match.matched)


def _finding(match: Match, usage: Usage, origin: str, *, decides: bool) -> Finding:
    statement = match.statement
    origin = statement.origin or origin
    return Finding(
        source=Source.REGISTRY,
        preference=match.preference_for(usage),
        rule=f"{match.kind} {match.matched}",
        locator=statement.place or f"https://{origin}/d/{statement.declaration}",
        decides=decides,
        declaration=match.statement.declaration,
        leaf=match.statement.leaf,
        assurance=match.statement.assurance,
        flags=match.flags,
        evidence=match.evidence,
        shown_by=match.shown_by,
        origin=origin,
    )
