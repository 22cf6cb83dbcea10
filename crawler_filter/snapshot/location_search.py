"""Finds the location scopes that cover a URL, in the tables of hosts and of paths of one segment.

- A host is walked from its last two labels downwards; a name without rules below it ends the walk.
- An exception row cancels the rows of its own declaration for the domains above it. Rows at or below it count
  again.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Final

from crawler_filter.finding import Match
from crawler_filter.formats.record import ScopeKind
from crawler_filter.formats.urls import host_suffixes
from crawler_filter.snapshot.key_table import KeyTable
from crawler_filter.snapshot.layout import CHILD, DOMAIN, EXCEPTION, HAS_PATH, HOST, PREFIX, ROW_KIND, URL
from crawler_filter.snapshot.statement_table import StatementTable

_MOST_SILENT: Final = 4096
"""Hosts that are remembered to have no rule, half a megabyte of them: a crawler asks of few hosts at a time."""
_LONGEST_NAME: Final = 253
"""Letters of a name that a server can have; whoever sends longer ones shall not fill the memory."""

Named = tuple[int, ScopeKind, str]
"""A name that matched while walking: the number of its statement, the kind of scope, the name."""


class LocationSearch:
    """The scopes of hosts and paths in one segment. `prefixes` gives the prefixes of a canonical URL."""

    __slots__ = ("_prefixes", "_silent", "_statements", "host", "path")

    def __init__(
        self, host: KeyTable, path: KeyTable, statements: StatementTable, prefixes: Callable[[str], Iterable[str]]
    ) -> None:
        self.host = host
        self.path = path
        self._statements = statements
        self._prefixes = prefixes
        self._silent: set[str] = set()

    def match(self, canonical: str, host: str | None = None) -> Sequence[Match]:
        """Return the location scopes that cover a canonical URL, in the order of the walk; `host` is its host."""
        host = canonical[: canonical.index("/")] if host is None else host
        silent = self._silent
        if host in silent:
            return ()
        # as `walk` begins, written out: nearly every check ends here, and a call is a part of its cost
        dot = host.rfind(".", 0, host.rfind(".")) if host[-1] > "9" else _first_dot(host)
        first, last = self.host.find(sha256(host[dot + 1 :].encode()).digest())
        if first == last:
            if len(silent) >= _MOST_SILENT:
                silent.clear()
            if len(host) <= _LONGEST_NAME:
                silent.add(host)
            return ()
        names, has_paths = self._downwards(host, dot, first, last)
        paths = self._match_paths(canonical) if has_paths else []
        if not names and not paths:
            return ()
        return [*(Match(kind, name, self._statements.read(number)) for number, kind, name in names), *paths]

    def walk(self, host: str) -> tuple[Sequence[Named], bool]:
        """Return the domain and host scopes that cover a canonical host, and whether it has rules on paths.

        The names are those of `host_suffixes`, made here without a generator: nearly every walk ends at its first
        step, and a generator would be a third of its cost. A host that may be an address takes the long way.
        """
        dot = host.rfind(".", 0, host.rfind(".")) if host[-1] > "9" else _first_dot(host)
        first, last = self.host.find(sha256(host[dot + 1 :].encode()).digest())
        return self._downwards(host, dot, first, last)

    def _downwards(self, host: str, dot: int, first: int, last: int) -> tuple[Sequence[Named], bool]:
        """Go on with the walk from the rows of the first name, which stands behind `dot`."""
        table = self.host
        found: list[Named] = []
        while first < last:
            flags = table.flags[first]
            if flags & ROW_KIND:
                found = self._names(found, range(first, last), host[dot + 1 :], host)
            if dot < 0:
                return found, bool(flags & HAS_PATH)
            if not flags & CHILD:
                return found, False
            dot = host.rfind(".", 0, dot)
            first, last = table.find(sha256(host[dot + 1 :].encode()).digest())
        return found, False

    def _names(self, found: list[Named], rows: range, name: str, host: str) -> list[Named]:
        table = self.host
        for row in rows:
            kind, number = table.flags[row] & ROW_KIND, table.statement[row]
            if kind == EXCEPTION:
                found = [above for above in found if above[0] != number]
            elif kind == DOMAIN:
                found.append((number, ScopeKind.DOMAIN, name))
            elif kind == HOST and name == host:
                found.append((number, ScopeKind.HOST, name))
        return found

    def _match_paths(self, canonical: str) -> list[Match]:
        found: list[Match] = []
        for prefix in self._prefixes(canonical):
            found += self._paths(prefix, PREFIX, ScopeKind.PREFIX)
        found += self._paths(canonical, URL, ScopeKind.URL)
        return found

    def _paths(self, location: str, row_kind: int, kind: ScopeKind) -> Iterator[Match]:
        table = self.path
        first, last = table.find(sha256(location.encode()).digest())
        for row in range(first, last):
            if table.flags[row] & ROW_KIND == row_kind:
                yield Match(kind, location, self._statements.read(table.statement[row]))


def _first_dot(host: str) -> int:
    """Return where the dot before the first name of a walk stands, -1 where that name is the host itself."""
    return len(host) - len(next(host_suffixes(host))) - 1
