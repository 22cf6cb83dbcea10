"""robots.txt: who may fetch what (RFC 9309), and what the lines of other standards in it say about AI.

Read by its own groups: `Content-Usage` (draft-ietf-aipref-attach-05), `Content-Signal` (contentsignals.org) and
`License` (RSL 1.0 section 4.4.1). Where two readings of the groups exist, both are made and the more restrictive
one stands: the AIPREF draft makes `Content-Usage` end a list of `User-agent` lines, RFC 9309 alone does not, and
lines that are not written as it asks are in one reading only (`lenient`).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final, Self

from crawler_filter.errors import Sentence
from crawler_filter.files.charset import ascii_lines, is_binary
from crawler_filter.files.content_coding import Body, decode, inflate
from crawler_filter.formats.terms import Terms
from crawler_filter.formats.urls import MAX_URL
from crawler_filter.preference import Preference, Usage, combine
from crawler_filter.signals.agents import NO_AGENTS, WILDCARD, UsagesByToken, product_token
from crawler_filter.signals.aipref import TOO_LONG
from crawler_filter.signals.doubtful import read_statement, refusals
from crawler_filter.signals.header_lines import codings
from crawler_filter.signals.headers import only_refusing, terms_at
from crawler_filter.signals.meanings import means
from crawler_filter.signals.response import Response
from crawler_filter.signals.robots.groups import GroupRules, standing_apart, without_path
from crawler_filter.signals.robots.keys import Key, Line
from crawler_filter.signals.robots.lines import (
    AIPREF_RULES,
    CRAWL_RULES,
    LICENSE_ELSEWHERE,
    MAX_BYTES,
    TOO_MUCH_TO_READ,
    Document,
    Groups,
    group,
    leniently,
    read_lines,
)
from crawler_filter.signals.robots.patterns import TooMuchWorkError, path_of
from crawler_filter.signals.signal import MAX_RULE, Family, Signal, Warned, web_link

_TOO_MUCH: Final = Sentence("too many wildcard rules to try on so long a path")
_DOUBTFUL: Final = Sentence("not written as the standard asks: most readers overlook this")
_TRAINING: Final = frozenset({Usage.TRAIN_AI, Usage.TDM})
_APART: Final = Sentence("below the group of another crawler: it counts for everybody, and others overlook it")
_FOR_PEOPLE: Final = re.compile(r"https?://(?:www\.)?creativecommons\.org/", re.IGNORECASE)
"""Where licences for people are, that are no documents of RSL."""
_OWN_PATH: Final = "/robots.txt"
_OK: Final = 200
_ABSENT: Final = frozenset(range(400, 500)) - {429}
_EVERYTHING: Final = (Line(0, Key.AGENT, "*", "User-agent"), Line(0, Key.DISALLOW, "/", "Disallow"))


class RobotsTxt:
    """One site's robots.txt. Rules are compiled for an agent when it is first asked about, and kept."""

    def __init__(self, document: Document, *, unreachable: str = "") -> None:
        lines = document.lines
        readings = [group(lines, CRAWL_RULES)]
        if any(line.key is Key.USAGE for line in lines):
            other = group(lines, AIPREF_RULES)
            readings += [other] if other != readings[0] else []
        readings += leniently(document)
        self.truncated = document.truncated
        self.is_whole = document.is_whole
        self.unreachable = unreachable
        self._readings: tuple[Groups, ...] = tuple(readings)
        self._of_agent: dict[str, tuple[GroupRules, ...]] = {}
        self._of_groups: dict[tuple[int, tuple[int, ...]], GroupRules] = {}

    @classmethod
    def parse(cls, data: str | bytes) -> Self:
        """Read a file of any content; an empty one, like one that is absent, forbids nothing.

        One that is no text counts as one that could not be fetched, and so does the address or path of a file.
        """
        octets = ascii_lines(data)
        words = octets.split(maxsplit=1)
        if len(words) == 1 and words[0].endswith(b"robots.txt"):
            return cls.not_reached(Sentence("robots.txt holds a name, no lines: give what is in the file"))
        if is_binary(octets):
            return cls.not_reached(Sentence("robots.txt is no text; it may still be compressed"))
        return cls(read_lines(octets))

    @classmethod
    def from_response(cls, response: Response) -> Self:
        """Read what a server answered for robots.txt, after redirects (RFC 9309 section 2.3.1).

        A file that is there is read, a 4xx answer means that there is none, and every other, 429 among them, that
        it could not be fetched. Codings that the file was sent in are taken off, gzip without being named too.
        """
        body = file_in(response)
        return cls.not_reached(body.fault) if body.fault else cls.parse(body.octets)

    @classmethod
    def not_reached(cls, reason: str) -> Self:
        """Stand for a file that could not be fetched: nothing may be crawled (RFC 9309 section 2.3.1.4)."""
        return cls(
            Document(_EVERYTHING, truncated=False),
            unreachable=reason or Sentence("robots.txt could not be fetched"),
        )

    def may_crawl(self, agent: str, url: str) -> bool:
        """Tell whether `agent`, a product token or a User-Agent header, may fetch `url`, an address or a path.

        What lies beyond the first 500 KiB of the file is not known here: `findings` says so. A URL longer than
        `urls.MAX_URL` may not.
        """
        readings = self._of_agent.get(agent)
        if readings is None:
            readings = self._compiled(agent)
        if len(url) > MAX_URL:
            return False
        path = path_of(url)
        try:
            for rules in readings:  # `refusing` written out, because few groups name hosts
                rule = rules.crawl.match(path)
                if (rule is not None and not rule.rank) or (rules.hosts and rules.refusing(path, url)):
                    return path == _OWN_PATH
        except TooMuchWorkError:
            return False
        return True

    def usage(self, agent: str, url: str) -> dict[Usage, Preference]:
        """Return what the file says to `agent` about each usage of `url`; usages it does not mention are absent.

        A path that may not be crawled has no preference (draft-ietf-aipref-attach-05 section 3.1).
        """
        said: dict[Usage, list[Preference]] = {}
        for signal in self.findings(agent, url):
            for usage in Usage if signal.preferences else ():
                if (preference := signal.says(usage)) is not Preference.UNKNOWN:
                    said.setdefault(usage, []).append(preference)
        return {usage: combine(preferences) for usage, preferences in said.items()}

    def findings(self, agent: str, url: str, *, other_agents: UsagesByToken = NO_AGENTS) -> Iterator[Signal]:
        """Yield what the file says to `agent` about `url`, with line numbers.

        `other_agents` are product tokens whose own groups say something about usages: a path that is refused to
        `gptbot` by name is refused for what that name stands for. See `agents.usages_by_token`.
        """
        if self.unreachable:
            yield Signal(None, "", "robots.txt", warning=Sentence(self.unreachable), unchecked=True)
            yield Signal(
                Family.ROBOTS, "Disallow: /", "robots.txt", warning=Sentence(self.unreachable), crawl=False
            )
            return
        if len(url) > MAX_URL:
            yield Signal(
                None,
                "",
                "robots.txt",
                warning=Sentence("a URL of more than %(most)s bytes", most=MAX_URL),
                unchecked=True,
            )
            return
        path = path_of(url)
        if self.truncated:
            warning = Sentence(
                "only the first %(most)s bytes were read (RFC 9309 section 2.5); what follows is not known",
                most=MAX_BYTES,
            )
            yield Signal(None, "", "robots.txt", warning=warning, unchecked=True)
        if not self.is_whole:
            yield Signal(None, "", "robots.txt", warning=TOO_MUCH_TO_READ, unchecked=True)
        yield from self._refused_by_name(path, url, other_agents)
        own = self._compiled(agent)
        yield from self._stated_by_name(path, other_agents, own)
        for rules in own:
            if refusal := _refusing(rules, path, url):
                yield Signal(
                    Family.ROBOTS, _rule(refusal), _place(refusal), warning=_doubt(rules, refusal), crawl=False
                )
                return
        stated = list(_usages(own, path))
        yield from stated
        yield from self._stated_below_others(path, other_agents, own, stated)
        yield from _licenses(own)

    def _refused_by_name(self, path: str, url: str, other_agents: UsagesByToken) -> Iterator[Signal]:
        named = sorted(self._named(other_agents))
        by_line: dict[tuple[int, tuple[Usage, ...]], tuple[Line, Warned, list[str]]] = {}
        # most names share their groups, which are tried once
        refusing: dict[GroupRules, Line | None] = {}
        for token in named:
            for rules in self._compiled(token):
                if rules not in refusing:
                    refusing[rules] = _refusing(rules, path, url)
                if line := refusing[rules]:
                    tokens = by_line.setdefault(
                        (line.number, other_agents[token]), (line, _doubt(rules, line), [])
                    )[2]
                    tokens += [token] if token not in tokens else []
        for (_, usages), (line, doubt, tokens) in by_line.items():
            refused = dict.fromkeys(usages, Preference.DISALLOWED)
            rule = f"{line.text} for {', '.join(tokens)}"
            yield Signal(Family.ROBOTS, rule[:MAX_RULE], _place(line), refused, warning=doubt)

    def _stated_by_name(
        self, path: str, other_agents: UsagesByToken, own: Iterable[GroupRules]
    ) -> Iterator[Signal]:
        """Yield what usages are refused to other agents by name, and to nobody else, of those they stand for."""
        read = {line for rules in own for line in (*rules.lines, *rules.outside)}
        for token in sorted(self._named(other_agents)):
            for rules in self._compiled(token):
                if not rules.states_usages or read.issuperset(rules.lines):
                    continue
                for signal in _usages([rules], path, read):
                    refused = {
                        usage: said
                        for usage, said in refusals(signal.preferences).items()
                        if usage in other_agents[token]
                    }
                    if refused:
                        yield replace(signal, preferences=refused, rule=f"{signal.rule} for {token}"[:MAX_RULE])

    def _stated_below_others(
        self, path: str, other_agents: UsagesByToken, own: Iterable[GroupRules], stated: Iterable[Signal]
    ) -> Iterator[Signal]:
        """Yield refusals of training that stand apart below the group of another crawler, if `stated` has none.

        Whoever puts such a line at the end of a file puts it into the last group, and means everybody.
        """
        said = {usage for signal in stated for usage in signal.preferences}
        read = {line for rules in own for line in (*rules.lines, *rules.outside)}
        for groups in self._readings:
            others = groups.by_name.keys() - other_agents.keys() - {WILDCARD}
            for number in sorted({number for token in others for number in groups.by_name[token]}):
                apart = [line for line in standing_apart(groups.lines[number]) if line not in read]
                for signal in _usages([GroupRules(apart, (), is_lenient=groups.is_lenient)], path, read):
                    refused = refusals(signal.preferences)
                    if _TRAINING.intersection(refused) - said:
                        yield replace(signal, preferences=refused, warning=_APART)
                read.update(apart)

    def _named(self, other_agents: UsagesByToken) -> set[str]:
        return {token for groups in self._readings for token in other_agents.keys() & groups.by_name.keys()}

    def _compiled(self, agent: str) -> tuple[GroupRules, ...]:
        known = self._of_agent.get(agent)
        if known is None:
            token = product_token(agent)
            known = tuple(self._merged(number, groups.of(token)) for number, groups in enumerate(self._readings))
            if all((rules.lines, rules.outside) == (known[0].lines, known[0].outside) for rules in known):
                known = known[:1]
            known = self._of_agent[agent] = (*known, *self._of_others_alike(token))
        return known

    def _of_others_alike(self, token: str) -> Iterator[GroupRules]:
        """Yield what groups say that name an agent with other signs, of which nothing permitted is believed."""
        for groups in self._readings:
            if numbers := groups.spelled_otherwise(token):
                lines = [line for number in numbers for line in groups.lines[number]]
                yield GroupRules(lines, (), is_lenient=True)

    def _merged(self, reading: int, numbers: tuple[int, ...]) -> GroupRules:
        rules = self._of_groups.get((reading, numbers))
        if rules is None:
            groups = self._readings[reading]
            lines = [line for number in numbers for line in groups.lines[number]]
            rules = self._of_groups[reading, numbers] = GroupRules(
                lines, groups.outside, is_lenient=groups.is_lenient
            )
        return rules


def file_in(response: Response) -> Body:
    """Return the file that an answer for robots.txt holds, empty where none is, or why it was not reached."""
    if response.status in _ABSENT:
        return Body(b"")
    if response.status != _OK:
        return Body(b"", Sentence("%(url)s answered %(status)s", url=response.url, status=response.status))
    body = decode(response.body, codings(response.headers), most=MAX_BYTES + 1)
    body = body if body.fault else inflate(body.octets, most=MAX_BYTES + 1)
    # that there is more is said wherever the file is read
    return Body(body.octets) if len(body.octets) > MAX_BYTES else body


def _refusing(rules: GroupRules, path: str, url: str) -> Line | None:
    if path == _OWN_PATH:
        return None
    try:
        return rules.refusing(path, url)
    except TooMuchWorkError:
        return Line(0, Key.DISALLOW, _TOO_MUCH, Key.DISALLOW)


def _usages(own: Iterable[GroupRules], path: str, read: Iterable[Line] = ()) -> Iterator[Signal]:
    """Yield what is said about usages in lines that were not `read` already."""
    seen: set[Line] = set(read)
    for rules in own:
        try:
            lines = (*rules.usage(path), *rules.signal(path), *rules.training(path))
        except TooMuchWorkError:
            yield Signal(None, "", "robots.txt", warning=_TOO_MUCH, unchecked=True)
            continue
        for line in lines:
            if line not in seen:
                seen.add(line)
                is_outside = rules.is_outside(line)
                signal = _statement(line, outside=is_outside)
                doubtful = rules.is_lenient or (is_outside and line.key is Key.USAGE)
                yield only_refusing(signal, _DOUBTFUL) if doubtful else signal


def _doubt(rules: GroupRules, line: Line) -> Warned:
    is_address = line.number > 0 and not line.value.startswith(("/", "*"))
    return _DOUBTFUL if rules.is_lenient or is_address or line.value.startswith("//") else ""


def _statement(line: Line, *, outside: bool) -> Signal:
    if line.key is Key.NO_TRAINING:
        return Signal(Family.ROBOTS, _rule(line), _place(line), means(Family.ROBOTS, line.key.value) or {})
    family = Family.AIPREF if line.key is Key.USAGE else Family.CONTENT_SIGNAL
    preferences, warning = read_statement(family, without_path(line.value))
    if outside and not warning:
        warning = Sentence(
            "outside of any group: put it below a User-agent line, or other readers will overlook it"
        )
    is_long = warning == TOO_LONG
    return Signal(family, _rule(line), _place(line), preferences, warning=warning, unchecked=is_long)


def _licenses(own: Iterable[GroupRules]) -> Iterator[Signal]:
    for line in {line.number: line for rules in own for line in rules.licenses}.values():
        link = web_link(line.value)
        if link and _FOR_PEOPLE.match(link):
            yield terms_at(link, _rule(line), _place(line))
            continue
        warning: Warned = _DOUBTFUL if line.written.lower() in LICENSE_ELSEWHERE else ""
        if not link:
            warning = Sentence(
                "expected an absolute URL (RSL 1.0 section 4.4.1), so what it reserves is not known"
            )
        terms = Terms(policy=link)
        yield Signal(Family.RSL, _rule(line), _place(line), terms=terms, warning=warning, unchecked=not link)


def _rule(line: Line) -> str:
    return line.text[:MAX_RULE]


def _place(line: Line) -> str:
    return f"robots.txt line {line.number}" if line.number else "robots.txt"
