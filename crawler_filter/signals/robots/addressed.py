"""Whom the lines of robots.txt are for, told as they come: a run of names, until one follows a rule."""

from collections.abc import Iterable
from dataclasses import dataclass

from crawler_filter.signals.refusing_words import letters
from crawler_filter.signals.robots.keys import Key, Line
from crawler_filter.signals.robots.named import known_agents


@dataclass(slots=True)
class Addressed:
    """The group that the next line belongs to. `is_for_ai` where it has names, and all are crawlers for AI."""

    is_for_ai: bool = False
    _has_rules: bool = True

    def see(self, lines: Iterable[Line]) -> None:
        """See the next lines, in order."""
        for line in lines:
            if line.key is not Key.AGENT:
                self._has_rules = True
                continue
            is_known = letters(line.value) in known_agents()
            self.is_for_ai = is_known and (self._has_rules or self.is_for_ai)
            self._has_rules = False
