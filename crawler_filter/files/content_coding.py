"""The codings that a body was sent in, taken off again within a budget (RFC 9110 section 8.4, RFC 9112 section 7).

Most HTTP libraries take them off and leave the header where it was, archives keep the body as it came. So a coding
is taken off where the body is in it; a body that is plainly no longer in it was taken off before. gzip and deflate
need nothing, brotli and Zstandard the extra `codings`.
"""

import re
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from crawler_filter.errors import Sentence, extra_of
from crawler_filter.files import zstandard
from crawler_filter.files.charset import is_binary
from crawler_filter.files.media_type import media_type

MAX_DECODED: Final = 64 << 20
"""Bytes that a body is decoded to by default; what comes after them is not read."""

MAX_CODINGS: Final = 8
"""Codings of one body that are taken off; nobody sends more than two."""

_NO_CODING: Final = frozenset({"", "identity", "none", "binary", "8bit", "7bit"})
_CHUNK: Final = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?(\r?\n)")
_UNDONE: Final = frozenset({"text/plain", "text/html", "text/xml", "image/svg+xml"})
_COMPRESSED: Final = frozenset(
    {
        "application/gzip",
        "application/zstd",
        "application/x-compress",
        "application/x-bzip2",
        "application/x-xz",
        "application/x-lzma",
        "application/x-lz4",
    }
)
_MARKS: Final = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
_SHORTENED: Final = Sentence("it ends before its end")


class Body(NamedTuple):
    """The bytes of a body, and in words why some may be missing; empty where none are.

    `lacks_extra` tells that the fault is this machine's, where something has to be installed.
    """

    octets: bytes
    fault: str = ""
    lacks_extra: bool = False


@dataclass(slots=True)
class _CodingError(Exception):
    reason: str
    lacks_extra: bool = False


def decode(body: bytes, codings: Iterable[str], *, most: int = MAX_DECODED) -> Body:
    """Take `codings` off a body, in the order in which they were put on, so from the last to the first.

    Each is a value of `Content-Encoding` or `Transfer-Encoding`, or several between commas. At most `most` bytes
    are returned. Nothing raises: what cannot be decoded is returned as it is, with the fault.
    """
    names = [name.strip(" \t\"'").lower() for line in codings for name in line.split(",")]
    faults = []
    if len(names) > MAX_CODINGS:
        return Body(
            body,
            Sentence(
                "%(count)s codings, more than the %(most)s that are taken off",
                count=len(names),
                most=MAX_CODINGS,
            ),
        )
    for name in reversed(names):
        try:
            body, fault, _ = _without(name, body, most)
        except _CodingError as error:
            return Body(
                body[:most],
                Sentence("it is still encoded as %(name)s: %(reason)s", name=name[:40], reason=error.reason),
                error.lacks_extra,
            )
        if fault:
            faults.append(Sentence("of what is encoded as %(name)s, %(fault)s", name=name[:40], fault=fault))
    return Body(body[:most], Sentence.listed(faults) if faults else "")


def inflate(body: bytes, *, most: int = MAX_DECODED) -> Body:
    """Take off gzip or Zstandard where a body begins so, whatever was said of it; others are left as they are."""
    marked = (name for mark, name in _MARKS.items() if body.startswith(mark))
    return decode(body, marked, most=most)


def _without(name: str, body: bytes, most: int) -> Body:
    if not body or name in _NO_CODING or _is_charset(name):
        return Body(body)
    decoder = _DECODERS.get(name)
    if decoder is None:
        if _is_plain(body):
            return Body(body)
        raise _CodingError(Sentence("no coding of this name is known"))
    try:
        decoded = decoder(body, most)
    except (_CodingError, ImportError) as error:
        if _is_plain(body):
            return Body(body)
        if isinstance(error, ImportError):
            raise _CodingError(Sentence("install %(error)s", error=extra_of(error)), lacks_extra=True) from error
        raise
    # brotli and deflate have no mark: the beginning of a text may pass for theirs
    cut_short = decoded.fault == _SHORTENED and decoder is not _unchunked
    return Body(body) if cut_short and _is_plain(body) else decoded


def _is_charset(name: str) -> bool:
    """Tell whether this is the name of a character encoding, which some servers put in the wrong header."""
    try:
        b"text".decode(name, "replace")
    except (LookupError, ValueError):
        return False
    return True


def _is_plain(body: bytes) -> bool:
    """Tell whether a body is a text or a file of a known kind, so that it is in no coding any more."""
    kind = media_type(body)
    if kind in _UNDONE:
        return not is_binary(body)
    return kind is not None and kind not in _COMPRESSED


def _inflated(body: bytes, most: int) -> Body:
    """Take off gzip, several members of it too (RFC 1952 section 2.2). What follows the last is passed over."""
    parts: list[bytes] = []
    length = 0
    while body.startswith(b"\x1f\x8b") or not parts:
        stream = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        part, fault = _stream(stream, body, most - length)
        parts.append(part)
        length += len(part)
        if fault:
            return Body(b"".join(parts), fault)
        body = stream.unused_data
    return Body(b"".join(parts))


def _deflated(body: bytes, most: int) -> Body:
    """Take off zlib (RFC 1950), or the bare deflate that some servers send under its name."""
    try:
        return Body(*_stream(zlib.decompressobj(), body, most))
    except _CodingError:
        return Body(*_stream(zlib.decompressobj(wbits=-zlib.MAX_WBITS), body, most))


def _stream(stream: Any, body: bytes, most: int) -> tuple[bytes, str]:  # noqa: ANN401 - zlib's type has no name
    try:
        text: bytes = stream.decompress(body, most + 1)
    except zlib.error as error:
        raise _CodingError(str(error)) from error
    if len(text) > most:
        return text[:most], _only(most)
    if not stream.eof and not text:
        raise _CodingError(_SHORTENED)
    return text, "" if stream.eof else _SHORTENED


def _unbrotlied(body: bytes, most: int) -> Body:
    import brotli  # noqa: PLC0415 - an extra

    decoder = brotli.Decompressor()
    parts: list[bytes] = []
    length = 0
    try:
        part = decoder.process(body, output_buffer_limit=most + 1)
        while part:
            parts.append(part)
            length += len(part)
            if length > most:
                return Body(b"".join(parts)[:most], _only(most))
            part = b"" if decoder.is_finished() else decoder.process(b"", output_buffer_limit=most + 1 - length)
    except brotli.error as error:
        raise _CodingError(Sentence("it is no brotli, or broken")) from error
    if not parts and not decoder.is_finished():
        raise _CodingError(_SHORTENED)
    return Body(b"".join(parts), "" if decoder.is_finished() else _SHORTENED)


def _unzstd(body: bytes, most: int) -> Body:
    """Take off Zstandard, several frames of it too (RFC 8878 section 3)."""
    new = zstandard.decompressors()
    parts: list[bytes] = []
    length = 0
    while body:
        decoder = new()
        try:
            part = decoder.decompress(body, most + 1 - length)
        except zstandard.broken_frame() as error:
            if parts:
                break
            raise _CodingError(str(error)) from error
        parts.append(part)
        length += len(part)
        if length > most:
            return Body(b"".join(parts)[:most], _only(most))
        if not decoder.eof:
            return Body(b"".join(parts), _SHORTENED)
        body = decoder.unused_data
    return Body(b"".join(parts))


def _unchunked(body: bytes, most: int) -> Body:
    """Join the chunks of RFC 9112 section 7.1. A body that is not in chunks was joined before.

    Some archives keep the lines of chunks without their carriage returns. Many a text begins so too, so these must
    be sound to the end.
    """
    first = _CHUNK.match(body)
    if first is None or first[2] == b"\r\n":
        return _joined(body, most, b"\r\n")
    joined = _joined(body, most, b"\n")
    is_sound = joined.octets and (not joined.fault or len(joined.octets) >= most)
    return joined if is_sound else Body(body)


def _joined(body: bytes, most: int, line_end: bytes) -> Body:
    parts: list[bytes] = []
    length = position = 0
    while (header := _CHUNK.match(body, position)) and header[2] == line_end:
        size, start = int(header[1], 16), header.end()
        if not size:
            return Body(b"".join(parts))
        end = start + size
        if end < len(body) and not body.startswith(line_end[: len(body) - end], end):
            break
        parts.append(body[start:end])
        length += len(parts[-1])
        if length > most:
            return Body(b"".join(parts)[:most], _only(most))
        position = end + len(line_end)
        if position >= len(body):
            return Body(b"".join(parts), _SHORTENED)
    return Body(b"".join(parts), Sentence("a chunk of it is broken")) if parts else Body(body)


def _only(most: int) -> Sentence:
    return Sentence("only the first %(most)s bytes were read", most=most)


_DECODERS: Final[dict[str, Callable[[bytes, int], Body]]] = {
    "gzip": _inflated,
    "x-gzip": _inflated,
    "deflate": _deflated,
    "br": _unbrotlied,
    "zstd": _unzstd,
    "chunked": _unchunked,
}
