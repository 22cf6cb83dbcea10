"""Pictures of a PDF in four inks without a profile, as programs make colours of inks: one more look at a copy.

PDFium mixes inks as a press does. A picture that was made inks of by plain arithmetic comes back by it alone.
"""

import io
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops
from PIL.JpegImagePlugin import JpegImageFile
from pypdfium2 import PdfImage
from pypdfium2.raw import FPDF_COLORSPACE_DEVICECMYK

Array = npt.NDArray[Any]

_JPEG: Final = b"\xff\xd8\xff"
_INKS: Final = 4
_APART: Final = 4
"""Rows and columns of which one is held against what PDFium shows."""

_ROWS: Final = 64
"""Rows that are made colours of at once."""


def is_of_inks(colours: int) -> bool:
    """Tell whether PDFium's name for a picture's colours is that of four inks without a profile."""
    return bool(colours == FPDF_COLORSPACE_DEVICECMYK)


def colours_of_inks(image: PdfImage, shown: Array) -> Array | None:
    """Return a picture of inks by plain arithmetic, None where its inks are kept in another way than a byte each.

    `shown` is as PDFium has it, and tells which of paper and ink is 255. Raises whatever Pillow stumbles over.
    """
    height, width = shown.shape[:2]
    inks = _inks(bytes(image.get_data(decode_simple=True)), width, height)
    if inks is None:
        return None
    return _plain(inks, turn=_is_turned_over(inks, shown))


def _is_turned_over(inks: Image.Image, shown: Array) -> bool:
    """Tell whether 255 is paper: whether what is shown is nearer to that."""
    sample = shown[::_APART, ::_APART]
    few = inks.resize((sample.shape[1], sample.shape[0]), Image.Resampling.NEAREST)
    as_is, turned = (np.abs(_plain(few, turn=turn) - sample.astype(np.int16)).mean() for turn in (False, True))
    return bool(turned < as_is)


def _plain(inks: Image.Image, *, turn: bool) -> Array:
    width, height = inks.size
    colours = np.empty((height, width, 3), dtype=np.uint8)
    for top in range(0, height, _ROWS):
        some = inks.crop((0, top, width, min(top + _ROWS, height)))
        colours[top : top + _ROWS] = np.asarray((ImageChops.invert(some) if turn else some).convert("RGB"))
    return colours


def _inks(kept: bytes, width: int, height: int) -> Image.Image | None:
    if kept.startswith(_JPEG):
        with JpegImageFile(io.BytesIO(kept)) as image:
            image.load()
        return image if image.mode == "CMYK" and image.size == (width, height) else None
    if len(kept) != _INKS * width * height:
        return None
    return Image.frombuffer("CMYK", (width, height), kept, "raw", "CMYK", 0, 1)
