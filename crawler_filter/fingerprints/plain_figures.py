"""Whether a picture is one plain figure on a plain ground: a hexagon, a disc, a star, a heart, a wedge, a corner.

`docs/formats/fingerprints.md`, section "pdq", defines the measure. The samples are parted into two levels, and
next to nothing may be left beside these: a texture that a hash hardly sees. Then the line between the two is
followed, and drawn again in straight and bent pieces that come near it. A figure that needs few is everybody's,
however it is turned and coloured, filled or in outline. Of several figures, and of shades, much more is free.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from crawler_filter.fingerprints.plain_families import blurred, edges_of

Array = npt.NDArray[Any]
Point = tuple[int, int]
"""A row and a column, in parts of a sample."""

MOST_LEFT: Final = 0.035
"""The share of the edges that two levels leave of a plain figure, at most."""
MOST_CORNERS: Final = 14
"""How many ends of pieces the outline of a plain figure has within the picture, at most; a circle has 3 to 6."""

_PARTS: Final = 256
"""Parts in a sample: places are whole numbers, so that every implementation finds the same corners."""
_NEAR: Final = _PARTS
"""How far pieces may be from the outline: a sample."""
_LONGEST: Final = 1024
"""Steps of outlines around samples, at most. A square of the picture's size has 256, one drawn in lines more."""
_SIDES: Final = ((-1, 0), (0, 1), (1, 0), (0, -1))
"""Above, to the right, below and to the left of a sample: the order in which an outline goes around one."""
_TINY: Final = 1e-9


def is_figure(samples: Array) -> bool:
    """Tell whether 64 by 64 samples show one plain figure, or all but one."""
    shares, left = parted(samples)
    if left > MOST_LEFT or _length(shares) > _LONGEST:
        return False
    return any(_is_simple(each) for each in (shares, 1 - shares))


def parted(samples: Array) -> tuple[Array, float]:
    """Return how much of the brighter level is in each sample, and the share of edges that two levels leave."""
    low, high = _levels(samples)
    shares = (2 * (samples - low) / (high - low + _TINY) - 0.5).clip(0, 1)
    rest = samples - (low + (high - low) * shares)
    return shares, edges_of(blurred(rest)) / (edges_of(blurred(samples)) + _TINY)


def corners_of(shares: Array) -> int | None:
    """Count the corners of the one figure of more than half a share; None where there are several, or two holes.

    Where the hole takes most of it, the figure is drawn in outline, and the hole's corners follow from its own.
    """
    found = list(islice(_outlines(shares), 3))
    if len(found) not in (1, 2):
        return None
    areas, corners = [*map(_twice_the_area, found)], [*map(_count_corners, found)]
    if min(areas) >= 0:
        return corners[0] if len(found) == 1 else None
    return max(corners) if 2 * -min(areas) >= max(areas) else sum(corners)


def _levels(samples: Array) -> tuple[float, float]:
    """Return the medians of the dark and the bright samples, parted where they differ most (Otsu, 1979)."""
    values = np.sort(samples, axis=None)
    dark = np.arange(1, values.size)
    sums = values.cumsum()
    means = sums[:-1] / dark - (sums[-1] - sums[:-1]) / (values.size - dark)
    parting = int(np.argmax(dark * (values.size - dark) * means**2)) + 1
    return float(values[parting // 2]), float(values[(parting + values.size) // 2])


def _length(shares: Array) -> int:
    inside = np.pad(shares > 0.5, 1)
    return sum(int(np.count_nonzero(np.diff(inside, axis=axis))) for axis in (0, 1))


def _is_simple(shares: Array) -> bool:
    corners = corners_of(shares)
    return corners is not None and corners <= MOST_CORNERS


def _outlines(shares: Array) -> Iterator[list[Point]]:
    """Yield each outline, clockwise around what is inside, as places between the samples on its two sides."""
    grid = np.pad(shares, 1).tolist()
    inside = [[value > 0.5 for value in row] for row in grid]
    seen: set[tuple[int, int, int]] = set()
    for row, column in np.argwhere(np.pad(shares > 0.5, 1)).tolist():
        for side, (down, right) in enumerate(_SIDES):
            if not inside[row + down][column + right] and (row, column, side) not in seen:
                yield _followed(grid, inside, (row, column, side), seen)


def _followed(
    grid: list[list[float]],
    inside: list[list[bool]],
    step: tuple[int, int, int],
    seen: set[tuple[int, int, int]],
) -> list[Point]:
    outline = []
    while step not in seen:
        seen.add(step)
        row, column, side = step
        down, right = _SIDES[side]
        here, there = grid[row][column], grid[row + down][column + right]
        part = math.floor(_PARTS * (here - 0.5) / (here - there))
        outline.append((_PARTS * row + down * part, _PARTS * column + right * part))
        on_down, on_right = _SIDES[(side + 1) % 4]
        if inside[row + on_down + down][column + on_right + right]:
            step = (row + on_down + down, column + on_right + right, (side + 3) % 4)
        elif inside[row + on_down][column + on_right]:
            step = (row + on_down, column + on_right, side)
        else:
            step = (row, column, (side + 1) % 4)
    return outline


def _twice_the_area(outline: list[Point]) -> int:
    """Return twice what an outline encloses; below zero of a hole, which it goes around the other way."""
    return sum(
        one[0] * other[1] - one[1] * other[0]
        for one, other in zip([*outline[1:], outline[0]], outline, strict=True)
    )


def _count_corners(outline: list[Point]) -> int:
    """Count the ends of the pieces that an outline falls into, each cut where it is farthest off (Ramer, 1972).

    The ends at the picture's edges, which every figure has that reaches them, are not counted.
    """
    start = _farthest(outline, outline[0])
    ring = [*outline[start:], *outline[: start + 1]]
    middle = _farthest(ring, ring[0])
    ends, pieces = {0, middle}, [(0, middle), (middle, len(ring) - 1)]
    while pieces:
        first, last = pieces.pop()
        if at := _farthest_off(ring, first, last):
            ends.add(at)
            pieces += [(first, at), (at, last)]
    return sum(all(_PARTS <= place <= 64 * _PARTS for place in ring[at]) for at in ends)


def _farthest(outline: Sequence[Point], point: Point) -> int:
    return max(range(len(outline)), key=lambda at: _squared(outline[at], point))


def _squared(one: Point, other: Point) -> int:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2


def _farthest_off(ring: list[Point], first: int, last: int) -> int:
    """Return the place farthest off the straight piece between two; 0 where all are near it or a bent one."""
    (row, column), (to_row, to_column) = ring[first], ring[last]
    down, right = to_row - row, to_column - column
    between = [(at[0] - row, at[1] - column) for at in ring[first + 1 : last]]
    far = [right * over - down * beside for over, beside in between]
    near = _NEAR * math.sqrt(down**2 + right**2)
    if max(map(abs, far), default=0) <= near or _is_bent(far, _along(between, down, right), near):
        return 0
    return first + 1 + max(range(len(far)), key=lambda at: abs(far[at]))


def _along(places: list[Point], down: int, right: int) -> list[float]:
    """Return how far along a straight piece places are, from 0 at its start to 1 at its end."""
    squared = down**2 + right**2
    return [(down * over + right * beside) / squared if squared else 0.0 for over, beside in places]


def _is_bent(far: list[int], along: list[float], near: float) -> bool:
    """Tell whether places lie near the parabola through the ends and the place that is the middle one."""
    middle = min(range(len(along)), key=lambda at: abs(along[at] - 0.5))
    bent = 4 * far[middle]
    return all(abs(off - bent * at * (1 - at)) <= near for off, at in zip(far, along, strict=True))
