"""Enquiries as the log and the sheet show them: without what was said."""

from dataclasses import replace
from typing import Final

from sqlite_utils import Database

from registry.model.durations import DAY
from registry.model.enquiry import Question
from registry.model.enquiry_log import DisclosureSheet, LoggedEnquiry, QuestionCounts
from registry.model.listing import Listing
from registry.store.enquiries import AFTER, COLUMNS, OF_PARTY, OF_VERIFIED, enquiry_of

_FIRST_ANSWER: Final = """
    coalesce(
        (SELECT min(time) FROM enquiry_messages WHERE enquiry = enquiries.id
         AND side = CASE kind WHEN 'permission' THEN 'party' ELSE 'operator' END),
        CASE WHEN state IN ('granted', 'refused', 'answered') THEN closed END
    )
"""
_PAGE: Final = (
    f"SELECT {COLUMNS}, {_FIRST_ANSWER} FROM enquiries WHERE {OF_PARTY} AND {AFTER}"  # noqa: S608
    " ORDER BY opened DESC, id DESC LIMIT ?"
)
_ASKED: Final = "operator = :operator AND kind = 'disclosure' AND state <> 'withdrawn'"
_SHEET: Final = f"""
    WITH questions AS (
        SELECT json_extract(subject, '$.question') AS question, state, due, closed - opened AS took,
            state IN ('answered', 'refused') AS is_over,
            EXISTS (SELECT 1 FROM enquiry_messages WHERE enquiry = enquiries.id AND side = 'operator'
                    AND attachments <> '[]') AS has_files
        FROM enquiries WHERE {_ASKED} AND {OF_VERIFIED}
    ),
    ranked AS (
        SELECT *, row_number() OVER (PARTITION BY question, is_over ORDER BY took) AS place,
            count(*) OVER (PARTITION BY question, is_over) AS places
        FROM (SELECT * FROM questions UNION ALL SELECT 'all', state, due, took, is_over, has_files FROM questions)
    )
    SELECT question, count(*), sum(is_over), sum(state = 'refused'), sum(is_over AND has_files), sum(NOT is_over),
        sum(state = 'open' AND due < :now),
        avg(took) FILTER (WHERE is_over AND place IN ((places + 1) / 2, (places + 2) / 2))
    FROM ranked GROUP BY question
"""  # noqa: S608
_UNVERIFIED: Final = f"""
    SELECT json_extract(subject, '$.question'), count(*) FROM enquiries WHERE {_ASKED} AND NOT {OF_VERIFIED}
    GROUP BY 1
"""  # noqa: S608


def logged_of(database: Database, party: str, after: str, most: int) -> Listing[LoggedEnquiry]:
    """Return enquiries of a party, on either side, the newest first, those after the number `after`."""
    rows = database.execute(_PAGE, (party, party, after, after, most + 1)).fetchall()
    found = [LoggedEnquiry(enquiry_of(row[:-1]), row[-1]) for row in rows[:most]]
    return Listing(found, found[-1].enquiry.id if len(rows) > most else None)


def place_in_log(database: Database, party: str, place: int) -> str:
    """Return the number of the enquiry at a place of that list, counted from 0; empty where it is shorter.

    Finding it orders the whole list, as counting it reads it whole: half a microsecond for each enquiry, of which
    one site can have few with one party.
    """
    query = f"SELECT id FROM enquiries WHERE {OF_PARTY} ORDER BY opened DESC, id DESC LIMIT 1 OFFSET ?"  # noqa: S608
    row = database.execute(query, (party, party, place)).fetchone()
    return "" if row is None else str(row[0])


def count_logged(database: Database, party: str) -> int:
    """Count the enquiries of a party, on either side."""
    query = f"SELECT count(*) FROM enquiries WHERE {OF_PARTY}"  # noqa: S608
    (count,) = database.execute(query, (party, party)).fetchone()
    return int(count)


def sheet_of(database: Database, operator: str, now: int) -> DisclosureSheet:
    """Count the questions that an operator was asked, all and each kind, and its grants."""
    rows = database.execute(_SHEET, {"operator": operator, "now": now})
    unverified = dict(database.execute(_UNVERIFIED, {"operator": operator}).fetchall())
    counts = {
        question: QuestionCounts(
            asked, answered, refused, files, open_, late, None if took is None else round(took / DAY, 1)
        )
        for question, asked, answered, refused, files, open_, late, took in rows
    }
    held, ended = database.execute(
        "SELECT count(*) FILTER (WHERE ended IS NULL), count(*) FILTER (WHERE ended IS NOT NULL) FROM grants"
        " WHERE operator = ?",
        (operator,),
    ).fetchone()
    by_question = {
        each: replace(counts.get(each.value, QuestionCounts()), unverified=unverified.get(each.value, 0))
        for each in Question
    }
    total = replace(counts.get("all", QuestionCounts()), unverified=sum(unverified.values()))
    return DisclosureSheet(operator, now, total, by_question, held, ended)
