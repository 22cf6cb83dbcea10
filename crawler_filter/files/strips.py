"""Pictures that were cut into strips, each a file of its own: a page of a comic, a drawing in a mail or a page.

Strips are pictures twice as wide as high, or more, that follow one another and are equally wide. They belong
together as far as their names do, up to a number at the end; a lower one ends a picture. Where all are equally
high, and are more than one picture may be, every number of strips is tried that divides them. Pictures of other
shapes are put together, below and beside one another, where all that follow one another are few enough to be one.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from crawler_filter.errors import DataError
from crawler_filter.files.budget import MAX_HELD, Budget, Member, Skipped
from crawler_filter.files.decoding_cost import LIMITS_FOR_CRAWLED
from crawler_filter.files.image import decode, opened
from crawler_filter.files.tiles import Tiles

Array = npt.NDArray[Any]

_WIDER: Final = 2
_KINDS: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"})
_LEAST_WIDTH: Final = 64
"""Pixels of the longer side below which a picture is an ornament."""

_MOST_FEW: Final = 64
_MOST_OF_FEW: Final = 8_000_000
"""Pictures that follow one another, and pixels of all of them, that may be one though no shape says so."""

_LAST_NUMBER: Final = re.compile(r"[0-9]+(?=[^0-9]*$)")
_TALLEST: Final = 2.5
_FLATTEST: Final = 0.25
"""Heights of a picture, in widths of it, that are tried where nothing tells where one ends."""


@dataclass(frozen=True, slots=True)
class _Strip:
    """A picture that may be a part of one; `series` is its name without the number at the end."""

    member: Member
    width: int
    height: int
    series: str


def with_joined(parts: Iterable[Member | Skipped], budget: Budget) -> Iterator[Member | Skipped]:
    """Yield everything in a file, and behind it the pictures that strips in it make when they are put together."""
    run: list[_Strip] = []
    held = 0
    few, tiles = [_Few(across=False), _Few(across=True)], Tiles()
    for part in parts:
        yield part
        if isinstance(part, Skipped) or part.kind not in _KINDS:
            continue
        seen = _measured(part)
        strip, held = seen if seen and _is_wide(seen) else None, held + len(part.content)
        if run and (strip is None or held > MAX_HELD or not _goes_on(run[-1], strip)):
            yield from _joined(run, budget)
            run, held = [], 0
        run += [strip] if strip else []
        for each in few:
            yield from each.ended(seen, budget)
        if seen:
            tiles.add(part, seen.height, seen.width)
    yield from _joined(run, budget)
    for each in few:
        yield from each.ended(None, budget)
    yield from tiles.pictures(budget)


def _goes_on(last: _Strip, strip: _Strip) -> bool:
    """Tell whether a strip may belong to the same picture as the last one."""
    return (strip.width, strip.series) == (last.width, last.series)


def _is_wide(strip: _Strip) -> bool:
    return strip.width >= _WIDER * strip.height


@dataclass(slots=True)
class _Few:
    """Collects pictures of any shape but strips that may be one: below one another, or `across`."""

    across: bool
    run: list[_Strip] = field(default_factory=list)

    def ended(self, seen: _Strip | None, budget: Budget) -> Iterator[Member | Skipped]:
        """Add a picture; yield what those before it make where it does not go on with them."""
        if seen is None or not self.run or self._shape(seen) != self._shape(self.run[-1]):
            if 1 < len(self.run) <= _MOST_FEW and self._is_one(budget):
                yield from _put_together(self.run, budget, across=self.across)
            self.run = []
        if seen is not None and (self.across or not _is_wide(seen)) and len(self.run) <= _MOST_FEW:
            self.run.append(seen)

    def _shape(self, strip: _Strip) -> tuple[int, str]:
        return self._side(strip), strip.series

    def _side(self, strip: _Strip) -> int:
        return strip.height if self.across else strip.width

    def _is_one(self, budget: Budget) -> bool:
        """Tell whether they have the shape of a picture and are small: large ones are photographs of a camera."""
        length = sum(each.width if self.across else each.height for each in self.run)
        side = self._side(self.run[0])
        return length <= _TALLEST * side and length * side <= min(_MOST_OF_FEW, budget.pixels // 4)


def _measured(part: Member) -> _Strip | None:
    try:
        with opened(part.content, LIMITS_FOR_CRAWLED) as image:
            width, height = image.size
    except (DataError, ImportError):
        return None  # whoever looks it up says so
    if max(width, height) < _LEAST_WIDTH:
        return None
    return _Strip(part, width, height, _LAST_NUMBER.sub("", part.name, count=1))


def _joined(strips: list[_Strip], budget: Budget) -> Iterator[Member | Skipped]:
    for piece in _pictures(strips):
        yield from _put_together(piece, budget)


def _put_together(piece: list[_Strip], budget: Budget, *, across: bool = False) -> Iterator[Member | Skipped]:
    name = f"{piece[0].member.name} to {piece[-1].member.name}"
    height, width = sum(strip.height for strip in piece), piece[0].width
    if across:
        height, width = piece[0].height, sum(strip.width for strip in piece)
    if height * width > min(LIMITS_FOR_CRAWLED.pixels, max(budget.pixels, 0)):
        yield Skipped(name, "these strips of a picture are more than is put together for this file")
        return
    budget.pay_for_picture(height, width)
    try:
        pixels = np.concatenate([decode(strip.member.content) for strip in piece], axis=int(across))
    except (DataError, ImportError):
        return  # as of each of them was said
    yield Member(name, "image/x-pixels", pixels)


def _pictures(strips: list[_Strip]) -> Iterator[list[_Strip]]:
    """Yield the strips of each picture that some of them may make."""
    ended = list(_ended(strips))
    for piece in ended:
        count, height = len(piece), piece[0].height / piece[0].width
        if count > 1 and sum(strip.height for strip in piece) <= _TALLEST * piece[0].width:
            yield piece
            continue
        for some in range(2, count):
            if count % some == 0 and _FLATTEST <= some * height <= _TALLEST:
                yield from (piece[at : at + some] for at in range(0, count, some))


def _ended(strips: list[_Strip]) -> Iterator[list[_Strip]]:
    """Yield strips up to each that is lower than the one before, and those that are left."""
    piece: list[_Strip] = []
    for strip in strips:
        is_last = bool(piece) and strip.height < piece[-1].height
        if piece and strip.height > piece[-1].height:
            yield piece
            piece = []
        piece.append(strip)
        if is_last:
            yield piece
            piece = []
    if piece:
        yield piece
