"""The pictures of an icon that are not the one that is shown: each size may show something else.

An icon of Windows lists its pictures, PNGs and bitmaps without their header (ICO); one of macOS has them in blocks
with names, PNGs among them (ICNS). The largest is the icon's own.
"""

import struct
from collections.abc import Iterator
from itertools import pairwise
from operator import itemgetter
from typing import Final, NamedTuple

from crawler_filter.files.budget import Budget, Member, Skipped

ICON: Final = "image/x-icon"
ICON_OF_MACOS: Final = "image/x-icns"
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_HEADER: Final = struct.Struct("<HHH")
_ENTRY: Final = struct.Struct("<BBBBHHII")
_BLOCK: Final = struct.Struct(">4sI")
_LEAST_SIDE: Final = 48
"""Pixels of a side that a picture has which shows more than a sign."""


class _Entry(NamedTuple):
    """One picture of an icon: its longer side in pixels, its bits a pixel, where it stands, and its entry."""

    side: int
    bits: int
    place: int
    size: int
    at: int

    def alone(self, content: bytes) -> bytes:
        """Return the icon that it makes alone."""
        width, height, colours, zero, planes, bits, _, _ = _ENTRY.unpack_from(content, self.at)
        body = content[self.place : self.place + self.size]
        entry = _ENTRY.pack(width, height, colours, zero, planes, bits, len(body), _HEADER.size + _ENTRY.size)
        return _HEADER.pack(0, 1, 1) + entry + body


def has_several(content: bytes, kind: str) -> bool:
    """Tell whether an icon has a picture of some size beside the largest."""
    return next(_further(content, kind), None) is not None


def further(content: bytes, kind: str, budget: Budget) -> Iterator[Member | Skipped]:
    """Yield the pictures of an icon but the largest, each as a file of its own."""
    for number, piece in enumerate(_further(content, kind), 2):
        budget.parts, budget.unpacked = budget.parts - 1, budget.unpacked - len(piece)
        if budget.parts < 0 or budget.unpacked < 0:
            yield Skipped(f"picture {number}", "it and what follows are too much for so small a file")
            return
        yield Member(f"picture {number}", "image/png" if piece.startswith(_PNG) else kind, piece)


def _further(content: bytes, kind: str) -> Iterator[bytes]:
    if kind == ICON:
        # entries may all name one place, so that nothing is taken out before it is asked for
        by_place = {(each.place, each.size): each for each in sorted(_entries(content))}
        others = sorted(by_place.values(), key=itemgetter(0, 1), reverse=True)[1:]
        yield from (each.alone(content) for each in others if each.side >= _LEAST_SIDE)
    elif kind == ICON_OF_MACOS:
        starts = [*_pngs(content), len(content)]
        largest_side = max(map(_side_of_png, (content[at : at + 24] for at in starts[:-1])), default=0)
        for at, end in pairwise(starts):
            if _LEAST_SIDE <= _side_of_png(content[at : at + 24]) < largest_side:
                yield content[at:end]


def _entries(content: bytes) -> Iterator[_Entry]:
    count = _HEADER.unpack_from(content)[2] if len(content) >= _HEADER.size else 0
    for number in range(count):
        at = _HEADER.size + number * _ENTRY.size
        if at + _ENTRY.size > len(content):
            return
        width, height, _, _, _, bits, size, place = _ENTRY.unpack_from(content, at)
        yield _Entry(max(width or 256, height or 256), bits, place, size, at)


def _pngs(content: bytes) -> Iterator[int]:
    at = 8
    while at + _BLOCK.size <= len(content):
        size = _BLOCK.unpack_from(content, at)[1]
        if content.startswith(_PNG, at + _BLOCK.size):
            yield at + _BLOCK.size
        at += max(size, _BLOCK.size)


def _side_of_png(head: bytes) -> int:
    return max(struct.unpack_from(">II", head, 16)) if len(head) == 24 else 0
