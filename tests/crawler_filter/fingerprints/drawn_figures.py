"""Plain figures that anybody draws: polygons, stars, hearts, arrows, crosses, drops, blobs and wedges."""

from collections.abc import Callable

import numpy as np

from crawler_filter.fingerprints.plain import Array
from tests.crawler_filter.fingerprints.plain_sheet import Sheet, two

_TURN = np.linspace(0, 2 * np.pi, 90, endpoint=False)


def _polygon(sheet: Sheet) -> Array:
    return _around(sheet, _points(int(sheet.rng.integers(3, 9))))


def _star(sheet: Sheet) -> Array:
    points = _points(2 * int(sheet.rng.integers(4, 7)))
    points[::2] *= sheet.rng.uniform(0.35, 0.7)
    return _around(sheet, points)


def _disc(sheet: Sheet) -> Array:
    points = _points(_TURN.size)
    points[:, 1] *= sheet.rng.uniform(0.5, 1)
    return _around(sheet, points)


def _heart(sheet: Sheet) -> Array:
    high = -(13 * np.cos(_TURN) - 5 * np.cos(2 * _TURN) - 2 * np.cos(3 * _TURN) - np.cos(4 * _TURN)) / 16
    return _around(sheet, np.stack([np.sin(_TURN) ** 3, high], axis=1))


def _arrow(sheet: Sheet) -> Array:
    thin, wide, neck = (sheet.rng.uniform(*span) for span in ((0.15, 0.4), (0.5, 0.9), (-0.2, 0.3)))
    half = [(-1, thin), (neck, thin), (neck, wide), (1, 0)]
    return _around(sheet, np.array([*half, *((along, -across) for along, across in half[2::-1])]))


def _cross(sheet: Sheet) -> Array:
    arm = sheet.rng.uniform(0.15, 0.45)
    corner = np.array([(arm, 1), (arm, arm), (1, arm)])
    turn = np.array([[0, -1], [1, 0]])
    turns = [corner @ np.linalg.matrix_power(turn, quarter) for quarter in range(4)]
    return _around(sheet, np.concatenate(turns))


def _drop(sheet: Sheet) -> Array:
    side = np.sin(_TURN) * np.sin(_TURN / 2) ** sheet.rng.uniform(1, 3)
    return _around(sheet, np.stack([side, -np.cos(_TURN)], axis=1))


def _blob(sheet: Sheet) -> Array:
    rng = sheet.rng
    far = 0.9 + sum(rng.normal(0, 0.15 / k) * np.cos(k * _TURN + rng.uniform(0, 6)) for k in range(2, 5))
    return _around(sheet, np.stack([far * np.cos(_TURN), far * np.sin(_TURN)], axis=1))


def _outline(sheet: Sheet) -> Array:
    """A polygon of the colour of its ground within a line."""
    points = _points(int(sheet.rng.integers(3, 9)))
    inner = sheet.rng.uniform(0.85, 0.92)
    reach = _reach(sheet)
    return two(sheet.rng, _inside(sheet, reach * points) & ~_inside(sheet, reach * inner * points))


def _wedge(sheet: Sheet) -> Array:
    reach = np.hypot(sheet.width, sheet.height)
    start, wide = sheet.rng.uniform(0, 2 * np.pi), sheet.rng.uniform(0.3, 2.8)
    return two(sheet.rng, _inside(sheet, _on_circle(np.array([start, start + wide])) * reach, [(0.0, 0.0)]))


FIGURES: dict[str, Callable[[Sheet], Array]] = {
    "polygon": _polygon,
    "star": _star,
    "disc": _disc,
    "heart": _heart,
    "arrow": _arrow,
    "cross": _cross,
    "drop": _drop,
    "blob": _blob,
    "outline": _outline,
    "wedge": _wedge,
}
"""One of each, of one colour on a ground of another."""


def _points(count: int) -> Array:
    return _on_circle(np.arange(count) * (2 * np.pi / count))


def _on_circle(angles: Array) -> Array:
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def _around(sheet: Sheet, points: Array) -> Array:
    return two(sheet.rng, _inside(sheet, _reach(sheet) * points))


def _reach(sheet: Sheet) -> float:
    return float(min(sheet.width, sheet.height) * sheet.rng.uniform(0.25, 0.45))


def _inside(sheet: Sheet, points: Array, more: list[tuple[float, float]] | None = None) -> Array:
    """Tell of each place whether it lies in a polygon, by how many of its sides are passed on the way to it."""
    corners = [*points.tolist(), *(more or [])]
    inside = np.zeros(sheet.along.shape, dtype=bool)
    for (x, y), (to_x, to_y) in zip(corners, [*corners[1:], corners[0]], strict=True):
        if y != to_y:
            at = x + (sheet.across - y) * (to_x - x) / (to_y - y)
            inside ^= ((sheet.across >= y) != (sheet.across >= to_y)) & (sheet.along < at)
    return inside
