"""Which works and parties have a text in a title or a name: an index of all that is one to three characters long.

Words of Japanese have no spaces between them, and many titles are two characters. So each text is folded as names
are, and every run of one, two and three characters of it is a term of the index, an FTS5 table that keeps for a
term in whose texts it stands. A longer text is looked up by some of its runs of three, and then looked for in
those that have them. A term is written as code points, so that nothing but this module says what a term is.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, Final

from sqlite_utils import Database

from crawler_filter.formats.name_folding import fold

LONGEST_TERM: Final = 3
MOST_TERMS: Final = 8
"""Terms that one search is made with; what they leave is looked at as text. More cost more than they spare: each
is a list of all works with that run, and all lists are gone through side by side."""

_FIND: Final = (
    "SELECT id FROM sought_terms CROSS JOIN sought ON sought.place = sought_terms.rowid"
    " WHERE sought_terms MATCH ? AND instr(folded, ?) ORDER BY sought_terms.rowid DESC"
)


class IndexedKind(StrEnum):
    """Kinds of things that are found by their titles and names."""

    WORK = "work"
    PARTY = "party"


def index_texts(database: Database, kind: IndexedKind, subject: str, texts: Iterable[str]) -> None:
    """Let a work or a party be found by these texts and no others; by none it is not found at all."""
    folded = "\n".join(dict.fromkeys(filter(None, map(_folded, texts))))
    row = database.execute("SELECT place, folded FROM sought WHERE id = ?", (subject,)).fetchone()
    place, before = row or (None, "")
    if folded == before:
        return
    if before:  # the index holds no texts: it is told which ones to forget
        database.execute(
            "INSERT INTO sought_terms (sought_terms, rowid, terms) VALUES ('delete', ?, ?)",
            (place, _terms(kind, before)),
        )
    if not folded:
        database.execute("DELETE FROM sought WHERE place = ?", (place,))
        return
    (place,) = database.execute(
        "INSERT INTO sought (place, kind, id, folded) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (place) DO UPDATE SET folded = excluded.folded RETURNING place",
        (place, kind.value, subject, folded),
    ).fetchone()
    database.execute("INSERT INTO sought_terms (rowid, terms) VALUES (?, ?)", (place, _terms(kind, folded)))


def texts_of_work(content: Mapping[str, Any]) -> list[str]:
    """Return the texts that a work is found by, from what it says: titles and series, where it is published."""
    return [*content["titles"].values(), *content["series"]] if content.get("published", True) else []


def find_by_text(database: Database, kind: IndexedKind, text: str) -> Iterator[str]:
    """Yield the works or parties with `text` in one of their texts, those that were entered last first."""
    wanted = _folded(text)
    if wanted:
        asked = " ".join(f'"{_term(kind, each)}"' for each in _asked(wanted))
        for (subject,) in database.execute(_FIND, (asked, wanted)):
            yield subject


def forget_removed_terms(database: Database) -> None:
    """Write the index anew, without the terms of what was removed: FTS5 only notes that they count no more."""
    database.execute("INSERT INTO sought_terms (sought_terms) VALUES ('optimize')")


def _folded(text: str) -> str:
    """Return a text as it is compared: as names are, and without spaces; one of signs alone keeps them."""
    return fold(text).replace(" ", "") or "".join(text.split())


def _runs(text: str, length: int) -> list[str]:
    return list(dict.fromkeys(text[at : at + length] for at in range(len(text) - length + 1)))


def _asked(text: str) -> list[str]:
    """Return the runs that a text is looked up by: one beside the other, and the last, MOST_TERMS at most."""
    if len(text) <= LONGEST_TERM:
        return [text]
    last = len(text) - LONGEST_TERM
    places = [*range(0, last, LONGEST_TERM), last][:MOST_TERMS]
    return list(dict.fromkeys(text[at : at + LONGEST_TERM] for at in places))


def _terms(kind: IndexedKind, folded: str) -> str:
    runs = (run for text in folded.split("\n") for n in range(LONGEST_TERM) for run in _runs(text, n + 1))
    return " ".join(_term(kind, run) for run in dict.fromkeys(runs))


def _term(kind: IndexedKind, run: str) -> str:
    """Return the term of a run: letters and digits alone, which no text of another kind has."""
    return kind.value[0] + "g".join(f"{ord(character):x}" for character in run)
