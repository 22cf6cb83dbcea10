"""Texts that stand in strings and columns: transcripts in JSON, scripts of games, catalogues, tables.

What is joined are the strings under one name, all strings that are no names, and the columns of a table. Look-ups
alone ask. Nothing raises for content, and every pattern is linear in the text.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

FEW: Final = 3
"""Strings or lines up to which nothing is taken to be a layout."""

# a string that nothing closes goes on to the end, so that it is read once
_NAMED: Final = re.compile(
    r'"([A-Za-z_][0-9A-Za-z_-]{0,40})"\s{0,4}:\s{0,4}"((?>(?:[^"\\]|\\.)*))(?:"|\\?\Z)', re.DOTALL
)
_OWN_NAME: Final = re.compile(
    r'"((?>(?:[^"\\]|\\.){1,200}))"\s{0,4}:\s{0,4}"((?>(?:[^"\\]|\\.)*))(?:"|\\?\Z)', re.DOTALL
)
_ANY: Final = re.compile(r'"((?>(?:[^"\\]|\\.)*))(?:"(\s{0,4}:)?|\\?\Z)', re.DOTALL)
_WORD_BEFORE: Final = re.compile(
    r'(?m)^[ \t]{0,40}([A-Za-z_][\w.]{0,40})[ \t]{0,3}[=:]?[ \t]{0,3}"((?>(?:[^"\\\n]|\\.)*))"'
)
_INLINE: Final = re.compile(r'[{,(]\s{0,4}([A-Za-z_]\w{0,40})\s{0,4}[=:]\s{0,4}"((?>(?:[^"\\\n]|\\.)*))"')
"""A member of a table of a program, such as `{name="A", text="…"}`, of which several may stand in a line."""

_SINGLE: Final = re.compile(r"(?<=[(,=\[\s])'((?>(?:[^'\\\n]|\\.|''){1,2000}))'(?=\s{0,4}[,)\];])")
_LETTER: Final = re.compile(r"[^\W\d_]")
_BETWEEN_CELLS: Final = re.compile(r"\t| {3,}")
_MOST_STRINGS: Final = 200_000
_MOST_GROUPS: Final = 3
_MOST_COLUMNS: Final = 24
_MANY: Final = 0.6


def strings(text: str) -> Iterator[str]:
    """Yield what the strings of a text say, where it has some: those under one name first, then all of them."""
    if '"' in text:
        is_json = text.lstrip("\ufeff \t\r\n").startswith(("{", "["))
        yield from _by_name(_NAMED if is_json else _WORD_BEFORE, text)
        if is_json:
            yield from _under_own_names(text)
        elif not text.lstrip("\ufeff \t\r\n").startswith("<"):
            yield from _by_name(_INLINE, text)
        yield from _joined(match[1] for match in islice(_ANY.finditer(text), _MOST_STRINGS) if not match[2])
    if "'" in text:
        yield from _joined(match[1] for match in islice(_SINGLE.finditer(text), _MOST_STRINGS))
        of_lines = (_SINGLE.findall(line) for line in islice(text.split("\n"), _MOST_STRINGS))
        yield from _joined(max(found, key=len) for found in of_lines if found)


def columns(lines: list[str]) -> Iterator[str]:
    """Yield the columns of a table whose cells are parted by tabs or several blanks, those that say most first."""
    split = (_BETWEEN_CELLS.split(line.strip(" "), _MOST_COLUMNS) for line in lines)
    rows = [cells for cells in split if len(cells) > 1]
    if len(rows) <= FEW or len(rows) < _MANY * len(lines):
        return
    width = Counter(map(len, rows)).most_common(1)[0][0]
    cells = [[row[at] for row in rows if at < len(row)] for at in range(width)]
    yield from islice(("\n".join(each) for each in sorted(cells, key=_said, reverse=True)), _MOST_GROUPS)


def _by_name(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    named: dict[str, list[str]] = {}
    for match in islice(pattern.finditer(text), _MOST_STRINGS):
        named.setdefault(match[1], []).append(match[2])
    several = (values for values in named.values() if len(values) > FEW)
    for values in sorted(several, key=_said, reverse=True)[:_MOST_GROUPS]:
        yield "\n".join(values)


def _under_own_names(text: str) -> Iterator[str]:
    """Yield the strings whose names occur once: sentences of a program, beside remarks that all have one name."""
    found = [(match[1], match[2]) for match in islice(_OWN_NAME.finditer(text), _MOST_STRINGS)]
    count = Counter(name for name, _ in found)
    if len(count) < len(found):
        yield from _joined(value for name, value in found if count[name] == 1)


def _joined(found: Iterable[str]) -> Iterator[str]:
    values = list(found)
    if len(values) > FEW:
        yield "\n".join(values)


def _said(values: list[str]) -> int:
    """Return how much distinct strings say that are no numbers, in characters."""
    return sum(len(value) for value in dict.fromkeys(values) if _LETTER.search(value))
