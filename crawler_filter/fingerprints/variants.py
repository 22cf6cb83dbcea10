"""The pictures that are hashed in place of one: what copies do to a picture that PDQ alone does not survive.

`docs/formats/fingerprints.md`, section "pdq", defines each variant to the pixel. Those who look for a copy undo what
was added: they cut off a border and mirror the picture. Those who register a work foresee what was taken away: they
cut its edges off. A variant below `MIN_QUALITY` is no key, on neither side: too many other pictures look like it.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from crawler_filter.fingerprints.pdq import Pdq, pdq, pdq_and_mirrored

Array = npt.NDArray[Any]

MIN_QUALITY: Final = 50
"""Least PDQ quality of a hash that is registered or looked up, as Meta recommends."""

BORDER_TOLERANCE: Final = 24
"""How far a channel of a border's pixel may be from the colour in its corner."""


class Variant(StrEnum):
    """What was hashed: the whole picture, or what is left of it."""

    WHOLE = "whole"
    TRIMMED = "trimmed"
    MIRRORED = "mirrored"
    TRIMMED_MIRRORED = "trimmed-mirrored"
    CROP_4 = "crop4"
    CROP_8 = "crop8"
    CROP_12 = "crop12"


_CROPS: Final = {Variant.CROP_4: 4, Variant.CROP_8: 8, Variant.CROP_12: 12}


class Fingerprint(NamedTuple):
    """The PDQ of one variant of a picture."""

    variant: Variant
    hash: bytes
    quality: int


def for_lookup(pixels: Array) -> list[Fingerprint]:
    """Return what to look up for a picture of (height, width, 3) bytes; nothing where there is too little to see."""
    return _keys(_looked_up(pixels))


def for_registration(pixels: Array) -> list[Fingerprint]:
    """Return what to register for a picture of (height, width, 3) bytes; nothing where there is too little to see."""
    return _keys(_registered(pixels))


def trimmed(pixels: Array) -> Array:
    """Return a view of a picture without lines at its edges that are all of one colour.

    A picture of which less than a quarter of a side would be left is returned as it is.
    """
    top, bottom = _border(pixels), _border(pixels[::-1])
    inner = pixels[top : len(pixels) - bottom].swapaxes(0, 1)
    left, right = _border(inner), _border(inner[::-1])
    inner = inner[left : len(inner) - right].swapaxes(0, 1)
    if any(4 * kept < whole for kept, whole in zip(inner.shape, pixels.shape, strict=True)):
        return pixels
    return inner


def cropped(pixels: Array, percent: int) -> Array:
    """Return a view of a picture without `percent` of its height or width at each of its edges, rounded down."""
    height, width, _ = pixels.shape
    rows, columns = height * percent // 100, width * percent // 100
    return pixels[rows : height - rows, columns : width - columns]


def _looked_up(pixels: Array) -> Iterator[tuple[Variant, Pdq]]:
    yield from zip((Variant.WHOLE, Variant.MIRRORED), pdq_and_mirrored(pixels), strict=True)
    inner = trimmed(pixels)
    if inner.shape != pixels.shape:
        yield from zip((Variant.TRIMMED, Variant.TRIMMED_MIRRORED), pdq_and_mirrored(inner), strict=True)


def _registered(pixels: Array) -> Iterator[tuple[Variant, Pdq]]:
    yield Variant.WHOLE, pdq(pixels)
    inner = trimmed(pixels)
    if inner.shape != pixels.shape:
        yield Variant.TRIMMED, pdq(inner)
    for variant, percent in _CROPS.items():
        yield variant, pdq(cropped(pixels, percent))


def _keys(hashed: Iterator[tuple[Variant, Pdq]]) -> list[Fingerprint]:
    return [Fingerprint(variant, *found) for variant, found in hashed if found.quality >= MIN_QUALITY]


def _border(lines: Array) -> int:
    """Return how many lines, from the first on, have the colour of the first one's first pixel."""
    if not lines.size:
        return 0
    colour = lines[0, 0].astype(np.int16)
    for count, line in enumerate(lines):
        if (np.abs(line - colour) > BORDER_TOLERANCE).any():
            return count
    return len(lines)
