"""The bytes of a file of rows, packed or not: read in blocks that end where a row does, and cut into rows.

Where a row ends is told by who knows the kind: of CSV it may hold line breaks within quotes.
"""

import codecs
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, Final

import numpy as np

from crawler_filter.audit.blocks import Spans
from crawler_filter.audit.inputs import Input
from crawler_filter.errors import DataError

BLOCK: Final = 1 << 23
"""Bytes that are read at once."""
MAX_ROW: Final = 1 << 28
"""Bytes of one row that are read."""

UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""The beginnings of files whose rows do not end where a byte says so."""

_NEWLINE: Final = 10

Cut = Callable[[bytes], Spans]
"""Tells behind which bytes rows end, of bytes that begin with a row."""


def whole_rows(source: Input, cut: Cut, start: int = 0, stop: int = -1) -> Iterator[bytes]:
    """Yield the bytes from `start` to `stop` in blocks that end where a row does."""
    with _unpacked(source), _open(source) as file:
        _skip(file, start)
        left = stop - start if stop >= 0 else -1
        rest = b""
        while data := file.read(BLOCK if left < 0 else min(BLOCK, left)):
            left -= len(data) if left >= 0 else 0
            data = rest + data
            ends = cut(data)
            end = int(ends[-1]) if len(ends) else 0
            if end:
                yield data[:end]
            rest = data[end:]
            if len(rest) > MAX_ROW:
                raise DataError(
                    f"{source.path} has a row of more than {MAX_ROW} bytes, or a quote without its other. If"
                    " quotes are letters in it, say so with --quotes letters"
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


def beginning(source: Input) -> bytes:
    """Return the first bytes of a file, at most a block of them."""
    with _unpacked(source), _open(source) as file:
        data = b""
        while len(data) < BLOCK and (more := file.read(BLOCK - len(data))):
            data += more
        return data


def first_block(source: Input, cut: Cut) -> bytes:
    """Return the first block of rows; nothing of an empty file."""
    return next(whole_rows(source, cut), b"")


def line_ends(data: bytes) -> Spans:
    """Return behind which bytes lines end."""
    return np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == _NEWLINE) + 1


def spans_of(cut: Cut, data: bytes) -> Spans:
    """Return where each row begins and ends, its line break with it; empty lines belong to the row before them."""
    ends = cut(data)
    if not len(ends) or ends[-1] != len(data):
        ends = np.append(ends, len(data))
    spans = np.column_stack((np.concatenate(([0], ends[:-1])), ends))
    short = np.flatnonzero(spans[:, 1] - spans[:, 0] <= 2)
    empty = [place for place in short.tolist() if not data[spans[place, 0] : spans[place, 1]].strip(b"\r\n")]
    return np.delete(spans, empty, axis=0)
