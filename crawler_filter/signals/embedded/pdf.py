r"""XMP metadata streams of PDF files, without a PDF library.

A metadata stream is always an indirect object of its own (ISO 32000-1 section 7.5.7: no stream lies inside an
object stream), and its dictionary is never encrypted, so the streams can be found in any PDF by their
dictionary: no cross-reference table has to be followed, which is the part of PDF that is broken most often. Where
an object was written again by an incremental update, its last revision speaks (section 7.5.6).
"""

import re
from bisect import bisect
from collections.abc import Iterator
from typing import Final

from crawler_filter.files import joined_pdfs
from crawler_filter.files.containers import Damage
from crawler_filter.signals.embedded.packet import Packet, inflate
from crawler_filter.signals.safe_xml import MAX_XML

_HEADER: Final = 2048
"""Bytes before `stream` that hold the object's number and dictionary; those of a metadata stream take 100."""

_STREAM: Final = re.compile(rb"stream(?:\r\n|\n|\r)")
# Names may be written with #xx escapes (section 7.3.5), which no producer does for these.
_METADATA: Final = re.compile(rb"/Subtype\s*/XML\b")
_LENGTH: Final = re.compile(rb"/Length\s+(\d{1,10})(?!\s+\d+\s+R)")
_FILTER: Final = re.compile(rb"/Filter\s*(\[[^\]]{0,200}\]|/\w{1,40})")
_ENCRYPTED: Final = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")


def packets(content: bytes) -> Iterator[Packet | Damage]:
    """Yield the XMP of a PDF, the last revision of each metadata object, in file order.

    With more than one object it is not known which is the document's and which belong to pictures in it, so they
    are marked as scanned. An encrypted stream is a `Damage`; one that the encryption leaves out is read.
    """
    begun = joined_pdfs.starts(content)  # of several PDFs in one file each numbers its own objects
    streams = {(bisect(begun, found[0]), number): found for number, found in _metadata_streams(content)}
    encrypted = bool(streams) and _ENCRYPTED.search(content) is not None
    for offset, header, body in streams.values():
        packet = _packet(offset, header, body, is_scanned=len(streams) > 1)
        if encrypted and not (isinstance(packet, Packet) and _is_xmp(packet.content)):
            yield Damage(offset, "the PDF is encrypted, and its XMP with it")
        else:
            yield packet


def _metadata_streams(content: bytes) -> Iterator[tuple[bytes, tuple[int, bytes, bytes]]]:
    """Yield object number, and offset, dictionary and raw bytes, of each metadata stream."""
    position = 0
    while stream := _STREAM.search(content, position):
        position = stream.end()
        header = content[max(0, stream.start() - _HEADER) : stream.start()]
        if not header.endswith((b">>", b">> ", b">>\n", b">>\r", b">>\r\n")):
            continue
        named = _last_object(header)
        if named is None or not _METADATA.search(named[1]):
            continue
        body, position = _body(content, stream.end(), named[1])
        yield named[0], (stream.end(), named[1], body)


def _last_object(header: bytes) -> tuple[bytes, bytes] | None:
    """Return the number and the dictionary of the last object that starts in `header`."""
    start = header.rfind(b" obj")
    numbers = header[max(0, start - 20) : max(0, start)].split()[-2:]
    if len(numbers) < 2 or not numbers[0].isdigit():
        return None
    return numbers[0], header[start:]


def _body(content: bytes, start: int, header: bytes) -> tuple[bytes, int]:
    """Return a stream's bytes and their end: by its length if `endstream` follows there, else that word."""
    if length := _LENGTH.search(header):
        end = start + int(length[1])
        if content[end : end + 12].lstrip().startswith(b"endstream"):
            return content[start : min(end, start + MAX_XML)], end
    end = content.find(b"endstream", start)
    end = end if end >= 0 else len(content)
    return content[start : min(end, start + MAX_XML)], end


def _packet(offset: int, header: bytes, body: bytes, *, is_scanned: bool) -> Packet | Damage:
    applied = _FILTER.search(header)
    filters = applied[1].strip(b"[] \t\r\n") if applied else b""
    locator = f"XMP in PDF stream at byte {offset}"
    if not filters:
        return Packet(body, locator, is_scanned)
    if filters != b"/FlateDecode":
        return Damage(offset, f"XMP in a PDF stream with the filter {filters.decode('latin-1')}")
    try:
        return Packet(inflate(body), locator, is_scanned)
    except ValueError as error:
        return Damage(offset, f"XMP in a compressed PDF stream: {error}")


def _is_xmp(content: bytes) -> bool:
    return b"RDF" in content
