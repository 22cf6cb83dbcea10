"""Decode a picture that anybody may have made, for hashing: the extra `[media]`.

What is seen is what counts: full resolution, turned as its Exif block says, transparency over white, the first
frame of an animation (the others: `frames`), colour profiles not applied. A file is read by the reader of the kind
that its first bytes show and by no other, and its size is known and judged before any of it is unpacked.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFile
from PIL.AvifImagePlugin import AvifImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.DdsImagePlugin import DdsImageFile
from PIL.ExifTags import Base
from PIL.GifImagePlugin import GifImageFile
from PIL.Jpeg2KImagePlugin import Jpeg2KImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PcxImagePlugin import PcxImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.QoiImagePlugin import QoiImageFile
from PIL.SgiImagePlugin import SgiImageFile
from PIL.SunImagePlugin import SunImageFile
from PIL.TgaImagePlugin import TgaImageFile
from PIL.WebPImagePlugin import WebPImageFile
from PIL.XbmImagePlugin import XbmImageFile
from PIL.XpmImagePlugin import XpmImageFile

from crawler_filter.errors import FilterError, MalformedMediaError, OversizedError
from crawler_filter.files import rarer_pictures
from crawler_filter.files.decoding_cost import (
    LIMITS_FOR_CRAWLED,
    CountingFile,
    DecodingLimits,
    refuse_costly,
    refuse_long_tables,
)
from crawler_filter.files.media_type import media_type
from crawler_filter.files.orientation import TURNED, UPRIGHT, in_exif, in_xmp
from crawler_filter.files.photoshop_picture import PhotoshopFile
from crawler_filter.files.samples import grey_of_numbers
from crawler_filter.files.tiff_numbers import NumbersTiff

Array = npt.NDArray[Any]

MAX_BYTES: Final = 256 << 20
"""Most bytes of a file that is decoded."""

_STRIP: Final = 1 << 18
"""Pixels that are converted at once."""

_MAX_EXIF: Final = 1 << 20
_BLANK: Final = 8
"""Difference of the brightest and the darkest value of a page that shows nothing."""

_READERS: Final[dict[str, Callable[[CountingFile], ImageFile.ImageFile]]] = {
    "image/avif": AvifImageFile,
    "image/bmp": BmpImageFile,
    "image/gif": GifImageFile,
    "image/heif": rarer_pictures.open_heif,
    "image/jp2": Jpeg2KImageFile,
    "image/jpeg": JpegImageFile,
    "image/jxl": rarer_pictures.open_jxl,
    "image/png": PngImageFile,
    "image/tiff": NumbersTiff,
    "image/vnd-ms.dds": DdsImageFile,
    "image/vnd.adobe.photoshop": PhotoshopFile,
    "image/vnd.zbrush.pcx": PcxImageFile,
    "image/webp": WebPImageFile,
    "image/x-icon": rarer_pictures.open_icon,
    "image/x-icns": rarer_pictures.open_icns,
    "image/x-portable-anymap": rarer_pictures.open_portable,
    "image/x-qoi": QoiImageFile,
    "image/x-sgi": SgiImageFile,
    "image/x-sun-raster": SunImageFile,
    "image/x-tga": TgaImageFile,
    "image/x-xbitmap": XbmImageFile,
    "image/x-xpixmap": XpmImageFile,
}

_INK_IS_ONE: Final = "image/x-xbitmap"
"""A kind whose ones are black, while Pillow reads and writes them as white."""

_TURNED_BY_READER: Final = frozenset({"image/heif", "image/jxl", "image/tiff"})
"""Kinds whose readers give pictures upright already."""


def decode(content: bytes, limits: DecodingLimits = LIMITS_FOR_CRAWLED) -> Array:
    """Return a picture's pixels as they are seen: (height, width, 3) bytes of red, green and blue.

    They are not to be written to: the three channels of a grey picture are one.

    Raises OversizedError for more than MAX_BYTES or `limits`, MalformedMediaError for a file that is broken, cut
    short or of another kind, ImportError without the extra that its kind needs.
    """
    return readings(content, limits)[0]


def readings(content: bytes, limits: DecodingLimits = LIMITS_FOR_CRAWLED) -> list[Array]:
    """Return a picture's pixels each way up that some program shows it: first as `decode` does. Raises as that."""
    with opened(content, limits) as image:
        image.load()  # before all else: a second attempt at a broken file would find it empty instead
        kind = media_type(content) or ""
        stored = [seen(image)]
        if kind == _INK_IS_ONE:
            stored.insert(0, 255 - stored[0])
        if image.has_transparency_data and np.ptp(stored[0]) <= _BLANK:
            stored.append(seen(image, page="black"))  # white lines for dark pages
        turns = dict.fromkeys(_orientations(image, kind))
        return [TURNED[turn](each) for each in stored for turn in turns]


@contextmanager
def opened(content: bytes, limits: DecodingLimits) -> Iterator[ImageFile.ImageFile]:
    """Open a picture of which only the header was read, and whose cost is within `limits`. Raises as `decode`."""
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
            yield image
    except (FilterError, ImportError):
        raise
    except Exception as error:  # Pillow's readers let through whatever they stumble over
        raise MalformedMediaError(f"a broken {kind}: {error or type(error).__name__}") from error


def seen(image: Image.Image, *, page: str = "white") -> Array:
    """Return the pixels of a loaded picture as they are stored, laid on a page of a colour."""
    width, height = image.size
    numbers = grey_of_numbers(image)
    grey = numbers is not None or (image.mode in ("1", "L") and not image.has_transparency_data)
    pixels = np.empty((height, width, 1 if grey else 3), dtype=np.uint8)
    step = max(_STRIP // width, 1)
    for top in range(0, height, step):
        bottom = min(top + step, height)
        strip = image.crop((0, top, width, bottom))
        pixels[top:bottom] = numbers(strip) if numbers else _strip(strip, page, grey=grey)
    return np.broadcast_to(pixels, (height, width, 3))


def _strip(image: Image.Image, page: str, *, grey: bool) -> Array:
    if grey:
        return np.asarray(image.convert("L"))[:, :, None]
    if not image.has_transparency_data:
        return np.asarray(image.convert("RGB"))
    layer = image.convert("RGBA")
    laid = Image.new("RGB", layer.size, page)
    laid.paste(layer, mask=layer.getchannel("A"))
    return np.asarray(laid)


def _orientations(image: ImageFile.ImageFile, kind: str) -> Iterator[int]:
    """Yield how a picture is to be turned, first as browsers do."""
    exif = image.info.get("exif", b"")
    if kind in _TURNED_BY_READER:
        yield UPRIGHT
        return
    yield in_exif(exif)
    yield UPRIGHT
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    yield in_xmp(packet.encode() if isinstance(packet, str) else bytes(packet))
    if len(exif) > _MAX_EXIF:  # Pillow would make numbers of all of it
        return
    try:
        orientation = image.getexif().get(Base.Orientation)
    except Exception:  # a picture whose Exif data is broken is shown as it is stored
        return
    if orientation in TURNED:
        yield orientation
