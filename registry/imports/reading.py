"""From an uploaded file to rows: what it asks for, judged as a declaration would be, and what was said before.

Pure but for reading the file. Nothing is declared here.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from crawler_filter.declaring.catalogue import read_file
from crawler_filter.declaring.claims import Claim, FeedError, Row, Unstated
from crawler_filter.errors import FilterError, InvalidScopeError, InvalidUrlError, Sentence
from crawler_filter.formats.record import Assurance, Scope
from crawler_filter.lists.reading import Refused
from crawler_filter.preference import Preference, Usage, decode_preferences, encode_preferences
from registry.model.imports import ImportRow, Outcome
from registry.rules.validation import canonical_value

MAX_JSON: Final = 16 << 20
"""Bytes of a JSON array that is read at once."""

MAX_FIELD: Final = 60

Stated = Callable[[Sequence[ImportRow]], Sequence[tuple[int, str, int]]]
"""Tells which of some rows a party stated already: (position, declaration, preference bits)."""


class Reader:
    """Makes rows of one file. `usages` are reserved where the file names none; `most` rows are read."""

    def __init__(self, path: Path, name: str, usages: frozenset[Usage], most: int) -> None:
        self._rows = read_file(path, name=name, most_json=MAX_JSON)
        self._usages = usages
        self._most = most
        self._seen: dict[bytes, int] = {}

    def rows(self) -> Iterator[ImportRow]:
        """Yield every row. Raises FeedError for a file that cannot be read to its end, and for too many rows."""
        try:
            yield from map(self._judged, islice(self._rows, self._most))
            more = next(self._rows, None)
        except FeedError:
            raise
        except FilterError as error:
            raise FeedError("this file cannot be read: %(error)s", error=error) from error
        if more is not None:
            raise FeedError("the list has more than %(most)s rows: cut it into several", most=self._most)

    def _judged(self, row: Row) -> ImportRow:
        if isinstance(row, Refused):
            return ImportRow(row.row, row.column[:MAX_FIELD], Outcome.PROBLEM, why=row.why)
        claim, outcome = (row.claim, Outcome.UNSTATED) if isinstance(row, Unstated) else (row, Outcome.NEW)
        reserved = dict.fromkeys(claim.usages or self._usages, Preference.DISALLOWED)
        made = _row(claim, outcome, encode_preferences(reserved))
        if made.outcome is Outcome.PROBLEM:
            return made
        return self._once(made)

    def _once(self, row: ImportRow) -> ImportRow:
        key = hashlib.sha256(f"{row.kind} {row.preferences} {row.value}".encode()).digest()[:16]
        if key in self._seen:
            return _as(row, Outcome.REPEATED, why=Sentence("row %(first)s says the same", first=self._seen[key]))
        self._seen[key] = row.line
        return row


def with_known(rows: Sequence[ImportRow], stated: Stated) -> list[ImportRow]:
    """Return rows, those marked that the party has declared already with all that they reserve."""
    known: dict[int, str] = {}
    for position, declaration, bits in stated(rows):
        wanted = decode_preferences(rows[position].preferences)
        if wanted.items() <= decode_preferences(bits).items():
            known.setdefault(position, declaration)
    return [
        _as(row, Outcome.KNOWN, declaration=known[position])
        if position in known and row.outcome in (Outcome.NEW, Outcome.UNSTATED)
        else row
        for position, row in enumerate(rows)
    ]


def scope_of(row: ImportRow) -> Scope:
    """Return the scope that a row asks for. Raises ValueError for a row that asks for none."""
    if row.kind is None:
        raise ValueError("a row with a problem asks for no scope")
    return Scope(row.kind, row.value, decode_preferences(row.preferences), Assurance.ATTESTED)


def _row(claim: Claim, outcome: Outcome, preferences: int) -> ImportRow:
    try:
        value = canonical_value(claim.kind, claim.value)
    except (InvalidScopeError, InvalidUrlError) as error:
        return ImportRow(
            claim.row, claim.column[:MAX_FIELD], Outcome.PROBLEM, title=claim.title, why=error.sentence
        )
    return ImportRow(claim.row, claim.column[:MAX_FIELD], outcome, claim.kind, value, preferences, claim.title)


def _as(
    row: ImportRow, outcome: Outcome, *, declaration: str | None = None, why: Sentence | None = None
) -> ImportRow:
    return ImportRow(
        *(row.line, row.field, outcome, row.kind, row.value, row.preferences, row.title), declaration, why
    )
