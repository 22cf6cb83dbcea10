"""From a grant to its row: the keys of its scopes, and the declarations whose content it covers.

Content is found by likeness, and reported once for a declaration, so a grant covers it as a whole or not at all:
as a declaration stands, every content scope of it must be one of the grant's.
"""

from collections.abc import Iterable
from typing import Final

from crawler_filter.formats.grant import Grant, GrantedScope
from crawler_filter.formats.record import Record, decode_id
from crawler_filter.grants.rows import GrantRow, client_digest, scope_digest
from crawler_filter.snapshot.rows import scope_key

_PARTY_BYTES: Final = 8


def row_of(leaf: int, grant: Grant, declarations: Iterable[tuple[int, Record]]) -> GrantRow:
    """Return the row of a grant that `leaf` states. `declarations` are those that it names, as they stand.

    Raises MalformedRecordError where a scope is not one of its kind.
    """
    granted = set(grant.scopes)
    whole: list[int] = []
    partial: list[int] = []
    for stated, record in declarations:
        content = {GrantedScope.of(scope.kind, scope.value) for scope in record.scopes if scope.kind.is_content}
        if content and record.party == grant.party:
            (whole if content <= granted else partial).append(stated)
    return GrantRow(
        id=grant.id,
        leaf=leaf,
        party=int.from_bytes(decode_id(grant.party)[:_PARTY_BYTES]),
        client=client_digest(grant.client_id),
        keys=grant.keys,
        usages=grant.usages,
        start=grant.start,
        until=grant.until,
        territory=grant.territory,
        scopes=tuple(sorted(set(filter(None, map(_digest_of, grant.scopes))))),
        content=tuple(sorted(whole)),
        partial=tuple(sorted(partial)),
    )


def _digest_of(scope: GrantedScope) -> str | None:
    if scope.kind.is_content:
        return None
    key = scope_key(scope.kind, scope.value)
    return None if key is None else scope_digest(scope.kind, key)
