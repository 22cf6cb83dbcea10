"""Where pictures keep their Exif block, which is a TIFF without a page: small pictures and words lie in it.

JPEG has it in a segment (Exif 3.0 section 4.7.2), PNG and WebP in a chunk. HEIC, AVIF and JPEG XL keep it in boxes
or among their items, where it begins as a TIFF does; JPEG XL may pack it with brotli (ISO/IEC 18181-2 section 9).
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from crawler_filter.errors import extra_of
from crawler_filter.files.at_most import at_most
from crawler_filter.files.budget import Skipped
from crawler_filter.files.compressed import BrokenStreamError, unbrotli
from crawler_filter.files.containers import Block, Damage, boxes, jpeg_segments, png_chunks, riff_chunks
from crawler_filter.reason import Reason

_JXL: Final = "image/jxl"
_BOXED: Final = frozenset({"image/heif", "image/avif", _JXL})
_IN_BOXES: Final = b"\0\0\0\x0c"
_HEAD: Final = re.compile(rb"II\*\0|MM\0\*")
_MOST_HEADS: Final = 16
_MOST_UNPACKED: Final = 8 << 20
_PACKED: Final = (b"brob", b"Exif")
_APP1: Final = b"\xe1"
_BEGINNING: Final = b"Exif\0\0"


def exif_blocks(content: bytes, kind: str) -> Iterator[bytes | Skipped]:
    """Yield the Exif blocks of a picture; those of the kinds with boxes go on to the end of the file."""
    if kind in _BOXED:
        for head in at_most(_HEAD.finditer(content), _MOST_HEADS, "Exif blocks"):
            yield head if isinstance(head, Skipped) else content[head.start() :]
    if kind == _JXL and content.startswith(_IN_BOXES):
        yield from _packed(content)
    for block in _BLOCKS[kind](content) if kind in _BLOCKS else ():
        yield content[block.start : block.end].removeprefix(_BEGINNING)


def _packed(content: bytes) -> Iterator[bytes | Skipped]:
    for box in boxes(content, 0, len(content)):
        if isinstance(box, Damage) or (box.type, content[box.start : box.start + 4]) != _PACKED:
            continue
        try:
            # behind where the TIFF begins, which is where it always does
            yield unbrotli(content[box.start + 4 : box.end], _MOST_UNPACKED)[4:]
        except ImportError as error:
            yield Skipped("Exif", f"it cannot be unpacked: install {extra_of(error)}", Reason.UNCHECKED_EXTRA)
        except BrokenStreamError as error:
            yield Skipped("Exif", f"it cannot be unpacked: {error!s:.100}")


def _of_jpeg(content: bytes) -> Iterator[Block]:
    for block in jpeg_segments(content):
        if isinstance(block, Block) and block.type == _APP1 and content.startswith(_BEGINNING, block.start):
            yield block


def _named(walk: Callable[[bytes], Iterator[Block | Damage]], name: bytes) -> Callable[[bytes], Iterator[Block]]:
    return lambda content: (block for block in walk(content) if isinstance(block, Block) and block.type == name)


_BLOCKS: Final[dict[str, Callable[[bytes], Iterator[Block]]]] = {
    "image/jpeg": _of_jpeg,
    "image/png": _named(png_chunks, b"eXIf"),
    "image/webp": _named(riff_chunks, b"EXIF"),
}
