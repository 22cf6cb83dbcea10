"""A checksum for each block of a file that is mapped, verified when the block is first read.

A signed digest says what a file was when it was written. Disks forget bits afterwards, and to read hundreds of
megabytes anew at each opening costs what mapping saves. So whoever keeps a segment lays a table of CRC-32s beside
it, made while the whole file was checked, and a lookup that meets a block for the first time checks that one. The
table guards against accidents, as the disk's do; it is local, never transferred and never signed.

    8 bytes   OPTPAGES
    u32       CRC-32 of all that follows
    u32       bytes of a block
    u64       bytes of the file
    u32 …     the CRC-32 of each block, the last one shorter
"""

import mmap
import struct
import zlib
from array import array
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Self

from crawler_filter.errors import DamagedFileError

SUFFIX: Final = ".pages"
SHIFT: Final = 12
BLOCK: Final = 1 << SHIFT

_MAGIC: Final = b"OPTPAGES"
_HEADER: Final = struct.Struct("<8sI")
_FIELDS: Final = struct.Struct("<IQ")


class Pages:
    """The blocks of one mapped file, and which of them were found right. Shared by threads: a block may be checked
    twice, never skipped.
    """

    __slots__ = ("_data", "_path", "_seen", "_sums", "_view")

    def __init__(self, data: mmap.mmap, sums: memoryview, path: Path) -> None:
        self._data = data
        self._view = memoryview(data)
        self._sums = sums
        self._path = path
        self._seen = bytearray(len(sums))

    @classmethod
    def open(cls, data: mmap.mmap, path: Path) -> Self | None:
        """Return the table beside the mapped file at `path`, None where there is none.

        Raises DamagedFileError for a table that is damaged or is another file's.
        """
        try:
            content = table_of(path).read_bytes()
        except FileNotFoundError:
            return None
        body = memoryview(content)[_HEADER.size :]
        if len(content) < _HEADER.size + _FIELDS.size or _HEADER.unpack_from(content) != (
            _MAGIC,
            zlib.crc32(body),
        ):
            raise DamagedFileError(f"the table of checksums {table_of(path)} is damaged; sync makes it anew")
        block, length = _FIELDS.unpack_from(body)
        sums = body[_FIELDS.size :]
        if block != BLOCK or length != len(data) or len(sums) != 4 * -(-length // BLOCK):
            raise DamagedFileError(f"{path} has {len(data)} bytes, its table of checksums is of {length}")
        return cls(data, sums.cast("I") if sums else memoryview(array("I")), path)

    def require(self, start: int, stop: int) -> None:
        """Check the blocks that hold the bytes from `start` to `stop`. Raises DamagedFileError."""
        seen = self._seen
        for block in range(start >> SHIFT, (stop + BLOCK - 1) >> SHIFT):
            if not seen[block]:
                self._check(block)
                seen[block] = 1

    def check(self, start: int, stop: int) -> None:
        """Check the blocks of some bytes now; who reads them later checks them again. Raises DamagedFileError."""
        for block in range(start >> SHIFT, (stop + BLOCK - 1) >> SHIFT):
            self._check(block)

    def require_all(self) -> None:
        """Check every block again, those that were found right before included. Raises DamagedFileError."""
        self.check(0, len(self._view))

    def _check(self, block: int) -> None:
        if self._data.size() < len(self._view):  # to touch what is gone would end the process
            raise self._damage("was cut off while it was in use")
        start = block << SHIFT
        if zlib.crc32(self._view[start : start + BLOCK]) != self._sums[block]:
            raise self._damage(f"is damaged at byte {start} or near")

    def _damage(self, how: str) -> DamagedFileError:
        """Return the error, and take the table away, so that the next sync checks the file and repairs it."""
        with suppress(OSError):
            table_of(self._path).unlink(missing_ok=True)
        return DamagedFileError(f"{self._path} {how}; sync puts it right")


def table_of(path: Path) -> Path:
    """Return where the table of the file at `path` lies, or would."""
    return path.with_name(path.name + SUFFIX)


@contextmanager
def mapped(path: Path) -> Iterator[bytes | mmap.mmap]:
    """Map a file until the block ends; an empty one, which cannot be mapped, is empty bytes."""
    with path.open("rb") as file:
        if not file.seek(0, 2):
            yield b""
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield data


def encode_pages(content: bytes | memoryview | mmap.mmap) -> bytes:
    """Return the table of a file's bytes, which the caller has verified."""
    with memoryview(content) as view:
        sums = array("I", (zlib.crc32(view[start : start + BLOCK]) for start in range(0, len(view), BLOCK)))
        body = _FIELDS.pack(BLOCK, len(view)) + sums.tobytes()
    return _HEADER.pack(_MAGIC, zlib.crc32(body)) + body
