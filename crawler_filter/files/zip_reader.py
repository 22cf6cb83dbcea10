"""ZIP archives from strangers, read for what they hold (PKWARE APPNOTE 6.3.10): names and headers may lie.

Readers of comics and books show what the directory lists, whatever the header beside each file repeats of it, so
neither a name that differs there nor an extra field that is no field costs the contents. Where there is no sound
directory, as of an archive that was cut, its files are found by their own headers. Nothing is written.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from crawler_filter.files.compressed import BrokenStreamError, broken, inflate_raw, unpack, unpacker

ENTRY: Final = b"PK\x01\x02"
ENDING: Final = b"PK\x05\x06"
ENDING_BYTES: Final = 22
MOST_COMMENT: Final = 0xFFFF
_MOST_ENDINGS: Final = 8
"""Endings that are tried, from the last on, so that a comment of nothing else costs little."""

_HEADER: Final = b"PK\x03\x04"
_ENDING_64: Final = b"PK\x06\x06"
_LOCATOR_64: Final = b"PK\x06\x07"
_ENTRY: Final = struct.Struct("<4x4xHH4xIIIHHH8xI")
_LOCAL: Final = struct.Struct("<4x2xHH4xIIIHH")
_ENTRY_BYTES: Final = 46
_LOCAL_BYTES: Final = 30
_IN_EXTRA: Final = 0xFFFFFFFF
_ENCRYPTED: Final = 0x01
_UTF_8: Final = 0x800
_ZIP64, _UNICODE_PATH = 0x0001, 0x7075
_STORED, _DEFLATED, _BZIP2, _LZMA, _ZSTANDARD, _XZ = 0, 8, 12, 14, 93, 95
_PACKED_AS: Final = {
    _BZIP2: "application/x-bzip2",
    _LZMA: "application/x-lzma",
    _ZSTANDARD: "application/zstd",
    _XZ: "application/x-xz",
}
_JAPANESE: Final = re.compile(r"[ -~\u3000-\u30ff\u3400-\u9fff\uff01-\uffee]*")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file as it is listed: `offset` is where its own header is, `size` how many bytes it is packed in.

    `checksum` is the CRC-32 of what it unpacks to, zero where that is not known.
    """

    name: str
    flags: int
    method: int
    checksum: int
    size: int
    unpacked: int
    offset: int


@dataclass(frozen=True, slots=True)
class ZipArchive:
    """A ZIP archive in memory, and its files in the order of the directory, folders included.

    `damage` says what is wrong with the directory, where the files had to be found without one.
    """

    content: bytes
    entries: tuple[Entry, ...]
    damage: str = ""

    def named(self, name: str) -> Entry:
        """Return the file that is listed last by this name. Raises KeyError."""
        return {entry.name: entry for entry in self.entries}[name]

    def read(self, entry: Entry, most: int) -> bytes:
        """Return the first `most` bytes of a file.

        Raises ValueError for one that is encrypted, broken or packed by a method that is not read, EOFError where
        the archive ends before it does, ImportError without the extra that its method needs.
        """
        if entry.flags & _ENCRYPTED:
            raise ValueError("it is encrypted")
        start, size = self._place(entry)
        packed = memoryview(self.content)[start : start + size]
        if entry.method != _DEFLATED:
            return _unpacked(packed, entry.method, most)
        try:
            return inflate_raw(packed, most)
        except BrokenStreamError as error:
            return self._inflated_anyhow(entry, start, most, error)

    def _inflated_anyhow(self, entry: Entry, start: int, most: int, error: BrokenStreamError) -> bytes:
        """Inflate a member whose stated size may be false. Its data may reach to the end of the archive."""
        sizes = _LOCAL.unpack_from(self.content, entry.offset)
        bare = entry.offset + _LOCAL_BYTES + sizes[-2]
        for place in dict.fromkeys((start, bare)):
            try:
                return inflate_raw(memoryview(self.content)[place:], most - error.spent)
            except BrokenStreamError as again:
                error = BrokenStreamError(str(error), error.spent + again.spent)
        raise error

    def _place(self, entry: Entry) -> tuple[int, int]:
        if not self.content.startswith(_HEADER, entry.offset):
            raise ValueError("it is not where the directory says")
        _, _, _, size, unpacked, name, extra = _LOCAL.unpack_from(self.content, entry.offset)
        start = entry.offset + _LOCAL_BYTES + name + extra
        packed = entry.size or size
        if entry.method == _STORED:
            packed = packed or entry.unpacked or unpacked
            if start + packed > len(self.content):
                raise EOFError("it ends before this file does")
        return start, packed if packed != _IN_EXTRA else len(self.content)


def opened(content: bytes, most: int) -> ZipArchive:
    """Open a ZIP archive in memory. Raises ValueError for one of more than `most` files, and for what is none."""
    if content.count(ENTRY) > most:
        raise ValueError(f"more than {most} files")
    try:
        entries = tuple(_listed(content))
        if all(content.startswith(_HEADER, entry.offset) for entry in entries):
            if entries or _HEADER not in content:
                return ZipArchive(content, entries)
            damage = "its directory lists none of its files"
        else:
            damage = "its directory names places where no file is"
    except (struct.error, ValueError) as error:
        entries, damage = (), str(error)
    found = tuple(_found(content, most))
    if not found and not entries:
        raise ValueError(damage)
    return ZipArchive(content, found or entries, damage)


def ending(content: bytes) -> int | None:
    """Return where the directory of a ZIP begins, None for a file that does not end as one does.

    The signs that end one may stand in the comment behind it, so the last of them need not be the one that counts.
    """
    before, empty = len(content), None
    for _ in range(_MOST_ENDINGS):
        before = content.rfind(ENDING, max(0, len(content) - ENDING_BYTES - MOST_COMMENT), before)
        if before < 0:
            break
        start = _directory(content, before)
        if start >= 0 and content.startswith(ENTRY, start):
            return start
        if start == before:
            empty = start
    return empty


def _directory(content: bytes, place: int) -> int:
    """Return where the directory begins that ends at `place`, a number below zero where there is none."""
    ended = content[place : place + ENDING_BYTES].ljust(ENDING_BYTES, b"\0")
    size, offset = struct.unpack_from("<II", ended, 12)
    if _IN_EXTRA in (size, offset) and content[place - 20 : place - 16] == _LOCATOR_64:
        last = content.rfind(_ENDING_64, 0, place)
        if last >= 0 and last + 56 <= place:
            (size,) = struct.unpack_from("<Q", content, last + 40)
            place = last
    return int(place - size)


def _listed(content: bytes) -> Iterator[Entry]:
    """Yield what the directory lists. Offsets count from where the archive begins, which may be behind others."""
    place = ending(content)
    if place is None:
        raise ValueError("it does not end as a ZIP archive does")
    raw = []
    while content.startswith(ENTRY, place):
        flags, method, checksum, size, unpacked, name, extra, comment, offset = _ENTRY.unpack_from(content, place)
        fields = content[place + _ENTRY_BYTES + name : place + _ENTRY_BYTES + name + extra]
        named = content[place + _ENTRY_BYTES : place + _ENTRY_BYTES + name]
        unpacked, size, offset = _long(fields, unpacked, size, offset)
        raw.append(Entry(_name(named, flags, fields), flags, method, checksum, size, unpacked, offset))
        place += _ENTRY_BYTES + name + extra + comment
    before = _before(content, [entry.offset for entry in raw])
    for entry in raw:
        yield replace(entry, offset=entry.offset + before) if before else entry


def _before(content: bytes, offsets: list[int]) -> int:
    """Return how many bytes stand before the archive that its offsets do not count."""
    if not offsets or content.startswith(_HEADER, offsets[0]):
        return 0
    first = content.find(_HEADER)
    while first >= 0 and first < min(offsets):
        first = content.find(_HEADER, first + 1)
    return max(first, min(offsets)) - min(offsets)


def _found(content: bytes, most: int) -> Iterator[Entry]:
    """Yield the files that have headers of their own, one behind another."""
    place, count = content.find(_HEADER), 0
    while place >= 0 and place + _LOCAL_BYTES <= len(content):
        count += 1
        if count > most:
            raise ValueError(f"more than {most} files")
        flags, method, checksum, size, unpacked, name, extra = _LOCAL.unpack_from(content, place)
        start = place + _LOCAL_BYTES + name + extra
        fields = content[start - extra : start]
        unpacked, size, _ = _long(fields, unpacked, size, 0)
        named = content[place + _LOCAL_BYTES : place + _LOCAL_BYTES + name]
        following = content.find(_HEADER, start + size if start + size <= len(content) else start)
        end = following if following >= 0 else len(content)
        size = size or max(0, end - start)
        yield Entry(_name(named, flags, fields), flags, method, checksum, size, unpacked, place)
        place = following


def _long(extra: bytes, *short: int) -> list[int]:
    """Return sizes and an offset, of which those that take more than four bytes stand in an extra field."""
    field = _field(extra, _ZIP64) if _IN_EXTRA in short else b""
    values = []
    for value in short:
        is_in_field = value == _IN_EXTRA and len(field) >= 8
        values.append(int.from_bytes(field[:8], "little") if is_in_field else value)
        field = field[8:] if is_in_field else field
    return values


def _field(extra: bytes, wanted: int) -> bytes:
    """Return the body of an extra field; what is no field ends them."""
    place = 0
    while place + 4 <= len(extra):
        number, size = struct.unpack_from("<HH", extra, place)
        if number == wanted:
            return extra[place + 4 : place + 4 + size]
        place += 4 + size
    return b""


def _name(raw: bytes, flags: int, extra: bytes) -> str:
    """Return a name as whoever packed it saw it: in UTF-8, in Japanese, or in what DOS had."""
    said = _field(extra, _UNICODE_PATH)
    if said[:1] == b"\1" and int.from_bytes(said[1:5], "little") == zlib.crc32(raw):
        return said[5:].decode("utf-8", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        if flags & _UTF_8:
            return raw.decode("utf-8", "replace")
    japanese = raw.decode("cp932", "replace")
    return japanese if _JAPANESE.fullmatch(japanese) else raw.decode("cp437")


def _unpacked(packed: memoryview, method: int, most: int) -> bytes:
    if method == _STORED:
        return bytes(packed[:most])
    if method not in _PACKED_AS:
        raise ValueError(f"compression method {method} is not read")
    raw = bytes(packed)
    if method == _LZMA:  # APPNOTE 5.8.8: two numbers, then properties as a file of LZMA has, without a size
        raw = raw[4:9] + b"\xff" * 8 + raw[9:]
    try:
        return unpack(raw, unpacker(_PACKED_AS[method]), most)
    except broken() as error:
        raise ValueError(str(error) or type(error).__name__) from error
