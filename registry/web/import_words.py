"""The words of uploaded lists: what a list waits for, what became of a row, and the report as a table."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from flask import url_for
from flask_babel import format_decimal
from flask_babel import gettext as _

from crawler_filter.formats.csv_lines import BOM, csv_line
from registry.model.imports import Import, ImportRow, ImportState, ListPart, Outcome
from registry.web import i18n, labels
from registry.web.labels import Badge


@dataclass(frozen=True, slots=True)
class RowWords:
    """A row of a list as its owner reads it."""

    line: str
    column: str
    what: str
    title: str
    said: str


@dataclass(frozen=True, slots=True)
class CountWords:
    """The number of rows that came to one outcome."""

    words: str
    count: str


def state_badge(state: ImportState) -> Badge:
    """Return where a list is in its life."""
    return {
        ImportState.SENDING: Badge(_("Not fully sent"), "warn"),
        ImportState.READING: Badge(_("Being read"), "quiet"),
        ImportState.READY: Badge(_("Waits for you"), "warn"),
        ImportState.DECLARING: Badge(_("Being declared"), "quiet"),
        ImportState.DONE: Badge(_("Done"), "good"),
        ImportState.FAILED: Badge(_("Could not be read"), "bad"),
    }[state]


def outcome_words(outcome: Outcome) -> str:
    """Return what became of a row."""
    return str(
        {
            Outcome.NEW: _("New: to be declared"),
            Outcome.KNOWN: _("Declared before"),
            Outcome.REPEATED: _("Stands in the list twice"),
            Outcome.UNSTATED: _("The list does not say that it is reserved"),
            Outcome.PROBLEM: _("Has a problem"),
            Outcome.DECLARED: _("Declared, in force"),
            Outcome.WAITING: _("Waits for a proof"),
            Outcome.REFUSED: _("Refused"),
            Outcome.LEAVING: _("Not in the list any more: to be withdrawn"),
            Outcome.WITHDRAWN: _("Not in the list any more: withdrawn, or announced to be"),
        }[outcome]
    )


def entered_words(outcome: Outcome) -> str:
    """Return what became of a work in a list of works."""
    said = {
        Outcome.NEW: _("New or changed: to be entered"),
        Outcome.KNOWN: _("Entered before"),
        Outcome.DECLARED: _("Entered"),
    }
    return str(said.get(outcome) or outcome_words(outcome))


def counts_of(found: Import) -> list[CountWords]:
    """Return how many rows came to each outcome, those that there are."""
    words = entered_words if found.request.works else outcome_words
    return [
        CountWords(words(outcome), number(found.counts[outcome]))
        for outcome in Outcome
        if found.counts.get(outcome)
    ]


def number(count: int) -> str:
    """Return a number as a person of the page's language writes it."""
    return str(format_decimal(count))


def row_words(row: ImportRow) -> RowWords:
    """Return a row as its owner reads it."""
    value = "" if row.kind is None else labels.cut(row.kind, row.value)
    return RowWords(
        line=number(row.line) if row.line else "",
        column=row.field,
        what=value,
        title=row.title,
        said=i18n.sentence(row.why) if row.why else "",
    )


def part_of_list(part: ListPart) -> str:
    """Return which rows of a list a declaration says."""
    first, last = part.first, part.last
    if part.rows == 1:
        return str(_("row %(row)s (%(title)s)", row=number(first.line), title=_name(first)))
    return str(
        _(
            "%(rows)s rows, from row %(first)s (%(first_title)s) to row %(last)s (%(last_title)s)",
            rows=number(part.rows),
            first=number(first.line),
            first_title=_name(first),
            last=number(last.line),
            last_title=_name(last),
        )
    )


def _name(row: ImportRow) -> str:
    words = row_words(row)
    return words.title or words.what


def table(rows: Iterable[ImportRow], public_url: str) -> Iterator[str]:
    """Yield the lines of a report that table programs open; a cell never begins as a formula would."""
    yield BOM
    yield csv_line(
        [
            _("Row"),
            _("Column"),
            _("Kind"),
            _("Value"),
            _("Title"),
            _("Result"),
            _("Declaration"),
            _("What is wrong"),
        ]
    )
    results = {outcome: outcome_words(outcome) for outcome in Outcome}
    link = cache(lambda number: public_url + url_for("web.record", number=number))
    for row in rows:
        declared = link(row.declaration) if row.declaration and row.kind else ""
        said = i18n.sentence(row.why) if row.why else ""
        kind = row.kind.value if row.kind else ""
        yield csv_line(
            [str(row.line or ""), row.field, kind, row.value, row.title, results[row.outcome], declared, said]
        )
