"""Archives from strangers: ZIP and what is built on it (EPUB, CBZ, DOCX, ODT), tar, gzip; nothing is written.

Members are read with limits, stored or deflated, never encrypted. That is all that EPUB 3.3 allows in its "ZIP
file requirements"; of other archives, what goes beyond could not be read, and is named.
"""

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, NamedTuple

from crawler_filter.files.budget import MAX_HELD, Budget, Member, Skipped
from crawler_filter.files.media_type import TEXTS, looked_up_as

MAX_MEMBERS: Final = 65_535
"""Files of an archive, the most a ZIP without the 64-bit extension has; the directory is read whole."""

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
"""What `zipfile` and `gzip` raise for archives that are broken, encrypted, or use what they do not know."""

EPUB: Final = "application/epub+zip"
ZIP: Final = "application/zip"
ARCHIVES: Final = frozenset({EPUB, ZIP, "application/x-tar", "application/gzip"})
"""The media types that `parts` reads."""

_DIRECTORY_ENTRY: Final = b"PK\x01\x02"
_ENDING: Final = b"PK\x05\x06"
_ENDING_BYTES: Final = 22
_MOST_COMMENT: Final = 0xFFFF
_IS_ENCRYPTED: Final = 0x01
_DOCUMENTS: Final = (".xhtml", ".html", ".htm", ".xml", ".svg")
_NO_DOCUMENTS: Final = (".opf", ".ncx", ".css", ".js", ".smil", ".pls", "mimetype")
"""Names of a book's texts that nobody reads. Others may be documents: EPUB lets them be called anything."""
_PICTURES: Final = (".jpg", ".jpeg", ".png", ".gif", ".webp")
_ABOUT_THE_BOOK: Final = "META-INF/"
_READING: Final = re.compile(r"<(/?)(?:w:rt|text:ruby-text)(?=[\s>])")
_NUMBER: Final = re.compile("[0-9]{1,12}")
_TAR_BLOCK: Final = 512
_TAR_NO_FILES: Final = b"123456gKV"  # links, devices, folders, and what is said of all files or of a link
_TAR_LONG_NAME: Final = b"L"
_TAR_PAX: Final = b"x"
_TAR_MOST_ABOUT_ONE: Final = 1 << 16
_UP_TO_NUL: Final = re.compile(rb"([^\0]*)")
_PAX_SIZE: Final = re.compile(rb"(?:^|\n)\d{1,9} size=")
_PAX_PATH: Final = re.compile(rb"(?:^|\n)\d{1,9} path=([^\n]*)\n")


class _Member(NamedTuple):
    name: str
    read: Callable[[int], bytes]


def opened(content: bytes, most: int) -> zipfile.ZipFile:
    """Open a ZIP archive in memory. Raises ZIP_ERRORS, ValueError for one of more than `most` files."""
    if content.count(_DIRECTORY_ENTRY) > most:
        raise ValueError(f"more than {most} files")
    return zipfile.ZipFile(io.BytesIO(content))


def member(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """Return a file of a ZIP archive. Raises ValueError for what EPUB forbids or is too big, and ZIP_ERRORS."""
    return _within(_beginning(archive, archive.getinfo(name), limit + 1), limit)


def ends_as_zip(content: bytes) -> bool:
    """Tell whether a file ends as a ZIP does, whatever it starts as: one may stand behind a picture."""
    tail = content[-_ENDING_BYTES - _MOST_COMMENT :]
    ending = tail.rfind(_ENDING)
    if ending < 0:
        return False
    place = len(content) - len(tail) + ending
    directory = place - int.from_bytes(content[place + 12 : place + 16], "little")
    return directory >= 0 and content.startswith(_DIRECTORY_ENTRY, directory)


def parts(content: bytes, kind: str, budget: Budget) -> Iterator[Member | Skipped]:
    """Yield the files in an archive of one of the ARCHIVES, in the order of their names as people count.

    Those of an EPUB come in the order of the archive, and what is said there about the book is no text. Broken
    archives are `Skipped`, and end what is yielded.
    """
    try:
        for each in _members(content, kind, budget):
            if budget.unpacked <= 0:
                yield Skipped(each.name, "it and what follows unpack to too much for so small a file")
                return
            yield _part(each, budget, is_book=kind == EPUB)
    except ZIP_ERRORS as error:
        yield Skipped("", f"a broken archive: {error!s:.100}")


def with_ruby_as_in_html(text: str) -> str:
    """Return the XML of a DOCX or an ODT with readings of kanji marked as in HTML, so that they are left out."""
    return _READING.sub(r"<\1rt", text)


def _members(content: bytes, kind: str, budget: Budget) -> Iterator[_Member]:
    if kind == "application/gzip":
        yield _Member("", gzip.GzipFile(fileobj=io.BytesIO(content)).read)
    elif kind == "application/x-tar":
        yield from sorted(_tar_members(content, budget), key=_as_people_count)
    else:
        yield from _zip_members(content, kind, budget)


def _zip_members(content: bytes, kind: str, budget: Budget) -> Iterator[_Member]:
    with opened(content, budget.parts) as archive:
        entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
        budget.parts -= len(entries)
        members = [_Member(entry.filename, partial(_beginning, archive, entry)) for entry in entries]
        yield from members if kind == EPUB else sorted(members, key=_as_people_count)


def _tar_members(content: bytes, budget: Budget) -> Iterator[_Member]:
    """Yield the files of a tar (POSIX.1-2017 pax "ustar interchange format"), names of GNU and pax included.

    Not by `tarfile`: before 3.11.10 and 3.12.6 one header takes it quadratic time (CVE-2024-6232).
    """
    place, long_name = 0, ""
    while len(header := content[place : place + _TAR_BLOCK]) == _TAR_BLOCK and header.strip(b"\0"):
        start, size, kind = place + _TAR_BLOCK, _tar_size(header[124:136]), header[156:157]
        place = start + -(-size // _TAR_BLOCK) * _TAR_BLOCK
        if kind in (_TAR_LONG_NAME, _TAR_PAX):
            about = content[start : start + min(size, _TAR_MOST_ABOUT_ONE)]
            if kind == _TAR_PAX and _PAX_SIZE.search(about):  # as of files of 8 GiB and more
                raise ValueError("a file whose size is not in its header")
            named = (_PAX_PATH if kind == _TAR_PAX else _UP_TO_NUL).search(about)
            long_name = named[1].decode("utf-8", "replace") if named else ""
            continue
        if kind not in _TAR_NO_FILES:
            budget.parts -= 1
            if budget.parts < 0:
                raise ValueError("too many files")
            yield _Member(long_name or _tar_name(header), _slice(content, start, size))
        long_name = ""


def _tar_size(field: bytes) -> int:
    if field[:1] == b"\x80":  # as GNU tar writes 8 GiB and more
        return int.from_bytes(field[1:])
    return int(field.strip(b"\0 ") or b"0", 8)


def _tar_name(header: bytes) -> str:
    name, prefix = (part.partition(b"\0")[0] for part in (header[:100], header[345:500]))
    is_ustar = header[257:263] == b"ustar\0"
    return (prefix + b"/" + name if is_ustar and prefix else name).decode("utf-8", "replace")


def _slice(content: bytes, start: int, size: int) -> Callable[[int], bytes]:
    def read(most: int) -> bytes:
        if start + size > len(content):
            raise EOFError("it ends before its last file does")
        return content[start : start + min(size, most)]

    return read


def _part(each: _Member, budget: Budget, *, is_book: bool) -> Member | Skipped:
    try:
        limit = min(MAX_HELD, budget.unpacked)
        content = each.read(limit + 1)
        budget.unpacked -= len(content)
        content = _within(content, limit)
    except ZIP_ERRORS as error:
        return Skipped(each.name, f"it cannot be unpacked: {error!s:.100}")
    kind = looked_up_as(content)
    if is_book and kind in TEXTS and _is_about_the_book(each.name):
        kind = ""
    if is_book and not kind and (_is_named_as_document(each.name) or each.name.lower().endswith(_PICTURES)):
        return Skipped(each.name, "it is not what its name says; the book may be encrypted")
    return Member(each.name, kind, content)


def _is_about_the_book(name: str) -> bool:
    return name.lower().endswith(_NO_DOCUMENTS) or name.startswith(_ABOUT_THE_BOOK)


def _is_named_as_document(name: str) -> bool:
    return name.lower().endswith(_DOCUMENTS) and not _is_about_the_book(name)


def _beginning(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, size: int) -> bytes:
    if entry.flag_bits & _IS_ENCRYPTED:
        raise ValueError("it is encrypted")
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise ValueError(f"compression method {entry.compress_type} is not read")
    with archive.open(entry) as file:
        return file.read(size)


def _within(content: bytes, limit: int) -> bytes:
    if len(content) > limit:
        raise ValueError(f"more than {limit} bytes")
    return content


def _as_people_count(each: _Member) -> str:
    return _NUMBER.sub(lambda number: number[0].zfill(12), each.name)
