"""Decode a picture that anybody may have made, for hashing: the extra `[media]`.

What is seen is what counts: full resolution, turned as EXIF says, transparency over white, the first frame of an
animation, colour profiles not applied. A file is read by the reader of the kind that its first bytes show and by
no other, and its size is known and judged before any of it is unpacked.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFile
from PIL.AvifImagePlugin import AvifImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.ExifTags import Base
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from crawler_filter.errors import FilterError, MalformedMediaError, OversizedError
from crawler_filter.files.decoding_cost import (
    LIMITS_FOR_CRAWLED,
    CountingFile,
    DecodingLimits,
    refuse_costly,
    refuse_long_tables,
)
from crawler_filter.files.media_type import media_type

Array = npt.NDArray[Any]

MAX_BYTES: Final = 256 << 20
"""Most bytes of a file that is decoded."""

_STRIP: Final = 1 << 18
"""Pixels that are converted at once."""

_MAX_EXIF: Final = 1 << 20

_READERS: Final[dict[str, Callable[[CountingFile], ImageFile.ImageFile]]] = {
    "image/avif": AvifImageFile,
    "image/bmp": BmpImageFile,
    "image/gif": GifImageFile,
    "image/jpeg": JpegImageFile,
    "image/png": PngImageFile,
    "image/tiff": TiffImageFile,
    "image/webp": WebPImageFile,
}

_UPRIGHT: Final[dict[int, Callable[[Array], Array]]] = {
    1: lambda stored: stored,
    2: lambda stored: stored[:, ::-1],
    3: lambda stored: stored[::-1, ::-1],
    4: lambda stored: stored[::-1],
    5: lambda stored: stored.swapaxes(0, 1),
    6: lambda stored: stored.swapaxes(0, 1)[:, ::-1],
    7: lambda stored: stored.swapaxes(0, 1)[::-1, ::-1],
    8: lambda stored: stored.swapaxes(0, 1)[::-1],
}
"""How to turn the stored rows upright, by the value of Exif tag 274, "Orientation" (Exif 2.32, section 4.6.4)."""


def decode(content: bytes, limits: DecodingLimits = LIMITS_FOR_CRAWLED) -> Array:
    """Return a picture's pixels as they are seen: (height, width, 3) bytes of red, green and blue.

    They are not to be written to: the three channels of a grey picture are one.

    Raises OversizedError for more than MAX_BYTES or `limits`, MalformedMediaError for a file that is broken, cut
    short or of another kind.
    """
    if len(content) > MAX_BYTES:
        raise OversizedError(f"a picture of {len(content)} bytes is not decoded: expected at most {MAX_BYTES}")
    kind = media_type(content)
    if kind not in _READERS:
        raise MalformedMediaError(f"expected a picture of a kind that is read, got {kind or 'none that is known'}")
    if kind == "image/tiff":
        refuse_long_tables(content)
    try:
        with _READERS[kind](CountingFile(content)) as image:
            refuse_costly(image, content, limits)
            image.load()  # before all else: a second attempt at a broken file would find it empty instead
            return _UPRIGHT[_orientation(image)](_seen(image))
    except FilterError:
        raise
    except Exception as error:  # Pillow's readers let through whatever they stumble over
        raise MalformedMediaError(f"a broken {kind}: {error or type(error).__name__}") from error


def _seen(image: Image.Image) -> Array:
    width, height = image.size
    grey = (image.mode in ("1", "L") and not image.has_transparency_data) or image.mode.startswith("I")
    pixels = np.empty((height, width, 1 if grey else 3), dtype=np.uint8)
    step = max(_STRIP // width, 1)
    for top in range(0, height, step):
        bottom = min(top + step, height)
        pixels[top:bottom] = _strip(image.crop((0, top, width, bottom)), grey=grey)
    return np.broadcast_to(pixels, (height, width, 3))


def _strip(image: Image.Image, *, grey: bool) -> Array:
    if image.mode.startswith("I"):
        # 16 bits a pixel: Pillow's own conversion would leave all but the darkest 256 values white
        return (np.asarray(image)[:, :, None] >> 8).astype(np.uint8)
    if grey:
        return np.asarray(image.convert("L"))[:, :, None]
    if not image.has_transparency_data:
        return np.asarray(image.convert("RGB"))
    layer = image.convert("RGBA")
    page = Image.new("RGB", layer.size, "white")
    page.paste(layer, mask=layer.getchannel("A"))
    return np.asarray(page)


def _orientation(image: ImageFile.ImageFile) -> int:
    if len(image.info.get("exif", b"")) > _MAX_EXIF:  # Pillow would make numbers of all of it
        return 1
    try:
        orientation = image.getexif().get(Base.Orientation)
    except Exception:  # a picture whose Exif data is broken is shown as it is stored
        return 1
    return orientation if orientation in _UPRIGHT else 1
