"""The parts of a picture that a model makes codes of, when a work is registered and when a copy is looked up.

A network knows a picture that lost a quarter or has words over it, but not one that fills a corner of another, nor
a panel of a page. So what lies within a border and the parts that PDQ is made of (`parts.py`) have codes too, on
both sides. What a copy has lost cannot be undone, so the middle of a work is registered as well.
A page of many panels has no room for it, and is known by them.

A network has an answer for a plain red square too, and it is near that for a plain brown one. So parts that show
too little have no code, on neither side, measured as for hashes; nor is a whole registered that does. What is
looked up as a whole has one always: the model is the operator's own, and is asked. Figures of many points
(`many_fold.py`) are not registered either: to a network one star polygon is as good as another.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy.typing as npt

from crawler_filter.fingerprints.borders import trimmed
from crawler_filter.fingerprints.embedding import MAX_CODES
from crawler_filter.fingerprints.few_bits import says_little
from crawler_filter.fingerprints.many_fold import is_many_fold
from crawler_filter.fingerprints.parts import is_detailed, parts
from crawler_filter.fingerprints.pdq import pdq
from crawler_filter.fingerprints.plain import is_plain
from crawler_filter.fingerprints.variants import MIN_QUALITY, cropped

Array = npt.NDArray[Any]
Codes = Callable[[Array], Sequence[bytes]]
"""Makes the codes of a picture of (height, width, 3) bytes by a model, as it is."""

LEAST_SIDE: Final = 64
"""Pixels of a part's shorter side, below which a network has next to nothing to tell it by."""

_OFF_EACH_EDGE: Final = 20
"""Per cent of the height and width that the middle of a work is without, at each edge."""
_LONG: Final = 1.5
"""The ratio of its sides from which on a picture has codes of its two ends too."""


def codes_to_register(pixels: Array, codes: Codes) -> tuple[bytes, ...]:
    """Return the different codes of a work, at most `MAX_CODES`: of it all, its parts by size, and its middle."""
    if is_many_fold(pixels):
        return ()
    return _different(filter(_is_a_works, _with_ends(_with_its_middle(pixels))), codes)


def codes_to_look_up(pixels: Array, codes: Codes) -> tuple[bytes, ...]:
    """Return the different codes of a picture, at most `MAX_CODES`: of it all, and of its parts by size."""
    return _different(_telling_after_the_first(_with_ends(_whole_and_parts(pixels))), codes)


def codes_of_frame(pixels: Array, codes: Codes) -> tuple[bytes, ...]:
    """Return the different codes of a frame of a film that is looked up: of it all and its ends."""
    return _different(_telling_after_the_first(_with_ends(iter([pixels]))), codes)


def tells(pixels: Array) -> bool:
    """Tell whether there is enough to see in a picture for a code: next to nothing of others looks like it.

    What has details may still be stripes or checks; to find that out takes longer than a code, so only works that
    are registered are measured for it.
    """
    found = pdq(pixels)
    if found.quality < MIN_QUALITY or says_little(found.hash):
        return False
    return is_detailed(pixels) or not is_plain(pixels)


def _is_a_works(pixels: Array) -> bool:
    """Tell whether a picture is not one that a formula draws, for others would have drawn it as well."""
    return tells(pixels) and not is_plain(pixels) and not is_many_fold(pixels)


def _different(pictures: Iterator[Array], codes: Codes) -> tuple[bytes, ...]:
    found: dict[bytes, None] = {}
    for picture in pictures:
        found.update(dict.fromkeys(codes(picture)))
        if len(found) >= MAX_CODES:
            break
    return tuple(found)[:MAX_CODES]


def _telling_after_the_first(pictures: Iterator[Array]) -> Iterator[Array]:
    yield next(pictures)
    yield from filter(tells, pictures)


def _with_ends(pictures: Iterator[Array]) -> Iterator[Array]:
    """Yield pictures, and after each long one the squares at both of its ends."""
    for picture in pictures:
        yield picture
        height, width = picture.shape[:2]
        if max(height, width) >= _LONG * min(height, width) >= _LONG * LEAST_SIDE:
            side = min(height, width)
            yield picture[:side, :side]
            yield picture[-side:, -side:]


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
