"""Search as people do it: by the name of a site, a title, a party; and the events that feeds tell of."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from sqlite_utils import Database

from crawler_filter.errors import DataError
from crawler_filter.formats.urls import canonical_host
from registry.errors import UnavailableError
from registry.lookups.statistics import Statistics
from registry.model.declaration import Declaration
from registry.store import search as rows
from registry.store.database import Store, primary_code
from registry.store.declarations import declarations_that_fit, find_declaration
from registry.store.search import LogEvent

MOST_FOUND = 50
MOST_EVENTS = 100
LONGEST = 200
"""Characters of a title or a name that are looked for."""

MOST_SECONDS: Final = 0.4
"""Seconds of processor time that one search by title or name may take; most take a hundredth of it."""

RETRY_AFTER: Final = 60
_STEPS: Final = 1_000
"""Instructions of SQLite between two looks at the time."""


class Search:
    """Reads what is public. What one answer holds is bounded.

    `clock` gives unix seconds, `cpu` the seconds of processor time of the thread that asks.
    """

    def __init__(self, store: Store, clock: Callable[[], int], cpu: Callable[[], float]) -> None:
        self._store = store
        self._cpu = cpu
        self.statistics = Statistics(store, clock)
        """The figures of the whole registry."""

    def site(self, host: str) -> Sequence[Declaration]:
        """Return declarations in force about a host, what is below it, or a domain it lies in, newest first."""
        with self._store.read() as database:
            return declarations_that_fit(database, rows.declarations_of_site(database, host, MOST_FOUND))

    def titled(self, title: str) -> Sequence[Declaration]:
        """Return declarations in force of works with a text in a title or a series, newest first."""
        with self._bounded() as database:
            return declarations_that_fit(database, rows.declarations_titled(database, title, MOST_FOUND))

    def parties(self, name: str) -> Sequence[str]:
        """Return parties with a text in their public name that have declared something, by name."""
        with self._bounded() as database:
            return rows.parties_named(database, name, MOST_FOUND)

    @contextmanager
    def _bounded(self) -> Iterator[Database]:
        """Read for MOST_SECONDS of processor time. Raises UnavailableError beyond it."""
        began = self._cpu()
        try:
            with self._store.read() as database:
                connection = database.conn
                connection.set_progress_handler(lambda: self._cpu() - began > MOST_SECONDS, _STEPS)
                try:
                    yield database
                finally:
                    connection.set_progress_handler(None, 0)
        except sqlite3.OperationalError as error:
            if primary_code(error) != sqlite3.SQLITE_INTERRUPT:
                raise
            raise UnavailableError(
                "there is too much here to search titles and names; search for the site", retry_after=RETRY_AFTER
            ) from error

    def events(self, declarations: Sequence[str] | None = None) -> Sequence[tuple[LogEvent, Declaration]]:
        """Return what happened last, to some declarations or in the whole registry, newest first."""
        with self._store.read() as database:
            if declarations is None:
                found = rows.newest_events(database, MOST_EVENTS)
            else:
                found = rows.events_of(database, list(declarations), MOST_EVENTS)
            known = {number: find_declaration(database, number) for number in {each.declaration for each in found}}
            return [(event, known[event.declaration]) for event in found]


def host_named(text: str) -> str | None:
    """Return the host that a text names as a site, None where it is no host name with a dot."""
    name = text.strip().lower().removeprefix("https://").removeprefix("http://").rstrip("/")
    try:
        host = canonical_host(name)
    except DataError:
        return None
    return host if "." in host else None
