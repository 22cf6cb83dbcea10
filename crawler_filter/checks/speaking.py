"""Which of the scopes that cover an asset speak for it: what counts, and of each party the most specific."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from crawler_filter.finding import Match
from crawler_filter.formats.record import Assurance, ScopeKind
from crawler_filter.policy import MatcherRule, Policy
from crawler_filter.preference import Preference, Usage

_SPECIFICITY: Final = {ScopeKind.DOMAIN: 0, ScopeKind.HOST: 1, ScopeKind.PREFIX: 2, ScopeKind.URL: 3}


def states(match: Match, usage: Usage) -> bool:
    """Tell whether a scope says anything about a usage."""
    return match.preference_for(usage) is not Preference.UNKNOWN


def counts(match: Match, policy: Policy) -> bool:
    """Tell whether a match may decide under a policy: it is like enough, backed enough, and not held."""
    likely = match.evidence is None or match.evidence.likeness.reaches(policy.likeness)
    if match.kind is ScopeKind.EMBED and policy.matchers is MatcherRule.FLAG:
        return False
    return likely and _decides_though_held(match) and match.statement.assurance in policy.assurance


def _decides_though_held(match: Match) -> bool:
    """Tell whether a scope that is held decides: a place only by its own proof, content by any of its party."""
    if not match.statement.held:
        return True
    if match.kind.is_location:
        return match.statement.assurance is Assurance.VERIFIED
    return match.statement.party_verified


def speaking_by_party(matches: Iterable[Match]) -> set[int]:
    """Return the matches of one URL, by `id`, that speak: of each party the most specific ones."""
    by_party: defaultdict[tuple[str, int], list[Match]] = defaultdict(list)
    for match in matches:
        by_party[match.statement.origin, match.statement.party].append(match)
    speaking: set[int] = set()
    for own in by_party.values():
        if len(own) == 1:  # nearly always
            speaking.add(id(own[0]))
            continue
        most = max(_specificity(match) for match in own)
        speaking |= {id(match) for match in own if _specificity(match) == most}
    return speaking


def _specificity(match: Match) -> tuple[int, int]:
    return _SPECIFICITY[match.kind], len(match.matched)
