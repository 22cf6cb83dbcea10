"""From what was found to the decision: findings, the operator's policy, and what the most restrictive of all says.

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

from collections.abc import Iterable, Sequence
from dataclasses import replace

from crawler_filter.checks.lifting import Lifting
from crawler_filter.checks.speaking import counts, speaking_by_party, states
from crawler_filter.decision import Decision, SnapshotId
from crawler_filter.finding import Finding, Match, Unavailable
from crawler_filter.grants.permits import NOBODY, Permits
from crawler_filter.policy import Policy, keeps, would_keep
from crawler_filter.preference import combine


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
    lifting = Lifting(permits, policy.usage, snapshot.origin if snapshot else "")
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
    locations: Iterable[Sequence[Match]], contents: Sequence[Match], policy: Policy, lifting: "Lifting"
) -> Iterable[Finding]:
    for matches in locations:
        stating = [match for match in matches if states(match, policy.usage)]
        speaking = speaking_by_party(match for match in stating if counts(match, policy))
        for match in stating:
            yield from lifting.findings(match, decides=id(match) in speaking)
    for match in contents:
        if states(match, policy.usage):
            yield from lifting.findings(match, decides=counts(match, policy))


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
