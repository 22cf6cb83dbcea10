"""Pictures that were cut into strips, each a file of its own: a page of a comic, a drawing in a mail or a page.

Strips are pictures twice as wide as high, or more, that follow one another and are equally wide. They belong
together as far as their names do, up to a number at the end; a lower one ends a picture. Where all are equally
high, and are more than one picture may be, every number of strips is tried that divides them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from crawler_filter.errors import DataError
from crawler_filter.files.budget import MAX_HELD, Budget, Member, Skipped
from crawler_filter.files.decoding_cost import LIMITS_FOR_CRAWLED
from crawler_filter.files.image import decode, opened

Array = npt.NDArray[Any]

_WIDER: Final = 2
_KINDS: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"})
_LEAST_WIDTH: Final = 64
"""Pixels across below which a picture is an ornament."""

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
    for part in parts:
        yield part
        if isinstance(part, Skipped) or part.kind not in _KINDS:
            continue
        strip, held = _strip(part), held + len(part.content)
        if run and (strip is None or held > MAX_HELD or not _goes_on(run[-1], strip)):
            yield from _joined(run, budget)
            run, held = [], 0
        run += [strip] if strip else []
    yield from _joined(run, budget)


def _goes_on(last: _Strip, strip: _Strip) -> bool:
    """Tell whether a strip may belong to the same picture as the last one."""
    return (strip.width, strip.series) == (last.width, last.series)


def _strip(part: Member) -> _Strip | None:
    try:
        with opened(part.content, LIMITS_FOR_CRAWLED) as image:
            width, height = image.size
    except (DataError, ImportError):
        return None  # whoever looks it up says so
    if width < max(_WIDER * height, _LEAST_WIDTH):
        return None
    return _Strip(part, width, height, _LAST_NUMBER.sub("", part.name, count=1))


def _joined(strips: list[_Strip], budget: Budget) -> Iterator[Member | Skipped]:
    for piece in _pictures(strips):
        name = f"{piece[0].member.name} to {piece[-1].member.name}"
        height, width = sum(strip.height for strip in piece), piece[0].width
        if height * width > min(LIMITS_FOR_CRAWLED.pixels, max(budget.pixels, 0)):
            yield Skipped(name, "these strips of a picture are more than is put together for this file")
            return
        budget.pay_for_picture(height, width)
        try:
            pixels = np.concatenate([decode(strip.member.content) for strip in piece])
        except (DataError, ImportError):
            continue  # as of each of them was said
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
