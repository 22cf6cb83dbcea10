"""The messages of an Arrow file: where its record batches stand, how many rows each has, how they are packed.

pyarrow reads messages, and tells none of this. It stands in their metadata, which are FlatBuffers (`Message.fbs`),
and in the footer (`File.fbs`).

https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc
"""

import struct
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

MAGIC: Final = b"ARROW1"
"""The beginning of a file with a footer."""

_LENGTH: Final = 4
"""Bytes of a length: of the footer, which stands before the last `MAGIC`, of messages and of vectors."""

_BLOCK: Final = struct.Struct("<qi4xq")
"""The place of a message in a footer."""

_CONTINUED: Final = b"\xff\xff\xff\xff"
"""What stands before the length of a message, but in the oldest files."""

_CODECS: Final = ("lz4", "zstd")
"""Codecs of buffers, by their number."""

_HEADER, _COMPRESSION, _DICTIONARIES, _BATCHES = 2, 3, 2, 3
"""The places of fields in `Message`, `RecordBatch` and `Footer`."""


def end_of_schema(file: Any) -> int:  # noqa: ANN401 - a file of pyarrow's
    """Return where the first message of a stream ends."""
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency

    pa.ipc.MessageReader.open_stream(file).read_next_message()
    return int(file.tell())


class Found(NamedTuple):
    """A record batch by its place: its number in a file with a footer, else its first byte; and the next one's."""

    start: int
    stop: int
    rows: int
    head: int
    body: int

    @property
    def size(self) -> int:
        """Count the bytes of the message."""
        return self.head + self.body


def found_batches(file: Any, *, footer: bool) -> list[Found] | None:  # noqa: ANN401 - a file of pyarrow's
    """Return the record batches of a file; None where they share dictionaries, and cannot be read one by one."""
    return _in_footer(file) if footer else _in_stream(file)


def _in_stream(file: Any) -> list[Found] | None:  # noqa: ANN401
    import pyarrow as pa  # noqa: PLC0415

    found: list[Found] = []
    before = 0
    for message in pa.ipc.MessageReader.open_stream(file):
        after = file.tell()
        if message.type == "record batch":
            body = message.body.size
            found.append(
                Found(before, after, _rows_in(message.metadata.to_pybytes()), after - before - body, body)
            )
        elif message.type != "schema":
            return None
        before = after
    return found


def _in_footer(file: Any) -> list[Found] | None:  # noqa: ANN401
    footer = footer_of(file)
    if _blocks(footer, _DICTIONARIES):
        return None
    found: list[Found] = []
    for number, (place, head, body) in enumerate(_blocks(footer, _BATCHES)):
        file.seek(place)
        begun = file.read(head)
        marked = begun.startswith(_CONTINUED)
        found.append(Found(number, number + 1, _rows_in(begun[_LENGTH * (1 + marked) :]), head, body))
    return found


def codec_of(file: Any, *, footer: bool) -> str | None:  # noqa: ANN401 - a file of pyarrow's
    """Return how the buffers of a file are packed, as pyarrow calls it: pyarrow reads it, and does not tell."""
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency

    if footer:
        if not (blocks := _blocks(footer_of(file), _BATCHES)):
            return None
        file.seek(blocks[0][0])
    for message in pa.ipc.MessageReader.open_stream(file):
        if message.type == "record batch":
            return _codec_in(message.metadata.to_pybytes())
    return None


def footer_of(file: Any) -> bytes:  # noqa: ANN401 - a file of pyarrow's
    """Return the footer of a file that has one."""
    end = file.size() - len(MAGIC) - _LENGTH
    file.seek(end)
    (length,) = struct.unpack("<I", file.read(_LENGTH))
    file.seek(end - length)
    return bytes(file.read(length))


def with_places(footer: bytes, places: Iterable[tuple[int, int, int]]) -> bytes:
    """Return a footer whose record batches stand elsewhere: the first byte of each, the bytes of head and body."""
    changed = bytearray(footer)
    for at, place in zip(_at_blocks(footer, _BATCHES), places, strict=True):
        _BLOCK.pack_into(changed, at, *place)
    return bytes(changed)


def _blocks(footer: bytes, number: int) -> list[tuple[int, int, int]]:
    """Return where the messages of one kind stand: their first byte, the bytes of their head and of their body."""
    return [_BLOCK.unpack_from(footer, at) for at in _at_blocks(footer, number)]


def _at_blocks(footer: bytes, number: int) -> range:
    """Return where a footer says that."""
    if not (place := _field(footer, _pointed(footer, 0), number)):
        return range(0)
    first = _pointed(footer, place)
    (count,) = struct.unpack_from("<I", footer, first)
    return range(first + _LENGTH, first + _LENGTH + count * _BLOCK.size, _BLOCK.size)


def _rows_in(message: bytes) -> int:
    """Return the rows of a record batch, by its metadata."""
    batch = _pointed(message, _field(message, _pointed(message, 0), _HEADER))
    place = _field(message, batch, 0)
    return int(struct.unpack_from("<q", message, place)[0]) if place else 0


def _codec_in(message: bytes) -> str | None:
    """Return the codec that the metadata of a record batch names, a FlatBuffer."""
    batch = _pointed(message, _field(message, _pointed(message, 0), _HEADER))
    if not (place := _field(message, batch, _COMPRESSION)):
        return None
    compression = _pointed(message, place)
    number = message[place] if (place := _field(message, compression, 0)) else 0
    return _CODECS[number]


def _pointed(data: bytes, place: int) -> int:
    return int(place + struct.unpack_from("<I", data, place)[0])


def _field(data: bytes, table: int, number: int) -> int:
    """Return where a field of a table stands, 0 where the table does not have it."""
    names = table - struct.unpack_from("<i", data, table)[0]
    if 4 + 2 * number >= struct.unpack_from("<H", data, names)[0]:
        return 0
    offset = struct.unpack_from("<H", data, names + 4 + 2 * number)[0]
    return table + offset if offset else 0
