"""The feed between two snapshots: what became reserved, what no longer is, and which permissions ended.

It is for whoever holds data that was filtered by the older one. A key is the first 16 bytes, in hex, of the
SHA-256 of a canonical host, prefix, address or identifier, or of a digest itself: whoever has rows can compare
them without asking anybody. A name stands beside its key where it is known.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from crawler_filter.formats.record import ScopeKind, rfc3339
from crawler_filter.formats.registry_pages import declaration_page, grant_page
from crawler_filter.grants.rows import GrantRow, scope_digest
from crawler_filter.preference import Preference, Usage, stated_in
from crawler_filter.snapshot import Segment
from crawler_filter.snapshot.changes import ChangedStatement, stated_by, stated_only_in
from crawler_filter.snapshot.layout import DOMAIN, EXCEPTION, HOST, PREFIX, URL

_KINDS: Final = {
    ("host", DOMAIN): "domain",
    ("host", HOST): "host",
    ("host", EXCEPTION): "exception",
    ("path", PREFIX): "prefix",
    ("path", URL): "url",
}


def feed(
    old: Segment, new: Segment, origin: str, usage: Usage, names: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Yield what reserves `usage` in the segment `new` and not in `old`, and then the reverse.

    A permission that ended may bring back what its party reserves around it, so it is told with its scopes, as
    `allowance-ended`. A leaf is told once for each change. `names` are places by their keys in hex. Raises
    MalformedSegmentError where the two are not of one log.
    """
    come, gone = list(stated_only_in(new, old)), list(stated_only_in(old, new))
    for change, states, preference in (
        ("reserved", come, Preference.DISALLOWED),
        ("allowance-ended", gone, Preference.ALLOWED),
        ("released", gone, Preference.DISALLOWED),
        ("allowed", come, Preference.ALLOWED),
    ):
        of_it = (each for each in states if stated_in(each.usage, usage) is preference)
        yield from _items(change, of_it, origin, names)


def ended_grants(
    over: Sequence[GrantRow], new: Segment, origin: str, names: Mapping[str, str], now: int
) -> Iterator[dict[str, Any]]:
    """Yield what grants that are over had lifted and is reserved from their operator again, by grant.

    `ended` is when a grant ended by its own date, None where it was ended between the two snapshots.
    """
    reserving = list(stated_by(new, {row.party for row in over}))
    for row in over:
        at = rfc3339(row.until) if row.until is not None and row.until <= now else None
        told = {"grant": row.id, "grant_page": grant_page(origin, row.id), "ended": at}
        lifted = (each for each in reserving if each.party == row.party and _lifted(row, each))
        yield from (item | told for item in _items("grant-ended", lifted, origin, names))


def _lifted(row: GrantRow, each: ChangedStatement) -> bool:
    """Tell whether a grant had lifted any of a statement's scopes."""
    scopes = ((ScopeKind(_KINDS.get((table, kind), table)), value) for table, value, kind in each.rows
              if kind != EXCEPTION or table != "host")  # fmt: skip
    return each.leaf in row.content or any(scope_digest(*scope) in row.scopes for scope in scopes)


def _items(
    change: str, states: Iterable[ChangedStatement], origin: str, names: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Yield an item for each leaf, which may have several statements: of one use here, of another there."""
    for leaf, group in groupby(states, attrgetter("leaf")):
        several = list(group)
        rows = [_row(table, value.hex(), kind, names) for each in several for table, value, kind in each.rows]
        yield {
            "change": change,
            "declaration": declaration_page(origin, several[0].declaration),
            "leaf": leaf,
            "scopes": rows,
            "likenesses": sum(each.likenesses for each in several),
        }


def _row(table: str, value: str, kind: int, names: Mapping[str, str]) -> dict[str, str]:
    row = {"kind": _KINDS.get((table, kind), table), "key": value}
    return row | ({"name": names[value]} if value in names else {})
