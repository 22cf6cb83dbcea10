"""Pictures that a formula draws: gradients, rays, stripes, checks, rings, patterns and figures, in any colour.

Each is drawn from a kind and a seed, half of them with noise, most of them as a JPEG gives them back.
"""

import io
from collections.abc import Callable
from zlib import crc32

import numpy as np
from PIL import Image

from crawler_filter.fingerprints.plain import Array
from tests.crawler_filter.fingerprints.drawn_figures import FIGURES
from tests.crawler_filter.fingerprints.plain_patterns import BEYOND, BY_CHANCE, PATTERNS
from tests.crawler_filter.fingerprints.plain_sheet import Sheet, gradient, sheet_of, steps, two


def drawn(kind: str, seed: int) -> Array:
    """Return (height, width, 3) bytes."""
    rng = np.random.default_rng([seed, crc32(kind.encode())])
    sheet, finer = sheet_of(rng)
    colours = EVERY_KIND[kind](sheet).reshape(sheet.height, finer, sheet.width, finer, 3).mean(axis=(1, 3))
    if rng.random() < 0.5:
        colours = colours + rng.normal(0, rng.uniform(0.5, 3), colours.shape)
    pixels = colours.clip(0, 255).astype(np.uint8)
    quality = int(rng.choice([0, 40, 60, 75, 90, 95]))
    if not quality:
        return pixels
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


def _linear_gradient(sheet: Sheet) -> Array:
    place = (sheet.along - sheet.along.min()) / np.ptp(sheet.along)
    repeated = int(sheet.rng.integers(2, 6)) if sheet.rng.random() < 0.3 else 1
    return gradient(sheet.rng, place * repeated % 1)


def _radial_gradient(sheet: Sheet) -> Array:
    rng = sheet.rng
    away = np.hypot(sheet.x, sheet.y * rng.choice([1, sheet.width / sheet.height, rng.uniform(0.5, 2)]))
    return gradient(rng, (away / away.max() / rng.uniform(0.4, 1)).clip(0, 1))


def _conic_gradient(sheet: Sheet) -> Array:
    return gradient(sheet.rng, (np.arctan2(sheet.across, sheet.along) / (2 * np.pi)) % 1)


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
    rays, away = two(rng, turn < rng.uniform(0.3, 0.7)), np.hypot(sheet.x, sheet.y)
    if rng.random() < 0.3:
        rays *= (1 - rng.uniform(0.3, 0.9) * away / away.max())[..., None]
    if rng.random() < 0.2:
        rays[away < sheet.size(0.05, 0.25)] = rng.uniform(0, 255, 3)
    return rays


def _stripes(sheet: Sheet) -> Array:
    rng, wide = sheet.rng, sheet.size(1 / 24, 0.6)
    if rng.random() < 0.15:
        return two(rng, 0.5 + 0.5 * np.sin(2 * np.pi * sheet.along / wide))
    place = (sheet.along / wide + rng.random()) % 1
    colours = int(rng.integers(2, 5))
    return two(rng, place < rng.uniform(0.25, 0.75)) if colours == 2 else steps(rng, place, colours)


def _checks(sheet: Sheet) -> Array:
    rng, wide = sheet.rng, sheet.size(1 / 24, 0.5)
    high = wide if rng.random() < 0.6 else wide * rng.uniform(0.5, 2)
    columns, rows = (np.floor(at + rng.random()) for at in (sheet.along / wide, sheet.across / high))
    return two(rng, (columns + rows) % 2)


def _rings(sheet: Sheet) -> Array:
    rng, wide = sheet.rng, sheet.size(1 / 24, 0.4)
    away = np.hypot(sheet.x, sheet.y * rng.choice([1, sheet.width / sheet.height, rng.uniform(0.5, 2)]))
    place = (away / wide + rng.random()) % 1
    if rng.random() < 0.2:
        return two(rng, 0.5 + 0.5 * np.sin(2 * np.pi * place))
    return two(rng, place < rng.uniform(0.25, 0.75))


KINDS: dict[str, Callable[[Sheet], Array]] = {
    "linear gradient": _linear_gradient,
    "radial gradient": _radial_gradient,
    "conic gradient": _conic_gradient,
    "vignette": _vignette,
    "sunburst": _sunburst,
    "stripes": _stripes,
    "checks": _checks,
    "rings": _rings,
    **PATTERNS,
    **FIGURES,
}
"""What cannot be registered, but for few."""

EVERY_KIND = KINDS | BEYOND | BY_CHANCE
