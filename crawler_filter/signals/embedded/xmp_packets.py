"""Where files of each kind keep their XMP packets (XMP specification part 3, ISO 16684-1).

A packet found by its container's own structure is about that file. A kind without a walker here, what is left of a
damaged file, and one that speaks of mining somewhere else (an Exif or Photoshop block, a comment, behind its end)
is scanned for packets (part 3, "packet scanning"). Such a packet may belong to a file inside this one, so it is
marked, and only what it forbids is believed.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from crawler_filter.files.containers import (
    Block,
    Damage,
    boxes,
    jpeg_segments,
    riff_chunks,
    tiff_fields,
)
from crawler_filter.signals import rsl
from crawler_filter.signals.embedded import pdf, png_packets, rarer_packets
from crawler_filter.signals.embedded.packet import MAX_PACKET_BYTES, MAX_PACKETS, Packet
from crawler_filter.signals.safe_xml import MAX_XML

_TIFF_XMP: Final = 700
_JPEG_APP1: Final = b"\xe1"
_JPEG_MAIN: Final = b"http://ns.adobe.com/xap/1.0/\0"
_JPEG_EXTENSION: Final = b"http://ns.adobe.com/xmp/extension/\0"
_RSL: Final = rsl.NAMESPACE.encode()
_XMP_UUID: Final = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")

_WORDS: Final = (b"ataMining", b"/tdmrep", _RSL)
"""What a reservation in XMP cannot do without: a property of PLUS, the namespaces of TDMRep and of RSL."""

_EXAMPLE: Final = "text/plain"
"""The kind in which a packet would be somebody's example, and not about the file. A page escapes its examples."""

_WIDE: Final = {
    encoding: tuple(word.decode().encode(encoding).rstrip(b"\0") for word in _WORDS)
    for encoding in ("utf-16-le", "utf-32-le")
}
"""The same words with zeros between their letters, as they stand in either byte order."""
_AROUND: Final = 1 << 20
_MOST_WIDE: Final = 8

_Pieces = Iterator[Packet | Damage]


def packets(content: bytes, kind: str | None) -> _Pieces:
    """Yield the XMP packets of a file of media type `kind` (None: unknown), and where it could not be followed."""
    size = 0
    for count, piece in enumerate(_pieces(content, kind)):
        size += len(piece.content) if isinstance(piece, Packet) else 0
        if count == MAX_PACKETS or size > MAX_PACKET_BYTES:
            yield Damage(0, f"more than {MAX_PACKETS} XMP packets, or {MAX_PACKET_BYTES} bytes of them")
            return
        yield piece


def _pieces(content: bytes, kind: str | None) -> _Pieces:
    if kind == _EXAMPLE:
        return
    walk = _WALKERS.get(kind or "", scan)
    read: list[bytes] = []
    is_damaged = False
    for piece in walk(content):
        if isinstance(piece, Packet):
            read.append(piece.content)
        else:
            is_damaged = True
        yield piece
    if walk is not scan and (is_damaged or _speaks_elsewhere(content, read)):
        yield from (piece for piece in scan(content) if not any(piece.content in packet for packet in read))


def _speaks_elsewhere(content: bytes, read: list[bytes]) -> bool:
    """Tell whether a word of a reservation stands more often in a file than in the packets found in it."""
    words = (*_WORDS, *(word for wide in _WIDE.values() for word in wide))
    return any(content.count(word) > sum(packet.count(word) for packet in read) for word in words)


def _jpeg(content: bytes) -> _Pieces:
    """Part 3 section 1.1.3: one packet in an APP1 segment, what does not fit there in extension segments."""
    extensions: dict[bytes, list[Block]] = {}
    for segment in jpeg_segments(content):
        if isinstance(segment, Damage):
            yield segment
        elif segment.type != _JPEG_APP1:
            continue
        elif content.startswith(_JPEG_MAIN, segment.start):
            start = segment.start + len(_JPEG_MAIN)
            yield Packet(content[start : segment.end], f"XMP in JPEG APP1 at byte {start}")
        elif content.startswith(_JPEG_EXTENSION, segment.start):
            digest = segment.start + len(_JPEG_EXTENSION)
            extensions.setdefault(content[digest : digest + 32], []).append(segment)
    for segments in extensions.values():
        yield _join_extension(content, segments)


def _join_extension(content: bytes, segments: list[Block]) -> Packet | Damage:
    """Put together the segments of one extended packet, which may lie in any order and must leave no hole."""
    first = segments[0].start
    pieces = []
    full_length = 0
    for segment in segments:
        fields = content[segment.start + len(_JPEG_EXTENSION) + 32 : segment.end]
        if len(fields) < 8:
            return Damage(segment.start, "a segment of extended XMP is cut off")
        full_length = int.from_bytes(fields[:4])
        pieces.append((int.from_bytes(fields[4:8]), fields[8:]))
    joined = bytearray()
    for offset, piece in sorted(pieces):
        if offset != len(joined):
            return Damage(first, f"extended XMP has a hole or an overlap at its byte {len(joined)}")
        joined += piece
    if len(joined) != full_length:
        return Damage(first, f"extended XMP has {len(joined)} bytes, not the {full_length} it states")
    return Packet(bytes(joined), f"extended XMP in JPEG APP1 from byte {first}")


def _riff(content: bytes) -> _Pieces:
    """WebP container specification, "XMP Metadata"; part 3 for AVI and WAV."""
    for chunk in riff_chunks(content):
        if isinstance(chunk, Damage):
            yield chunk
        elif chunk.type in {b"XMP ", b"_PMX"}:
            yield Packet(content[chunk.start : chunk.end], f"XMP in RIFF chunk at byte {chunk.start}")


def _tiff(content: bytes) -> _Pieces:
    """Part 3 section 1.1.6: tag 700 of a directory."""
    for field in tiff_fields(content, _TIFF_XMP):
        if isinstance(field, Damage):
            yield field
        else:
            yield Packet(content[field.start : field.end], f"XMP in TIFF tag 700 at byte {field.start}")


def _base_media(content: bytes) -> _Pieces:
    """Part 3: a uuid box in MPEG-4 files, moov/udta/XMP_ in QuickTime files."""
    nested: list[tuple[int, int]] = [(0, len(content))]
    while nested:
        for box in boxes(content, *nested.pop()):
            if isinstance(box, Damage):
                yield box
            elif box.type in {b"moov", b"udta"}:
                nested.append((box.start, box.end))
            elif box.type == b"XMP_":
                yield Packet(content[box.start : box.end], f"XMP in QuickTime box at byte {box.start}")
            elif box.type == b"uuid" and content.startswith(_XMP_UUID, box.start):
                start = box.start + len(_XMP_UUID)
                yield Packet(content[start : box.end], f"XMP in uuid box at byte {start}")


_SIDECAR: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?[^>]{0,200}>\s*){0,4}<(?:[\w.-]{1,30}:)?(?:xmpmeta|xapmeta|RDF)[\s>]"
)


def _xml(content: bytes) -> _Pieces:
    """A sidecar file is one packet (part 3, "external storage"). Other XML, SVG for one, is scanned."""
    if _SIDECAR.match(content):
        yield Packet(content, "XMP file")
    else:
        yield from scan(content)


# An element of XMP that ends where it begins holds nothing; an empty licence was meant to say something.
_OPENING: Final = re.compile(rb"<((?:[A-Za-z_][\w.-]{0,30}:)?(?:rsl|(?:xmpmeta|xapmeta|RDF)(?![^<>]*/>)))[\s>]")


def scan(content: bytes) -> Iterator[Packet]:
    """Yield what looks like XMP or RSL anywhere in a file, in whatever UTF; ends at a packet that has no end."""
    yield from _scan(content)
    for encoding, words in _WIDE.items():
        place = 0
        for _ in range(_MOST_WIDE):
            found = min((at for word in words if (at := content.find(word, place)) >= 0), default=-1)
            if found < 0:
                break
            width = 2 if encoding == "utf-16-le" else 4
            # from a letter on, text in the other byte order reads alike, but for what is not ASCII
            start = found - width * (min(found - place, _AROUND) // width)
            place = found + _AROUND
            text = content[start:place].decode(encoding, "replace").replace("\0", "")
            for packet in _scan(text.encode()):
                yield Packet(packet.content, _found_at(start), is_scanned=True)


def _scan(content: bytes) -> Iterator[Packet]:
    position = 0
    while opening := _OPENING.search(content, position):
        closing = b"</" + opening[1] + b">"
        end = content.find(closing, opening.end())
        if end < 0:
            rest = content[opening.start() : opening.start() + MAX_XML]
            yield Packet(rest, _found_at(opening.start()), is_scanned=True)
            return
        position = end + len(closing)
        yield Packet(content[opening.start() : position], _found_at(opening.start()), is_scanned=True)


def _found_at(offset: int) -> str:
    return f"XMP found by scanning at byte {offset}"


_WALKERS: Final[dict[str, Callable[[bytes], _Pieces]]] = {
    "image/jpeg": _jpeg,
    "image/flif": rarer_packets.in_flif,
    "image/jxl": rarer_packets.in_jxl,
    "image/png": png_packets.packets,
    "image/webp": _riff,
    "video/x-msvideo": _riff,
    "audio/wav": _riff,
    "image/tiff": _tiff,
    "video/mp4": _base_media,
    "video/quicktime": _base_media,
    "application/pdf": pdf.packets,
    "image/svg+xml": _xml,
    "text/xml": _xml,
}
