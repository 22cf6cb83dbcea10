"""One XMP packet as it was cut out of a file, and the limited decompression that cutting may need."""

import zlib
from dataclasses import dataclass
from typing import Final

from crawler_filter.errors import Sentence
from crawler_filter.signals.safe_xml import MAX_XML

MAX_PACKETS: Final = 64
"""Packets of one file that are read: a PDF has one for each picture placed in it, other files one or two."""

MAX_PACKET_BYTES: Final = 2 * MAX_XML
"""Bytes of all packets of one file, so that many small bombs cost no more than a big one."""


@dataclass(frozen=True, slots=True)
class Packet:
    """The serialised XML of a packet, and where it was.

    `is_scanned` marks one that may belong to another file inside this one: only what it forbids is believed.
    """

    content: bytes
    locator: str
    is_scanned: bool = False


def inflate(compressed: bytes) -> bytes:
    """Return zlib data unpacked. Raises ValueError for more than `MAX_XML` bytes, and for what is broken."""
    stream = zlib.decompressobj()
    try:
        unpacked = stream.decompress(compressed, MAX_XML)
    except zlib.error as error:
        raise ValueError(Sentence("not zlib data")) from error
    if not stream.eof and len(unpacked) >= MAX_XML:
        raise ValueError(Sentence("unpacks to more than %(most)s bytes", most=MAX_XML))
    return unpacked
