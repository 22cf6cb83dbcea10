"""The pictures of the negative bank, drawn from formulas so that anybody can make their hashes again."""

from collections.abc import Iterator

import numpy as np

SIDE = 512


def shared_pictures() -> Iterator[tuple[str, np.ndarray]]:
    """Yield a name and (height, width, 3) bytes of each picture that belongs to nobody."""
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    for size in (8, 16, 32, 64, 128):
        yield f"a checkerboard of {size} pixels", _grey(((x // size + y // size) % 2) * 255)
        yield f"squared paper of {size} pixels", _grey(np.where((x % size < 2) | (y % size < 2), 0, 255))
        yield f"ruled paper of {size} pixels", _grey(np.where(y % size < 2, 0, 255))
        yield f"vertical stripes of {size} pixels", _grey((x // size % 2) * 255)
        yield f"horizontal stripes of {size} pixels", _grey((y // size % 2) * 255)
        yield f"diagonal stripes of {size} pixels", _grey(((x + y) // size % 2) * 255)
        turned, across = (x + y) % size - size / 2, (x - y) % size - size / 2
        yield f"a screentone of {size} pixels", _grey(np.where(turned**2 + across**2 < size**2 / 8, 0, 255))
    yield "a radial burst", _grey((np.arctan2(y - SIDE / 2, x - SIDE / 2) * 24 / np.pi // 1 % 2) * 255)
    distance = np.hypot(y - SIDE / 2, x - SIDE / 2) / np.hypot(SIDE / 2, SIDE / 2)
    yield "a light that fades to the edges", _grey((1 - distance) * 255)
    yield "a shadow that fades to the edges", _grey(distance * 255)
    yield "concentric rings", _grey((np.hypot(y - SIDE / 2, x - SIDE / 2) // 16 % 2) * 255)
    yield "colour bars", _colour_bars(x)


def _grey(values: np.ndarray) -> np.ndarray:
    return np.repeat(values.astype(np.uint8)[:, :, None], 3, axis=2)


def _colour_bars(x: np.ndarray) -> np.ndarray:
    colours = np.array([[r, g, b] for g in (191, 0) for r in (191, 0) for b in (191, 0)], dtype=np.uint8)[:7]
    return colours[np.minimum(x * 7 // SIDE, 6)]
