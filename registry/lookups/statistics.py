"""Counts, growth and assurance of the whole registry, counted once an hour in a loop of its own."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from registry.store import statistics as rows
from registry.store.database import Store

FIGURES_SECONDS: Final = 3600
"""Time between two counts."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts of one moment. `counted` is in unix seconds; months are such as `2027-01`, the oldest first."""

    counted: int
    states: Mapping[str, int]
    kinds: Mapping[str, int]
    assurance: Mapping[str, int]
    months: Mapping[str, int]
    disputes: Mapping[str, int]
    parties: int
    proved_parties: int
    works: int

    @property
    def in_force(self) -> int:
        """The declarations in force, lapsed ones too."""
        return self.states.get("active", 0) + self.states.get("lapsed", 0)


class Statistics:
    """Keeps the figures of the last count. `clock` gives unix seconds."""

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock
        self._counting = threading.Lock()
        self._figures: Figures | None = None

    def figures(self) -> Figures:
        """Return the last count; only where there is none yet, count now."""
        return self._figures or self.count()

    def count(self) -> Figures:
        """Count anew. For a loop: no request shall do it."""
        with self._counting, self._store.read() as database:
            parties, proved = rows.count_parties(database)
            self._figures = Figures(
                counted=self._clock(),
                states=rows.declarations_by_state(database),
                kinds=rows.scopes_by_kind(database),
                assurance=rows.scopes_by_assurance(database),
                months=rows.declared_by_month(database),
                disputes=rows.disputes_by_state(database),
                parties=parties,
                proved_parties=proved,
                works=rows.count_works(database),
            )
            return self._figures
