"""Which lines of robots.txt mean in every reading what they mean in that of the standard.

Nearly all do, and most files have no others. `plainly` finds them at one look, which reads them too; `is_ordinary`
looks closer at each of the rest.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from crawler_filter.signals.robots.keys import Key, Line
from crawler_filter.signals.robots.named import named_in_remark, names_itself

MAX_ALONE: Final = 100
"""Characters of a line that may be nothing but names."""

MAY_MEAN: Final = re.compile(r"llow|gent|usage|signal|train|no[-_. ]?ai|tdm", re.IGNORECASE)
"""What a long line must have somewhere to mean anything."""

CELL_END: Final = "_x000"
"""How a line end in a cell is written when a table is exported: `_x000D_`."""

_SLIPS: Final = r"/(?:[/.,;:!)\]}|`^]|%(?:0[AD]|20|C2%A0|A0|E3%80%80)|\^M|\\[trn]|&#1[03];|:wq?!?)+"
"""A root with what slips in behind it."""
# Lines that are written as the standard asks and have no second meaning: rules, names, comments, others' records.
# Only their names are of either case: a run of signs of which the case does not count takes ten times as long.
_PLAIN: Final = re.compile(
    r"[ \t]*+(?:(?i:(disallow|allow))[ \t]*+:[ \t]*+"
    rf"((?!(?:/?\.\*\$?|(?i:{_SLIPS}))[ \t]*(?:#|\Z)|//[\w%~-]"
    r"|[^,;{]*+(?=[,;{])(?:.*[,;][ \t]?[/*]|.*\{[^}]*,))"
    r"[/*$][!$-&)-;=-\[\]-{~]*+(?<![,;]))?[ \t]*+(#[^\\]*+)?"
    r"|(?i:(user-agent))[ \t]*+:[ \t]*+([A-Za-z0-9._!*-]++(?:/[\d.]*+)?)[ \t]*+(#[^\\]*+)?"
    r"|#(?![# \t!]*(?i:user[-_. ]?agent))[^\\]*+"
    r"|(?i:sitemap|host|crawl-delay)[ \t]*:[^\\\"'<>]*+)?[ \t]*+",
    re.ASCII | re.DOTALL,
).fullmatch
_NAMED: Final = 4
"""The first group of a `User-agent` line; those before it are of rules."""
_REMARKS: Final = (3, 6)
"""The groups of the remarks behind both."""
_KEYS: Final = {len(key): key for key in (Key.DISALLOW, Key.ALLOW, Key.AGENT)}
"""The keys that are plain in any case of letters, by their length."""
_HIDDEN: Final = re.compile(r":[^\n#]*(?:llow|gent)", re.IGNORECASE)
"""Finds the name of a line inside of another, behind its colon."""

_NOTHING_ELSE: Final = re.compile(
    rf"(?!/?\.\*\$?$|{_SLIPS}$|//[\w%~-]|.*\(\.|.*[,;]\s?[/*]|.*\{{[^}}]*,)[/*$][!-\[\]-{{}}~]*"
)
_ORDINARY_AGENT: Final = re.compile(r"[A-Za-z0-9._!*-]+(?:/[\d.]*)?")


class Scan(NamedTuple):
    """A file's lines as the standard reads each, None where it reads nothing.

    `is_ordinary` tells whether the whole file is: then there is no second reading of it. If not, `surely` tells
    which of its lines are ordinary without a doubt.
    """

    strictly: Sequence[Line | None]
    surely: Sequence[bool]
    is_ordinary: bool


def scan(text: str, texts: Sequence[str], line_of: Callable[[int, str], Line | None]) -> Scan:
    """Read the lines of a file, which are `texts`: those that are plain at one look, the others by `line_of`."""
    looks = list(map(_PLAIN, texts))
    strictly: list[Line | None] = []
    keys = 0
    is_ordinary = CELL_END not in text
    for number, found in enumerate(looks, 1):
        if found is None:
            strictly.append(line_of(number, texts[number - 1]))
            is_ordinary = False
        elif (last := found.lastindex) is None:  # a comment, the record of another, or nothing at all
            strictly.append(None)
        else:  # written out: a call for each line would be a third of the cost
            written, value = (found[1], found[2] or "") if last < _NAMED else (found[4], found[5])
            strictly.append(Line(number, _KEYS[len(written)], value, written))
            if last >= _NAMED and not names_itself(value):
                is_ordinary = False
            if last in _REMARKS and named_in_remark(found[last]):
                is_ordinary = False
            keys += 1
    if is_ordinary and not _hides(text, keys):
        return Scan(strictly, (), is_ordinary=True)
    is_of_table = CELL_END in text
    surely = [
        found is not None and (not each if found.lastindex is None else not is_of_table and _is_sure(found, line))
        for found, line, each in zip(looks, strictly, texts, strict=True)
    ]
    return Scan(strictly, surely, is_ordinary=False)


def _is_sure(found: re.Match[str], line: Line | None) -> bool:
    """Tell whether a line that is plain at one look is ordinary without another."""
    if line is None or found.lastindex in _REMARKS or "llow" in line.value or "gent" in line.value:
        return False
    return line.key is not Key.AGENT or names_itself(line.value)


def _hides(text: str, keys: int) -> bool:
    """Tell whether any line has the name of another behind its colon; `keys` are those in their place.

    Counting comes first, because most files have no other words with these letters.
    """
    lower = text.lower()
    return lower.count("llow") + lower.count("gent") > keys and _HIDDEN.search(text) is not None


def is_ordinary(line: Line | None, text: str) -> bool:
    """Tell whether a line means in every reading what it means in the standard's, so that it is read once."""
    if CELL_END in text or (line is not None and "#" in text and named_in_remark(text.partition("#")[2])):
        return False
    if not text.isascii() or not text.replace("\t", " ").isprintable():
        return not text.strip(" \t")
    if line is None:
        return _says_nothing(text)
    if line.key is Key.AGENT:
        return _ORDINARY_AGENT.fullmatch(line.value) is not None and names_itself(line.value)
    if line.key in (Key.ALLOW, Key.DISALLOW):
        return not line.value or (_NOTHING_ELSE.fullmatch(line.value) is not None and not _is_joined(line.value))
    return not _is_joined(line.value)


def _says_nothing(text: str) -> bool:
    """Tell whether a line that the standard does not know is a comment, empty, or of another record."""
    lower = text.partition("#")[0].strip().lower()
    if not lower:
        return "\\n" not in text
    if (len(text) > MAX_ALONE or "<" in text) and not MAY_MEAN.search(text):
        return True  # a line of a page, most often
    return lower.startswith(("sitemap:", "crawl-delay:", "host:")) and "llow" not in lower and "agent" not in lower


def _is_joined(value: str) -> bool:
    return (
        value.endswith((",", ";", '"', "'", "\\", "}"))
        or "llow" in value
        or "gent" in value
        or "\\n" in value
        or "<" in value
    )
