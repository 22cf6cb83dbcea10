"""What decoding a picture would cost, told from its header before any of it is spent.

Pillow holds a picture whole, its readers hold up to four more copies of it, and some kinds of files unpack a few
bytes to the work of a whole picture many times over: each scan of a progressive JPEG is a pass over all of it.
Measured with Pillow 13, one core: an RGB picture as large as LIMITS_FOR_CRAWLED allows takes up to a second.
"""

import io
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from PIL import ImageFile

from crawler_filter.errors import MalformedMediaError, OversizedError

MAX_SIDE: Final = 65_535
"""Most pixels of a side, as in JPEG: the working memory of a hash grows with it, however narrow the picture is."""

MAX_READS: Final = 200_000
"""Most pieces that a reader takes a file in. It makes millions of one that is nothing but empty chunks."""

_SCANS: Final = 16
"""Scans of a JPEG file that are as much work as its pixels. Encoders make up to 18, for four colours."""

_RUNS: Final = 10.0
"""How much more work a BMP of run lengths is, which Pillow reads in Python."""

_GREY: Final = 0.55
"""How much less work a grey picture is."""

_BITS, _COMPRESSION, _SAMPLES, _ROWS, _TILE_WIDTH, _TILE_HEIGHT = 258, 259, 277, 278, 322, 323
_JPEG_IN_TIFF: Final = 7
_MOST_VALUES: Final = 1 << 16
"""Most numbers of one field of a TIFF: it has as many strips or tiles."""

_NO_NUMBERS: Final = frozenset({1, 2, 7})  # bytes, text, undefined


@dataclass(frozen=True, slots=True)
class DecodingLimits:
    """The most a picture may cost: `pixels` of 24 bits or as much work, bytes of `memory`, its file's included."""

    pixels: int
    memory: int


LIMITS_FOR_CRAWLED: Final = DecodingLimits(pixels=30_000_000, memory=190 << 20)
"""For what anybody may have made: about a second, and with Python and numpy themselves 256 MiB."""

LIMITS_FOR_OWN: Final = DecodingLimits(pixels=250_000_000, memory=4 << 30)
"""For a picture that its owner hashes, and knows."""


class CountingFile(io.BytesIO):
    """A file in memory that ends the patience of whoever reads it in very small pieces."""

    _reads = 0

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes. Raises OversizedError instead when they have been asked for MAX_READS times."""
        self._reads += 1
        if self._reads > MAX_READS:
            raise OversizedError(f"a picture in more than {MAX_READS} pieces is not decoded")
        return super().read(size)


def refuse_costly(image: ImageFile.ImageFile, content: bytes, limits: DecodingLimits) -> None:
    """Raise OversizedError for an opened picture, of which only the header was read, that would cost too much."""
    width, height = image.size
    cost = _COSTS.get(image.format or "", _plain)(image, content)
    if max(width, height) > MAX_SIDE or cost.work > limits.pixels:
        raise OversizedError(
            f"a picture of {width} x {height} pixels is not decoded: expected at most {MAX_SIDE} a side, "
            f"{limits.pixels} in all or as much work, and it is that of {cost.work:.0f}"
        )
    memory = len(content) + cost.memory
    if memory > limits.memory:
        raise OversizedError(
            f"a picture of {width} x {height} pixels is not decoded: "
            f"it takes {memory >> 20} MiB, expected at most {limits.memory >> 20}"
        )


def refuse_long_tables(content: bytes) -> None:
    """Raise OversizedError for a TIFF whose directory has tables that Pillow would make millions of numbers of."""
    order = "<" if content.startswith(b"II") else ">"
    big = content[2:4] in (b"+\0", b"\0+")
    offset, length, entry = ("8xQ", "Q", "HHQ8x") if big else ("4xI", "H", "HHI4x")
    try:
        (start,) = struct.unpack_from(order + offset, content)
        (count,) = struct.unpack_from(order + length, content, start)
        start += struct.calcsize(order + length)
        entries = struct.iter_unpack(
            order + entry, content[start : start + count * struct.calcsize(order + entry)]
        )
        longest = max((values for _, kind, values in entries if kind not in _NO_NUMBERS), default=0)
    except (struct.error, OverflowError) as error:
        raise MalformedMediaError(f"a broken image/tiff: {error}") from error
    if max(longest, count) > _MOST_VALUES:
        raise OversizedError(f"a TIFF with a table of {longest} values is not decoded")


class _Cost(NamedTuple):
    work: float  # in pixels of 24 bits
    memory: int


def _cost(image: ImageFile.ImageFile, *, working: int = 0, work: float = 0.0) -> _Cost:
    """Return what a picture costs whose reader holds `working` bytes of its own and works as for `work` pixels."""
    width, height = image.size
    area = width * height
    stored, seen = _BYTES.get(image.mode, (4, 3))
    return _Cost(max(work, area * (_GREY if seen == 1 else 1)), area * stored + max(working, area * seen))


def _plain(image: ImageFile.ImageFile, _: bytes) -> _Cost:
    return _cost(image)


def _png(image: ImageFile.ImageFile, _: bytes) -> _Cost:
    depth = 2 if "16" in str(image.tile[0].args) else 1
    return _cost(image, work=image.width * image.height * len(image.getbands()) * depth / 3)


def _jpeg(image: ImageFile.ImageFile, content: bytes) -> _Cost:
    area = image.width * image.height
    # behind the first marker of a scan, where Pillow stops reading, they cannot be but in what is not looked at
    scans = 1 + content.count(b"\xff\xda", image.fp.tell() if image.fp else 0)
    factors = [(across, down) for _, across, down, _ in image.layer]  # type: ignore[attr-defined]
    largest = max(across for across, _ in factors) * max(down for _, down in factors)
    samples = area * sum(across * down for across, down in factors) // max(largest, 1)
    held = 2 * samples if scans > 1 else 0  # the coefficients of all of it, until the last scan
    return _cost(image, working=held, work=area * scans / _SCANS)


def _bmp(image: ImageFile.ImageFile, _: bytes) -> _Cost:
    runs = image.tile[0].codec_name == "bmp_rle"
    return _cost(image, work=image.width * image.height * (_RUNS if runs else 1))


def _tiff(image: ImageFile.ImageFile, content: bytes) -> _Cost:
    width, height = image.size
    tags = image.tag_v2  # type: ignore[attr-defined]
    across, down = tags.get(_TILE_WIDTH, width), tags.get(_TILE_HEIGHT, min(tags.get(_ROWS, height), height))
    unpacked = (-(-width // across) * across) * (-(-height // down) * down)
    bits = max(tags.get(_BITS, (1,))) * tags.get(_SAMPLES, 1)
    buffer = across * down * bits // 8 if image.tile[0].codec_name == "libtiff" else 0
    scans = content.count(b"\xff\xda") if tags.get(_COMPRESSION) == _JPEG_IN_TIFF else 0
    return _cost(image, working=buffer, work=max(unpacked * max(bits / 24, _GREY), scans * across * down / _SCANS))


def _webp(image: ImageFile.ImageFile, content: bytes) -> _Cost:
    lossless = b"VP8L" in content
    return _cost(image, working=(13 if lossless else 12) * image.width * image.height)


def _avif(image: ImageFile.ImageFile, _: bytes) -> _Cost:
    return _cost(image, working=12 * image.width * image.height)


def _jpeg2000(image: ImageFile.ImageFile, _: bytes) -> _Cost:
    return _cost(image, working=5 * image.width * image.height * len(image.getbands()))


_BYTES: Final = {"1": (1, 1), "L": (1, 1), "P": (1, 3), "I;16": (2, 1), "I;16B": (2, 1)}
"""Bytes that Pillow stores a pixel of each mode in, and those of what is seen; of all others 4 and 3."""

_COSTS: Final[dict[str, Callable[[ImageFile.ImageFile, bytes], _Cost]]] = {
    "AVIF": _avif,
    "BMP": _bmp,
    "JPEG": _jpeg,
    "JPEG2000": _jpeg2000,
    "PNG": _png,
    "TIFF": _tiff,
    "WEBP": _webp,
}
