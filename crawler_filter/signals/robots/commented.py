"""A `User-agent` line that is commented out above rules that are not: the second reading takes it for their name.

In the standard's reading such rules fall to the group above. One name that is taken out of a list, and a group
whose rules are commented out too, were taken back on purpose.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final

from crawler_filter.signals.robots.keys import Key, Line

_COMMENT: Final = re.compile(r"\s*(?:#|<!--)[\s#!-]*(.*?)[\s-]*(?:-->)?\s*", re.DOTALL)
_RULES: Final = frozenset({Key.ALLOW, Key.DISALLOW, Key.USAGE, Key.SIGNAL, Key.NO_TRAINING})


def behind_mark(text: str) -> str | None:
    """Return what a line says that is nothing but a comment, None for every other line."""
    found = _COMMENT.fullmatch(text)
    return found[1] if found else None


@dataclass(slots=True)
class CommentedNames:
    """The lines that say nothing and wait for a rule: what is in a comment matters above one alone.

    `read` gives the lines that a comment would be, by its number and text.
    """

    read: Callable[[int, str], list[Line]]
    waiting: list[tuple[int, str]] = field(default_factory=list)

    def see(self, number: int, text: str, above: Sequence[Line]) -> None:
        """See a line below the lines `above` that says nothing. Above a rule of its own group none counts."""
        if text and above and above[-1].key is not Key.AGENT:
            self.waiting.append((number, text))

    def named(self, own: Sequence[Line], above: Sequence[Line]) -> list[Line]:
        """Return the `User-agent` lines that belong before the lines `own`, with those of the group above."""
        if not self.waiting or not own:
            return []
        waiting, self.waiting = self.waiting, []
        named = self._names_in(waiting) if own[0].key in _RULES else []
        return [*group_again(above, own[0].number), *named] if named else []

    def _names_in(self, waiting: Iterable[tuple[int, str]]) -> list[Line]:
        """Return the `User-agent` lines among comments, none of those that stand above a rule in one."""
        named: list[Line] = []
        for number, text in waiting:
            hidden = behind_mark(text)
            said = self.read(number, hidden) if hidden else []
            if any(line.key in _RULES for line in said):
                named = []
            else:
                named += (line for line in said if line.key is Key.AGENT)
        return named


def group_again(above: Sequence[Line], number: int) -> Iterator[Line]:
    """Yield the names of the last group again: its rules go on below the comment."""
    backwards = list(reversed(above))
    rules = len(list(takewhile(lambda line: line.key is not Key.AGENT, backwards)))
    names = takewhile(lambda line: line.key is Key.AGENT, backwards[rules:])
    return (line._replace(number=number) for line in names)
