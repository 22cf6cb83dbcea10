"""Refusals of everything that only the second reading finds, in groups that show that they are not meant.

Who refuses everything has no use for a second path. So `Disallow: //`, `/.../` or `/{{url}}` means everything
where its group refuses no other path, and only what the standard reads beside `Disallow: /admin`.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from crawler_filter.signals.robots.keys import Key, Line

_WHOLE: Final = re.compile(r"[/*]+")
_SLIPS: Final = " \t,;:!\"'"
"""What slips in behind a path and is part of none."""


def without_widened(lines: Sequence[Line], strictly: Sequence[Line | None]) -> list[Line]:
    """Return lines without the refusals of everything that were made of a path beside others.

    `strictly` has each line of the file as the standard reads it.
    """
    if not any(_is_widened(line, strictly) for line in lines):
        return list(lines)
    return [line for group in _groups(lines) for line in _meant_in(group, strictly)]


def _groups(lines: Sequence[Line]) -> Iterator[list[Line]]:
    for _, run in groupby(lines, lambda line: line.key is Key.AGENT):
        yield list(run)


def _meant_in(group: list[Line], strictly: Sequence[Line | None]) -> list[Line]:
    widened = {line for line in group if _is_widened(line, strictly)}
    made_of = {line.number for line in widened}
    others = any(
        line.key is Key.DISALLOW and line.value and line.number not in made_of and not is_everything(line.value)
        for line in group
    )
    return [line for line in group if line not in widened] if others else group


def _is_widened(line: Line, strictly: Sequence[Line | None]) -> bool:
    """Tell whether a refusal of everything was made of a path that the standard takes for a narrower one."""
    if line.key is not Key.DISALLOW or not line.number or not is_everything(line.value):
        return False
    strict = strictly[line.number - 1]
    if strict is None or strict.key is not Key.DISALLOW or strict == line:
        return False
    written = strict.value.rstrip(_SLIPS)
    return written.startswith(("/", "*")) and written not in ("/", "*", "/*") and "gent" not in written


def is_everything(path: str) -> bool:
    """Tell whether the pattern of a path matches every path."""
    return _WHOLE.fullmatch(path) is not None
