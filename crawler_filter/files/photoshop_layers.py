"""The layers of a document of Photoshop, each as it is by itself: the picture of all may leave any of them out."""

import struct
import zlib
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops

from crawler_filter.errors import DataError, MalformedMediaError
from crawler_filter.files import photoshop
from crawler_filter.files.budget import Budget, Member, Skipped
from crawler_filter.files.decoding_cost import LIMITS_FOR_CRAWLED, LIMITS_FOR_OWN, refuse_larger
from crawler_filter.files.image import seen
from crawler_filter.files.photoshop import Document, Layer

Array = npt.NDArray[Any]

_ALPHA: Final = -1
_BLUE: Final = 2
"""A channel of colour that some programs write in documents that say they are grey."""

_BYTES_HELD: Final = 8
"""Bytes that a pixel of a layer takes while it is read."""

_BROKEN: Final = (struct.error, zlib.error, ValueError, OSError, DataError)


def layers(content: bytes, budget: Budget) -> Iterator[Member | Skipped]:
    """Yield the layers of a document that are large enough to show anything, hidden ones too."""
    limits = LIMITS_FOR_OWN if budget.is_own else LIMITS_FOR_CRAWLED
    number = 0
    try:
        said = photoshop.document(content)
        for number, layer in enumerate(photoshop.layers(content, said), 1):
            if budget.pixels <= 0:
                yield Skipped(f"layer {number}", "it and what follows are more than is decoded for this file")
                return
            width, height = layer.size
            budget.pay_for_picture(height, width)
            refuse_larger(width, height, len(content) + _BYTES_HELD * width * height, limits)
            yield Member(f"layer {number}", "image/x-pixels", _shown(content, said, layer))
    except _BROKEN as error:
        yield Skipped(f"layer {number}", f"it and what follows cannot be read: {error!s:.100}")


def _shown(content: bytes, said: Document, layer: Layer) -> Array:
    bands = "RGB" if said.bands == "L" and said.mode == photoshop.GREY and _BLUE in layer.planes else said.bands
    bands = bands if len(bands) - 1 in layer.planes else "L"
    planes = [_plane(content, said, layer, number) for number in range(len(bands))]
    if bands == "CMYK":
        image = Image.merge(bands, [ImageChops.invert(plane) for plane in planes]).convert("RGB")
    else:
        image = Image.merge(bands, planes)
    if _ALPHA in layer.planes:
        image.putalpha(_plane(content, said, layer, _ALPHA))
    return seen(image)


def _plane(content: bytes, said: Document, layer: Layer, number: int) -> Image.Image:
    start, end = layer.planes[number]
    coding, raw = int.from_bytes(content[start : start + 2]), content[start + 2 : end]
    width, height = layer.size
    samples = {8: "L", 16: "L;16B"}.get(said.bits)
    if samples is None:
        raise MalformedMediaError(f"{said.bits} bits a channel are not read")
    if coding == photoshop.PLAIN and len(raw) == width * height:
        samples = "L"  # ImageMagick writes bytes into documents of 16 bits
    if coding == photoshop.RUNS:
        table = len(photoshop.packed_sizes(raw, 0, height, is_large=said.is_large)) * (4 if said.is_large else 2)
        return Image.frombytes("L", layer.size, raw[table:], "packbits", samples)
    if coding in (photoshop.ZIPPED, photoshop.DIFFERENCES):
        raw = zlib.decompressobj().decompress(raw, width * height * said.bits // 8)
    elif coding != photoshop.PLAIN:
        raise MalformedMediaError(f"a layer is packed in a way that is not known: {coding}")
    if coding == photoshop.DIFFERENCES:
        steps = np.frombuffer(raw, dtype=f">u{said.bits // 8}").reshape(height, width)
        raw = np.cumsum(steps, axis=1, dtype=f"u{said.bits // 8}").astype(steps.dtype).tobytes()
    return Image.frombytes("L", layer.size, raw, "raw", samples)
