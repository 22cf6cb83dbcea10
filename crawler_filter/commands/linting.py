"""`crawler-filter lint`: the linter on a command line, for a live site or a folder."""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Final

from crawler_filter.commands.exit_codes import EXCLUDED, KEPT, NOT_CHECKED
from crawler_filter.errors import TransportError
from crawler_filter.net.transport import RequestsTransport

if TYPE_CHECKING:
    from crawler_filter.lint.report import Advice, Reading, Report, Understanding
    from crawler_filter.lint.site import Site

SECONDS: Final = 60.0
_WIDTH: Final = 100
_NAMES_SHOWN: Final = 12

DESCRIPTION: Final = (
    "Say what a site's signals about AI will be understood as, by whom, and what to fix. Reads robots.txt, the"
    " page with its headers, tdmrep.json, ai.txt, trust.txt, RSL licences, and a few files that the page shows. A"
    " folder is read as the root of a site before it is published; its headers come from a _headers file."
)
EPILOG: Final = (
    "exit codes: 0 nothing to fix, 1 something to fix, 2 called wrongly, 3 the site could not be read."
    " docs/reference/lint-messages.md explains every message."
)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Give the command its arguments and its help."""
    command.description, command.epilog = DESCRIPTION, EPILOG
    command.add_argument("place", metavar="URL-OR-FOLDER", help="the address of a page, or a folder with a site")
    command.add_argument(
        "--url", default="https://example.invalid/", help="where a folder will be published (default: %(default)s)"
    )


def run(options: argparse.Namespace) -> int:
    """Lint one site and print the report."""
    # lxml and http-sf are slow to load, and no other command needs them
    from crawler_filter.lint.linting import lint  # noqa: PLC0415
    from crawler_filter.sync.agent_file import current_agents  # noqa: PLC0415

    site = _site(options)
    answered = site.robots_txt or site.pages or site.files or site.well_known
    if site.missed and not answered and not options.json:
        raise TransportError(f"neither a folder nor a site that answers: {site.missed[0].reason}")
    report = lint(site, agents=current_agents())
    if options.json:
        print(json.dumps(report.to_dict(), ensure_ascii=False))
    else:
        print("\n".join(_lines(report)))
    if not site.pages and not site.files and (site.robots_txt is None or site.robots_txt.status != 200):
        return NOT_CHECKED
    return EXCLUDED if report.has_faults else KEPT


def _site(options: argparse.Namespace) -> "Site":
    from crawler_filter.lint import folder, gathering  # noqa: PLC0415

    path = Path(options.place)
    if path.is_dir():
        return folder.read_folder(path, options.url)
    url = options.place if "://" in options.place else f"https://{options.place}"
    with RequestsTransport() as transport:
        return gathering.gather(
            url,
            lambda address, limit: transport.look(address, max_bytes=limit),
            clock=time.monotonic,
            seconds=SECONDS,
        )


def _lines(report: "Report") -> Iterator[str]:
    yield f"How {report.url} will be understood"
    for understanding in report.understandings:
        yield ""
        yield from _understanding(understanding)
    faults = len(report.advice)
    yield ""
    yield "What to fix" if faults else "Nothing to fix"
    for number, advice in enumerate(report.advice, 1):
        yield ""
        yield from _advice(number, advice)
    if report.cut:
        yield ""
        yield f"... and more: fix these {faults} first"


def _understanding(understanding: "Understanding") -> Iterator[str]:
    shown, more = understanding.assets[:3], len(understanding.assets) - 3
    yield f"  {', '.join(shown)}{f' and {more} more' if more > 0 else ''}"
    yield f"    {'usage':<10}{'a crawler without a name of its own':<38}by"
    for reading in understanding.readings:
        said = [f"{said.family} ({said.place}: {said.statement})" for said in reading.said]
        first, *others = said or ["-"]
        yield f"    {reading.usage:<10}{reading.outcome:<38}{first[:_WIDTH]}"
        yield from (f"{'':<52}{other[:_WIDTH]}" for other in others)
        yield from _crawlers(reading)


def _crawlers(reading: "Reading") -> Iterator[str]:
    """Say who is treated otherwise; that every known crawler may fetch is no news."""
    if not (reading.shut_out or reading.told_no):
        return
    for words, names in (
        ("robots.txt shuts out", reading.shut_out),
        ("robots.txt lets these in, and tells them not to", reading.told_no),
        ("robots.txt lets these in, and tells them nothing", reading.admitted),
    ):
        if names:
            yield f"{'':<14}{words}: {_some(names)}"


def _some(names: Sequence[str]) -> str:
    more = len(names) - _NAMES_SHOWN
    return ", ".join(names[:_NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _advice(number: int, advice: "Advice") -> Iterator[str]:
    explanation = advice.explanation
    yield f"{number:>3}. {explanation.level.upper()} {advice.fault} - {advice.place}"
    if advice.quote:
        yield f"       > {advice.quote}"
    text = explanation.wrong + (f" ({advice.detail})" if advice.detail else "")
    yield fill(text, _WIDTH, initial_indent=" " * 7, subsequent_indent=" " * 7)
    yield fill(f"Fix: {explanation.fix}", _WIDTH, initial_indent=" " * 7, subsequent_indent=" " * 7)
