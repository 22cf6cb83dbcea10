"""The linter: from what was gathered of a site to a report. Nothing is fetched, and nothing raises for content."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from crawler_filter.errors import Sentence
from crawler_filter.files.content_coding import Body
from crawler_filter.lint import carriers, hosting, markup, policies, robots
from crawler_filter.lint.issues import Issue, Level
from crawler_filter.lint.report import Advice, Outcome, Reading, Report
from crawler_filter.lint.site import Site
from crawler_filter.lint.spelling import PLACE, shown, written
from crawler_filter.lint.understanding import Readers, grouped, is_reserved_in_markup
from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.agents import AgentList, default_agents
from crawler_filter.signals.evaluation import Statement
from crawler_filter.signals.response import Response
from crawler_filter.signals.robots.robots_txt import file_in
from crawler_filter.signals.signal import Family

MAX_ADVICE: Final = 200
"""Pieces of advice of one report: whoever has more fixes these first."""

_EXAMPLES: Final = 3
_NUMBERS = re.compile(r"\d+")
_WORST_FIRST: Final = tuple(Level)
_Asset = tuple[Response, tuple[Statement, ...], tuple[Reading, ...]]


def lint(site: Site, *, agents: AgentList | None = None) -> Report:
    """Judge one site. `agents` are the known crawlers, by default the list that comes with this package."""
    readers = Readers(site, agents or default_agents())
    pages = [_read(readers, page, is_page=True) for page in site.pages]
    files = [_read(readers, file, is_page=False) for file in site.files]
    found = dict.fromkeys(map(_visibly, _once(_advice(site, pages, files))))
    if readers.agents.agents and not readers.crawlers:
        found[Advice(Issue.NOT_READ, PLACE, detail=Sentence("too many lines to try them for every crawler"))] = (
            None
        )
    ordered = sorted(found, key=lambda advice: _WORST_FIRST.index(advice.explanation.level))
    understandings = grouped((answer.url, readings) for answer, _, readings in (*pages, *files))
    return Report(site.url, understandings, tuple(ordered[:MAX_ADVICE]), cut=len(found) > MAX_ADVICE)


def _visibly(advice: Advice) -> Advice:
    detail = shown(advice.detail)
    # a sentence that can be translated stays one
    return replace(advice, quote=shown(advice.quote), detail=advice.detail if detail == advice.detail else detail)


def _once(every: Iterable[Advice]) -> Iterator[Advice]:
    """Say once what is the same at several addresses, at how many and at which for example."""
    alike: dict[tuple[str, ...], tuple[Advice, list[str]]] = {}
    for advice in every:
        address, _, rest = advice.place.partition(" ")
        where = _NUMBERS.sub("", rest) if "://" in address and rest else advice.place
        key = (advice.fault.value, where, advice.quote, advice.detail)
        if key not in alike and len(alike) > MAX_ADVICE:
            break
        alike.setdefault(key, (advice, []))[1].append(address)
    for advice, addresses in alike.values():
        others = list(dict.fromkeys(addresses))[1:]
        if others:
            also = Sentence(
                "the same at %(others)s more, such as %(examples)s",
                others=len(others),
                examples=", ".join(others[:_EXAMPLES]),
            )
            yield replace(advice, detail=Sentence.listed([advice.detail, also] if advice.detail else [also]))
        else:
            yield advice


def _read(readers: Readers, answer: Response, *, is_page: bool) -> _Asset:
    statements = readers.statements(answer, page=is_page)
    return answer, statements, readers.readings(answer.url, statements)


def _advice(site: Site, pages: Sequence[_Asset], files: Sequence[_Asset]) -> Iterator[Advice]:
    for path, meant in site.misplaced.items():
        detail = Sentence("crawlers ask for %(place)s", place=meant) if meant else ""
        yield Advice(Issue.FILE_MISPLACED if meant else Issue.LLMS_TXT_ALONE, path, detail=detail)
    yield from _of_robots_txt(site)
    for path, file in site.well_known.items():
        yield from carriers.advise_well_known(path, file.body, site.url)
    for address, license_ in site.licenses.items():
        yield from carriers.advise_license(address, license_.body)
    for address, answer in site.policies.items():
        yield from policies.advise_policy(address, answer)
    for answer, statements, readings in (*pages, *files):
        yield from carriers.advise_headers(answer)
        yield from carriers.advise_statements(statements, answer)
        yield from _conflicts(answer.url, readings)
    for answer, _, _ in pages:
        yield from markup.advise_markup(answer.body, answer.url)
    yield from _page_only(pages, files)
    yield from (_possible(advice, site) for advice in _silence(pages))
    for missed in site.missed:
        yield Advice(Issue.NOT_READ, missed.place, detail=missed.reason)


def _of_robots_txt(site: Site) -> Iterator[Advice]:
    body = file_in(site.robots_txt) if site.robots_txt else Body(b"", "nothing answered")
    if body.fault:
        yield Advice(Issue.ROBOTS_UNREACHABLE, PLACE, detail=body.fault if site.robots_txt else "")
    else:
        yield from robots.advise(body.octets, site.url)


def _conflicts(url: str, readings: Sequence[Reading]) -> Iterator[Advice]:
    """Find usages that one standard allows and another reserves."""
    for reading in readings:
        by_family = {(said.family, said.preference): said for said in reading.said}
        allowing = [said for said in by_family.values() if said.preference is Preference.ALLOWED]
        refusing = [said for said in by_family.values() if said.preference is Preference.DISALLOWED]
        for yes in allowing:
            others = [no for no in refusing if no.family is not yes.family and no.family is not Family.ROBOTS]
            for no in others[:1]:
                detail = Sentence(
                    "%(usage)s: %(allowing)s allows (%(allowed_at)s), %(reserving)s reserves (%(reserved_at)s)",
                    usage=reading.usage.value,
                    allowing=yes.family.value,
                    allowed_at=yes.place,
                    reserving=no.family.value,
                    reserved_at=no.place,
                )
                yield Advice(Issue.FAMILIES_CONFLICT, url, detail=detail)


def _page_only(pages: Sequence[_Asset], files: Sequence[_Asset]) -> Iterator[Advice]:
    if not any(is_reserved_in_markup(statements) for _, statements, _ in pages):
        return
    bare = [answer.url for answer, _, readings in files if _outcome(readings) is Outcome.NOTHING_SAID]
    if bare:
        yield Advice(Issue.PAGE_ONLY, pages[0][0].url, detail=", ".join(bare[:5]))


def _silence(pages: Sequence[_Asset]) -> Iterator[Advice]:
    for answer, _, readings in pages[:1]:
        training = readings[list(Usage).index(Usage.TRAIN_AI)]
        if training.outcome is not Outcome.NOTHING_SAID:
            continue
        if not training.shut_out and not training.told_no:
            yield Advice(Issue.NOTHING_SAID, answer.url)
        elif training.admitted:
            detail = Sentence(
                "%(count)s are not named, such as %(examples)s",
                count=len(training.admitted),
                examples=", ".join(training.admitted[:8]),
            )
            yield Advice(Issue.CRAWLERS_MISSED, PLACE, detail=detail)


def _possible(advice: Advice, site: Site) -> Advice:
    """Return advice about robots.txt as somebody can follow it whose provider writes that file."""
    body = file_in(site.robots_txt).octets if site.robots_txt else b""
    provider = hosting.provider_of(written(body), site.url)
    if provider is None:
        return advice
    if not provider.place:
        return Advice(Issue.HOSTED_SILENT, advice.place, detail=advice.detail)
    return replace(advice, detail=Sentence.listed([*filter(None, (advice.detail,)), provider.place]))


def _outcome(readings: Sequence[Reading]) -> Outcome:
    return next(reading.outcome for reading in readings if reading.usage is Usage.TRAIN_AI)
