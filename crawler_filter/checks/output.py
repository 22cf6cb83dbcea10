"""What a model has generated, as an asset: exactly one of bytes, a text, a file and a picture that is in memory.

What is taken for another thing would be kept, so a wrong type raises at once.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler_filter.checks.asset import Asset

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


def generated(data: object, text: object, path: object, image: object) -> Asset:
    """Return the asset of what was generated.

    Raises TypeError for a wrong type and for more or less than one argument, ValueError for an array that is no
    picture, OSError where the file cannot be read.
    """
    given = [value for value in (data, text, path, image) if value is not None]
    if len(given) != 1:
        raise TypeError(f"give one of the bytes, text=, path= and image=, got {len(given)} of them")
    if image is not None:
        return Asset(image=_pixels(image))
    if path is not None:
        if not isinstance(path, (str, os.PathLike)):
            raise TypeError(f"expected the path of a file, got {type(path).__name__}")
        return Asset(content=Path(path).read_bytes())
    if text is not None:
        if not isinstance(text, str):
            raise TypeError(f"expected a text as str, got {type(text).__name__}")
        return Asset(content=text)
    if not isinstance(data, (bytes, bytearray, memoryview)):
        raise TypeError(f"expected bytes, got {type(data).__name__}: a text goes into text=, a file into path=")
    return Asset(content=bytes(data))


def _pixels(image: Any) -> "npt.NDArray[np.uint8]":  # noqa: ANN401 - a picture of Pillow, or an array
    """Return a picture as (height, width, 3) bytes, as `files.image` gives it."""
    if hasattr(image, "getexif"):  # of Pillow
        from crawler_filter.files.image import seen  # noqa: PLC0415 - an optional dependency

        image.load()
        return seen(image)
    import numpy as np  # noqa: PLC0415 - whoever has an array has loaded it

    if not isinstance(image, np.ndarray):
        raise TypeError(f"expected a picture of Pillow or an array of numpy, got {type(image).__name__}")
    return _of_array(image)


def _of_array(array: "npt.NDArray[Any]") -> "npt.NDArray[np.uint8]":
    import numpy as np  # noqa: PLC0415 - it is loaded

    pixels = array[..., np.newaxis] if array.ndim == 2 else array
    if pixels.ndim != 3 or pixels.shape[2] not in (1, 3, 4) or 0 in pixels.shape:
        raise ValueError(f"expected an array of (height, width), or with 1, 3 or 4 channels, got {array.shape}")
    if np.issubdtype(pixels.dtype, np.floating):
        if not 0 <= float(pixels.min()) <= float(pixels.max()) <= 1:
            raise ValueError("expected numbers from 0 to 1 in an array of floats")
        pixels = np.rint(pixels * 255)
    elif pixels.dtype != np.uint8:
        raise TypeError(f"expected an array of uint8 or of floats from 0 to 1, got {pixels.dtype}")
    pixels = pixels.astype(np.float32)
    if pixels.shape[2] == 4:  # laid on white, as a file with transparency is
        opacity = pixels[..., 3:] / 255
        pixels = pixels[..., :3] * opacity + 255 * (1 - opacity)
    return np.ascontiguousarray(np.broadcast_to(np.rint(pixels).astype(np.uint8), (*pixels.shape[:2], 3)))
