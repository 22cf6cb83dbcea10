"""What a formula draws on, and the colours it draws with."""

from typing import NamedTuple

import numpy as np

from crawler_filter.fingerprints.plain import Array

_LUMA = np.array([0.299, 0.587, 0.114])
_LEAST_CONTRAST = 40


class Sheet(NamedTuple):
    """What a formula draws on: where each sample is, along two axes at an angle, and from a centre."""

    width: int
    height: int
    x: Array
    y: Array
    along: Array
    across: Array
    rng: np.random.Generator

    def size(self, least: float, most: float) -> float:
        """Return a length, in shares of the shorter side, as many small ones as large ones."""
        return float(min(self.width, self.height) * np.exp(self.rng.uniform(np.log(least), np.log(most))))


def sheet_of(rng: np.random.Generator) -> tuple[Sheet, int]:
    width, height = (int(side) for side in rng.integers(120, 640, 2))
    if rng.random() < 0.3:
        height = width
    finer = 2 if rng.random() < 0.7 else 1
    y, x = (np.mgrid[0 : height * finer, 0 : width * finer] + 0.5) / finer
    centre = (0.5, 0.5) if rng.random() < 0.5 else rng.uniform(0.1, 0.9, 2)
    x, y = x - width * centre[0], y - height * centre[1]
    angle = float(rng.choice([0, np.pi / 2, np.pi / 4, rng.uniform(0, np.pi)]))
    along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    return Sheet(width, height, x, y, along, across, rng), finer


def gradient(rng: np.random.Generator, place: Array) -> Array:
    stops = int(rng.integers(2, 7))
    if rng.random() < 0.2:
        return steps(rng, place, stops)
    at = np.concatenate([[0.0], np.sort(rng.uniform(0, 1, stops - 2)), [1.0]])
    return np.stack([np.interp(place, at, rng.uniform(0, 255, stops)) for _ in range(3)], axis=-1)


def steps(rng: np.random.Generator, place: Array, count: int) -> Array:
    at = np.sort(rng.uniform(0, 1, count - 1))
    return rng.uniform(0, 255, (count, 3))[np.searchsorted(at, place)]


def two(rng: np.random.Generator, share: Array) -> Array:
    one, other = rng.uniform(0, 255, (2, 3))
    while abs((one - other) @ _LUMA) < _LEAST_CONTRAST:
        one, other = rng.uniform(0, 255, (2, 3))
    return one + (other - one) * np.asarray(share, dtype=float)[..., None]
