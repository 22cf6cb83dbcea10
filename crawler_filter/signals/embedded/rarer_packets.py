"""XMP in files of kinds that few write: JPEG XL, whose boxes may be packed with brotli, and FLIF."""

from collections.abc import Iterator
from typing import Final

from crawler_filter.errors import extra_of
from crawler_filter.files.compressed import BrokenStreamError, inflate_raw, unbrotli
from crawler_filter.files.containers import Damage, boxes
from crawler_filter.signals.embedded.packet import Packet
from crawler_filter.signals.safe_xml import MAX_XML

_MOST_CHUNKS: Final = 256
_JXL_BOXES: Final = b"\0\0\0\x0c"


def in_jxl(content: bytes) -> Iterator[Packet | Damage]:
    """Yield the packets of a JPEG XL file: `xml ` boxes, and `brob` boxes of them (ISO/IEC 18181-2 section 9)."""
    if not content.startswith(_JXL_BOXES):
        return  # a bare codestream has no metadata
    for box in boxes(content, 0, len(content)):
        if isinstance(box, Damage):
            yield box
        elif box.type == b"xml ":
            yield Packet(content[box.start : box.end], f"XMP in JPEG XL box at byte {box.start}")
        elif box.type == b"brob" and content.startswith(b"xml ", box.start):
            yield _unbrotlied(content[box.start + 4 : box.end], box.start)


def _unbrotlied(packed: bytes, offset: int) -> Packet | Damage:
    try:
        unpacked = unbrotli(packed, MAX_XML)
    except ImportError as error:
        lacking = f"XMP packed with brotli cannot be read: install {extra_of(error)}"
        return Damage(offset, lacking, lacks_extra=True)
    except BrokenStreamError as error:
        return Damage(offset, f"XMP packed with brotli: {error}")
    return Packet(unpacked, f"XMP packed with brotli in JPEG XL box at byte {offset}")


def in_flif(content: bytes) -> Iterator[Packet | Damage]:
    """Yield the packets of a FLIF file: `eXmp` chunks, deflated (FLIF16 specification, part 2, "Metadata")."""
    place = 6
    animated = content[4:5] >= b"P"  # 3 and 4 in the upper half are one picture, 5 and 6 an animation
    for _ in range(3 if animated else 2):  # width, height, and of an animation the frames
        _, place = _varint(content, place)
    for _ in range(_MOST_CHUNKS):
        name = content[place : place + 4]
        if len(name) < 4 or name[0] < 32:  # the second part: what is seen
            return
        size, start = _varint(content, place + 4)
        if name == b"eXmp":
            try:
                packet = inflate_raw(content[start : start + size], MAX_XML + 1)
            except BrokenStreamError as error:
                yield Damage(start, f"XMP in FLIF is broken: {error}")
            else:
                yield _within(packet, start)
        place = start + size
    yield Damage(place, f"more than {_MOST_CHUNKS} chunks in FLIF")


def _within(packet: bytes, start: int) -> Packet | Damage:
    if len(packet) > MAX_XML:
        return Damage(start, f"XMP in FLIF unpacks to more than {MAX_XML} bytes")
    return Packet(packet, f"XMP in FLIF at byte {start}")


def _varint(content: bytes, place: int) -> tuple[int, int]:
    value = 0
    for byte in content[place : place + 9]:
        value, place = value << 7 | byte & 0x7F, place + 1
        if byte < 0x80:
            break
    return value, place
