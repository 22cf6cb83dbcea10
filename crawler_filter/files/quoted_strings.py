"""Texts that stand in strings and columns: transcripts in JSON, scripts of games, catalogues, tables.

What is joined are the strings under one name, all strings that are no names, and the columns of a table. Look-ups
alone ask. Nothing raises for content, and every pattern is linear in the text.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
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
    r'[ \t]{0,40}([A-Za-z_][\w.]{0,40})[ \t]{0,3}[=:]?[ \t]{0,3}"((?>(?:[^"\\\n]|\\.)*))"'
)
_INLINE: Final = re.compile(r'[{,(]\s{0,4}([A-Za-z_]\w{0,40})\s{0,4}[=:]\s{0,4}"((?>(?:[^"\\\n]|\\.)*))"')
"""A member of a table of a program, such as `{name="A", text="…"}`, of which several may stand in a line."""

_CONSTRUCTED: Final = re.compile(r'(?<=[,(\[])[ ]?([A-Z][A-Za-z]{0,20}) "((?>(?:[^"\\\n]|\\.)*))"')
"""A value of a program behind what makes it, such as `[ Str "a" , Str "b" ]`, as pandoc shows a document."""

_SINGLE: Final = re.compile(r"'(?<=[(,=\[\s]')((?>(?:[^'\\\n]|\\.|''){1,2000}))'(?=\s{0,4}[,)\];}])")
_TICKED: Final = re.compile(r"`((?>[^`\\]|\\.){1,2000})`", re.DOTALL)
_KEYED: Final = re.compile(r"([A-Za-z_](?<!\w[A-Za-z_])\w{0,20})='([^'\n]{1,2000})'")
_CODE: Final = re.compile(
    r"\\{1,2}[A-Za-z]{1,3}\[[^\[\]\n]{0,12}\]|[CVNIPGF]S?\[[0-9]{1,4}\]|\{/?[a-z]{1,10}(?:=[^{}\n]{0,40})?\}"
)
"""What games write into a sentence for its colours, its pace and the names of their heroes."""

_DIGITS: Final = re.compile(r"[0-9]+")
_LETTER: Final = re.compile(r"[^\W\d_]")
_BETWEEN_CELLS: Final = re.compile("\t|[ \u3000]{3,}")
_OF_LATEX: Final = " & "
_DELIMITERS: Final = ('","', "<>", "|", ";", _OF_LATEX, ",", " ")
_LATEX: Final = re.compile(r"\\(?:[A-Za-z]{1,20}|\\)")
_SAMPLE: Final = 200
_SHORT: Final = 16
_OFTEN: Final = 0.04
"""Share of the strings from which on one that is said again and again is no sentence."""
_MANY: Final = 0.6


def strings(text: str) -> Iterator[str]:
    """Yield what the strings of a text say, where it has some: those under one name first, then all of them."""
    is_page = text.lstrip("\ufeff \t\r\n").startswith("<")
    joined = _joined if is_page else _sentences
    if '"' in text:
        is_json = text.lstrip("\ufeff \t\r\n").startswith(("{", "["))
        yield from _by_name(_NAMED.finditer(text) if is_json else _at_line_starts(text))
        if is_json:
            yield from _by_turn(text)
            yield from _under_own_names(text)
            yield from _by_name(_CONSTRUCTED.finditer(text))
        elif not is_page:
            yield from _by_name(_INLINE.finditer(text))
        yield from joined(match[1] for match in _ANY.finditer(text) if not match[2])
    if "'" in text:
        yield from joined(match[1] for match in _SINGLE.finditer(text))
        if "='" in text:
            yield from _by_name(_KEYED.finditer(text))
        of_lines = (_SINGLE.findall(line) for line in text.split("\n") if line.count("'") > 1)
        yield from joined(max(found, key=len) for found in of_lines if found)
    if text.count("`") > 2 * FEW:
        yield from joined(match[1] for match in _TICKED.finditer(text))


def _by_turn(text: str) -> Iterator[str]:
    """Yield the strings of one name behind the same short string: what one role says in a conversation."""
    found = [(match[1], match[2]) for match in _NAMED.finditer(text)]
    count = Counter(value for _, value in found if len(value) <= _SHORT)
    groups: dict[tuple[str, str], list[str]] = {}
    for (_, before), (name, value) in pairwise(found):
        if count[before] > FEW and count[value] <= FEW:
            groups.setdefault((name, before), []).append(value)
    if len({name for name, _ in groups}) < len(groups):
        several = (values for values in groups.values() if len(values) > FEW)
        yield from ("\n".join(values) for values in sorted(several, key=_said, reverse=True))


def columns(lines: list[str]) -> Iterator[str]:
    """Yield the columns of a table whose cells are parted by tabs or several blanks, those that say most first."""
    may_be_rows = (line for line in lines if "\t" in line or "   " in line or "\u3000" in line)
    split = (_BETWEEN_CELLS.split(line.strip(" \u3000")) for line in may_be_rows)
    rows = [cells for cells in split if len(cells) > 1]
    if len(rows) <= FEW or len(rows) < _MANY * len(lines):
        if not (delimiter := _delimiter(lines)):
            return
        written = (_LATEX.sub("", line) if delimiter == _OF_LATEX else line for line in lines)
        rows = [line.split(delimiter) for line in written if delimiter in line]
    width = Counter(map(len, rows)).most_common(1)[0][0]
    cells = [[row[at] for row in rows if at < len(row)] for at in range(width)]
    yield from ("\n".join(each) for each in sorted(cells, key=_said, reverse=True) if _said(each))


def _delimiter(lines: list[str]) -> str | None:
    """Return what parts the cells of a table: most lines have it equally often, and twice at least."""
    sample = lines[:_SAMPLE]
    for delimiter in _DELIMITERS:
        times, rows = Counter(line.count(delimiter) for line in sample).most_common(1)[0] if sample else (0, 0)
        if times > 1 and rows > FEW and rows >= _MANY * len(sample):
            return delimiter
    return None


def _at_line_starts(text: str) -> Iterator[re.Match[str]]:
    quoting = (line for line in text.split("\n") if '"' in line)
    return filter(None, map(_WORD_BEFORE.match, quoting))


def _by_name(found: Iterable[re.Match[str]]) -> Iterator[str]:
    named: dict[str, list[str]] = {}
    for match in found:
        named.setdefault(match[1], []).append(match[2])
    several = (values for values in named.values() if len(values) > FEW and _said(values))
    for values in sorted(several, key=_said, reverse=True):
        yield "\n".join(values)


def _under_own_names(text: str) -> Iterator[str]:
    """Yield the strings whose names occur once: sentences of a program, beside remarks that all have one name."""
    found = [(match[1], match[2]) for match in _OWN_NAME.finditer(text)]
    count = Counter(name for name, _ in found)
    if len(count) < len(found):
        yield from _joined(value for name, value in found if count[name] == 1)


def _joined(found: Iterable[str]) -> Iterator[str]:
    values = list(found)
    if len(values) > FEW:
        yield "\n".join(values)


def _sentences(found: Iterable[str]) -> Iterator[str]:
    """Yield strings together, but for those that are said again and again, and for codes of games in them."""
    values = list(found)
    shapes = [_DIGITS.sub("0", value) if len(value) <= _SHORT else value for value in values]
    count = Counter(shapes)
    few = max(FEW, _OFTEN * len(values))
    rare = [value for value, shape in zip(values, shapes, strict=True) if count[shape] <= few]
    for joined in _joined(rare if len(rare) > FEW else values):
        yield _CODE.sub("", joined) if "[" in joined or "{" in joined else joined


def _said(values: list[str]) -> int:
    """Return how much distinct strings say that are no numbers, in characters."""
    return sum(len(value) for value in dict.fromkeys(values) if _LETTER.search(value))
