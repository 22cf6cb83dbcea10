"""The grants that count for one operator, at one moment, in one snapshot; and why others do not.

Loosening is the dangerous direction. Whatever is in doubt (a clock, a key, a state) leaves the reservation
standing, and is kept here by its word, so that a decision can say it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Self

from crawler_filter.formats.record import ScopeKind
from crawler_filter.grants.operator import Identity
from crawler_filter.grants.rows import GrantRow, scope_digest
from crawler_filter.preference import Usage

CLOCK_DOUBT: Final = 600
"""Seconds by which a clock may be wrong without a grant counting that has ended."""


class GrantDoubt(StrEnum):
    """The reason for which a grant, or all of them, did not count. The words are stable."""

    NO_GRANTS = "no-grants"
    """The snapshot came without its file of grants, or that file is damaged."""
    UNPROVED = "unproved"
    """The operator has not shown that it holds its key."""
    STALE = "stale"
    """The snapshot is stale, so a grant may have been revoked since."""
    NOT_YET = "not-yet"
    """It begins later than the snapshot was issued."""
    ENDED = "ended"
    """It has ended, or ends so soon that a wrong clock may have it end later than it does."""
    OTHER_KEY = "other-key"
    """It names other keys of the operator than the one that was shown."""
    OTHER_TERRITORY = "other-territory"
    """It is for other territories than the one that was named, or none was."""
    OTHER_USAGE = "other-usage"
    """It is for other usages."""
    PARTIAL = "partial"
    """It covers some of what the declaration reserves by likeness now, and not all."""
    FLAGGED = "flagged"
    """The scope is disputed, lapsed, held or carried over."""


@dataclass(frozen=True, slots=True)
class Doubted:
    """One grant that did not count, or all of them where `grant` is empty, and why."""

    doubt: GrantDoubt
    grant: str = ""

    def to_dict(self) -> dict[str, str | None]:
        """Return the JSON object that answers and reports hold."""
        return {"grant": self.grant or None, "why": self.doubt.value}

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Self:
        """Read `to_dict`. Raises KeyError or ValueError."""
        return cls(GrantDoubt(value["why"]), value["grant"] or "")


@dataclass(frozen=True, slots=True)
class Permits:
    """Grants that count for `client_id` (empty: nobody asked as an operator). `doubts` are about all at once.

    `until` is when this has to be looked at anew, in unix seconds.
    """

    client_id: str = ""
    rows: Mapping[tuple[str, int], tuple[tuple[GrantRow, GrantDoubt | None], ...]] = field(default_factory=dict)
    doubts: tuple[Doubted, ...] = ()
    until: float = float("inf")

    @classmethod
    def none(cls, client_id: str, doubt: GrantDoubt) -> Self:
        """Return that nothing counts, and why."""
        return cls(client_id, {}, (Doubted(doubt),))

    @classmethod
    def of(cls, who: Identity, origin: str, rows: Iterable[GrantRow], *, issued: int, now: float) -> Self:
        """Return the grants that count for an operator at `now`, in a snapshot that `origin` has `issued` then."""
        sorted_rows: defaultdict[tuple[str, int], list[tuple[GrantRow, GrantDoubt | None]]] = defaultdict(list)
        until = float("inf")
        latest = max(now, issued) + CLOCK_DOUBT
        for row in rows:
            doubt = _doubt(row, who, issued, latest)
            sorted_rows[origin, row.party].append((row, doubt))
            if doubt is None and row.until is not None:
                until = min(until, row.until - CLOCK_DOUBT)
        return cls(who.client_id, {party: tuple(own) for party, own in sorted_rows.items()}, (), until)

    def joined(self, other: "Permits") -> "Permits":
        """Return what counts in two registries that are read as one."""
        doubts = tuple(dict.fromkeys((*self.doubts, *other.doubts)))
        return Permits(self.client_id, {**self.rows, **other.rows}, doubts, min(self.until, other.until))

    def about(
        self,
        origin: str,
        party: int,
        leaf: int,
        kind: ScopeKind,
        key: bytes | None,
        usage: Usage,
        *,
        flagged: bool,
    ) -> Iterator[tuple[GrantRow, GrantDoubt | None]]:
        """Yield the grants about a scope, each with why it does not lift it, None where it does.

        `key` is the 16 bytes under which the snapshot has the scope, None for content, which is found by likeness.
        `leaf` states it.
        """
        for row, doubt in self.rows.get((origin, party), ()):
            covers = leaf in row.content if key is None else scope_digest(kind, key) in row.scopes
            if not covers:
                if key is None and leaf in row.partial:
                    yield row, GrantDoubt.PARTIAL
                continue
            if usage not in row.usages:
                yield row, GrantDoubt.OTHER_USAGE
            elif doubt is not None:
                yield row, doubt
            else:
                yield row, GrantDoubt.FLAGGED if flagged else None


NOBODY: Final = Permits()
"""What counts for whoever has not said that it is an operator."""


def _doubt(row: GrantRow, who: Identity, issued: int, latest: float) -> GrantDoubt | None:
    if who.thumbprint not in row.keys:
        return GrantDoubt.OTHER_KEY
    if row.start > issued:
        return GrantDoubt.NOT_YET
    if row.until is not None and latest >= row.until:
        return GrantDoubt.ENDED
    if row.territory is not None and who.territory not in row.territory:
        return GrantDoubt.OTHER_TERRITORY
    return None
