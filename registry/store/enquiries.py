"""Enquiries as they are kept, with what both sides said, and the standing answers of parties."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlite_utils import Database

from crawler_filter.preference import Usage
from registry.errors import NotFoundError
from registry.model.enquiry import (
    AnswerCounts,
    Attachment,
    Enquiry,
    EnquiryKind,
    EnquiryState,
    Message,
    Question,
    Side,
    StandingAnswer,
    StandingKind,
    Subject,
)
from registry.model.listing import Listing
from registry.store.proofs import STANDS

COLUMNS: Final = "id, kind, operator, party, subject, state, opened, due, closed, permission"
"""What `enquiry_of` reads."""

_SELECT: Final = f"SELECT {COLUMNS} FROM enquiries"  # noqa: S608 - fixed names
OF_PARTY: Final = "(party = ? OR operator IN (SELECT id FROM operators WHERE operators.party = ?))"
AFTER: Final = "(? = '' OR (opened, id) < (SELECT opened, id FROM enquiries AS before WHERE before.id = ?))"
_PAGE: Final = f"{_SELECT} WHERE {OF_PARTY} AND {AFTER} ORDER BY opened DESC, id DESC LIMIT ?"
_FORGET: Final = f"DELETE FROM enquiry_messages WHERE enquiry IN (SELECT id FROM enquiries WHERE {OF_PARTY})"  # noqa: S608
OF_VERIFIED: Final = f"EXISTS (SELECT 1 FROM proofs WHERE proofs.party = enquiries.party AND {STANDS})"  # noqa: S608
"""Whether the party of an enquiry has proved any place."""
_COUNTS: Final = f"""
    SELECT count(*) FILTER (WHERE proved), count(*) FILTER (WHERE proved AND state IN ('answered', 'refused')),
        count(*) FILTER (WHERE proved AND state IN ('open', 'talking')),
        count(*) FILTER (WHERE proved AND state = 'open' AND due < ?), count(*) FILTER (WHERE NOT proved)
    FROM (SELECT state, due, {OF_VERIFIED} AS proved FROM enquiries
          WHERE operator = ? AND kind = 'disclosure' AND state <> 'withdrawn')
"""  # noqa: S608
_BLANK: Final = f"UPDATE enquiries SET subject = '{{}}', state = 'withdrawn' WHERE {OF_PARTY}"  # noqa: S608


def insert_enquiry(database: Database, enquiry: Enquiry) -> None:
    """Add an enquiry with its messages."""
    subject = json.dumps(_kept(enquiry.subject), ensure_ascii=False, sort_keys=True)
    database.execute(
        "INSERT INTO enquiries (id, kind, operator, party, subject, state, opened, due, closed)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            enquiry.id,
            enquiry.kind.value,
            enquiry.operator,
            enquiry.party,
            subject,
            enquiry.state.value,
            enquiry.opened,
            enquiry.due,
            enquiry.closed,
        ),
    )
    for message in enquiry.messages:
        insert_message(database, enquiry.id, message)


def insert_message(database: Database, enquiry: str, message: Message) -> None:
    """Add a message to an enquiry, after the others."""
    attachments = json.dumps([each.to_json() for each in message.attachments], ensure_ascii=False)
    database.execute(
        "INSERT INTO enquiry_messages (enquiry, number, side, standing, time, text, attachments) SELECT ?,"
        " 1 + count(*), ?, ?, ?, ?, ? FROM enquiry_messages WHERE enquiry = ?",
        (
            enquiry,
            message.side.value,
            int(message.is_standing),
            message.time,
            message.text,
            attachments,
            enquiry,
        ),
    )


def update_enquiry(database: Database, enquiry: Enquiry) -> None:
    """Keep how an enquiry stands now."""
    database.execute(
        "UPDATE enquiries SET state = ?, due = ?, closed = ?, permission = ? WHERE id = ?",
        (enquiry.state.value, enquiry.due, enquiry.closed, enquiry.grant, enquiry.id),
    )


def find_enquiry(database: Database, enquiry: str) -> Enquiry:
    """Return an enquiry by its number. Raises NotFoundError."""
    row = database.execute(f"{_SELECT} WHERE id = ?", (enquiry,)).fetchone()
    if row is None:
        raise NotFoundError("there is no enquiry %(enquiry)s", enquiry=repr(enquiry[:40]))
    return _whole(database, row)


def enquiries_of(database: Database, party: str, after: str, most: int) -> Listing[Enquiry]:
    """Return enquiries of a party, on either side, the newest first, those after the number `after`."""
    rows = database.execute(
        _PAGE,
        (party, party, after, after, most + 1),
    ).fetchall()
    found = [_whole(database, row) for row in rows[:most]]
    return Listing(found, found[-1].id if len(rows) > most else None)


@dataclass(frozen=True, slots=True)
class EarlierEnquiry:
    """One enquiry at a party, as far as limits ask: whose card, how it stands, when it was over."""

    client_id: str
    state: EnquiryState
    closed: int | None


def earlier_enquiries(database: Database, party: str, kind: EnquiryKind, since: int) -> Sequence[EarlierEnquiry]:
    """Return the enquiries of a kind at a party that are not over, or were not at `since`, in no order."""
    rows = database.execute(
        "SELECT client_id, state, closed FROM enquiries JOIN operators ON operators.id = operator"
        " WHERE enquiries.party = ? AND kind = ? AND (state IN ('open', 'talking') OR closed > ?)",
        (party, kind.value, since),
    )
    return [EarlierEnquiry(client_id, EnquiryState(state), closed) for client_id, state, closed in rows]


def count_messages(database: Database, enquiry: str) -> int:
    """Count the messages of an enquiry."""
    (count,) = database.execute("SELECT count(*) FROM enquiry_messages WHERE enquiry = ?", (enquiry,)).fetchone()
    return int(count)


def answer_counts(database: Database, operator: str, now: int) -> AnswerCounts:
    """Count the questions that an operator was asked, and how many it answered."""
    return AnswerCounts(*database.execute(_COUNTS, (now, operator)).fetchone())


def set_standing_answer(database: Database, party: str, answer: StandingAnswer | None) -> None:
    """Keep a party's standing answer, or none."""
    database.execute("DELETE FROM standing_answers WHERE party = ?", (party,))
    if answer is not None:
        database.execute(
            "INSERT INTO standing_answers (party, answer, text, since) VALUES (?, ?, ?, ?)",
            (party, answer.kind.value, answer.text, answer.since),
        )


def standing_answer(database: Database, party: str) -> StandingAnswer | None:
    """Return a party's standing answer, None where it has none."""
    row = database.execute("SELECT answer, text, since FROM standing_answers WHERE party = ?", (party,)).fetchone()
    return None if row is None else StandingAnswer(StandingKind(row[0]), row[1], row[2])


def blank_enquiries(database: Database, party: str) -> None:
    """Remove what was said in the enquiries of a party, on either side, and its standing answer."""
    database.execute(_FORGET, (party, party))
    database.execute(_BLANK, (party, party))
    database.execute("DELETE FROM standing_answers WHERE party = ?", (party,))


def enquiry_of(row: Sequence[Any], messages: Iterable[Message] = ()) -> Enquiry:
    """Return the enquiry of a row of `COLUMNS`."""
    number, kind, operator, party, subject, state, opened, due, closed, grant = row
    return Enquiry(
        number,
        EnquiryKind(kind),
        operator,
        party,
        _subject(json.loads(subject)),
        EnquiryState(state),
        opened,
        due,
        closed,
        grant,
        tuple(messages),
    )


def _whole(database: Database, row: Sequence[Any]) -> Enquiry:
    return enquiry_of(row, _messages(database, row[0]))


def _messages(database: Database, enquiry: str) -> Iterable[Message]:
    rows = database.execute(
        "SELECT side, time, text, attachments, standing FROM enquiry_messages WHERE enquiry = ? ORDER BY number",
        (enquiry,),
    )
    for side, time, text, attachments, standing in rows:
        yield Message(
            Side(side), time, text, tuple(map(Attachment.from_json, json.loads(attachments))), bool(standing)
        )


def _kept(subject: Subject) -> dict[str, Any]:
    return subject.to_json() | {
        "starts": subject.starts,
        "ends": subject.ends,
        "fetched_after": subject.fetched_after,
    }


def _subject(value: Mapping[str, Any]) -> Subject:
    if not value:
        return Subject()
    lists = {name: tuple(value[name]) for name in ("works", "territories")}
    usages = tuple(Usage(each) for each in value["usages"])
    question = None if value["question"] is None else Question(value["question"])
    return Subject(**{**value, **lists, "usages": usages, "question": question})
