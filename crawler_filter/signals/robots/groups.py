"""What one agent is told by the groups of robots.txt that it reads, compiled when it is first asked for."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

from crawler_filter.signals.robots.keys import Key, Line
from crawler_filter.signals.robots.lines import CRAWL_RULES
from crawler_filter.signals.robots.patterns import Pattern, Rule, RuleSet

_OF_USAGES = frozenset({Key.USAGE, Key.SIGNAL, Key.NO_TRAINING})
_AT_HOST = re.compile(
    r"(?:(?:https?:)?//)?(?:www\.)?((?:[a-z0-9-]+\.)+[a-z][a-z0-9-]+)(?::\d+)?(/.*|\*)?", re.IGNORECASE
)
_BLANK = re.compile(r"[ \t]+")


class GroupRules:
    """The merged lines of an agent's groups, and the lines outside of all groups."""

    def __init__(self, lines: Sequence[Line], outside: Sequence[Line], *, is_lenient: bool = False) -> None:
        self.lines = lines
        self.is_lenient = is_lenient
        self.outside = outside

    @cached_property
    def crawl(self) -> RuleSet[Line]:
        """Allow and Disallow: the longest pattern speaks, Allow where both are equal (RFC 9309 section 2.2.2)."""
        return RuleSet(
            Rule(Pattern(line.value), int(line.key is Key.ALLOW), line)
            for line in self.lines
            if line.key in CRAWL_RULES and line.value
        )

    @cached_property
    def hosts(self) -> Mapping[str, RuleSet[Line]]:
        """Return the rules that refuse a host, or a path of it, by its address; most groups have none."""
        found: dict[str, list[Rule[Line]]] = {}
        for line in self.lines:
            is_path = line.value.startswith(("/", "*")) and not line.value.startswith("//")
            address = None if is_path or line.key is not Key.DISALLOW else _AT_HOST.fullmatch(line.value)
            if address:
                rule = Rule(Pattern(address[2] or "/"), 0, line)
                found.setdefault(address[1].lower(), []).append(rule)
        return {host: RuleSet(rules) for host, rules in found.items()}

    def refusing(self, path: str, url: str) -> Line | None:
        """Return the line that refuses a path of `path_of`, or its whole host by its address, to be fetched.

        For other hosts an address says nothing. Raises TooMuchWorkError.
        """
        rule = self.crawl.match(path)
        if rule is not None and not rule.rank:
            return rule.value
        at_host = self.hosts and self.hosts.get(_host(url))
        other = at_host.match(path) if at_host else None
        is_narrower = other is not None and (rule is None or other.pattern.length > rule.pattern.length)
        return other.value if other is not None and is_narrower else None

    @cached_property
    def states_usages(self) -> bool:
        """Tell whether any line of the groups is about a use, and not about crawling or licences."""
        return any(line.key in _OF_USAGES for line in self.lines)

    @cached_property
    def _usage(self) -> RuleSet[list[Line]]:
        return _by_path(line for line in self.lines if line.key is Key.USAGE)

    @cached_property
    def _signal(self) -> RuleSet[list[Line]]:
        return _by_path(line for line in self.lines if line.key is Key.SIGNAL)

    @cached_property
    def _training(self) -> RuleSet[Line]:
        lines = [*self.lines, *self.outside]
        return RuleSet(
            Rule(Pattern(line.value), int(line.key is Key.TRAINING), line)
            for line in lines
            if line.key in (Key.NO_TRAINING, Key.TRAINING)
        )

    def training(self, path: str) -> list[Line]:
        """Return the DisallowAITraining line for a path, if its longest pattern is one.

        Raises TooMuchWorkError.
        """
        rule = self._training.match(path)
        return [rule.value] if rule and not rule.rank else []

    def usage(self, path: str) -> list[Line]:
        """Return the Content-Usage lines with the longest pattern that matches (aipref-attach-05 section 3.1).

        Those outside of groups, for which the draft has no meaning, are among them. Raises TooMuchWorkError.
        """
        return _lines_for(self._usage, path) + [line for line in self.outside if line.key is Key.USAGE]

    def signal(self, path: str) -> list[Line]:
        """Return the Content-Signal lines with the longest pattern that matches, and those outside of groups.

        Raises TooMuchWorkError.
        """
        return _lines_for(self._signal, path) + [line for line in self.outside if line.key is Key.SIGNAL]

    @cached_property
    def licenses(self) -> list[Line]:
        """Return the License lines of the groups, in place of those outside of groups (RSL 1.0 section 4.4.1)."""
        own = [line for line in self.lines if line.key is Key.LICENSE]
        return own or [line for line in self.outside if line.key is Key.LICENSE]

    def is_outside(self, line: Line) -> bool:
        """Tell whether a line is outside of all groups, where other readers may overlook it."""
        return line in self.outside


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].lower().partition(":")[0].removeprefix("www.")


def standing_apart(lines: Sequence[Line]) -> list[Line]:
    """Return the lines of a group about uses that blank lines, comments or other records part from its rules."""
    return [line for above, line in pairwise(lines) if line.key in _OF_USAGES and line.number - above.number > 1]


def without_path(value: str) -> str:
    """Return the statement of a Content-Usage or Content-Signal value that may begin with a path."""
    return _split(value)[1]


def _split(value: str) -> tuple[str, str]:
    if not value.startswith("/"):
        return "", value
    path, *statement = _BLANK.split(value, maxsplit=1)
    return path, statement[0] if statement else ""


def _by_path(lines: Iterable[Line]) -> RuleSet[list[Line]]:
    by_path: dict[str, list[Line]] = {}
    for line in lines:
        by_path.setdefault(Pattern(_split(line.value)[0]).text, []).append(line)
    return RuleSet(Rule(Pattern(path), 0, same) for path, same in by_path.items())


def _lines_for(rules: RuleSet[list[Line]], path: str) -> list[Line]:
    rule = rules.match(path)
    return list(rule.value) if rule else []
