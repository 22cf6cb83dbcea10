"""The container of a snapshot's columns: a header, a directory, and little-endian arrays read where they lie.

Rules:

- One layout: for given row counts every column has one place, so columns cannot overlap or leave gaps.
- `parse` checks all that a lookup relies on to stay inside the arrays, and a CRC-32 over header, directory and
  fan-outs against accidents. It reads no key: whether the bytes are the published ones is the manifest's SHA-256.
- Where a table of checksums lies beside the file, made when all of that had been checked, fan-outs are left to it:
  a block is checked when a lookup first reads it, and opening does not grow with the number of rules.
- Nothing is copied: a file is mapped, and all processes of a machine share its pages.

No numpy here: who only checks does not pay for loading it.
"""

import mmap
import struct
import sys
import zlib
from array import array
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final, Self

from crawler_filter.errors import DamagedFileError, MalformedSegmentError, OversizedError, UnsupportedVersionError
from crawler_filter.snapshot.layout import (
    ADDED,
    COLUMNS,
    DIFFERENCE,
    FULL,
    KEY_TABLES,
    KEYS,
    MAX_ROWS,
    UNFLAGGED,
    VERSION,
    columns_of,
    fan_bits,
)
from crawler_filter.snapshot.pages import Pages

MAGIC: Final = b"OPTOUT\r\n"
ALIGNMENT: Final = 64

_HEADER: Final = struct.Struct("<8sHHIQII")  # magic, version, kind, columns, file length, CRC-32, zero
_ENTRY: Final = struct.Struct("<23scQQ")  # name, type, offset, bytes
_EMPTY: Final = {code: memoryview(array(code)) for code in set(COLUMNS.values())}
_FANS: Final = tuple(f"{table}.fan" for table in KEY_TABLES)
_CHECKED_AT_ONCE: Final = 4096
_TOP_BITS: Final = int.from_bytes(b"\0\0\0\x80" * _CHECKED_AT_ONCE, "little")


class Segment:
    """One parsed segment. `columns` are typed views by name; `kind` is FULL or DIFFERENCE.

    Where a table of checksums lies beside the file, a column is to be read after `require` has checked it.
    """

    __slots__ = ("_offsets", "_pages", "columns", "kind")

    def __init__(
        self,
        kind: int,
        columns: Mapping[str, memoryview],
        offsets: Mapping[str, int] | None = None,
        pages: Pages | None = None,
    ) -> None:
        self.kind = kind
        self.columns = columns
        self._offsets = offsets or {}
        self._pages = pages

    def require_all(self) -> None:
        """Check every block. Raises DamagedFileError, also where no table of checksums lies beside the file."""
        if self._pages is None:
            raise DamagedFileError("the segment has no table of checksums beside it; sync makes one")
        self._pages.require_all()

    @property
    def is_guarded(self) -> bool:
        """Tell whether blocks are checked when they are first read."""
        return self._pages is not None

    def require(self, name: str, first: int = 0, last: int | None = None) -> None:
        """Check the items from `first` to `last` of a column against their blocks' checksums, by default all of
        it.

        Raises DamagedFileError.
        """
        column = self.columns[name]
        last = len(column) if last is None else last
        if self._pages is not None and first < last:
            start = self._offsets[name]
            self._pages.require(start + first * column.itemsize, start + last * column.itemsize)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Map the file at `path`, guarded where a table of checksums lies beside it. Raises as `parse`, and
        OSError."""
        with path.open("rb") as file:
            if not file.seek(0, 2):
                raise MalformedSegmentError(f"expected a segment, got the empty file {path}")
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            return cls.parse(data, Pages.open(data, path))

    @classmethod
    def parse(cls, data: bytes | mmap.mmap, pages: Pages | None = None) -> Self:
        """Read a segment from its bytes, which are referred to, not copied.

        Raises:
            MalformedSegmentError: not a segment, or a damaged one.
            OversizedError: more bytes than its header declares.
            UnsupportedVersionError: made for a newer reader, or for a machine of the other byte order.
        """
        if sys.byteorder != "little":
            raise UnsupportedVersionError("segments are read in place on little-endian machines only")
        view = memoryview(data)
        version, kind, crc = _read_header(view)
        columns, offsets = _read_directory(view, version)
        _check_counts(kind, columns)
        _check_version(version, columns)
        if pages is None:
            _check_fans(view[: _head_size(version)], columns, crc)
        else:
            pages.check(0, _head_size(version))
        return cls(kind, columns, offsets, pages)


def encode_segment(kind: int, columns: Mapping[str, memoryview]) -> bytes:
    """Return the bytes of a segment. `columns` has every name of COLUMNS, each a contiguous view of its type."""
    version = _least_version(columns)
    of_version = columns_of(version)
    directory, gaps, end = [], [], _head_size(version)
    for name, code in of_version.items():
        start = _aligned(end)
        gaps.append(bytes(start - end))
        end = start + columns[name].nbytes
        directory.append(_ENTRY.pack(name.encode(), code.encode(), start, columns[name].nbytes))
    head = _HEADER.pack(MAGIC, version, kind, len(of_version), end, 0, 0) + b"".join(directory)
    crc = _checksum(memoryview(head), columns)
    parts: list[bytes | memoryview] = [
        _HEADER.pack(MAGIC, version, kind, len(of_version), end, crc, 0),
        head[_HEADER.size :],
    ]
    for name, gap in zip(of_version, gaps, strict=True):
        parts += [gap, columns[name].cast("B") if columns[name].nbytes else b""]
    return b"".join(parts)


def _read_header(view: memoryview) -> tuple[int, int, int]:
    if len(view) < _head_size(1):
        raise MalformedSegmentError(f"expected a segment of at least {_head_size(1)} bytes, got {len(view)}")
    magic, version, kind, columns, length, crc, zero = _HEADER.unpack_from(view)
    if magic != MAGIC:
        raise MalformedSegmentError(f"expected a segment, which begins with {MAGIC!r}, got {magic!r}")
    if version > VERSION:
        raise UnsupportedVersionError(f"the segment needs a reader of version {version}, this one has {VERSION}")
    if version < 1 or kind not in (FULL, DIFFERENCE) or columns != len(columns_of(version)) or zero:
        raise MalformedSegmentError(f"segment header: version {version}, kind {kind}, {columns} columns")
    if len(view) > length:
        raise OversizedError(f"the segment declares {length} bytes, got {len(view)}")
    if len(view) < length:
        raise MalformedSegmentError(f"the segment declares {length} bytes, got {len(view)}: it is cut off")
    if len(view) < _head_size(version):
        raise MalformedSegmentError("the directory of the segment is cut off")
    return version, kind, crc


def _read_directory(view: memoryview, version: int) -> tuple[dict[str, memoryview], dict[str, int]]:
    columns, offsets = {}, {}
    end = _head_size(version)
    entries = _ENTRY.iter_unpack(view[_HEADER.size : end])
    for (name, code, written, size_of), (got, code_got, start, size) in zip(_named(version), entries, strict=True):
        if (got, code_got) != written:
            raise MalformedSegmentError(
                f"segment directory: expected {name} of type {code}, got {got!r} {code_got!r}"
            )
        if start != _aligned(end) or size % size_of or start + size > len(view):
            raise MalformedSegmentError(f"column {name}: {size} bytes at {start} do not fit behind {end}")
        end = start + size
        columns[name], offsets[name] = _typed(view[start:end], code), start
    if end != len(view):
        raise MalformedSegmentError(f"expected the segment to end with its last column at {end}, got {len(view)}")
    none = memoryview(b"")
    absent = {name: _typed(none, code) for name, code in COLUMNS.items() if name not in columns}
    return columns | absent, offsets | dict.fromkeys(absent, end)


@lru_cache(maxsize=VERSION)
def _named(version: int) -> Sequence[tuple[str, str, tuple[bytes, bytes], int]]:
    """Return the name and the type of each column, both as a directory has them, and the bytes of an item."""
    written = (
        (name, code, _ENTRY.unpack(_ENTRY.pack(name.encode(), code.encode(), 0, 0)))
        for name, code in columns_of(version).items()
    )
    return [(name, code, entry[:2], struct.calcsize(code)) for name, code, entry in written]


def _least_version(columns: Mapping[str, memoryview]) -> int:
    """Return the oldest version that has every table with rows: a segment is written in it, and in no other."""
    needed = (version for version, tables in ADDED.items() for t in tables if len(columns[f"{t}.statement"]))
    return max(needed, default=1)


def _check_version(version: int, columns: Mapping[str, memoryview]) -> None:
    if version != _least_version(columns):
        raise MalformedSegmentError(f"a segment of version {version} has no row that needs it")


def _typed(view: memoryview, code: str) -> memoryview:
    """View bytes as items of a type. An empty view, which Python cannot cast, becomes an empty array."""
    if not view:
        return _EMPTY[code]
    return view.cast(code)  # type: ignore[call-overload, no-any-return]  # the stubs want a literal


def _check_counts(kind: int, columns: Mapping[str, memoryview]) -> None:
    for table, key in KEYS.items():
        rows = len(columns[f"{table}.statement"])
        if rows > MAX_ROWS:
            raise OversizedError(f"table {table}: expected at most {MAX_ROWS} rows, got {rows}")
        for name, _, items in key:
            _expect(columns, items * rows, f"{table}.{name}")
        if table not in UNFLAGGED:
            _expect(columns, rows, f"{table}.flags")
        if table in KEY_TABLES:
            _expect(columns, (1 << fan_bits(rows)) + 1, f"{table}.fan")
    statements = len(columns["stated.leaf"])
    _expect(columns, 16 * statements, "stated.declaration")
    _expect(columns, statements, "stated.party", "stated.usage", "stated.flags")
    _expect(columns, len(columns["walk.hot"]), "walk.cold", "walk.deeper", "walk.paths")
    _expect(columns, len(columns["passage.work"]), "passage.total")
    if kind == FULL:
        _expect(columns, 0, "removed")


def _expect(columns: Mapping[str, memoryview], count: int, *names: str) -> None:
    for name in names:
        if len(columns[name]) != count:
            raise MalformedSegmentError(f"column {name}: expected {count} items, got {len(columns[name])}")


def _check_fans(view: memoryview, columns: Mapping[str, memoryview], crc: int) -> None:
    if _checksum(view, columns) != crc:
        raise MalformedSegmentError(f"expected the CRC-32 {crc:08x} over header and fan-outs, got another")
    for table in KEY_TABLES:
        _check_fan(columns[f"{table}.fan"], len(columns[f"{table}.hot"]), table)


def _check_fan(fan: memoryview, rows: int, table: str) -> None:
    """Check that every bucket lies inside the table. Lanes of 32 bits are compared in one subtraction."""
    if fan[0] != 0 or fan[-1] != rows:
        raise MalformedSegmentError(f"table {table}: expected buckets from 0 to {rows}, got {fan[0]} to {fan[-1]}")
    data = fan.cast("B")
    for start in range(0, 4 * (len(fan) - 1), 4 * _CHECKED_AT_ONCE):
        ends = data[start + 4 : start + 4 * _CHECKED_AT_ONCE + 4]
        tops = _TOP_BITS & ((1 << 8 * len(ends)) - 1)
        lower = int.from_bytes(data[start : start + len(ends)], "little")
        upper = int.from_bytes(ends, "little")
        if (lower | upper) & tops or ((upper | tops) - lower) & tops != tops:
            raise MalformedSegmentError(f"table {table}: its buckets do not follow one another")


def _checksum(head: memoryview, columns: Mapping[str, memoryview]) -> int:
    """Return the CRC-32 over header (its CRC taken as zero), directory and fan-outs."""
    fields = _HEADER.unpack_from(head)
    crc = zlib.crc32(_HEADER.pack(*fields[:5], 0, 0))
    crc = zlib.crc32(head[_HEADER.size :], crc)
    for name in _FANS:
        crc = zlib.crc32(columns[name], crc)
    return crc


def _head_size(version: int) -> int:
    return _HEADER.size + len(columns_of(version)) * _ENTRY.size


def _aligned(end: int) -> int:
    return -(-end // ALIGNMENT) * ALIGNMENT
