"""What a list or an editor puts before a value: bullets, numbers, and signs that nobody sees."""

import re
from typing import Final

INVISIBLE: Final = "\ufeff\u200b\u200e\u200f\u2060\u00ad\u3000 \t"
_BULLETS: Final = (
    "\u30fb\uff65\u00b7\u2022\u2023\u25e6\u25cf\u25cb\u25a0\u25a1\u25aa\u25c6\u25c7\u2605\u2606\u203b\u2192"
)
_HEAD: Final = re.compile(
    rf"[{INVISIBLE}]*(?:[{_BULLETS}]+[{INVISIBLE}]*|[\u2460-\u2473][{INVISIBLE}]*"
    rf"|[-\u2013\u2014*\uff0a>\u25b6][{INVISIBLE}]+(?:\[[ xX]\][{INVISIBLE}]+)?"
    rf"|\d{{1,3}}[.\uff0e)\uff09][{INVISIBLE}]+)?"
)


def without_head(line: str) -> str:
    """Return a line without what a list puts before its value, and without what nobody sees around that."""
    return _HEAD.sub("", line, count=1).strip().strip(INVISIBLE)
