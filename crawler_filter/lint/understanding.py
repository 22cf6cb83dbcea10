"""How assets of a site will be understood: every standard read as the filter reads it, for every known crawler."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from crawler_filter.answer import Answer
from crawler_filter.finding import Source
from crawler_filter.lint.report import Outcome, Reading, Said, Understanding
from crawler_filter.lint.site import Site, looks_like_html
from crawler_filter.preference import Preference, Usage, combine, stated
from crawler_filter.signals.agents import Agent, AgentList, usages_by_token
from crawler_filter.signals.evaluation import Reader, Statement
from crawler_filter.signals.evidence import Evidence
from crawler_filter.signals.robots import RobotsTxt
from crawler_filter.signals.signal import Family

_ABSENT: Final = frozenset(range(400, 500)) - {429}
_MAX_AGENTS: Final = 500


@dataclass(frozen=True)
class Readers:
    """Reads the assets of one site for a crawler that reads everything, and for each crawler on the list."""

    site: Site
    agents: AgentList

    @cached_property
    def robots(self) -> RobotsTxt:
        """The rules as RFC 9309 section 2.3.1 has them: absent allows, unreachable refuses."""
        answer = self.site.robots_txt
        if answer is None:
            return RobotsTxt.not_reached("robots.txt could not be fetched")
        if answer.status == 200:
            return RobotsTxt.parse(b"" if looks_like_html(answer.body) else answer.body)
        if answer.status in _ABSENT:
            return RobotsTxt.parse(b"")
        return RobotsTxt.not_reached(f"robots.txt answered {answer.status}")

    def statements(self, answer: Answer, *, page: bool) -> tuple[Statement, ...]:
        """Return every statement about one asset."""
        evidence = Evidence(
            robots_txt=self.robots,
            headers=list(answer.headers),
            status=answer.status,
            html=answer.body if page else None,
            content=None if page else answer.body,
            well_known={path: file.body for path, file in self.site.well_known.items()},
            licenses={address: license_.body for address, license_ in self.site.licenses.items()},
        )
        return self._reader.read(evidence, answer.url, "")

    @cached_property
    def _reader(self) -> Reader:
        return Reader(frozenset(Family), usages_by_token(self.agents.agents))

    def readings(self, url: str, statements: Sequence[Statement]) -> tuple[Reading, ...]:
        """Return how each usage of the asset at `url` will be understood."""
        return tuple(self._reading(usage, url, statements) for usage in Usage)

    def _reading(self, usage: Usage, url: str, statements: Sequence[Statement]) -> Reading:
        said = tuple(_said(usage, statements))
        whom = [agent for agent in self.agents.agents[:_MAX_AGENTS] if usage in agent.usages]
        shut_out = [agent for agent in whom if not self.robots.may_crawl(agent.token, url)]
        let_in = [agent for agent in whom if agent not in shut_out]
        told_no = [agent for agent in let_in if self._is_told_no(agent, usage, url)]
        return Reading(
            usage,
            _outcome(statements, said),
            said,
            shut_out=_tokens(shut_out),
            told_no=_tokens(told_no),
            admitted=_tokens(agent for agent in let_in if agent not in told_no),
        )

    def _is_told_no(self, agent: Agent, usage: Usage, url: str) -> bool:
        return stated(self.robots.usage(agent.token, url), usage) is Preference.DISALLOWED


def _said(usage: Usage, statements: Iterable[Statement]) -> Iterator[Said]:
    for _source, signal in statements:
        preference = stated(signal.preferences, usage)
        if signal.family is not None and signal.speaks and preference is not Preference.UNKNOWN:
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


def _tokens(agents: Iterable[Agent]) -> tuple[str, ...]:
    return tuple(agent.token for agent in agents)


def grouped(readings: Iterable[tuple[str, tuple[Reading, ...]]]) -> tuple[Understanding, ...]:
    """Put assets that will be understood alike together."""
    alike: dict[tuple[Reading, ...], list[str]] = {}
    for url, each in readings:
        alike.setdefault(each, []).append(url)
    return tuple(Understanding(tuple(urls), each) for each, urls in alike.items())


def reserved_by_page_alone(statements: Iterable[Statement]) -> bool:
    """Tell whether a page refuses AI training in its markup, and nowhere that its files share."""
    by_source = {
        source
        for source, signal in statements
        if signal.speaks and stated(signal.preferences, Usage.TRAIN_AI) is Preference.DISALLOWED
    }
    return Source.HTML in by_source
