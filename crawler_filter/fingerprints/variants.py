"""The pictures that are hashed in place of one: what copies do to a picture that PDQ alone does not survive.

`docs/formats/fingerprints.md`, section "pdq", defines each variant to the pixel. Whoever registers a work foresees
what will be taken away, and hashes its middle too. Whoever looks for a copy undoes what was added: a border is cut
off, and all is mirrored. PDQ stands the loss of one per cent or so at each edge; registered steps of four per cent
would leave gaps, which the middle of the copy, two per cent smaller, closes.

A variant below `MIN_QUALITY` is no key, on neither side: too many other pictures look like it.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from crawler_filter.files.pixels import distinct_channels
from crawler_filter.fingerprints.pdq import Pdq, pdq, pdq_and_mirrored
from crawler_filter.fingerprints.registered import Variant

Array = npt.NDArray[Any]

MIN_QUALITY: Final = 50
"""Least PDQ quality of a hash that is registered or looked up, as Meta recommends."""

BORDER_TOLERANCE: Final = 24
"""How far a channel of a border's pixel may be from the colour in its corner."""

_AT_ONCE: Final = 1 << 18
"""Most bytes that are compared with a border's colour at once."""

_REGISTERED_CROPS: Final = {Variant.CROP_4: 4, Variant.CROP_8: 8, Variant.CROP_12: 12}


class Fingerprint(NamedTuple):
    """The PDQ of one variant of a picture."""

    variant: Variant
    hash: bytes
    quality: int


def for_lookup(pixels: Array) -> list[Fingerprint]:
    """Return what to look up for a picture of (height, width, 3) bytes; nothing where too little is seen."""
    return _keys(_looked_up(pixels))


def for_registration(pixels: Array) -> list[Fingerprint]:
    """Return what to register for a picture of (height, width, 3) bytes; nothing where too little is seen."""
    return _keys(_registered(pixels))


def of_frame_for_lookup(pixels: Array) -> list[Fingerprint]:
    """Return what to look up for a frame of a film: no crops, which would cost as much again every second."""
    return _keys(_bordered_both_ways(pixels, trimmed(pixels)))


def of_frame_for_registration(pixels: Array) -> list[Fingerprint]:
    """Return what to register for a frame of a film: no crops, for there are thousands of frames."""
    return _keys(_bordered(pixels))


def trimmed(pixels: Array) -> Array:
    """Return a view of a picture without lines at its edges that are all of one colour.

    A picture of which less than a quarter of a side would be left is returned as it is.
    """
    height, width, _ = pixels.shape
    lines = distinct_channels(pixels)
    top, bottom = _border(lines), _border(lines[::-1])
    lines = lines[top : height - bottom].swapaxes(0, 1)
    left, right = _border(lines), _border(lines[::-1])
    if 4 * (height - top - bottom) < height or 4 * (width - left - right) < width:
        return pixels
    return pixels[top : height - bottom, left : width - right]


def cropped(pixels: Array, percent: int) -> Array:
    """Return a view of a picture without `percent` of its height or width at each of its edges, rounded down."""
    height, width, _ = pixels.shape
    rows, columns = height * percent // 100, width * percent // 100
    return pixels[rows : height - rows, columns : width - columns]


def _looked_up(pixels: Array) -> Iterator[tuple[Variant, Pdq]]:
    inner = trimmed(pixels)
    yield from _bordered_both_ways(pixels, inner)
    yield from _both_ways(cropped(inner, 2), Variant.CROP_2, Variant.CROP_2_MIRRORED)


def _registered(pixels: Array) -> Iterator[tuple[Variant, Pdq]]:
    whole, *without_border = _bordered(pixels)
    yield whole
    for variant, percent in _REGISTERED_CROPS.items():
        yield variant, pdq(cropped(pixels, percent))
    yield from without_border


def _bordered(pixels: Array) -> Iterator[tuple[Variant, Pdq]]:
    yield Variant.WHOLE, pdq(pixels)
    inner = trimmed(pixels)
    if inner.shape != pixels.shape:
        yield Variant.TRIMMED, pdq(inner)


def _bordered_both_ways(pixels: Array, inner: Array) -> Iterator[tuple[Variant, Pdq]]:
    yield from _both_ways(pixels, Variant.WHOLE, Variant.MIRRORED)
    if inner.shape != pixels.shape:
        yield from _both_ways(inner, Variant.TRIMMED, Variant.TRIMMED_MIRRORED)


def _both_ways(pixels: Array, plain: Variant, mirrored: Variant) -> Iterator[tuple[Variant, Pdq]]:
    return zip((plain, mirrored), pdq_and_mirrored(pixels), strict=True)


def _keys(hashed: Iterator[tuple[Variant, Pdq]]) -> list[Fingerprint]:
    return [Fingerprint(variant, *found) for variant, found in hashed if found.quality >= MIN_QUALITY]


def _border(lines: Array) -> int:
    """Return how many lines, from the first on, have the colour of the first one's first pixel."""
    if not lines.size:
        return 0
    colour = lines[0, 0].astype(np.int16)
    low, high = ((colour + far).clip(0, 255).astype(np.uint8) for far in (-BORDER_TOLERANCE, BORDER_TOLERANCE))
    span = high - low
    start, step, most = 0, 1, max(_AT_ONCE // lines[0].size, 1)  # most pictures have no border: few lines are seen
    while start < len(lines):
        # what is below `low` wraps around, and is above `span` as well
        other = (lines[start : start + step] - low > span).any(axis=(1, 2))
        if other.any():
            return start + int(other.argmax())
        start, step = start + step, min(2 * step, most)
    return len(lines)
