"""Pictures whose pixels are numbers of more than eight bits: how dark each is seen."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL import Image

Array = npt.NDArray[Any]

_BYTE: Final = 255
_SIXTEEN: Final = 65_535
_TWO_BYTES: Final = 2
_FAR: Final = 1e300
"""How far from naught black and white may be, so that what lies between them is a number."""

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
    low, high = levels(_numbers_of(image, unsigned=unsigned))
    return lambda part: stretched(_numbers_of(part, unsigned=unsigned)[:, :, None], low, high)


def levels(numbers: Array) -> tuple[float, float]:
    """Return which numbers of a picture are black and white, by the measure of `grey_of_numbers`."""
    if numbers.dtype.kind == "u" and numbers.dtype.itemsize == _TWO_BYTES:
        return 0.0, float((1 << _bits_of(numbers)) - 1)
    finite = numbers if numbers.dtype.kind != "f" or np.isfinite(numbers).all() else numbers[np.isfinite(numbers)]
    least, largest = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    whites = (1.0, _BYTE, _SIXTEEN) if numbers.dtype.kind == "f" else (_BYTE, _SIXTEEN)
    white = next((each for each in whites if least >= 0 and _mostly_within(finite, each)), None)
    return (0.0, white) if white is not None else (max(least, -_FAR), min(largest, _FAR))


def stretched(numbers: Array, low: float, high: float) -> Array:
    """Return a byte of each number: 0 of `low` and of what is no number, 255 of `high`."""
    pixels = np.empty(numbers.shape, dtype=np.uint8)
    for row, some in enumerate(numbers):  # as they come: all of them at once would take eight bytes each
        finite = np.nan_to_num(some.astype(np.float64), nan=low, posinf=high, neginf=low).clip(low, high)
        pixels[row] = (finite - low) * (_BYTE / max(high - low, 1e-300))
    return pixels


def _numbers_of(image: Image.Image, *, unsigned: bool) -> Array:
    return np.asarray(image).view(np.uint32) if unsigned else np.asarray(image)


def _bits_of_sixteen(image: Image.Image) -> int:
    """Return how many bits the values of a TIFF take; a PNG of 16 bits is seen as browsers show it."""
    if image.format != "TIFF":
        return 16
    return _bits_of(np.asarray(image))


def _bits_of(numbers: Array) -> int:
    largest = int(numbers.max(initial=0))
    return next((bits for bits in _BITS if _BYTE < largest < 1 << bits), 16)


def _is_unsigned(image: Image.Image) -> bool:
    """Tell whether Pillow took numbers without a sign for some with one: they wrap around."""
    formats = getattr(image, "tag_v2", {}).get(_SAMPLE_FORMAT, (1,))
    return image.format == "TIFF" and formats in (1, (1,))


def _mostly_within(numbers: Array, white: float) -> bool:
    return int(np.count_nonzero(numbers > white)) <= numbers.size // _FEW
