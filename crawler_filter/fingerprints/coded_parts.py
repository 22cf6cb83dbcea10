"""The parts of a picture that a model makes codes of, when a work is registered and when a copy is looked up.

A network knows a picture that lost a quarter or has words over it, but not one that fills a corner of another, nor
a panel of a page. So what lies within a border and the parts that PDQ is made of (`parts.py`) have codes too, on
both sides. What a copy has lost cannot be undone, so the middle of a work is registered as well.
A page of many panels has no room for it, and is known by them.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy.typing as npt

from crawler_filter.fingerprints.borders import trimmed
from crawler_filter.fingerprints.embedding import MAX_CODES
from crawler_filter.fingerprints.parts import parts
from crawler_filter.fingerprints.variants import cropped

Array = npt.NDArray[Any]
Codes = Callable[[Array], Sequence[bytes]]
"""Makes the codes of a picture of (height, width, 3) bytes by a model, those of the whole of it first."""

LEAST_SIDE: Final = 64
"""Pixels of a part's shorter side, below which a network has next to nothing to tell it by."""

_OFF_EACH_EDGE: Final = 20
"""Per cent of the height and width that the middle of a work is without, at each edge."""


def codes_to_register(pixels: Array, codes: Codes) -> tuple[bytes, ...]:
    """Return the different codes of a work, at most `MAX_CODES`: of it all, its parts by size, and its middle."""
    return _different(_with_its_middle(pixels), codes)


def codes_to_look_up(pixels: Array, codes: Codes) -> tuple[bytes, ...]:
    """Return the different codes of a picture, at most `MAX_CODES`: of it all, and of its parts by size."""
    return _different(_whole_and_parts(pixels), codes)


def _different(pictures: Iterator[Array], codes: Codes) -> tuple[bytes, ...]:
    found: dict[bytes, None] = {}
    for picture in pictures:
        found.update(dict.fromkeys(codes(picture)))
        if len(found) >= MAX_CODES:
            break
    return tuple(found)[:MAX_CODES]


def _with_its_middle(pixels: Array) -> Iterator[Array]:
    yield from _whole_and_parts(pixels)
    middle = cropped(trimmed(pixels), _OFF_EACH_EDGE)
    if min(middle.shape[:2]) >= LEAST_SIDE:
        yield middle


def _whole_and_parts(pixels: Array) -> Iterator[Array]:
    yield pixels
    inner = trimmed(pixels)
    if inner.shape != pixels.shape:
        yield inner
    yield from (part for part in parts(pixels) if min(part.shape[:2]) >= LEAST_SIDE)
