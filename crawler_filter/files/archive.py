"""Archives from strangers: ZIP and what is built on it (EPUB, CBZ, DOCX, ODT), tar, and single packed files.

Members are read with limits, never encrypted ones; nothing is written. What could not be read is named, and what
no reader of the archive shows is left out (`leftovers`).
"""

import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, NamedTuple

from crawler_filter.errors import DataError, extra_of
from crawler_filter.files import zip_reader
from crawler_filter.files.budget import MAX_HELD, Budget, Member, Skipped
from crawler_filter.files.compressed import PACKED, BrokenStreamError, broken, unpack, unpacker
from crawler_filter.files.leftovers import is_leftover
from crawler_filter.files.media_type import UNKNOWN, looked_up_as
from crawler_filter.reason import Reason

EPUB: Final = "application/epub+zip"
ZIP: Final = "application/zip"
TAR: Final = "application/x-tar"
GZIP: Final = "application/gzip"
ARCHIVES: Final = frozenset({EPUB, ZIP, TAR, GZIP, *PACKED})
"""The media types that `parts` reads."""

_BROKEN: Final[tuple[type[Exception], ...]] = (*broken(), DataError, OverflowError)
"""What is raised for archives that are broken, encrypted, or use what is not read here."""

_DOCUMENTS: Final = (".xhtml", ".html", ".htm", ".xml", ".svg")
_NO_DOCUMENTS: Final = (".opf", ".ncx", ".css", ".js", ".smil", ".pls", "mimetype")
"""Names of a book's texts that nobody reads. Others may be documents: EPUB lets them be called anything."""
_PICTURES: Final = (".jpg", ".jpeg", ".png", ".gif", ".webp")
_ABOUT_THE_BOOK: Final = "META-INF/"
_READING: Final = re.compile(r"<(/?)(?:w:rt|text:ruby-text|rPh)(?=[\s>])")
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
    checksum: int = 0


def ends_as_zip(content: bytes) -> bool:
    """Tell whether a file ends as a ZIP does, whatever it starts as: one may stand behind a picture."""
    directory = zip_reader.ending(content)
    return directory is not None and content.startswith(zip_reader.ENTRY, directory)


def parts(content: bytes, kind: str, budget: Budget) -> Iterator[Member | Skipped]:
    """Yield the files in an archive of one of the ARCHIVES, in the order of their names as people count.

    Those of an EPUB come in the order of the archive, those that tell of the book behind all others. Broken
    archives are `Skipped`, and end what is yielded.
    """
    try:
        for each in _members(content, kind, budget):
            if budget.unpacked <= 0:
                yield Skipped(each.name, "it and what follows unpack to too much for so small a file")
                return
            yield from _part(each, budget, is_book=kind == EPUB)
    except _BROKEN as error:
        yield Skipped("", f"a broken archive: {error!s:.100}")
    except ImportError as error:
        lacking = f"what is packed cannot be read ({error}): install {extra_of(error)}"
        yield Skipped("", lacking, Reason.UNCHECKED_EXTRA)


def part_of(name: str, content: bytes, *, is_book: bool = False) -> Iterator[Member | Skipped]:
    """Yield a file of an archive by the kind its bytes show, by none for leftovers."""
    kind = looked_up_as(content)
    if is_leftover(name, kind, content):
        kind = ""
    elif is_book and kind == UNKNOWN and (_is_named_as_document(name) or name.lower().endswith(_PICTURES)):
        yield Skipped(name, "it is not what its name says; the book may be encrypted")
        return
    yield Member(name, kind, content)


def with_ruby_as_in_html(text: str) -> str:
    """Return the XML of a document with readings of kanji marked as in HTML, so that they are left out."""
    return _READING.sub(r"<\1rt", text)


def _members(content: bytes, kind: str, budget: Budget) -> Iterator[_Member]:
    if kind == GZIP:
        yield _Member("", gzip.GzipFile(fileobj=io.BytesIO(content)).read)
    elif kind in PACKED:
        yield _Member("", partial(unpack, content, unpacker(kind)))
    elif kind == TAR:
        yield from sorted(_tar_members(content, budget), key=_as_people_count)
    else:
        yield from _zip_members(content, kind, budget)


def _zip_members(content: bytes, kind: str, budget: Budget) -> Iterator[_Member]:
    archive = zip_reader.opened(content, budget.parts)
    entries = [entry for entry in archive.entries if entry.unpacked or not entry.name.endswith("/")]
    budget.parts -= len(entries)
    members = [_Member(entry.name, partial(archive.read, entry), entry.checksum) for entry in entries]
    yield from sorted(
        members, key=(lambda each: is_about_the_book(each.name)) if kind == EPUB else _as_people_count
    )
    if archive.damage:
        raise ValueError(archive.damage)


def _tar_members(content: bytes, budget: Budget) -> Iterator[_Member]:
    """Yield the files of a tar (POSIX.1-2017 pax "ustar interchange format"), names of GNU and pax included.

    Not by `tarfile`: before 3.11.10 and 3.12.6 one header takes it quadratic time (CVE-2024-6232).
    """
    place, long_name = 0, ""
    while len(header := content[place : place + _TAR_BLOCK]) == _TAR_BLOCK:
        if not header.strip(b"\0"):  # the end, unless another archive was put behind it
            place += _TAR_BLOCK
            continue
        if place and not content[place - _TAR_BLOCK : place].strip(b"\0") and looked_up_as(header) != TAR:
            raise ValueError("it goes on behind its end as something else")
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


def _part(each: _Member, budget: Budget, *, is_book: bool) -> Iterator[Member | Skipped]:
    try:
        limit = min(MAX_HELD, budget.unpacked)
        content = each.read(limit + 1)
        budget.unpacked -= len(content)
        content = _within(content, limit)
    except _BROKEN as error:
        budget.unpacked -= error.spent if isinstance(error, BrokenStreamError) else 0
        yield Skipped(each.name, f"it cannot be unpacked: {error!s:.100}")
        return
    yield from part_of(each.name, content, is_book=is_book)
    if each.checksum and zlib.crc32(content) != each.checksum:
        yield Skipped(each.name, "its check sum is another: it may be damaged")


def is_about_the_book(name: str) -> bool:
    """Tell whether a file of an EPUB tells of the book, by its name: its contents, styles and programs."""
    return name.lower().endswith(_NO_DOCUMENTS) or name.startswith(_ABOUT_THE_BOOK)


def _is_named_as_document(name: str) -> bool:
    return name.lower().endswith(_DOCUMENTS) and not is_about_the_book(name)


def _within(content: bytes, limit: int) -> bytes:
    if len(content) > limit:
        raise ValueError(f"more than {limit} bytes")
    return content


def _as_people_count(each: _Member) -> str:
    return _NUMBER.sub(lambda number: number[0].zfill(12), each.name)
