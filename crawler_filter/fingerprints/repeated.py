"""Whether a picture repeats itself: dots, zigzags, hexagons, bricks and other patterns of cloth and paper.

`docs/formats/fingerprints.md`, section "pdq", defines the measure. It looks at the slopes between 64 by 64 samples
and compares them with themselves, moved along two directions, and turned by half around several points. A pattern
fits again and again. What is moved must repeat in a small cell, for a sheet of a work in large cells is a work;
around many points, as nearly every pattern may be, no work can be turned, however large the cell is. Between the
two are tiles of any size, of which little is free: they can be turned around a few points as well, or have lines
in few directions. Sheets of pages and of figures have neither.

A figure on a pattern is a work: no sixteenth of a pattern differs from what it should repeat.
"""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

_SIDE: Final = 63
"""Slopes along a side."""
_SHARES: Final = {"moved": 0.25, "turned": 0.27}
"""Least share of the slopes that still lies on others. A picture of four mirror images has five points to turn
around that leave more than a quarter: too few."""
_LIKELY: Final = 0.7
"""Least correlation that counts as one of a pattern's."""
_HALVED_LIKELY: Final = 0.65
"""The same of half as many samples. Patterns have 0.8 at least."""
_LEAST_CELL: Final = 4
_MOST_CELL: Final = 256
"""Samples in what is repeated, at least and at most: a sixteenth of a picture."""
_PEAKS: Final = 40
_TURNS: Final = 6
"""Points around which a pattern can be turned, at least."""
_TURNS_OF_TILES: Final = 4
"""The same of tiles that also lie on themselves when they are moved."""
_LIKE_TILES: Final = 0.85
"""Least correlation of tiles that are moved."""
_APART: Final = 0.3
"""Least sine between the two ways in which tiles are moved."""
_ANGLES: Final = 90
"""Into how many parts half a turn is cut, and how many directions of lines are few, each so many parts wide."""
_DIRECTIONS: Final = 6
_WIDE: Final = 7
_STRAIGHT: Final = 0.8
"""Least share of the slopes that lie in few directions. Sheets of figures and of pages have 0.54 to 0.74."""
_BLOCK: Final = 16
_FAINT: Final = 0.25
"""Share of the mean slopes, below which a sixteenth tells nothing."""
_MOST_OFF: Final = 0.5
"""Share of the slopes of a sixteenth that do not repeat, from which on something else is there."""
_HELD: Final = 1e-3
_TINY: Final = 1e-9


def _left(side: int) -> Array:
    """Return the share of slopes that lie on others, by how far they are moved."""
    at = side - np.abs(np.arange(-side + 1, side))
    left: Array = np.outer(at, at) / side**2
    return left


_LEFT: Final = _left(_SIDE)
_FAR: Final = 2
_HALVED_FAR: Final = (_left(_SIDE // 2) >= _SHARES["moved"]) & (
    np.hypot(*np.mgrid[-_SIDE // 2 + 2 : _SIDE // 2, -_SIDE // 2 + 2 : _SIDE // 2]) >= _FAR
)

Place = tuple[int, int]
Found = tuple[float, Place]


def left_of_patterns(samples: Array) -> Iterator[tuple[str, float]]:
    """Yield "moved", "turned" and "tiled", where a picture repeats itself so, with the share that does not."""
    if not _may_repeat(samples):
        return
    slopes = _slopes(samples)
    waves, covered = _transformed(slopes)
    moved = _peaks(_moved_onto_itself(waves, covered), "moved")
    if (shifts := _small_cell(moved)) and _is_moved_everywhere(slopes, shifts):
        yield "moved", 1 - shifts[-1][0]
    backwards = np.roll(waves[::-1, ::-1], 1, (0, 1)).conj()
    turned = -np.fft.ifft2(waves * backwards).real[: len(covered), : len(covered)] / covered
    points = _peaks(turned, "turned")[:_PEAKS]
    if len(points) >= _TURNS and _is_so_everywhere(slopes, [_turned(slopes, at) for _, at in points]):
        yield "turned", 1 - points[_TURNS - 1][0]
    is_simple = len(points) >= _TURNS_OF_TILES or _has_few_directions(samples)
    if is_simple and (tiles := _shortest_two(moved)) and _is_moved_everywhere(slopes, tiles):
        yield "tiled", 1 - min(value for value, _ in tiles)


def _may_repeat(samples: Array) -> bool:
    """Tell whether half as many samples lie on themselves anywhere: what costs little, and spares most works."""
    halved = samples.reshape(_SIDE // 2 + 1, 2, _SIDE // 2 + 1, 2).mean(axis=(1, 3))
    moved = _moved_onto_itself(*_transformed(_slopes(halved)))
    return bool((moved >= _HALVED_LIKELY)[_HALVED_FAR].any())


def _slopes(samples: Array) -> Array:
    slopes: Array = np.diff(samples, axis=1)[:-1] + 1j * np.diff(samples, axis=0)[:, :-1]
    return slopes


def _transformed(slopes: Array) -> tuple[Array, Array]:
    """Return the waves of slopes, and how much of them lies on others by how far they are moved either way.

    The field is twice as large, so that what is moved does not come in at the other side.
    """
    side = len(slopes)
    at = np.arange(-side + 1, side)
    start, end = np.maximum(at, 0), np.minimum(side + at, side)
    energy = np.abs(slopes) ** 2
    sums = np.pad(energy.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    rows = sums[end] - sums[start]
    covered = rows[:, end] - rows[:, start] + _HELD * sums[-1, -1] + _TINY
    return np.fft.fft2(slopes, (2 * side + 2, 2 * side + 2)), covered


def _moved_onto_itself(waves: Array, covered: Array) -> Array:
    """Return how slopes correlate with themselves by how far they are moved; the middle is where they are not."""
    size = len(covered)
    around_zero = np.roll(np.fft.ifft2(np.abs(waves) ** 2).real, (size // 2, size // 2), (0, 1))[:size, :size]
    correlation: Array = around_zero / np.sqrt(covered * covered[::-1, ::-1])
    return correlation


def _peaks(field: Array, way: str) -> list[Found]:
    """Return the places where a correlation is greater than around it, the greatest first."""
    inner = field[1:-1, 1:-1]
    high = (inner >= _LIKELY) & (_LEFT[1:-1, 1:-1] >= _SHARES[way])
    found = [(row + 1, column + 1) for row, column in np.argwhere(high).tolist()]
    tops = [at for at in found if field[at] >= field[at[0] - 1 : at[0] + 2, at[1] - 1 : at[1] + 2].max()]
    return sorted(((float(field[at]), (at[0] - _SIDE + 1, at[1] - _SIDE + 1)) for at in tops), reverse=True)


def _small_cell(peaks: list[Found]) -> list[Found]:
    """Return the two best shifts that have a small cell between them; nothing if there are none."""
    one_way = [each for each in peaks if each[1] > (0, 0)][:_PEAKS]
    for last, second in enumerate(one_way):
        for first in one_way[:last]:
            if _LEAST_CELL <= abs(first[1][0] * second[1][1] - first[1][1] * second[1][0]) <= _MOST_CELL:
                return [first, second]
    return []


def _shortest_two(peaks: list[Found]) -> list[Found]:
    """Return the two shortest shifts that lead apart; nothing if there are none."""
    one_way = [each for each in peaks if each[0] >= _LIKE_TILES and each[1] > (0, 0)][:_PEAKS]
    one_way.sort(key=lambda each: (_squared(each), each[1]))
    others = (each for each in one_way[1:] if _lead_apart(one_way[0], each))
    return [one_way[0], second] if (second := next(others, None)) else []


def _lead_apart(one: Found, other: Found) -> bool:
    cell = abs(one[1][0] * other[1][1] - one[1][1] * other[1][0])
    return cell >= _LEAST_CELL and cell**2 >= _APART**2 * _squared(one) * _squared(other)


def _squared(shift: Found) -> int:
    return shift[1][0] ** 2 + shift[1][1] ** 2


def _has_few_directions(samples: Array) -> bool:
    """Tell whether nearly all lines lie in few directions."""
    right = samples[1:-1, 2:] - samples[1:-1, :-2]
    down = samples[2:, 1:-1] - samples[:-2, 1:-1]
    part = np.floor((np.arctan2(down, right) / np.pi % 1) * _ANGLES).astype(np.intp) % _ANGLES
    energy = np.bincount(part.ravel(), (right**2 + down**2).ravel(), _ANGLES)
    total, near = float(energy.sum()), np.arange(_WIDE) - _WIDE // 2
    kept = 0.0
    for _ in range(_DIRECTIONS):
        sums = sum(np.roll(energy, -each) for each in near)
        best = int(np.argmax(sums))
        kept += float(energy[(best + near) % _ANGLES].sum())
        energy[(best + near) % _ANGLES] = 0
    return kept >= _STRAIGHT * total


def _is_moved_everywhere(slopes: Array, shifts: list[Found]) -> bool:
    ways = [(way * down, way * right) for _, (down, right) in shifts for way in (1, -1)]
    return _is_so_everywhere(slopes, [_moved(slopes, way) for way in ways])


def _is_so_everywhere(slopes: Array, places: list[Array]) -> bool:
    """Tell whether no sixteenth has slopes that are not repeated: `places` are what each slope should equal."""
    off, seen = (np.zeros((4, 4)) for _ in range(2))
    for other in places:
        off += _by_block(np.nan_to_num(np.abs(slopes - other) ** 2))
        seen += _by_block(np.nan_to_num(np.abs(slopes) ** 2 + np.abs(other) ** 2))
    is_looked_at = seen >= _by_block(np.abs(slopes) ** 2)
    return bool((is_looked_at & (off <= _MOST_OFF * np.maximum(seen, _FAINT * seen.mean()))).all())


def _by_block(values: Array) -> Array:
    blocks: Array = np.pad(values, (0, 1)).reshape(4, _BLOCK, 4, _BLOCK).sum(axis=(1, 3))
    return blocks


def _moved(slopes: Array, place: Place) -> Array:
    """Return the slopes that lie so far behind each; NaN where none do."""
    other = np.full_like(slopes, np.nan)
    (into_rows, of_rows), (into_columns, of_columns) = map(_overlap, place)
    other[into_rows, into_columns] = slopes[of_rows, of_columns]
    return other


def _turned(slopes: Array, place: Place) -> Array:
    """Return the slopes that come to lie on each by half a turn."""
    return _moved(-slopes[::-1, ::-1], (-place[0], -place[1]))


def _overlap(by: int) -> tuple[slice, slice]:
    return slice(max(-by, 0), min(_SIDE - by, _SIDE)), slice(max(by, 0), min(_SIDE + by, _SIDE))
