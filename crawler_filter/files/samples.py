"""Pictures whose pixels are numbers of more than eight bits: how dark each is seen."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL import Image

Array = npt.NDArray[Any]

_BYTE: Final = 255
_SIXTEEN: Final = 65_535


def grey_of_numbers(image: Image.Image) -> Callable[[Image.Image], Array] | None:
    """Return what makes bytes of grey of parts of a picture of numbers, None for a picture of another mode.

    Pillow's own conversion would leave all but the darkest 256 values white. Of 16 bits the upper eight are seen.
    Of 32 bits and of floating point the range is not known: up to 1 (of floating point), 255 and 65,535 are taken
    to be what white is, and what goes beyond is stretched from the least value to the largest.
    """
    if image.mode.startswith("I;16"):
        return lambda part: (np.asarray(part)[:, :, None] >> 8).astype(np.uint8)
    if image.mode not in ("I", "F"):
        return None
    numbers = np.asarray(image)
    finite = numbers[np.isfinite(numbers)] if image.mode == "F" else numbers
    least, largest = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    white = next((each for each in _whites(image.mode) if least >= 0 and largest <= each), None)
    low, high = (0.0, white) if white is not None else (least, largest)
    return partial(_stretched, low=low, high=high)


def _whites(mode: str) -> tuple[float, ...]:
    return (1.0, _BYTE, _SIXTEEN) if mode == "F" else (_BYTE, _SIXTEEN)


def _stretched(part: Image.Image, *, low: float, high: float) -> Array:
    numbers = np.nan_to_num(np.asarray(part, dtype=np.float64)[:, :, None], nan=low, posinf=high, neginf=low)
    return ((numbers - low) * (_BYTE / max(high - low, 1e-300))).clip(0, _BYTE).astype(np.uint8)
