"""Patterns that a formula draws: dots, tartans, zigzags, spirals, hexagons, bricks, and those of Japanese cloth."""

from collections.abc import Callable

import numpy as np

from crawler_filter.fingerprints.plain import Array
from tests.crawler_filter.fingerprints.plain_sheet import Sheet, steps, two

_LEAST_CELL = 1 / 16
_MOST_CELL = 1 / 2
_THIRD = np.sqrt(3) / 2


def _polka_dots(sheet: Sheet) -> Array:
    x, y = _cells(sheet)
    return two(sheet.rng, _to_dots(sheet, x, y) < sheet.rng.uniform(0.15, 0.45))


def _halftone(sheet: Sheet) -> Array:
    """Dots that grow along a line, as screentones shade."""
    rng = sheet.rng
    x, y = _cells(sheet, 1 / 48, 1 / 8)
    place = (sheet.y - sheet.y.min()) / np.ptp(sheet.y)
    least, most = rng.uniform(0.05, 0.3), rng.uniform(0.4, 0.7)
    return two(rng, _to_dots(sheet, x, y) < least + (most - least) * place)


def _tartan(sheet: Sheet) -> Array:
    rng = sheet.rng
    wide = sheet.size(1 / 8, 0.6)
    colours = int(rng.integers(2, 5))
    one, other = steps(rng, sheet.along / wide % 1, colours), steps(rng, sheet.across / wide % 1, colours)
    return 0.5 * (one + other)


def _zigzag(sheet: Sheet) -> Array:
    x, y = _cells(sheet)
    bent = y + sheet.rng.uniform(0.3, 1.5) * np.abs(x % 1 - 0.5)
    return two(sheet.rng, bent % 1 < sheet.rng.uniform(0.3, 0.7))


def _waves(sheet: Sheet) -> Array:
    x, y = _cells(sheet)
    bent = y + sheet.rng.uniform(0.1, 0.6) * np.sin(2 * np.pi * x)
    return two(sheet.rng, bent % 1 < sheet.rng.uniform(0.3, 0.7))


def _spiral(sheet: Sheet) -> Array:
    rng = sheet.rng
    away = np.hypot(sheet.x, sheet.y)
    wide, arms = sheet.size(1 / 10, 0.5), int(rng.integers(1, 13))
    turned = np.log(away + 1) * rng.uniform(0.5, 3) if rng.random() < 0.5 else away / wide
    turn = np.arctan2(sheet.across, sheet.along) / (2 * np.pi) * arms + turned
    return two(rng, turn % 1 < rng.uniform(0.3, 0.7))


def _hexagons(sheet: Sheet) -> Array:
    """Lines between hexagons, or hexagons of three colours."""
    rng = sheet.rng
    x, y = _cells(sheet)
    row = np.round(y / _THIRD)
    found = np.stack([_hexagon(x, y, row + step) for step in (-1, 0, 1)])
    away, number = found[:, 0].min(axis=0), found[:, 1]
    if rng.random() < 0.5:
        return two(rng, away > 0.5 - rng.uniform(0.03, 0.12))
    nearest = np.take_along_axis(number, found[:, 0].argmin(axis=0)[None], axis=0)[0]
    return rng.uniform(0, 255, (3, 3))[nearest.astype(int) % 3]


def _hexagon(x: Array, y: Array, row: Array) -> tuple[Array, Array]:
    shift = row % 2 / 2
    column = np.round(x - shift)
    right, down = x - shift - column, y - row * _THIRD
    away = np.maximum(np.abs(right), np.abs(right) / 2 + np.abs(down) * _THIRD)
    return away, column - row // 2 - row


def _bricks(sheet: Sheet) -> Array:
    rng = sheet.rng
    x, y = _cells(sheet)
    x = x / 2 + np.floor(y) % 2 / 2
    joint = rng.uniform(0.05, 0.15)
    return two(rng, (y % 1 < joint) | (x % 1 < joint / 2))


def _seigaiha(sheet: Sheet) -> Array:
    """Fans over fans, as waves of the sea are drawn."""
    x, y = _cells(sheet)
    rings, shown = int(sheet.rng.integers(2, 6)), np.full(x.shape, -1.0)
    row = np.floor(4 * y)
    for step in range(5):  # from the nearest row, which lies over those behind it
        at = row + 4 - step
        away = np.hypot((x - at % 2 / 2 + 0.5) % 1 - 0.5, y - at / 4 * 1.0)
        shown = np.where((shown < 0) & (away <= 0.5), np.floor(away * 2 * rings), shown)
    return two(sheet.rng, shown % 2)


def _asanoha(sheet: Sheet) -> Array:
    """Leaves of hemp: triangles, each with three lines from its middle to its corners."""
    x, y = _cells(sheet, 1 / 8, 0.6)
    v = y / _THIRD
    u = x - v / 2
    u, v = u % 1, v % 1
    over = u + v > 1
    u, v = np.where(over, 1 - u, u), np.where(over, 1 - v, v)
    low, middle, _ = np.sort(np.stack([u, v, 1 - u - v]), axis=0)
    return two(sheet.rng, np.minimum(low, middle - low) < sheet.rng.uniform(0.02, 0.06))


def _shippo(sheet: Sheet) -> Array:
    """Circles that overlap by a quarter."""
    x, y = _cells(sheet)
    count = sum(np.hypot(x % 1 - i, y % 1 - j) < np.sqrt(0.5) for i in range(-1, 3) for j in range(-1, 3))
    return two(sheet.rng, np.asarray(count) % 2)


def _receding_checks(sheet: Sheet) -> Array:
    """A floor of checks as it is seen from above it."""
    rng = sheet.rng
    down = (sheet.y - sheet.y.min()) / np.ptp(sheet.y) + rng.uniform(0.05, 0.6)
    depth, aside = rng.uniform(1, 6) / down, sheet.x / sheet.size(0.05, 0.3) / down
    return two(rng, (np.floor(depth) + np.floor(aside)) % 2)


PATTERNS: dict[str, Callable[[Sheet], Array]] = {
    "polka dots": _polka_dots,
    "halftone": _halftone,
    "tartan": _tartan,
    "zigzag": _zigzag,
    "waves": _waves,
    "hexagons": _hexagons,
    "bricks": _bricks,
    "seigaiha": _seigaiha,
    "asanoha": _asanoha,
    "shippo": _shippo,
}
"""Which differ in no more than size, turn, shares and colours."""

BEYOND: dict[str, Callable[[Sheet], Array]] = {"spiral": _spiral, "receding checks": _receding_checks}
"""Everybody's as well, but no measure here refuses them."""


def _focus_lines(sheet: Sheet) -> Array:
    rng = sheet.rng
    count = int(rng.integers(30, 120))
    at, wide = rng.uniform(-np.pi, np.pi, count), rng.uniform(0.01, 0.08, count)
    long = rng.uniform(0.3, 0.8, count) * np.hypot(sheet.width, sheet.height) / 2
    angle, away = np.arctan2(sheet.y, sheet.x), np.hypot(sheet.x, sheet.y)
    inked = np.zeros(away.shape, dtype=bool)
    for each, half, inner in zip(at, wide / 2, long, strict=True):
        off = np.abs((angle - each + np.pi) % (2 * np.pi) - np.pi)
        inked |= (away > inner) & (off < half * (1 - inner / (away + 1)))
    return two(rng, inked)


def _speed_lines(sheet: Sheet) -> Array:
    rng = sheet.rng
    count = int(rng.integers(20, 80))
    side = float(np.ptp(sheet.across))
    inked = np.zeros(sheet.x.shape, dtype=bool)
    for _ in range(count):
        at, half = sheet.across.min() + rng.uniform(0, side), side * rng.uniform(0.001, 0.012)
        end = sheet.along.min() + rng.uniform(0.2, 1) * np.ptp(sheet.along)
        inked |= (
            np.abs(sheet.across - at) < half * (1 - (sheet.along - sheet.along.min()) / (end - sheet.along.min()))
        ) & (sheet.along < end)
    return two(rng, inked)


def _noise(sheet: Sheet) -> Array:
    rng = sheet.rng
    cell = sheet.size(1 / 32, 1 / 4)
    rows, columns = ((side - side.min()) / cell for side in (sheet.y, sheet.x))
    grid = rng.uniform(0, 1, (int(rows.max()) + 2, int(columns.max()) + 2))
    i, j = rows.astype(int), columns.astype(int)
    down, right = rows - i, columns - j
    upper = grid[i, j] * (1 - right) + grid[i, j + 1] * right
    lower = grid[i + 1, j] * (1 - right) + grid[i + 1, j + 1] * right
    return two(rng, upper * (1 - down) + lower * down)


BY_CHANCE: dict[str, Callable[[Sheet], Array]] = {
    "focus lines": _focus_lines,
    "speed lines": _speed_lines,
    "noise": _noise,
}
"""Which hold a chance of their own in many places: two of a kind are no more alike than two works."""


def _cells(sheet: Sheet, least: float = _LEAST_CELL, most: float = _MOST_CELL) -> tuple[Array, Array]:
    """Return two coordinates across each other, in cells."""
    wide, (right, down) = sheet.size(least, most), sheet.rng.random(2)
    return sheet.along / wide + right, sheet.across / wide + down


def _to_dots(sheet: Sheet, x: Array, y: Array) -> Array:
    """Return how far the nearest of dots is, that lie side by side or, as often, in gaps of the next row."""
    if sheet.rng.random() < 0.5:
        x = x + np.floor(y) % 2 / 2
    return np.hypot(x % 1 - 0.5, y % 1 - 0.5)
