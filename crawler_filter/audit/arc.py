"""Records of ARC files, the Internet Archive's format before WARC, told in WARC's words.

A record has an address and no digest, so copies at other addresses are not found. Version 1 is read, which
archives use (archive.org, "Arc File Format", 1996); fields of version 2 would be taken for parts of an address.
"""

import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

from crawler_filter.errors import DataError

COLUMN: Final = "URL"
"""What the format calls the address."""

_BEGINNING: Final = b"filedesc://"
_GZIP: Final = b"\x1f\x8b"
_HEAD: Final = 4096
_DATE: Final = re.compile(r"[0-9]{12,17}")
_HOST: Final = re.compile(r"[0-9a-fA-F.:]+")

Headers = Mapping[str, str]


def is_arc(file: BinaryIO) -> bool:
    """Tell by its first bytes whether a file, packed or not, is ARC."""
    file.seek(0)
    head = file.read(_HEAD)
    if head.startswith(_GZIP):
        try:
            head = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, len(_BEGINNING))
        except zlib.error:
            return False
    return head.startswith(_BEGINNING)


def records(file: BinaryIO, path: Path) -> Iterator[tuple[Headers, int, int]]:
    """Yield the type and the address of each record as headers of WARC, and where it begins and the next one does.

    Raises DataError where a record is not what it says, or the file is packed as a whole.
    """
    before: tuple[Headers, int] | None = None
    for headers, start in _read(file, path):
        if before is not None:
            yield *before, start
        before = headers, start
    if before is not None:
        yield *before, path.stat().st_size


def _read(file: BinaryIO, path: Path) -> Iterator[tuple[Headers, int]]:
    file.seek(0)
    iterator, failed = _iterator(file)
    start = length = 0
    try:
        for record in iterator:
            start, length = _span(iterator, record, path)
            yield _headers(record, start, path), start
    except (failed, OSError, UnicodeError, zlib.error) as error:
        raise DataError(f"{path} cannot be read as ARC: {str(error).strip()}") from error
    if file.read(1) or (_is_packed(file) and start + length != file.tell()):
        raise DataError(f"{path} is cut off, or broken: behind the record at {start} is none")


def _span(iterator: Any, record: Any, path: Path) -> tuple[int, int]:  # noqa: ANN401 - an optional dependency
    """Read a record to its end; return where it begins, and its length in the file."""
    read = 0
    while data := record.raw_stream.read(1 << 20):
        read += len(data)
    start, length = iterator.get_record_offset(), iterator.get_record_length()
    said = record.rec_headers.get_header("length") or ""
    if not said.isascii() or not said.isdigit():
        raise DataError(f"{path} is broken: its record at {start} does not say how long it is")
    left = max(int(said) - record.rec_headers.total_len, 0)
    if read != left or iterator.err_count:
        raise DataError(f"{path} is cut off, or broken: its record at {start} does not end where it says")
    return start, length


def _headers(record: Any, start: int, path: Path) -> Headers:  # noqa: ANN401 - an optional dependency
    said = record.rec_headers.get_header
    if record.rec_type == "arc_header":
        return {"warc-type": "warcinfo"}
    if not _DATE.fullmatch(said("archive-date")) or not _HOST.fullmatch(said("ip-address")):
        raise DataError(f"{path} is no ARC of version 1: see its record at {start}")
    return {"warc-type": "response", "warc-target-uri": said("uri")}


def _is_packed(file: BinaryIO) -> bool:
    end = file.tell()
    file.seek(0)
    packed = file.read(2) == _GZIP
    file.seek(end)
    return packed


def _iterator(file: BinaryIO) -> tuple[Any, type[Exception]]:
    try:
        from warcio.archiveiterator import ArchiveIterator  # noqa: PLC0415
        from warcio.exceptions import ArchiveLoadFailed  # noqa: PLC0415
    except ImportError as error:
        raise DataError("ARC files need the package warcio: install training-optout[warc]") from error
    return ArchiveIterator(file, no_record_parse=True), ArchiveLoadFailed
