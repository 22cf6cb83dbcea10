"""Several portable maps in one file, one behind the other, as the tools of Netpbm and FFmpeg's pipes write them.

Each picture says how wide, high and deep it is, and the next one begins behind its last row (`man 5 ppm`). Readers
show the first.
"""

import re
from collections.abc import Iterator
from typing import Final

from crawler_filter.files.budget import Budget, Member, Skipped

PORTABLE: Final = "image/x-portable-anymap"

_BLANK: Final = rb"(?:#[^\n]{0,200}\n|\s){1,9}"
_HEAD: Final = re.compile(
    rb"P([1-6Ff])" + _BLANK + rb"(\d{1,9})" + _BLANK + rb"(\d{1,9})(?:" + _BLANK + rb"(-?\d{1,9})(?:\.\d{1,9})?)?"
)
_PAM_HEAD: Final = re.compile(rb"P7\n(?>(?:[A-Z#][^\n]{0,200}\n){1,40}?ENDHDR[^\n]{0,80}\n)")
_PAM_FIELD: Final = re.compile(rb"^(WIDTH|HEIGHT|DEPTH|MAXVAL)[ \t]{1,9}(\d{1,9})", re.MULTILINE)
_NEXT: Final = re.compile(rb"\s*(?=P[1-7Ff]\s)")
_NEXT_IN_NUMBERS: Final = re.compile(rb"\sP[1-7Ff]\s")
_BYTE: Final = 255
_DEPTHS: Final = {b"5": 1, b"6": 3, b"f": 4, b"F": 12}
"""Bytes of a pixel whose samples are of a byte, or of floating point."""


def has_several(content: bytes, kind: str) -> bool:
    """Tell whether another map follows the first one."""
    return kind == PORTABLE and _end(content, 0) < len(content)


def further(content: bytes, budget: Budget) -> Iterator[Member | Skipped]:
    """Yield the maps behind the first, each as a file of its own."""
    at, number = _end(content, 0), 1
    while at < len(content):
        end, number = _end(content, at), number + 1
        budget.parts -= 1
        if budget.parts < 0:
            yield Skipped(f"page {number}", "it and what follows are too many pictures for so small a file")
            return
        yield Member(f"page {number}", PORTABLE, content[at:end])
        at = end


def _end(content: bytes, start: int) -> int:
    """Return where the map behind the one at `start` begins: the end of the file where there is none."""
    size = _size(content, start)
    if size is None:
        found = _NEXT_IN_NUMBERS.search(content, start + 2)
        return found.start() + 1 if found else len(content)
    found = _NEXT.match(content, min(size, len(content)))
    return found.end() if found else len(content)


def _size(content: bytes, start: int) -> int | None:
    """Return where a map's rows end, None for one whose pixels are written in decimal."""
    if pam := _PAM_HEAD.match(content, start):
        said = dict(_PAM_FIELD.findall(pam[0]))
        width, height, depth, white = (
            int(said.get(name, b"1")) for name in (b"WIDTH", b"HEIGHT", b"DEPTH", b"MAXVAL")
        )
        return pam.end() + width * height * depth * (1 + (white > _BYTE))
    head = _HEAD.match(content, start)
    if head is None or head[1] in b"123":
        return None
    width, height = int(head[2]), int(head[3])
    if head[1] == b"4":
        return head.end(3) + 1 + -(-width // 8) * height
    wide = 1 + (head[1] in b"56" and int(head[4] or 0) > _BYTE)
    return head.end() + 1 + width * height * _DEPTHS[head[1]] * wide
