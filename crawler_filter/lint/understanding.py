"""How assets of a site will be understood: every standard read as the filter reads it, for every known crawler."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from crawler_filter.finding import Source
from crawler_filter.lint.report import Outcome, Reading, Said, Understanding
from crawler_filter.lint.site import Site
from crawler_filter.preference import Preference, Usage, combine
from crawler_filter.signals.agents import Agent, AgentList, product_token, usages_by_token
from crawler_filter.signals.evaluation import Reader, Statement
from crawler_filter.signals.received import Received
from crawler_filter.signals.response import Response
from crawler_filter.signals.robots.lines import AIPREF_RULES, CRAWL_RULES, group, read_lines
from crawler_filter.signals.robots.robots_txt import RobotsTxt, file_in
from crawler_filter.signals.signal import Family

MAX_LINES_TRIED: Final = 40_000
"""Lines of robots.txt that are tried for one asset, each for every set of crawlers that read it."""


@dataclass(frozen=True)
class Readers:
    """Reads the assets of one site for a crawler that reads everything, and for each crawler on the list."""

    site: Site
    agents: AgentList

    @cached_property
    def robots(self) -> RobotsTxt:
        """The rules as the filter reads them: absent allows, unreachable refuses."""
        answer = self.site.robots_txt
        if answer is None:
            return RobotsTxt.not_reached("robots.txt could not be fetched")
        return RobotsTxt.from_response(answer)

    def statements(self, answer: Response, *, page: bool) -> tuple[Statement, ...]:
        """Return every statement about one asset."""
        received = Received(
            robots_txt=self.robots,
            headers=list(answer.headers),
            status=answer.status,
            html=answer.body if page else None,
            content=None if page else answer.body,
            well_known={path: file.body for path, file in self.site.well_known.items()},
            licenses={address: license_.body for address, license_ in self.site.licenses.items()},
        )
        return self._reader.read(received, answer.url, "")

    @cached_property
    def crawlers(self) -> tuple[tuple[Agent, ...], ...]:
        """The known crawlers, who read the same groups of robots.txt together; none where that is too much."""
        answer = self.site.robots_txt
        lines = read_lines(file_in(answer).octets if answer else b"").lines
        readings = group(lines, CRAWL_RULES), group(lines, AIPREF_RULES)
        alike: dict[tuple[tuple[int, ...], ...], list[Agent]] = {}
        for agent in self.agents.agents:
            alike.setdefault(tuple(each.of(product_token(agent.token)) for each in readings), []).append(agent)
        work = sum(len(readings[0].lines[number]) for groups in alike for number in groups[0])
        return tuple(map(tuple, alike.values())) if work <= MAX_LINES_TRIED else ()

    @cached_property
    def _reader(self) -> Reader:
        return Reader(frozenset(Family), usages_by_token(self.agents.agents))

    def readings(self, url: str, statements: Sequence[Statement]) -> tuple[Reading, ...]:
        """Return how each usage of the asset at `url` will be understood."""
        told = [(agents, *self._told(agents[0], url)) for agents in self.crawlers]
        return tuple(_reading(usage, statements, told) for usage in Usage)

    def _told(self, agent: Agent, url: str) -> tuple[bool, Mapping[Usage, Preference]]:
        return self.robots.may_crawl(agent.token, url), self.robots.usage(agent.token, url)


_Told = tuple[tuple[Agent, ...], bool, Mapping[Usage, Preference]]
"""Crawlers, whether they may fetch an asset, and what robots.txt tells them about it."""


def _reading(usage: Usage, statements: Sequence[Statement], told: Iterable[_Told]) -> Reading:
    said = tuple(_said(usage, statements))
    by_treatment: dict[str, list[str]] = {"shut_out": [], "told_no": [], "admitted": []}
    for agents, may_fetch, preferences in told:
        refused = preferences.get(usage) is Preference.DISALLOWED
        treatment = ("told_no" if refused else "admitted") if may_fetch else "shut_out"
        by_treatment[treatment] += [agent.token for agent in agents if usage in agent.usages]
    names = {treatment: tuple(sorted(tokens, key=str.lower)) for treatment, tokens in by_treatment.items()}
    return Reading(usage, _outcome(statements, said), said, **names)


def _said(usage: Usage, statements: Iterable[Statement]) -> Iterator[Said]:
    for _source, signal in statements:
        preference = signal.says(usage)
        if signal.family is not None and signal.decides and preference is not Preference.UNKNOWN:
            yield Said(signal.family, preference, signal.locator, signal.rule)


def _outcome(statements: Iterable[Statement], said: Iterable[Said]) -> Outcome:
    signals = [signal for _, signal in statements]
    if not all(signal.crawl for signal in signals):
        return Outcome.NOT_FETCHED
    # what names single crawlers says nothing to all others
    preference = combine(each.preference for each in said if each.family is not Family.ROBOTS)
    if preference is Preference.DISALLOWED:
        return Outcome.RESERVED
    if any(signal.unchecked for signal in signals):
        return Outcome.NOT_READABLE
    return Outcome.ALLOWED if preference is Preference.ALLOWED else Outcome.NOTHING_SAID


def grouped(readings: Iterable[tuple[str, tuple[Reading, ...]]]) -> tuple[Understanding, ...]:
    """Put assets that will be understood alike together."""
    alike: dict[tuple[Reading, ...], list[str]] = {}
    for url, each in readings:
        alike.setdefault(each, []).append(url)
    return tuple(Understanding(tuple(urls), each) for each, urls in alike.items())


def is_reserved_in_markup(statements: Iterable[Statement]) -> bool:
    """Tell whether a page refuses AI training by itself, which says nothing about the files that it shows."""
    return any(
        source is Source.HTML and signal.says(Usage.TRAIN_AI) is Preference.DISALLOWED
        for source, signal in statements
    )
