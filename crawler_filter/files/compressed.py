"""One file, packed: bzip2, xz, LZMA and Zstandard, unpacked to a limit and never further.

Each may be several streams one after another, as tools that work in parallel write them. xz and Zstandard say how
much memory they want; more than `MAX_WINDOW` is refused before it is taken.
"""

import bz2
import lzma
import zlib
from collections.abc import Callable
from typing import Final, Protocol

from crawler_filter.errors import OversizedError
from crawler_filter.files import zstandard

MAX_WINDOW: Final = 128 << 20
"""Most bytes of memory that unpacking may take: `xz -9` needs 65 MiB, `zstd --ultra -22` 128."""

_AT_ONCE: Final = 1 << 13
_INFLATED_AT_ONCE: Final = 1 << 16
_BYTES_A_STREAM: Final = 1 << 12
_STREAMS: Final = 64


class BrokenStreamError(ValueError):
    """The packed bytes are broken or cut short; `spent` bytes were unpacked before that was seen."""

    def __init__(self, reason: str, spent: int) -> None:
        super().__init__(reason)
        self.spent = spent


class Decompressor(Protocol):
    """The common face of the standard library's decompressors for one stream."""

    @property
    def eof(self) -> bool:
        """Tell whether the stream has ended."""

    @property
    def needs_input(self) -> bool:
        """Tell whether more input is needed to unpack more."""

    @property
    def unused_data(self) -> bytes:
        """The bytes that were given and follow the end of the stream."""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Return what is unpacked, `max_length` bytes at most."""


def unpacker(kind: str) -> Callable[[], Decompressor]:
    """Return what makes a decompressor for a media type of `PACKED`. Raises ImportError without its extra."""
    return PACKED[kind]()


def unpack(content: bytes, new: Callable[[], Decompressor], most: int) -> bytes:
    """Return what `content` unpacks to, `most` bytes at most.

    Raises OversizedError for a stream that wants too much memory or a file of very many streams, EOFError for one
    that is cut short, and what its decompressor raises.
    """
    unpacked, place, decoder, streams = bytearray(), 0, new(), 1
    while len(unpacked) < most:
        piece = b""
        if decoder.eof or decoder.needs_input:
            piece = decoder.unused_data if decoder.eof else b""
            if not piece:
                piece, place = content[place : place + _AT_ONCE], place + _AT_ONCE
        if decoder.eof:
            if not piece.strip(b"\0") and place >= len(content):
                break
            decoder, streams = new(), streams + 1
            if streams > _STREAMS + len(content) // _BYTES_A_STREAM:
                raise OversizedError(f"more than {streams} streams in one file")
        elif not piece and decoder.needs_input:
            raise EOFError("it ends before what is packed in it does")
        unpacked += _piece(decoder, piece, most - len(unpacked))
    return bytes(unpacked)


def inflate_raw(content: bytes | memoryview, most: int) -> bytes:
    """Return what a deflated stream without a header unpacks to, `most` bytes at most.

    Raises BrokenStreamError, which says how much was unpacked in vain.
    """
    stream, unpacked, place = zlib.decompressobj(-zlib.MAX_WBITS), bytearray(), 0
    while len(unpacked) < most and not stream.eof:
        piece = stream.unconsumed_tail or content[place : place + _INFLATED_AT_ONCE]
        place += 0 if stream.unconsumed_tail else _INFLATED_AT_ONCE
        try:
            more = stream.decompress(piece, most - len(unpacked))
        except zlib.error as error:
            raise BrokenStreamError(str(error), len(unpacked)) from error
        if not piece and not more:
            raise BrokenStreamError("it ends before what is packed in it does", len(unpacked))
        unpacked += more
    return bytes(unpacked)


def unbrotli(packed: bytes, most: int) -> bytes:
    """Return what a brotli stream unpacks to. Raises ImportError without the extra `codings`.

    Raises BrokenStreamError for one that is broken, cut short, or unpacks to more than `most` bytes.
    """
    import brotli  # noqa: PLC0415 - an optional dependency

    decoder, unpacked = brotli.Decompressor(), bytearray()
    try:
        for start in range(0, len(packed), _INFLATED_AT_ONCE):
            piece = packed[start : start + _INFLATED_AT_ONCE]
            while len(unpacked) <= most:
                unpacked += decoder.process(piece, output_buffer_limit=_INFLATED_AT_ONCE)
                piece = b""
                if decoder.can_accept_more_data():
                    break
    except brotli.error as error:
        raise BrokenStreamError(f"it is broken: {error}", len(unpacked)) from error
    if len(unpacked) > most or not decoder.is_finished():
        raise BrokenStreamError(f"it is cut off, or unpacks to more than {most} bytes", len(unpacked))
    return bytes(unpacked)


def _piece(decoder: Decompressor, piece: bytes, most: int) -> bytes:
    try:
        return decoder.decompress(piece, most)
    except MemoryError as error:
        raise OversizedError(f"it takes more than {MAX_WINDOW >> 20} MiB to unpack") from error


def _xz() -> Callable[[], Decompressor]:
    return lambda: lzma.LZMADecompressor(memlimit=MAX_WINDOW)


def _bzip2() -> Callable[[], Decompressor]:
    return bz2.BZ2Decompressor


PACKED: Final[dict[str, Callable[[], Callable[[], Decompressor]]]] = {
    "application/x-bzip2": _bzip2,
    "application/x-xz": _xz,
    "application/x-lzma": _xz,
    "application/zstd": zstandard.decompressors,
}
"""The media types of what `unpack` reads, and what finds a decompressor for each."""


def broken() -> tuple[type[Exception], ...]:
    """Return what decompressors raise for files that are broken, as far as they are installed."""
    errors: tuple[type[Exception], ...] = (lzma.LZMAError, OSError, EOFError, zlib.error, ValueError)
    try:
        return (*errors, zstandard.broken_frame())
    except ImportError:
        return errors
