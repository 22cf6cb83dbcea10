"""What is taken away about enquiries: the log of a party as a table, and the public sheet of an operator."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from flask_babel import format_decimal
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crawler_filter.formats.csv_lines import BOM, csv_line
from registry import rate_limits
from registry.control.agent_cards import host_of
from registry.http.charges import charge
from registry.model.enquiry import Enquiry, EnquiryKind, Side
from registry.model.enquiry_log import DisclosureSheet, LoggedEnquiry, QuestionCounts
from registry.permissions.enquiry_log import LOG_ROWS
from registry.web import labels, page
from registry.web.enquiry_pages import questions, state_badge
from registry.web.operator_words import operator_words
from registry.web.page import blueprint
from registry.web.tables import asked_part, csv_file

_UNITS_OF_A_ROW = 8


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A line of the sheet in words: a question, and what became of those who asked it."""

    title: str
    cells: tuple[str, ...]


@blueprint.get("/parties/<party>/enquiries.csv")
def enquiry_log(party: str) -> Response:
    """Give a part of the log of a party's enquiries as a table."""
    actor, log = page.require_actor(), page.registry().enquiry_log
    part = asked_part(log.size(actor, party), LOG_ROWS)
    charge().take(rate_limits.IMPORTS, actor.account, rate_limits.PAGE + _UNITS_OF_A_ROW * len(part.rows))
    rows = log.table(actor, party, part.rows.start)
    return csv_file(_log(rows), f"enquiries{part.name}")


@blueprint.get("/operators/<number>/disclosure")
def disclosure(number: str) -> Response:
    """Show the sheet of an operator to everybody."""
    operator = page.registry().operators.get(number)
    sheet = page.registry().enquiry_log.sheet(number)
    return page.render(
        "disclosure.html",
        operator=operator_words(operator),
        sheet=sheet,
        head=_head(),
        rows=_rows(sheet),
        day=page.day_in_words(sheet.time),
    )


@blueprint.get("/operators/<number>/disclosure.csv")
def disclosure_csv(number: str) -> Response:
    """Give the sheet of an operator as a table."""
    words = operator_words(page.registry().operators.get(number))
    sheet = page.registry().enquiry_log.sheet(number)
    lines = [
        BOM,
        csv_line([_("AI operator"), words.id]),
        csv_line([_("Card"), words.client_id]),
        csv_line([_("As of"), page.iso_day(sheet.time)]),
        csv_line([_("Permissions it holds"), str(sheet.grants_held)]),
        csv_line([_("Permissions that ended"), str(sheet.grants_ended)]),
        csv_line([]),
        csv_line(_head()),
        *(csv_line([row.title, *row.cells]) for row in _rows(sheet)),
    ]
    return csv_file(lines, "disclosure")


def _log(rows: Iterable[LoggedEnquiry]) -> Iterator[str]:
    yield BOM
    yield csv_line(
        [
            _("Number"),
            _("Asked by"),
            _("Asked of"),
            _("What was asked"),
            _("Declaration or works"),
            _("In their own words"),
            _("Asked on"),
            _("Answer hoped for by"),
            _("Answered on"),
            _("Days late"),
            _("How it stands"),
            _("Number of the permission"),
        ]
    )
    site = cache(_site)
    for row in rows:
        yield csv_line(_cells(row, site))


def _cells(row: LoggedEnquiry, site: Callable[[str], str]) -> list[str]:
    enquiry, subject = row.enquiry, row.enquiry.subject
    return [
        enquiry.id,
        _who(enquiry, enquiry.asking, site),
        _who(enquiry, enquiry.asking.other, site),
        _what(enquiry),
        " ".join([subject.declaration or "", *subject.works]).strip(),
        "\n".join(filter(None, (subject.purpose, subject.product, subject.terms))),
        page.iso_day(enquiry.opened),
        page.iso_day(enquiry.due),
        "" if row.answered is None else page.iso_day(row.answered),
        str(row.days_late(page.now())),
        str(state_badge(enquiry).words),
        enquiry.grant or "",
    ]


def _who(enquiry: Enquiry, side: Side, site: Callable[[str], str]) -> str:
    """Return who stands on a side, as far as both sides know: the site of an operator, the number of a party."""
    if side is Side.PARTY:
        return str(_("Rights holder %(number)s", number=enquiry.party))
    return site(enquiry.operator)


def _site(operator: str) -> str:
    client_id = page.registry().operators.get(operator).client_id
    return host_of(client_id) or client_id


def _what(enquiry: Enquiry) -> str:
    subject = enquiry.subject
    if enquiry.kind is EnquiryKind.PERMISSION:
        return ", ".join(str(labels.usage_words(usage).title) for usage in subject.usages)
    asked = questions().get(subject.question, "") if subject.question else ""
    return f"{asked} {page.iso_day(subject.fetched_after)}" if subject.fetched_after is not None else asked


def _head() -> list[str]:
    return [
        str(_("What was asked")),
        str(_("Asked")),
        str(_("Answered")),
        str(_("of these, with no")),
        str(_("of these, with files")),
        str(_("Still open")),
        str(_("of these, late")),
        str(_("Median days to the answer")),
        str(_("Asked by those who have proved no site")),
    ]


def _rows(sheet: DisclosureSheet) -> list[SheetRow]:
    words = questions()
    rows = [SheetRow(words[question], _numbers(counts)) for question, counts in sheet.questions.items()]
    return [*rows, SheetRow(str(_("All questions")), _numbers(sheet.total))]


def _numbers(counts: QuestionCounts) -> tuple[str, ...]:
    *whole, _median, unverified = counts.to_cells()
    median = "" if counts.median_days is None else str(format_decimal(counts.median_days))
    return (*whole, median, unverified)
