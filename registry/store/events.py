"""The streams of events, one a party, numbered without a gap. An event is kept with what it tells of.

Events are forgotten after a while; the number of the last one never is, so that none comes twice.
"""

from dataclasses import dataclass
from typing import Final

from sqlite_utils import Database

from crawler_filter.formats.events import Event, EventKind
from crawler_filter.formats.record import rfc3339

_STREAM: Final = (
    "INSERT INTO event_streams (party, last) VALUES (?, 1) ON CONFLICT (party) DO UPDATE SET last = last + 1"
    " RETURNING last"
)
_HOLDERS: Final = (
    "SELECT DISTINCT operators.party FROM granted_declarations JOIN grants ON grants.id = permission"
    " JOIN operators ON operators.id = grants.operator WHERE declaration = ? AND ended IS NULL"
)


@dataclass(frozen=True, slots=True)
class Stream:
    """A party's stream: the number of its last event, and of the first that can still be read."""

    last: int
    first: int


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it was made, and is sent."""

    sequence: int
    kind: str
    body: bytes


def record_event(
    database: Database, party: str, kind: EventKind, subject: str, now: int, *, path: str = "", detail: str = ""
) -> None:
    """Add an event to a party's stream."""
    (sequence,) = database.execute(_STREAM, (party,)).fetchone()
    event = Event(party, sequence, kind, rfc3339(now), subject, path, detail)
    database.execute(
        "INSERT INTO events (party, sequence, kind, time, body) VALUES (?, ?, ?, ?, ?)",
        (party, sequence, kind, now, event.encode()),
    )


def holders_of(database: Database, declaration: str) -> list[str]:
    """Return the parties of operators that were granted something of a declaration, and still hold it."""
    return [party for (party,) in database.execute(_HOLDERS, (declaration,))]


def stream_of(database: Database, party: str) -> Stream:
    """Return how far a party's stream goes; one without events goes from 1 to 0."""
    row = database.execute("SELECT last FROM event_streams WHERE party = ?", (party,)).fetchone()
    last = 0 if row is None else row[0]
    (first,) = database.execute(
        "SELECT coalesce(min(sequence), ?) FROM events WHERE party = ?", (last + 1, party)
    ).fetchone()
    return Stream(last, first)


def events_after(database: Database, party: str, sequence: int, most: int) -> list[StoredEvent]:
    """Return events of a party that come after a number, in their order."""
    rows = database.execute(
        "SELECT sequence, kind, body FROM events WHERE party = ? AND sequence > ? ORDER BY sequence LIMIT ?",
        (party, sequence, most),
    )
    return [StoredEvent(*row) for row in rows]


def newest_events(database: Database, party: str, most: int) -> list[StoredEvent]:
    """Return the newest events of a party, the newest first."""
    rows = database.execute(
        "SELECT sequence, kind, body FROM events WHERE party = ? ORDER BY sequence DESC LIMIT ?", (party, most)
    )
    return [StoredEvent(*row) for row in rows]


def forget_events(database: Database, before: int) -> None:
    """Remove events that are older than a time."""
    database.execute("DELETE FROM events WHERE time < ?", (before,))


def set_feed(database: Database, party: str, token: bytes | None) -> None:
    """Keep the SHA-256 of the secret in the address of a party's feed; None ends the feed."""
    database.execute(
        "INSERT INTO event_streams (party, last, feed) VALUES (?, 0, ?)"
        " ON CONFLICT (party) DO UPDATE SET feed = excluded.feed",
        (party, token),
    )


def has_feed(database: Database, party: str) -> bool:
    """Tell whether a party has a feed."""
    row = database.execute("SELECT feed IS NOT NULL FROM event_streams WHERE party = ?", (party,)).fetchone()
    return row is not None and bool(row[0])


def party_with_feed(database: Database, token: bytes) -> str | None:
    """Return whose feed has this secret, by its SHA-256."""
    row = database.execute("SELECT party FROM event_streams WHERE feed = ?", (token,)).fetchone()
    return None if row is None else str(row[0])
