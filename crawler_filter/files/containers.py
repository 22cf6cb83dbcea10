"""The outer structure of media files: where each piece lies, never what it means.

Each walker yields the blocks of one kind of file in the order they lie, and ends with a `Damage` where the file
cannot be followed further. Nothing is copied: a block is two offsets. All walk forward only, or remember where
they were, so that a length that lies costs one step.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a file: its type as written, and its body from `start` to before `end`."""

    type: bytes
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Damage:
    """The place where a file could not be followed, and the reason. Bytes behind it have not been read.

    `lacks_extra` tells that it could be followed if something were installed.
    """

    offset: int
    reason: str
    lacks_extra: bool = False


MAX_BLOCKS: Final = 1 << 20
"""Blocks of one file that are walked: a PNG of 8 GiB in the usual chunks of 8 KiB."""

_TOO_MANY: Final = f"more than {MAX_BLOCKS} blocks"

MAX_SEGMENTS: Final = 1 << 14
"""Segments and fill bytes before the first scan of a JPEG: enough for metadata of a gigabyte."""

_FILL: Final = 0xFF
_STANDALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_START_OF_SCAN: Final = 0xDA
_END_OF_IMAGE: Final = 0xD9


def jpeg_segments(content: bytes) -> Iterator[Block | Damage]:
    """Yield the marker segments before the first scan (ITU-T T.81 annex B); a type is the marker's second byte.

    Metadata belongs in APPn segments, which come before the scans.
    """
    position = 2
    for _ in range(MAX_SEGMENTS):
        if position + 4 > len(content):
            if content[position : position + 2] != b"\xff\xd9":
                yield Damage(position, "JPEG ends before its image")
            return
        marker = content[position + 1]
        if content[position] != 0xFF:
            yield Damage(position, "expected a JPEG marker")
            return
        if marker in {_START_OF_SCAN, _END_OF_IMAGE}:
            return
        if marker == _FILL or marker in _STANDALONE:
            position += 1 if marker == _FILL else 2
            continue
        end = position + 2 + int.from_bytes(content[position + 2 : position + 4])
        if not position + 4 <= end <= len(content):
            yield Damage(position, f"JPEG segment {marker:02X} ends at byte {end} of {len(content)}")
            return
        yield Block(bytes([marker]), position + 4, end)
        position = end
    yield Damage(position, f"more than {MAX_SEGMENTS} JPEG segments before the image")


def png_chunks(content: bytes) -> Iterator[Block | Damage]:
    """Yield the chunks up to IEND (PNG third edition, section 5.3). Check sums are not verified."""
    position = 8
    for _ in range(MAX_BLOCKS):
        start = position + 8
        end = start + int.from_bytes(content[position : position + 4])
        name = content[position + 4 : start]
        if start > len(content) or end > len(content):
            yield Damage(position, f"PNG chunk {name.decode('latin-1')!r} ends at byte {end} of {len(content)}")
            return
        yield Block(name, start, end)
        if name == b"IEND":
            return
        position = end + 4
    yield Damage(position, _TOO_MANY)


def riff_chunks(content: bytes) -> Iterator[Block | Damage]:
    """Yield the top-level chunks of a RIFF file (WebP, AVI, WAV); sizes are little-endian, bodies padded to even.

    The whole file is walked, because the size in the header of a file over 4 GiB is wrong.
    """
    position = 12
    stated_end = 8 + int.from_bytes(content[4:8], "little")
    for _ in range(MAX_BLOCKS):
        if position + 8 > len(content):
            return
        start = position + 8
        end = start + int.from_bytes(content[position + 4 : start], "little")
        if end > len(content) and 12 < stated_end <= position and len(content) < 1 << 32:
            return  # what somebody appended to the file is no part of it
        if end > len(content):
            yield Damage(position, f"RIFF chunk ends at byte {end} of {len(content)}")
            return
        yield Block(content[position : position + 4], start, end)
        position = end + (end - start) % 2
    yield Damage(position, _TOO_MANY)


def form_chunks(content: bytes) -> Iterator[Block]:
    """Yield the chunks of an IFF file (AIFF) up to a cut; sizes are big-endian, bodies padded to even."""
    position = 12
    for _ in range(MAX_BLOCKS):
        start = position + 8
        end = start + int.from_bytes(content[position + 4 : start])
        if start > len(content) or end > len(content):
            return
        yield Block(content[position : position + 4], start, end)
        position = end + (end - start) % 2


_LAST_BLOCK: Final = 0x80


def flac_blocks(content: bytes) -> Iterator[Block]:
    """Yield the blocks of metadata of a FLAC file (RFC 9639 section 8); a type is the number of one."""
    position = 4
    while position + 4 <= len(content):
        header, length = content[position], int.from_bytes(content[position + 1 : position + 4])
        yield Block(bytes([header & ~_LAST_BLOCK]), position + 4, min(position + 4 + length, len(content)))
        if header & _LAST_BLOCK:
            return
        position += 4 + length


def boxes(content: bytes, start: int, end: int) -> Iterator[Block | Damage]:
    """Yield the boxes from `start` to `end` (ISO/IEC 14496-12 section 4.2; JUMBF boxes are the same).

    A box that claims to go past `end` is yielded cut off, with the damage before it, so that what it does hold can
    be read.
    """
    position = start
    for _ in range(MAX_BLOCKS):
        if position + 8 > end:
            if content[position:end].strip(b"\0"):
                yield Damage(position, "a box header is cut off")
            return
        size, body = _box_size(content, position, end)
        box_end = position + size
        if box_end < body:
            yield Damage(position, f"a box of {size} bytes is shorter than its header")
            return
        if box_end > end:
            yield Damage(position, f"a box ends at byte {box_end}, where {end} is the last possible")
        yield Block(content[position + 4 : position + 8], min(body, end), min(box_end, end))
        position = box_end
    yield Damage(position, _TOO_MANY)


def _box_size(content: bytes, position: int, end: int) -> tuple[int, int]:
    """Return the length of a box and where its body starts: size 1 means a 64-bit size follows, 0 to the end."""
    size = int.from_bytes(content[position : position + 4])
    if size == 1:
        return int.from_bytes(content[position + 8 : min(position + 16, end)]), position + 16
    return (size or end - position), position + 8


_COLOURS_OF_GIF: Final = 13
_EXTENDED: Final = 0x21
_PICTURED: Final = 0x2C


def gif_blocks(content: bytes) -> Iterator[Block | Damage]:
    """Yield the blocks of a GIF (GIF89a section 12): an extension by its two bytes, a picture, and the end."""
    at = _COLOURS_OF_GIF + _gif_table(content, 10)
    while at < len(content):
        mark = content[at]
        if mark not in (_EXTENDED, _PICTURED):
            yield Block(b";", at, at + 1) if mark == ord(";") else Damage(at, "expected a block of a GIF")
            return
        start = at + 2 if mark == _EXTENDED else at + 11 + _gif_table(content, at + 9)
        end = start
        while end < len(content) and content[end]:
            end += content[end] + 1
        yield Block(content[at : at + 2] if mark == _EXTENDED else b",", start, min(end, len(content)))
        at = end + 1


def gif_pieces(content: bytes, block: Block) -> Iterator[bytes]:
    """Yield the pieces, of 255 bytes at most, that a block of a GIF is kept in."""
    at = block.start
    while at < block.end:
        yield content[at + 1 : min(at + 1 + content[at], block.end)]
        at += content[at] + 1


def _gif_table(content: bytes, flags: int) -> int:
    """Return the bytes of a table of colours, of which there is a byte of flags before."""
    said = content[flags] if flags < len(content) else 0
    return 3 << (said & 7) + 1 if said & 0x80 else 0


_TIFF_BYTE_TYPES: Final = frozenset({1, 2, 6, 7})
_MAX_DIRECTORIES: Final = 1024
"""Image file directories followed: scans of many pages have hundreds, a loop has no end."""
_MAX_FIELDS: Final = 4096
"""Fields of one directory: cameras write about a hundred. Directories may overlap: the product is what counts."""


@dataclass(frozen=True, slots=True)
class _TiffLayout:
    """Field widths of TIFF 6.0 and of BigTIFF."""

    order: str
    first: int
    count: str
    entry: int
    offset: str

    def read(self, content: bytes, code: str, position: int) -> int | None:
        if position + struct.calcsize(self.order + code) > len(content):
            return None
        value: int = struct.unpack_from(self.order + code, content, position)[0]
        return value


@dataclass(frozen=True, slots=True)
class TiffField:
    """One entry of a directory: its tag, the type of its `values` and how many they are, and where it stands."""

    tag: int
    kind: int
    values: int
    entry: int


def tiff_fields(content: bytes, tag: int) -> Iterator[Block | Damage]:
    """Yield every byte field with `tag` in the chain of image file directories (TIFF 6.0 section 2, BigTIFF)."""
    layout = _tiff_layout(content)
    for directory in tiff_directories(content):
        if isinstance(directory, Damage):
            yield directory
        else:
            yield from (_tiff_field(content, layout, field.entry) for field in directory if field.tag == tag)


def tiff_directories(content: bytes) -> Iterator[list[TiffField] | Damage]:
    """Yield the fields of each directory in the chain: one for each page, and for each smaller copy of one."""
    layout = _tiff_layout(content)
    directory = layout.read(content, layout.offset, layout.first)
    seen: set[int] = set()
    while directory:
        if directory in seen or len(seen) == _MAX_DIRECTORIES:
            yield Damage(directory, "TIFF directories form a loop, or are too many")
            return
        seen.add(directory)
        fields = _tiff_directory(content, layout, directory)
        if fields is None:
            break
        yield fields
        if isinstance(fields, Damage):
            return
        directory = layout.read(content, layout.offset, _after(layout, directory, len(fields)))
    if directory != 0:
        yield Damage(len(content), "TIFF ends before its directories do")


def _tiff_layout(content: bytes) -> _TiffLayout:
    order = "<" if content.startswith(b"II") else ">"
    is_big = content[2:4] in {b"+\0", b"\0+"}
    return _TiffLayout(order, 8, "Q", 20, "Q") if is_big else _TiffLayout(order, 4, "H", 12, "I")


def _tiff_directory(content: bytes, layout: _TiffLayout, position: int) -> list[TiffField] | Damage | None:
    """Return the fields of one directory, None where the file ends before it does."""
    count = layout.read(content, layout.count, position)
    if count is None or _after(layout, position, count) > len(content):
        return None
    if count > _MAX_FIELDS:
        return Damage(position, f"a TIFF directory of {count} fields")
    # Entries are sorted by tag in a sound file (TIFF 6.0 page 15), but many writers do not sort them.
    start = _after(layout, position, 0)
    head = struct.Struct(layout.order + "HH" + layout.offset)
    fields = []
    for entry in range(start, start + count * layout.entry, layout.entry):
        tag, kind, values = head.unpack_from(content, entry)
        fields.append(TiffField(tag, kind, values, entry))
    return fields


def _after(layout: _TiffLayout, position: int, count: int) -> int:
    """Return where a directory of so many fields ends, and the offset of the next one stands."""
    return position + struct.calcsize(layout.order + layout.count) + count * layout.entry


def _tiff_field(content: bytes, layout: _TiffLayout, entry: int) -> Block | Damage:
    kind = layout.read(content, "H", entry + 2)
    size = layout.read(content, layout.offset, entry + 4)
    inline = entry + 4 + struct.calcsize(layout.order + layout.offset)
    if size is None or kind not in _TIFF_BYTE_TYPES:
        return Damage(entry, f"TIFF field of type {kind}, where bytes were expected")
    start = (
        inline
        if size <= struct.calcsize(layout.order + layout.offset)
        else layout.read(content, layout.offset, inline)
    )
    if start is None or start + size > len(content):
        return Damage(entry, f"TIFF field of {size} bytes at {start} goes past the file's {len(content)} bytes")
    return Block(content[entry : entry + 2], start, start + size)


_TIFF_NUMBERS: Final = {3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
_TIFF_WIDTHS: Final = {3: 2, 4: 4, 13: 4, 16: 8, 18: 8}
_MOST_NUMBERS: Final = 64


def tiff_directory_at(content: bytes, place: int) -> list[TiffField]:
    """Return the fields of the directory at a place, none where there is no sound one."""
    found = _tiff_directory(content, _tiff_layout(content), place)
    return found if isinstance(found, list) else []


def tiff_numbers(content: bytes, directory: list[TiffField], tag: int) -> list[int]:
    """Return the numbers of a field, 64 at most; none where the directory has no such field of numbers."""
    layout = _tiff_layout(content)
    for field in directory:
        if field.tag == tag and field.kind in _TIFF_NUMBERS:
            code = _TIFF_NUMBERS[field.kind]
            width, room = struct.calcsize(layout.order + code), struct.calcsize(layout.order + layout.offset)
            place: int | None = field.entry + 4 + room
            if field.values * width > room:
                place = layout.read(content, layout.offset, field.entry + 4 + room)
            count = min(field.values, _MOST_NUMBERS)
            read = [layout.read(content, code, (place or 0) + at * width) for at in range(count)]
            return [number for number in read if number is not None]
    return []


def tiff_bytes(content: bytes, field: TiffField) -> bytes:
    """Return the bytes of a field's values as they are kept, none of one that the file ends before."""
    layout = _tiff_layout(content)
    room = struct.calcsize(layout.order + layout.offset)
    size = field.values * _TIFF_WIDTHS.get(field.kind, 1)
    place: int | None = field.entry + 4 + room
    if size > room:
        place = layout.read(content, layout.offset, field.entry + 4 + room)
    return b"" if place is None or place + size > len(content) else content[place : place + size]


def has_more_tiff_numbers(directory: list[TiffField], tag: int) -> bool:
    """Tell whether a field has more numbers than `tiff_numbers` returns."""
    return any(field.tag == tag and field.values > _MOST_NUMBERS for field in directory)


def tiff_beginning_at(content: bytes, place: int) -> bytes:
    """Return a TIFF whose first directory is the one at a place."""
    layout = _tiff_layout(content)
    width = struct.calcsize(layout.order + layout.offset)
    start = struct.pack(layout.order + layout.offset, place)
    return content[: layout.first] + start + content[layout.first + width :]
