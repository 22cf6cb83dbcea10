"""Arrays of pixels, as decoders give them: (height, width, 3) bytes."""

from typing import Any

import numpy.typing as npt

Array = npt.NDArray[Any]


def distinct_channels(pixels: Array) -> Array:
    """Return a view of one channel of a grey picture whose three are the same memory, of three of any other."""
    return pixels[:, :, :1] if pixels.strides[2] == 0 else pixels
