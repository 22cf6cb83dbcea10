"""Writing the database anew after an erasure, so that no byte of what was erased stays in it.

While it is written everybody else waits, and it takes as long as all that is there is large. So whoever removes a
thing of their own does not choose when: a small database is written at once, a large one with the next round of
what is due, and never again before fifty times as long have passed as it took. What an operator erases is gone
when the command ends.

| state | written by | read by | held by |
|---|---|---|---|
| `_noted`, `is_due`, the marker | whoever has erased, and the round of what is due | the same | `_lock` |
| `_again` | whoever has purged | the same | one assignment; old or new, both true |
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from crawler_filter.sync import durable
from registry.publishing.creation import DATABASE
from registry.store.writer import Writer

QUICK_BYTES: Final = 50_000_000
"""Size of a database that is written anew in about a second."""

REST: Final = 50
"""How many times as long as one took the next one waits: two hundredths of the time at most."""

_MARKER: Final = "erasing"
"""File of the instance that is there while something erased may still be in the database: a restart goes on."""


class Purging:
    """Says when the database of an instance is written anew. `elapsed` counts seconds that never go back."""

    def __init__(self, instance: Path, writer: Writer, elapsed: Callable[[], float]) -> None:
        self._database = instance / DATABASE
        self._marker = instance / _MARKER
        self._writer = writer
        self._elapsed = elapsed
        self._again = elapsed()
        self._lock = threading.Lock()
        self._noted = 0
        self.is_due = self._marker.exists()

    def note(self) -> None:
        """Keep in mind, beyond a restart, that something was erased."""
        with self._lock:
            self._noted += 1
            if not self.is_due:
                durable.write(self._marker, b"", 0o600)
                self.is_due = True

    def purge_soon(self) -> None:
        """Purge at once where that is quick, else leave it to the next round of what is due."""
        self.note()
        if self._database.stat().st_size <= QUICK_BYTES:
            self.purge_in_turn()

    def purge_in_turn(self) -> None:
        """Purge where something was erased and the rest since the last time is over."""
        if self.is_due and self._elapsed() >= self._again:
            self.purge()

    def purge(self) -> None:
        """Purge now, or where a reader is in the way leave it to the next round."""
        self.note()
        noted, began = self._noted, self._elapsed()
        done = self._writer.purge()
        self._again = self._elapsed() + REST * (self._elapsed() - began)
        with self._lock:
            if done and self._noted == noted:  # else something was erased after the database was written
                self.is_due = False
                self._marker.unlink(missing_ok=True)
