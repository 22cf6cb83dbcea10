"""Makes findings of matches, and lifts what was granted to whoever asks."""

from collections.abc import Iterable
from dataclasses import replace

from crawler_filter.finding import Finding, Match, Source
from crawler_filter.formats.registry_pages import declaration_page, grant_page
from crawler_filter.grants.permits import Doubted, Permits
from crawler_filter.preference import Preference, Usage


class Lifting:
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
            locator = grant_page(found.origin, grant)
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


def _finding(match: Match, usage: Usage, origin: str, *, decides: bool) -> Finding:
    statement = match.statement
    origin = statement.origin or origin
    return Finding(
        source=Source.REGISTRY,
        preference=match.preference_for(usage),
        rule=f"{match.kind} {match.matched}",
        locator=statement.place or declaration_page(origin, statement.declaration),
        decides=decides,
        declaration=match.statement.declaration,
        leaf=match.statement.leaf,
        assurance=match.statement.assurance,
        flags=match.flags,
        evidence=match.evidence,
        shown_by=match.shown_by,
        origin=origin,
    )
