"""The bytes of a file of rows, packed or not: read in blocks that end where a row does, and cut into rows.

A CSV row may hold line breaks within quotes, so the quotes are counted: a row ends where a line does and their
number is even.
"""

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, Final

import numpy as np

from crawler_filter.audit.blocks import Spans
from crawler_filter.audit.inputs import Input, Kind
from crawler_filter.errors import DataError

BLOCK: Final = 1 << 23
"""Bytes that are read at once."""
MAX_ROW: Final = 1 << 28
"""Bytes of one row that are read."""

UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""The beginnings of files whose rows do not end where a byte says so."""

_NEWLINE: Final = 10
_QUOTE: Final = 34


def whole_rows(source: Input, start: int, stop: int) -> Iterator[bytes]:
    """Yield the bytes from `start` to `stop` in blocks that end where a row does."""
    with _unpacked(source), _open(source) as file:
        _skip(file, start)
        left = stop - start if stop >= 0 else -1
        rest = b""
        while data := file.read(BLOCK if left < 0 else min(BLOCK, left)):
            left -= len(data) if left >= 0 else 0
            data = rest + data
            end = _last_end(source.kind, data)
            if end:
                yield data[:end]
            rest = data[end:]
            if len(rest) > MAX_ROW:
                raise DataError(
                    f"{source.path} has a row of more than {MAX_ROW} bytes, or a quote without its other"
                )
        if rest:
            yield rest


def _skip(file: BinaryIO, start: int) -> None:
    if start and file.seekable():
        file.seek(start)
        return
    while start:
        start -= len(file.read(min(start, BLOCK)))


@contextmanager
def _unpacked(source: Input) -> Iterator[None]:
    """Raise DataError for what is packed otherwise than its name says, or cut off."""
    try:
        yield
    except (OSError, ValueError) as error:
        if source.compression is None or isinstance(error, (FileNotFoundError, PermissionError)):
            raise
        raise DataError(f"{source.path} cannot be unpacked as {source.compression}: {error}") from error


def _open(source: Input) -> Any:  # noqa: ANN401 - a file of pyarrow's, or Python's
    if source.compression is None:
        return source.path.open("rb")
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency

    return pa.input_stream(source.path, compression=source.compression)


def first_block(source: Input) -> bytes:
    """Return the first block of rows; nothing of an empty file."""
    return next(whole_rows(source, 0, -1), b"")


def _last_end(kind: Kind, data: bytes) -> int:
    if kind is Kind.JSONL or _QUOTE not in data:
        return data.rfind(b"\n") + 1
    ends = _ends(kind, data)
    return int(ends[-1]) if len(ends) else 0


def _ends(kind: Kind, data: bytes) -> Spans:
    """Return behind which bytes rows end."""
    octets = np.frombuffer(data, dtype=np.uint8)
    newlines = np.flatnonzero(octets == _NEWLINE)
    if kind is Kind.CSV and _QUOTE in data:
        within = np.bitwise_xor.accumulate((octets == _QUOTE).view(np.uint8))
        newlines = newlines[within[newlines] == 0]
    return newlines + 1


def spans_of(kind: Kind, data: bytes) -> Spans:
    """Return where each row begins and ends, its line break with it; empty lines belong to the row before them."""
    ends = _ends(kind, data)
    if not len(ends) or ends[-1] != len(data):
        ends = np.append(ends, len(data))
    spans = np.column_stack((np.concatenate(([0], ends[:-1])), ends))
    short = np.flatnonzero(spans[:, 1] - spans[:, 0] <= 2)
    empty = [place for place in short.tolist() if not data[spans[place, 0] : spans[place, 1]].strip(b"\r\n")]
    return np.delete(spans, empty, axis=0)
