"""Whether a picture has few degrees of freedom: gradients, rays, stripes and plain figures are everybody's.

`docs/formats/fingerprints.md`, section "pdq", defines the measure. It looks at the 64 by 64 samples that PDQ looks
at, slightly blurred, and asks what the best of each family (`plain_families.py`) leaves of their edges, and
whether it is one plain figure (`plain_figures.py`).

Where samples tell too little, pieces of the picture are looked at by themselves. So are sixteenths with soft
shades beside hard edges, for a share of all edges says nothing of them: something may be there, or narrow rays.
"""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from crawler_filter.fingerprints.pdq import MIN_SIDE, samples_of
from crawler_filter.fingerprints.plain_families import blurred, edges_of, left_of_rays, left_over, seen_of
from crawler_filter.fingerprints.plain_figures import is_figure

Array = npt.NDArray[Any]

MOST_LEFT: Final = {
    "waves": 0.09, "stripes": 0.18, "plaid": 0.09, "checks": 0.1, "rings": 0.25, "rays": 0.25,
    "moved": 0.2, "turned": 0.25, "tiled": 0.15,
}  # fmt: skip
"""The share of the edges that is left of a plain picture, at most, by the family that fits."""
_BLOCK: Final = 16
_BLOCKS: Final = np.arange(0, 64, _BLOCK)
_SOFT: Final = 12.0
"""Mean square of the steps between samples, in levels of grey, from which on a sixteenth shows something."""
_SHADED: Final = 0.06
_FINE_EDGES: Final = 1.2
"""Edges, as a share of what is seen, from which on it is too fine. Of 1,048 works and parts none has over 0.71."""
_PIECES: Final = 3
"""Into how many pieces along its shorter side a picture is cut that is too fine."""
_LEAST_PIECE: Final = 24
"""Pixels along a side of a piece, at least."""


def is_plain(pixels: Array) -> bool:
    """Tell whether a picture of (height, width, 3) bytes is a pattern of a formula or one plain figure."""
    return is_pattern(pixels) or shows_a_figure(pixels)


def shows_a_figure(pixels: Array) -> bool:
    """Tell whether a picture shows no more than one plain figure: so does a small drawing on a large ground."""
    return min(pixels.shape[:2]) >= MIN_SIDE and is_figure(samples_of(pixels))


def is_pattern(pixels: Array) -> bool:
    """Tell whether a picture of (height, width, 3) bytes is one of those that a formula fills.

    What is too fine for the samples is looked at by its pieces, and what has soft sixteenths by those as well.
    """
    if min(pixels.shape[:2]) < MIN_SIDE:
        return False
    samples = samples_of(pixels)
    if soft := soft_sixteenths(samples):
        rays = left_of_rays(*seen_of(samples)) <= MOST_LEFT["rays"]
        return rays and all(map(_is_plain_itself, _sixteenths(pixels, soft)))
    return _fits(pixels, samples) or (is_fine(samples) and all(map(_is_plain_itself, _pieces(pixels))))


def _is_plain_itself(pixels: Array) -> bool:
    if min(pixels.shape[:2]) < _LEAST_PIECE:
        return False
    samples = samples_of(pixels)
    return not soft_sixteenths(samples) and _fits(pixels, samples)


def _fits(pixels: Array, samples: Array) -> bool:
    wide = pixels.shape[1] / pixels.shape[0]
    return any(left <= MOST_LEFT[family] for family, left in left_over(samples, wide))


def _sixteenths(pixels: Array, places: list[tuple[int, int]]) -> Iterator[Array]:
    height, width, _ = pixels.shape
    for row, column in places:
        rows, columns = (
            slice(at * side // 4, (at + 1) * side // 4) for at, side in ((row, height), (column, width))
        )
        yield pixels[rows, columns]


def _pieces(pixels: Array) -> Iterator[Array]:
    """Yield squares that cover a picture."""
    height, width, _ = pixels.shape
    side = min(height, width) // _PIECES
    for top in range(0, height - side // 2, max(side, 1)):
        for left in range(0, width - side // 2, max(side, 1)):
            row, column = min(top, height - side), min(left, width - side)
            yield pixels[row : row + side, column : column + side]


def is_fine(samples: Array) -> bool:
    """Tell whether nearly all that samples show is about as narrow as they are, so that they tell little of it."""
    seen, _ = seen_of(samples)
    return edges_of(seen) > _FINE_EDGES * float(seen @ seen)


def soft_sixteenths(samples: Array) -> list[tuple[int, int]]:
    """Return which sixteenths, by row and column, show soft shades beside hard edges."""
    square = blurred(np.asarray(samples, dtype=np.float64))
    steps = np.diff(square, axis=0)[:, :-1] ** 2 + np.diff(square, axis=1)[:-1] ** 2
    blocks = np.add.reduceat(np.add.reduceat(steps, _BLOCKS, axis=0), _BLOCKS, axis=1) / _BLOCK**2
    soft = (blocks > _SOFT) & (blocks < _SHADED * blocks.mean())
    return [(row, column) for row, column in np.argwhere(soft).tolist()]
