"""Counts as a person reads them: `1 file`, `2,000 files`, never `1 files`."""

from typing import Final

LEAF: Final = ("leaf", "leaves")
LOG_ENTRY: Final = ("log entry", "log entries")
ENTRY: Final = ("entry", "entries")


def number_of(count: int, one: str, several: str = "") -> str:
    """Return a count with its word: `several` unless it is one; without it, `one` with an s."""
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"
