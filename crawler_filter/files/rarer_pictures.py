"""Readers of pictures that Pillow has none for, or one that unpacks before it can be asked how much that is.

HEIC needs the extra `[heif]`, JPEG XL the extra `[jxl]`. An icon is the largest of the pictures in it.
"""

import re
import struct
from dataclasses import dataclass
from typing import Final, cast

from PIL.IcnsImagePlugin import IcnsImageFile
from PIL.IcoImagePlugin import IcoFile, IcoImageFile
from PIL.ImageFile import ImageFile, _Tile
from PIL.PpmImagePlugin import PpmImageFile

from crawler_filter.errors import MalformedMediaError
from crawler_filter.files.containers import Damage, boxes
from crawler_filter.files.decoding_cost import LIMITS_FOR_CRAWLED, CountingFile, refuse_larger

_CODESTREAM: Final = b"\xff\x0a"
_MOST_HEADER: Final = 64
_RATIOS: Final = (None, (1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
_SIDE_BITS: Final = (9, 13, 18, 30)


def open_heif(file: CountingFile) -> ImageFile:
    """Open a HEIC or another HEIF picture. Raises ImportError without its extra."""
    from pillow_heif import HeifImageFile  # noqa: PLC0415 - an optional dependency

    return cast("ImageFile", HeifImageFile(file))  # type: ignore[no-untyped-call]


def open_jxl(file: CountingFile) -> ImageFile:
    """Open a JPEG XL picture, whose reader unpacks it at once: its size is judged before that.

    Raises ImportError without its extra, OversizedError.
    """
    from pillow_jxl import JpegXLImagePlugin  # noqa: PLC0415 - an optional dependency

    content = file.getvalue()
    said = jxl_header(content)
    refuse_larger(
        said.width, said.height, _JXL_BYTES * said.width * said.height + len(content), LIMITS_FOR_CRAWLED
    )
    JpegXLImagePlugin.DECODE_THREADS = 0
    return cast("ImageFile", JpegXLImagePlugin.JXLImageFile(file))


def open_icon(file: CountingFile) -> ImageFile:
    """Open an icon, once the sizes are judged that the pictures in it have. Raises OversizedError."""
    for entry in IcoFile(file).entry:
        content = file.getvalue()[entry.offset : entry.offset + entry.size]
        is_png = content.startswith(b"\x89PNG")
        width, height = struct.unpack(">II" if is_png else "<ii", content[16:24] if is_png else content[4:12])
        refuse_larger(abs(width), abs(height), 4 * abs(width * height), LIMITS_FOR_CRAWLED)
    file.seek(0)
    return IcoImageFile(file)


def open_icns(file: CountingFile) -> ImageFile:
    """Open icons for macOS, once the size of each picture in them is judged. Raises OversizedError."""
    content = file.getvalue()
    for start in (found.start() for found in _PNG_SIZE.finditer(content)):
        width, height = struct.unpack_from(">II", content, start + 16)
        refuse_larger(width, height, 4 * width * height, LIMITS_FOR_CRAWLED)
    if any(mark in content for mark in _JPEG2000):
        raise MalformedMediaError("icons in JPEG 2000 are not read")
    return IcnsImageFile(file)


_PNG_SIZE: Final = re.compile(rb"\x89PNG\r\n\x1a\n.{4}IHDR(?=.{8})", re.DOTALL)
_JPEG2000: Final = (b"\xff\x4f\xff\x51", b"jP  \r\n\x87\n")


def open_portable(file: CountingFile) -> ImageFile:
    """Open a portable map of any kind."""
    return PamFile(file) if file.getvalue().startswith(b"P7") else PpmImageFile(file)


class PamFile(ImageFile):
    """A portable arbitrary map (`man 5 pam`), which says in words how wide, high and deep it is."""

    format = "PAM"

    def _open(self) -> None:
        head = _PAM_HEAD.match(self.fp.getvalue())  # type: ignore[union-attr]  # a CountingFile
        said = dict(_PAM_FIELD.findall(head[0])) if head else {}
        sizes = [int(said.get(name, b"0")) for name in (b"WIDTH", b"HEIGHT", b"DEPTH", b"MAXVAL")]
        width, height, depth, self._white = sizes
        samples = _PAM_SAMPLES.get((depth, self._white))
        if head is None or samples is None:
            raise SyntaxError("a portable arbitrary map of a kind that is not read")
        if said.get(b"TUPLTYPE", b"").startswith(b"CMYK") and samples == "RGBA":
            samples = "CMYK"
        self._mode = "I;16" if samples == "I;16B" else samples.removesuffix(";16B")
        self._size = width, height
        self.tile = [_Tile("raw", (0, 0, width, height), head.end(), samples)]

    def load_end(self) -> None:
        """Make white of ones, where a pixel is a bit."""
        if self._white == 1:
            self.im = self.point([0, *[255] * 255] * len(self.getbands())).im


_PAM_HEAD: Final = re.compile(rb"P7\n(?>(?:[A-Z#][^\n]{0,200}\n){1,40}?ENDHDR[^\n]{0,80}\n)")
_PAM_FIELD: Final = re.compile(rb"^(WIDTH|HEIGHT|DEPTH|MAXVAL|TUPLTYPE)[ \t]{1,9}(\w{1,40})", re.MULTILINE)
_PAM_SAMPLES: Final = {
    **{(depth, white): mode for white in (1, 255) for depth, mode in enumerate(("L", "LA", "RGB", "RGBA"), 1)},
    (1, 65_535): "I;16B",
    (3, 65_535): "RGB;16B",
    (4, 65_535): "RGBA;16B",
}
"""Pillow's name for the samples of each depth, by what white is."""

_JXL_BYTES: Final = 16
"""Bytes that libjxl holds of a pixel, as measured."""


@dataclass(frozen=True, slots=True)
class JxlHeader:
    """The size of a JPEG XL picture, and whether it is one of several frames."""

    width: int
    height: int
    is_animated: bool


def jxl_header(content: bytes) -> JxlHeader:
    """Read the first bits of a JPEG XL codestream (ISO/IEC 18181-1 annex D). Raises MalformedMediaError."""
    codestream = _jxl_codestream(content)
    if not codestream.startswith(_CODESTREAM):
        raise MalformedMediaError("a JPEG XL file without a codestream")
    bits = _Bits(codestream[2:_MOST_HEADER])
    width, height = bits.size()
    return JxlHeader(width, height, is_animated=_says_animated(bits))


def _says_animated(bits: "_Bits") -> bool:
    if bits.take(1) or not bits.take(1):  # all is as usual, or no field beyond the usual ones is there
        return False
    bits.take(3)  # the orientation
    if bits.take(1):
        bits.size()
    has_preview = bits.take(1)
    return bool(has_preview or bits.take(1))


def _jxl_codestream(content: bytes) -> bytes:
    if content.startswith(_CODESTREAM):
        return content[:_MOST_HEADER]
    for box in boxes(content, 0, len(content)):
        if not isinstance(box, Damage) and box.type in (b"jxlc", b"jxlp"):
            start = box.start + (4 if box.type == b"jxlp" else 0)
            return content[start : min(start + _MOST_HEADER, box.end)]
    return b""


class _Bits:
    """Numbers of a few bits each, the lowest bit of a byte first."""

    def __init__(self, content: bytes) -> None:
        self._rest = int.from_bytes(content, "little")

    def take(self, count: int) -> int:
        taken = self._rest & ((1 << count) - 1)
        self._rest >>= count
        return taken

    def size(self) -> tuple[int, int]:
        """Read a SizeHeader."""
        is_small = self.take(1)
        height = self._side(is_small=is_small)
        ratio = _RATIOS[self.take(3)]
        if ratio is None:
            return self._side(is_small=is_small), height
        return height * ratio[0] // ratio[1], height

    def _side(self, *, is_small: int) -> int:
        if is_small:
            return 8 * (self.take(5) + 1)
        return 1 + self.take(_SIDE_BITS[self.take(2)])
