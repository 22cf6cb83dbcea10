"""The ZIP archive that an EPUB is, from strangers: members read with limits, stored or deflated, never encrypted.

That is all that EPUB 3.3 allows in its "ZIP file requirements", so nothing in an archive can unpack to much.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from crawler_filter.charset import readings
from crawler_filter.errors import MalformedMediaError

MAX_MEMBERS: Final = 65_535
"""Files of an archive, the most a ZIP without the 64-bit extension has; the directory is read whole."""

MAX_DOCUMENTS: Final = 4_096
"""Content documents of a book that are read."""

ZIP_ERRORS: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
"""What `zipfile` raises for archives that are broken, encrypted, or use what it does not know."""

_DIRECTORY_ENTRY: Final = b"PK\x01\x02"
_IS_ENCRYPTED: Final = 0x01
_DOCUMENTS: Final = (".xhtml", ".html", ".htm", ".xml", ".svg")
_ABOUT_THE_BOOK: Final = "META-INF/"


def opened(content: bytes) -> zipfile.ZipFile:
    """Open an archive in memory. Raises ZIP_ERRORS, ValueError for one of too many files."""
    if content.count(_DIRECTORY_ENTRY) > MAX_MEMBERS:
        raise ValueError(f"more than {MAX_MEMBERS} files")
    return zipfile.ZipFile(io.BytesIO(content))


def member(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """Return a file of the archive. Raises ValueError for what EPUB forbids or is too big, and ZIP_ERRORS."""
    unpacked = _beginning(archive, name, limit + 1)
    if len(unpacked) > limit:
        raise ValueError(f"more than {limit} bytes")
    return unpacked


def text_of_book(content: bytes, limit: int) -> str:
    """Return the content documents of an EPUB with their markup, in the order of the archive.

    After `limit` bytes reading ends. Raises MalformedMediaError for a book that cannot be read.
    """
    try:
        with opened(content) as archive:
            return "\n".join(_documents(archive, limit))
    except ZIP_ERRORS as error:
        raise MalformedMediaError(f"a broken EPUB: {error!s:.100}") from error


def _documents(archive: zipfile.ZipFile, left: int) -> Iterator[str]:
    names = [name for name in archive.namelist() if name.lower().endswith(_DOCUMENTS)]
    names = [name for name in names if not name.startswith(_ABOUT_THE_BOOK)]
    if not 1 <= len(names) <= MAX_DOCUMENTS:
        raise ValueError(f"expected 1 to {MAX_DOCUMENTS} documents of text, got {len(names)}")
    for name in names:
        document = _beginning(archive, name, left)
        left -= len(document)
        yield readings(document)[0]
        if not left:
            return


def _beginning(archive: zipfile.ZipFile, name: str, size: int) -> bytes:
    entry = archive.getinfo(name)
    if entry.flag_bits & _IS_ENCRYPTED:
        raise ValueError("it is encrypted")
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise ValueError(f"compression method {entry.compress_type} is not allowed in an EPUB")
    with archive.open(entry) as file:
        return file.read(size)
