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
_BITS: Final = (10, 12, 14)
_SAMPLE_FORMAT: Final = 339
_FEW: Final = 200
"""One value of so many may be brighter than white: a lamp in a picture of a high dynamic range."""


def grey_of_numbers(image: Image.Image) -> Callable[[Image.Image], Array] | None:
    """Return what makes bytes of grey of parts of a picture of numbers, None for a picture of another mode.

    Pillow's own conversion would leave all but the darkest 256 values white. Of 16 bits the upper eight are seen;
    a TIFF may hold ten, twelve or fourteen in them. Of 32 bits and of floating point the range is not known: up to
    1 (of floating point), 255 and 65,535 are taken to be what white is, a few brighter spots aside, and what goes
    beyond is stretched from the least value to the largest.
    """
    if image.mode.startswith("I;16"):
        shift = _bits_of_sixteen(image) - 8
        return lambda part: (np.asarray(part)[:, :, None] >> shift).astype(np.uint8)
    if image.mode not in ("I", "F"):
        return None
    unsigned = image.mode == "I" and _is_unsigned(image)
    numbers = np.asarray(image).view(np.uint32) if unsigned else np.asarray(image)
    finite = numbers[np.isfinite(numbers)] if image.mode == "F" else numbers
    least, largest = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    white = next((each for each in _whites(image.mode) if least >= 0 and _mostly_within(finite, each)), None)
    low, high = (0.0, white) if white is not None else (least, largest)
    return partial(_stretched, low=low, high=high, unsigned=unsigned)


def _bits_of_sixteen(image: Image.Image) -> int:
    """Return how many bits the values of a TIFF take; a PNG of 16 bits is seen as browsers show it."""
    if image.format != "TIFF":
        return 16
    largest = int(np.asarray(image).max(initial=0))
    return next((bits for bits in _BITS if _BYTE < largest < 1 << bits), 16)


def _is_unsigned(image: Image.Image) -> bool:
    """Tell whether Pillow took numbers without a sign for some with one: they wrap around."""
    formats = getattr(image, "tag_v2", {}).get(_SAMPLE_FORMAT, (1,))
    return image.format == "TIFF" and formats in (1, (1,))


def _mostly_within(numbers: Array, white: float) -> bool:
    return int(np.count_nonzero(numbers > white)) <= numbers.size // _FEW


def _whites(mode: str) -> tuple[float, ...]:
    return (1.0, _BYTE, _SIXTEEN) if mode == "F" else (_BYTE, _SIXTEEN)


def _stretched(part: Image.Image, *, low: float, high: float, unsigned: bool) -> Array:
    numbers = np.asarray(part).view(np.uint32) if unsigned else np.asarray(part)
    numbers = np.nan_to_num(numbers.astype(np.float64)[:, :, None], nan=low, posinf=high, neginf=low)
    return ((numbers - low) * (_BYTE / max(high - low, 1e-300))).clip(0, _BYTE).astype(np.uint8)
