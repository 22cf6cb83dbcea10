"""Lines at the edges of a picture that are all of one colour, and the picture without them."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from crawler_filter.files.pixels import distinct_channels

Array = npt.NDArray[Any]

BORDER_TOLERANCE: Final = 24
"""How far a channel of a border's pixel may be from the colour in its corner."""

_AT_ONCE: Final = 1 << 18
"""Most bytes that are compared with a border's colour at once."""


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
