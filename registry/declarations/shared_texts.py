"""Texts that stand in the texts of several others: whose they are cannot be told, so they are held.

A foreword, terms of sale or a prayer is in many books. Whoever registers it by itself, without having proved
anything, would take the pages of all who print it out of every crawl. So such a text is shown and flagged, and
decides nothing until its party proves control of a place, or the desk releases it.
"""

from collections.abc import Collection
from typing import Final

from crawler_filter.checks.fingerprints import match_fingerprint
from crawler_filter.finding import Likeness
from crawler_filter.formats.record import Record, Scope, ScopeKind
from crawler_filter.snapshot.reader import Snapshot

SEVERAL: Final = 3
"""Other parties, each of which has verified something, from which on a text is nobody's in particular."""


def texts_of_several(published: Snapshot, record: Record, *, known: Collection[Scope] = ()) -> frozenset[str]:
    """Return the values of a record's texts that match texts of several parties which have verified something.

    The record is that of a party that has verified nothing, so its own texts never count. `known` are scopes that
    were looked at before.
    """
    seen = {scope.value for scope in known if scope.kind is ScopeKind.TEXT}
    texts = (scope.value for scope in record.scopes if scope.kind is ScopeKind.TEXT and scope.value not in seen)
    return frozenset(text for text in texts if _owners(published, text) >= SEVERAL)


def _owners(published: Snapshot, text: str) -> int:
    """Count the parties with a text that this one matches."""
    return len(
        {
            match.statement.party
            for match in match_fingerprint(published, f"{ScopeKind.TEXT}:{text}")
            if match.statement.party_verified
            and (match.evidence is None or match.evidence.likeness is Likeness.MATCH)
        }
    )
