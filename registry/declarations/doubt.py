"""Addresses that a party with no proof states on somebody else's place: held from the beginning.

Anybody may state an exact address without proof. On a platform of many, or on a site whose owner has proved
control here, that would let a stranger take pages of others out of every crawl. So such a scope is held: it is
shown and flagged, and does not decide, until its party proves control of something or the operator releases it.
"""

from collections.abc import Callable
from dataclasses import replace

from sqlite_utils import Database

from crawler_filter.formats.record import Assurance, Record, Scope, ScopeKind
from crawler_filter.formats.urls import host_suffixes, prefixes, split
from registry.rules.well_known_platforms import is_platform
from registry.store.proofs import is_proved_by_another


def with_doubts(database: Database, record: Record) -> Record:
    """Return the record of a party without proofs with its attested addresses on places of others held."""
    return _holding(record, lambda scope: _is_elsewhere(database, scope, record.party))


def without_places(record: Record, host: str) -> Record:
    """Return the record of a party without proofs with its attested addresses on `host` and below it held."""

    def lies_there(scope: Scope) -> bool:
        return host in host_suffixes(split(scope.value)[0])

    return _holding(record, lies_there)


def _holding(record: Record, is_doubtful: Callable[[Scope], bool]) -> Record:
    scopes = tuple(
        replace(scope, held=True)
        if scope.kind is ScopeKind.URL and scope.assurance is Assurance.ATTESTED and is_doubtful(scope)
        else scope
        for scope in record.scopes
    )
    return replace(record, scopes=scopes)


def _is_elsewhere(database: Database, scope: Scope, party: str) -> bool:
    host = split(scope.value)[0]
    if is_platform(host):
        return True
    return is_proved_by_another(database, party, (*host_suffixes(host), *prefixes(scope.value)))
