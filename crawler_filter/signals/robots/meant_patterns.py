"""Path patterns that are written as regular expressions, or several in one line, as the standard has them.

The standard knows `*` and a closing `$` alone. `/*.(png|jpg)$`, `*.png, *.jpg` and `/art/.*` match nothing there.
"""

import re
from collections.abc import Iterator
from typing import Final

MAX_ALTERNATIVES: Final = 50
"""Words of one group that are taken for a pattern each; of more, every path that begins alike is meant."""

_WORD: Final = r"\.?[a-z][\w.~-]*"
_GROUP: Final = re.compile(
    rf"\((?:\?:)?({_WORD}(?:\|{_WORD})+)\)|\{{({_WORD}(?:,\s?{_WORD})+)\}}|\[({_WORD}(?:\|{_WORD})+)\]",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(r"(?:,\s*(?=/|\*\.)|[,;]\s+|\s*\|\s*|(?<=\$)[,;]?\s*)(?=[/*.])")
_BETWEEN_ENDINGS: Final = re.compile(r"\s+(?=\*?\.\w)")
_ENDINGS: Final = re.compile(r"\*?\.\w+\$?(?:\s+\*?\.\w+\$?)+")
_ESCAPED: Final = re.compile(r"\\([./?-])")
_ANY: Final = re.compile(r"\(\.[*+]\??\)|(?<=/)\.\*(?=\$?$)")
_MAY_BE_OTHERWISE: Final = re.compile(r"[|,;({\[\\]|\$.|\s|/\.\*")
_SEVERAL: Final = re.compile(r"[|,;]")


def patterns_meant(value: str) -> Iterator[str]:
    """Yield the patterns that a value stands for, itself alone where it is written as the standard asks."""
    if not _MAY_BE_OTHERWISE.search(value):
        yield value
        return
    parts = _BETWEEN_ENDINGS.split(value) if _ENDINGS.fullmatch(value) else _BETWEEN.split(value)
    for part in parts:
        yield from _alternatives(part)


def _alternatives(pattern: str) -> Iterator[str]:
    plain = _ANY.sub("*", _ESCAPED.sub(r"\1", pattern))
    group = _GROUP.search(plain)
    if group is None:
        yield plain
        return
    words = _SEVERAL.split(group[group.lastindex or 0])
    if len(words) > MAX_ALTERNATIVES:
        yield f"{plain[: group.start()]}*"
        return
    for word in words:
        yield plain[: group.start()] + word.strip() + plain[group.end() :]
