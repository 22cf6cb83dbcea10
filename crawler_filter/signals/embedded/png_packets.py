"""Where PNG files keep XMP: in an iTXt chunk by the specification, and wherever converters leave it.

XMP part 3 section 1.1.5 asks for iTXt with the keyword XML:com.adobe.xmp. libvips, and sharp with it, write zTXt
of that keyword; ImageMagick writes tEXt or zTXt with the keyword "Raw profile type xmp" and the packet in
hexadecimal, in old versions "Raw profile type APP1". RSL 1.0 (4.8) names no keyword.
"""

import re
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Final

from crawler_filter.files.containers import Damage, png_chunks
from crawler_filter.signals import rsl
from crawler_filter.signals.embedded.packet import MAX_PACKETS, Packet, inflate

_XMP: Final = b"XML:com.adobe.xmp"
_PACKET: Final = re.compile(rb"<(?:\?xpacket|[\w.-]{1,30}:(?:xmpmeta|xapmeta|RDF))[\s>]")
_RAW_PROFILE: Final = b"raw profile type "
_SPEAKS: Final = (b"ataMining", b"/tdmrep", rsl.NAMESPACE.encode())
_OF_APP1: Final = b"http://ns.adobe.com/xap/1.0/\0"
_RSL: Final = rsl.NAMESPACE.encode()
_SHOWN: Final = 1 << 16
_PROFILE: Final = re.compile(rb"\s*[\w ]{1,40}\s+(\d{1,10})\s+([0-9A-Fa-f\s]*)")


def packets(content: bytes) -> Iterator[Packet | Damage]:
    """Yield the XMP packets of a PNG, and its texts that have an RSL licence."""
    compressed = 0
    for chunk in png_chunks(content):
        if isinstance(chunk, Damage):
            yield chunk
            continue
        if chunk.type not in (b"iTXt", b"zTXt", b"tEXt"):
            continue
        keyword, _, fields = content[chunk.start : chunk.end].partition(b"\0")
        of_xmp = keyword == _XMP or keyword.lower().startswith(_RAW_PROFILE)
        is_packed = chunk.type == b"zTXt" or (chunk.type == b"iTXt" and fields.startswith(b"\1"))
        compressed += is_packed
        if compressed > MAX_PACKETS and not of_xmp:
            yield Damage(chunk.start, f"more than {MAX_PACKETS} compressed texts")
            return
        name = chunk.type.decode()
        if of_xmp or (name == "iTXt" and _RSL in _beginning(name, fields)):
            yield _packet(
                keyword, _text(name, fields, chunk.start), f"{'XMP' if of_xmp else 'text'} in PNG {name}"
            )
        elif is_packed and (at := _PACKET.search(text := _beginning(name, fields))):
            yield Packet(text[at.start() :], f"packed text in PNG {name} at byte {chunk.start}", is_scanned=True)


def packed_texts(content: bytes) -> Iterator[bytes]:
    """Yield the beginnings of the compressed texts of a PNG, at most MAX_PACKETS."""
    chunks = (each for each in png_chunks(content) if not isinstance(each, Damage))
    texts = (
        (each.type.decode(), content[each.start : each.end].partition(b"\0")[2])
        for each in chunks
        if each.type in (b"iTXt", b"zTXt")
    )
    packed = ((name, fields) for name, fields in texts if name == "zTXt" or fields.startswith(b"\1"))
    yield from (_beginning(name, fields) for name, fields in islice(packed, MAX_PACKETS))


def _text(name: str, fields: bytes, offset: int) -> tuple[int, bytes] | Damage:
    """Return the text of a chunk behind its keyword, and where it was (PNG section 11.3.3)."""
    if name == "tEXt":
        return offset, fields
    flag, text = (b"\1", fields[1:]) if name == "zTXt" else (fields[:1], b"")
    if name == "iTXt":
        parts = fields[2:].split(b"\0", 2)
        if len(fields) < 2 or len(parts) < 3:
            return Damage(offset, "an iTXt chunk is cut off")
        text = parts[2]
    if flag != b"\1":
        return offset, text
    try:
        return offset, inflate(text)
    except ValueError as error:
        return Damage(offset, f"compressed text in PNG {name}: {error}")


def _packet(keyword: bytes, text: tuple[int, bytes] | Damage, locator: str) -> Packet | Damage:
    if isinstance(text, Damage):
        return text
    offset, content = text
    if keyword != _XMP and keyword.lower().startswith(_RAW_PROFILE):
        profile = _PROFILE.match(content)
        if profile is None:
            return Damage(offset, "a raw profile in PNG is not hexadecimal")
        digits = b"".join(profile[2].split())
        content = bytes.fromhex(digits[: len(digits) & ~1].decode())
        return _of_profile(content, keyword, f"{locator} at byte {offset}")
    return Packet(content, f"{locator} at byte {offset}")


def _of_profile(profile: bytes, keyword: bytes, locator: str) -> Packet:
    """Return the packet in a profile. Exif and Photoshop's resources are kept like XMP, and may have one too."""
    packet = profile.removeprefix(_OF_APP1)
    if profile != packet or keyword.lower().endswith(b" xmp"):
        return Packet(packet, locator)
    at = _PACKET.search(profile)
    if at is None or not any(word in profile for word in _SPEAKS):
        return Packet(b"", locator)
    end = [found.end() for found in re.finditer(rb"</[\w.-]{1,30}:(?:xmpmeta|xapmeta|RDF)\s*>", profile)]
    return Packet(profile[at.start() : end[-1] if end else None], locator, is_scanned=True)


def _beginning(name: str, fields: bytes) -> bytes:
    """Return the fields of a chunk behind its keyword, of a compressed text as much as shows what it is."""
    if name == "iTXt" and not fields.startswith(b"\1"):
        return fields
    packed = fields[1:] if name == "zTXt" else fields[2:].split(b"\0", 2)[-1]
    try:
        return zlib.decompressobj().decompress(packed, _SHOWN)
    except zlib.error:
        return b""
