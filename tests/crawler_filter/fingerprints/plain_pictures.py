"""Pictures that a formula draws: gradients, vignettes, rays, stripes, checks and rings of any colour, angle and size.

Each is drawn from a kind and a seed, half of them with noise, most of them as a JPEG gives them back.
"""

import io
from collections.abc import Callable
from typing import NamedTuple
from zlib import crc32

import numpy as np
from PIL import Image

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


def drawn(kind: str, seed: int) -> Array:
    """Return (height, width, 3) bytes."""
    rng = np.random.default_rng([seed, crc32(kind.encode())])
    sheet, finer = _sheet(rng)
    colours = KINDS[kind](sheet).reshape(sheet.height, finer, sheet.width, finer, 3).mean(axis=(1, 3))
    if rng.random() < 0.5:
        colours = colours + rng.normal(0, rng.uniform(0.5, 3), colours.shape)
    pixels = colours.clip(0, 255).astype(np.uint8)
    quality = int(rng.choice([0, 40, 60, 75, 90, 95]))
    if not quality:
        return pixels
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


def _sheet(rng: np.random.Generator) -> tuple[Sheet, int]:
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


def _linear_gradient(sheet: Sheet) -> Array:
    place = (sheet.along - sheet.along.min()) / np.ptp(sheet.along)
    repeated = int(sheet.rng.integers(2, 6)) if sheet.rng.random() < 0.3 else 1
    return _gradient(sheet.rng, place * repeated % 1)


def _radial_gradient(sheet: Sheet) -> Array:
    rng = sheet.rng
    away = np.hypot(sheet.x, sheet.y * rng.choice([1, sheet.width / sheet.height, rng.uniform(0.5, 2)]))
    return _gradient(rng, (away / away.max() / rng.uniform(0.4, 1)).clip(0, 1))


def _conic_gradient(sheet: Sheet) -> Array:
    return _gradient(sheet.rng, (np.arctan2(sheet.across, sheet.along) / (2 * np.pi)) % 1)


def _vignette(sheet: Sheet) -> Array:
    rng = sheet.rng
    away = np.hypot(sheet.x, sheet.y * rng.choice([1, sheet.width / sheet.height]))
    dark = (away / away.max() - rng.uniform(0, 0.5)).clip(0, 1) ** rng.uniform(0.8, 3)
    light = (1 - rng.uniform(0.5, 2) * dark).clip(0, 1)
    shaded = rng.uniform(80, 255, 3) * light[..., None]
    return shaded if rng.random() < 0.7 else 255 - shaded


def _sunburst(sheet: Sheet) -> Array:
    rng = sheet.rng
    turn = np.arctan2(sheet.across, sheet.along) / (2 * np.pi) * int(rng.integers(6, 49)) % 1
    rays, away = _two(rng, turn < rng.uniform(0.3, 0.7)), np.hypot(sheet.x, sheet.y)
    if rng.random() < 0.3:
        rays *= (1 - rng.uniform(0.3, 0.9) * away / away.max())[..., None]
    if rng.random() < 0.2:
        rays[away < sheet.size(0.05, 0.25)] = rng.uniform(0, 255, 3)
    return rays


def _stripes(sheet: Sheet) -> Array:
    rng, wide = sheet.rng, sheet.size(1 / 24, 0.6)
    if rng.random() < 0.15:
        return _two(rng, 0.5 + 0.5 * np.sin(2 * np.pi * sheet.along / wide))
    place = (sheet.along / wide + rng.random()) % 1
    colours = int(rng.integers(2, 5))
    return _two(rng, place < rng.uniform(0.25, 0.75)) if colours == 2 else _steps(rng, place, colours)


def _checks(sheet: Sheet) -> Array:
    rng, wide = sheet.rng, sheet.size(1 / 24, 0.5)
    high = wide if rng.random() < 0.6 else wide * rng.uniform(0.5, 2)
    columns, rows = (np.floor(at + rng.random()) for at in (sheet.along / wide, sheet.across / high))
    return _two(rng, (columns + rows) % 2)


def _rings(sheet: Sheet) -> Array:
    rng, wide = sheet.rng, sheet.size(1 / 24, 0.4)
    away = np.hypot(sheet.x, sheet.y * rng.choice([1, sheet.width / sheet.height, rng.uniform(0.5, 2)]))
    place = (away / wide + rng.random()) % 1
    if rng.random() < 0.2:
        return _two(rng, 0.5 + 0.5 * np.sin(2 * np.pi * place))
    return _two(rng, place < rng.uniform(0.25, 0.75))


KINDS: dict[str, Callable[[Sheet], Array]] = {
    "linear gradient": _linear_gradient,
    "radial gradient": _radial_gradient,
    "conic gradient": _conic_gradient,
    "vignette": _vignette,
    "sunburst": _sunburst,
    "stripes": _stripes,
    "checks": _checks,
    "rings": _rings,
}


def _gradient(rng: np.random.Generator, place: Array) -> Array:
    stops = int(rng.integers(2, 7))
    if rng.random() < 0.2:
        return _steps(rng, place, stops)
    at = np.concatenate([[0.0], np.sort(rng.uniform(0, 1, stops - 2)), [1.0]])
    return np.stack([np.interp(place, at, rng.uniform(0, 255, stops)) for _ in range(3)], axis=-1)


def _steps(rng: np.random.Generator, place: Array, count: int) -> Array:
    at = np.sort(rng.uniform(0, 1, count - 1))
    return rng.uniform(0, 255, (count, 3))[np.searchsorted(at, place)]


def _two(rng: np.random.Generator, share: Array) -> Array:
    one, other = rng.uniform(0, 255, (2, 3))
    while abs((one - other) @ _LUMA) < _LEAST_CONTRAST:
        one, other = rng.uniform(0, 255, (2, 3))
    return one + (other - one) * np.asarray(share, dtype=float)[..., None]
