"""A `User-agent` line that is commented out above rules that are not: the second reading takes it for their name.

In the standard's reading such rules fall to the group above. One name that is taken out of a list, and a group
whose rules are commented out too, were taken back on purpose.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
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
    """The names that wait for a rule which is no comment."""

    waiting: list[Line] = field(default_factory=list)

    def see(self, said: Iterable[Line], above: Sequence[Line]) -> None:
        """See what a comment says below the lines `above`."""
        lines = list(said)
        if any(line.key in _RULES for line in lines):
            self.waiting = []
        elif above and above[-1].key is not Key.AGENT:
            self.waiting += (line for line in lines if line.key is Key.AGENT)

    def named(self, own: Sequence[Line], above: Sequence[Line]) -> list[Line]:
        """Return the `User-agent` lines that belong before the lines `own`, with those of the group above."""
        if not self.waiting or not own:
            return []
        waiting, self.waiting = self.waiting, []
        return [*_addressed(above, own[0].number), *waiting] if own[0].key in _RULES else []


def _addressed(above: Sequence[Line], number: int) -> Iterator[Line]:
    """Yield the names of the last group again: its rules go on below the comment."""
    backwards = list(reversed(above))
    rules = len(list(takewhile(lambda line: line.key is not Key.AGENT, backwards)))
    names = takewhile(lambda line: line.key is Key.AGENT, backwards[rules:])
    return (replace(line, number=number) for line in names)
