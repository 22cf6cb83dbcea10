"""What decoding a picture would cost, told from its header before any of it is spent.

Pillow holds a picture whole, its readers hold up to four more copies of it, and some kinds of files unpack a few
bytes to the work of a whole picture many times over: each scan of a progressive JPEG is a pass over all of it.
Measured with Pillow 13, one core: an RGB picture as large as LIMITS_FOR_CRAWLED allows takes up to a second.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from PIL import ImageFile

from crawler_filter.errors import MalformedMediaError, OversizedError
from crawler_filter.files.containers import Damage, tiff_directories

MAX_SIDE: Final = 65_535
"""Most pixels of a side, as in JPEG: the working memory of a hash grows with it, however narrow the picture is."""

MAX_READS: Final = 200_000
"""Most pieces that a reader takes a file in. It makes millions of one that is nothing but empty chunks."""

_SCANS: Final = 16
"""Scans of a JPEG file that are as much work as its pixels. Encoders make up to 18, for four colours."""

_RUNS: Final = 10.0
"""How much more work a BMP of run lengths is, which Pillow reads in Python."""

_PYTHON: Final = 30.0
"""How much more work it is where Pillow decodes each pixel in Python."""

_IN_PYTHON: Final = frozenset({"qoi", "ppm", "ppm_plain", "dds_rgb", "SGI16"})

NUMBERS: Final = "numbers"
"""Name of the reader of TIFFs that holds all their numbers, and copies of some."""

_BITS_OF_BYTE: Final = 8
_GREY: Final = 0.55
"""How much less work a grey picture is."""

_BITS, _COMPRESSION, _SAMPLES, _ROWS, _TILE_WIDTH, _TILE_HEIGHT = 258, 259, 277, 278, 322, 323
_JPEG_IN_TIFF: Final = 7
_MOST_VALUES: Final = 1 << 16
"""Most numbers of one field of a TIFF: it has as many strips or tiles."""

_MOST_VALUES_IN_ALL: Final = 1 << 18
"""Most numbers of all its directories together: a thousand pages of a scan have tens of thousands."""

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
    """A file in memory that raises once it was read in too many small pieces."""

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
    refuse_larger(width, height, len(content) + cost.memory, limits, work=cost.work)


def refuse_larger(width: int, height: int, memory: int, limits: DecodingLimits, *, work: float = 0.0) -> None:
    """Raise OversizedError for a picture that takes so many bytes of memory, or as much `work` as so many pixels.

    Its pixels are the least work.
    """
    work = work or width * height
    if max(width, height) > MAX_SIDE or work > limits.pixels:
        raise OversizedError(
            f"a picture of {width} x {height} pixels is not decoded: expected at most {MAX_SIDE} a side, "
            f"{limits.pixels} in all or as much work, and it is that of {work:.0f}"
        )
    if memory > limits.memory:
        raise OversizedError(
            f"a picture of {width} x {height} pixels is not decoded: "
            f"it takes {memory >> 20} MiB, expected at most {limits.memory >> 20}"
        )


def refuse_long_tables(content: bytes) -> None:
    """Raise OversizedError for a TIFF with tables that Pillow would make millions of numbers of."""
    total = 0
    for directory in tiff_directories(content):
        if isinstance(directory, Damage):
            raise MalformedMediaError(f"a broken image/tiff: {directory.reason}")
        values = max((field.values for field in directory if field.kind not in _NO_NUMBERS), default=0)
        total += sum(field.values for field in directory if field.kind not in _NO_NUMBERS)
        if max(values, len(directory)) > _MOST_VALUES or total > _MOST_VALUES_IN_ALL:
            raise OversizedError(f"a TIFF with tables of {max(values, total)} values is not decoded")


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
    slow = bool(image.tile) and image.tile[0][0] in _IN_PYTHON
    return _cost(image, work=image.width * image.height * (_PYTHON if slow else 1))


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
    buffer = {"libtiff": across * down, NUMBERS: 2 * unpacked}.get(image.tile[0].codec_name, 0) * bits // 8
    scans = content.count(b"\xff\xda") if tags.get(_COMPRESSION) == _JPEG_IN_TIFF else 0
    return _cost(image, working=buffer, work=max(unpacked * max(bits / 24, _GREY), scans * across * down / _SCANS))


def _webp(image: ImageFile.ImageFile, content: bytes) -> _Cost:
    lossless = b"VP8L" in content
    return _cost(image, working=(13 if lossless else 12) * image.width * image.height)


def _avif(image: ImageFile.ImageFile, _: bytes) -> _Cost:
    return _cost(image, working=12 * image.width * image.height)


def _heif(image: ImageFile.ImageFile, _: bytes) -> _Cost:
    deep = image.info.get("bit_depth", _BITS_OF_BYTE) > _BITS_OF_BYTE
    return _cost(image, working=(14 if deep else 7) * image.width * image.height // 2)  # as measured


def _jpeg2000(image: ImageFile.ImageFile, _: bytes) -> _Cost:
    return _cost(image, working=5 * image.width * image.height * len(image.getbands()))


_BYTES: Final = {"1": (1, 1), "L": (1, 1), "P": (1, 3), "I;16": (2, 1), "I;16B": (2, 1)}
"""Bytes that Pillow stores a pixel of each mode in, and those of what is seen; of all others 4 and 3."""

_COSTS: Final[dict[str, Callable[[ImageFile.ImageFile, bytes], _Cost]]] = {
    "AVIF": _avif,
    "BMP": _bmp,
    "HEIF": _heif,
    "JPEG": _jpeg,
    "JPEG2000": _jpeg2000,
    "PNG": _png,
    "TIFF": _tiff,
    "WEBP": _webp,
}
