"""Whether a change could let something be used that was reserved before.

Loosening waits, because ingestion cannot be undone; tightening acts at once. So the question is asked of answers,
not of words: is there a place or a file for which the party reserved a usage and, after the change, does not? A
withdrawal, a narrower scope, a permission below a reservation and a new exception all are; a reservation added
anywhere is not. Where nobody can tell, the answer is yes.

The scopes that cover one location form a chain (url in prefix in host in domain), so it is enough to look at one
place in each scope that lies in no narrower one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from crawler_filter.formats.record import Assurance, Scope, ScopeKind
from crawler_filter.formats.urls import host_suffixes, prefixes, split
from crawler_filter.preference import Preference, Usage, combine, stated

Place = tuple[ScopeKind, str]
"""Anything for which answers are compared: what a scope of this kind and value covers and no narrower one does."""


def is_loosening(old: Iterable[Scope], new: Iterable[Scope]) -> bool:
    """Tell whether any place or file reserved by `old` is not reserved by `new`, for any usage.

    Both are what one party states: a declaration before and after, with whatever else of the party bears on it.
    """
    before, after = _Statements(old), _Statements(new)
    return any(
        before.answer(place, usage) is Preference.DISALLOWED
        and after.answer(place, usage) is not Preference.DISALLOWED
        for place in before.places | after.places
        for usage in Usage
    )


def ancestors(place: Place) -> Iterator[Place]:
    """Yield every (kind, value) whose scope would hold all of `place`, itself included, the widest first."""
    kind, value = place
    if not kind.is_location:
        yield place
        return
    is_path = kind in (ScopeKind.PREFIX, ScopeKind.URL)
    host = split(value)[0] if is_path else value
    yield from ((ScopeKind.DOMAIN, name) for name in host_suffixes(host))
    if kind is not ScopeKind.DOMAIN:
        yield ScopeKind.HOST, host
    if is_path:
        yield from ((ScopeKind.PREFIX, folder) for folder in prefixes(value))
    if kind is ScopeKind.URL:
        yield place


class _Statements:
    """The statements of one party's scopes, place by place."""

    def __init__(self, scopes: Iterable[Scope]) -> None:
        self._scopes: defaultdict[Place, list[Scope]] = defaultdict(list)
        self.places: set[Place] = set()
        for scope in scopes:
            self._scopes[scope.kind, scope.value].append(scope)
            self.places.add((scope.kind, scope.value))
            self.places |= {(ScopeKind.DOMAIN, exception) for exception in scope.exceptions}

    def answer(self, place: Place, usage: Usage) -> Preference:
        """Return what is said about a usage at a place: of the scopes that state it, the most specific speaks."""
        found = Preference.UNKNOWN
        for candidate in ancestors(place):
            own = self._scopes.get(candidate, ())
            said = combine(_says(scope, usage) for scope in own if not _is_excepted(scope, place))
            found = found if said is Preference.UNKNOWN else said
        return found


def _is_excepted(scope: Scope, place: Place) -> bool:
    if not scope.exceptions:
        return False
    host = place[1].partition("/")[0]
    return any(host == name or host.endswith(f".{name}") for name in scope.exceptions)


def _says(scope: Scope, usage: Usage) -> Preference:
    said = stated(scope.preferences, usage)
    may_allow = scope.kind.is_location and scope.assurance is Assurance.VERIFIED
    return Preference.UNKNOWN if said is Preference.ALLOWED and not may_allow else said
