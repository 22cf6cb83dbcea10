"""Whether a picture comes again when it is turned a little: star polygons, cog wheels, rosettes of lines.

Such a figure follows from a number of points and a rule, and whoever draws another one draws nearly the same to a
network. The picture is read along circles about its middle, without its border. What changes along them is taken
apart by how often it comes in a turn; of a figure of n points nearly all comes n times, or a multiple of n.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from crawler_filter.fingerprints.borders import trimmed

Array = npt.NDArray[Any]

MOST_IN_TURNS: Final = 0.5
"""Least share of what changes along the circles that comes n times a turn, in a figure of n points. Of 911 works
of others one has more, a cog wheel, and all others 0.43 at most; of 18 star polygons 17 have more."""

_LEAST_POINTS: Final = 7
"""Flowers, faces and crosses have fewer."""
_MOST_POINTS: Final = 128
_ANGLES: Final = 512
_CIRCLES: Final = 48
_NOTHING: Final = 1.0
"""What rounding leaves of one colour is less: a level of grey more in one place is worth hundreds."""


def is_many_fold(pixels: Array) -> bool:
    """Tell whether a picture of (height, width, 3) bytes is a figure of seven points or more, all alike."""
    return in_turns(pixels) >= MOST_IN_TURNS


def in_turns(pixels: Array) -> float:
    """Return the share that comes n times a turn, for the n that explains most; 0 where nothing changes."""
    shares = (np.arange(_CIRCLES) + 0.5) / _CIRCLES
    power = np.abs(np.fft.rfft(_along_circles(trimmed(pixels), shares), axis=1)[:, 1:]) ** 2
    often = (power * shares[:, None]).sum(axis=0)
    total = float(often.sum())
    best = max(float(often[points - 1 :: points].sum()) for points in range(_LEAST_POINTS, _MOST_POINTS + 1))
    return best / total if total > _NOTHING else 0.0


def _along_circles(pixels: Array, shares: Array) -> Array:
    """Return the greys along circles, or along ovals as wide and high as these shares of the picture."""
    height, width, _ = pixels.shape
    angles = np.arange(_ANGLES) * (2 * np.pi / _ANGLES)
    rows = (height - 1) / 2 * (1 + np.outer(shares, np.sin(angles)))
    columns = (width - 1) / 2 * (1 + np.outer(shares, np.cos(angles)))
    top, left = rows.astype(np.intp), columns.astype(np.intp)
    bottom, right = np.minimum(top + 1, height - 1), np.minimum(left + 1, width - 1)
    down, across = rows - top, columns - left
    grey = pixels @ np.array([0.25, 0.5, 0.25])
    upper = grey[top, left] * (1 - across) + grey[top, right] * across
    lower = grey[bottom, left] * (1 - across) + grey[bottom, right] * across
    read: Array = upper * (1 - down) + lower * down
    return read
