"""Arrow files as they are read: streams, as `datasets` writes them, and files with a footer, which are Feather 2.

pyarrow maps the file, so that of a record batch only the columns that are asked for are read.
"""

import struct
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from crawler_filter.audit.inputs import Input
from crawler_filter.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

MAGIC: Final = b"ARROW1"
"""The beginning of a file with a footer."""

_FEATHER_1: Final = b"FEA1"
_LENGTH: Final = 4
"""Bytes of a length: of the footer, which stands before the last `MAGIC`, and of vectors."""

_CODECS: Final = ("lz4", "zstd")
"""Codecs of buffers, by their number in Arrow's `Message.fbs`."""

_HEADER, _COMPRESSION, _BATCHES = 2, 3, 3
"""The places of fields in `Message`, `RecordBatch` and `Footer` of Arrow's `Message.fbs` and `File.fbs`."""


def has_footer(source: Input) -> bool:
    """Tell whether a file has a footer, or is a stream. Raises DataError for what cannot be read in batches."""
    if source.compression:
        raise DataError(f"{source.path} is packed as a whole: unpack it, its batches cannot be reached one by one")
    with source.path.open("rb") as file:
        beginning = file.read(len(MAGIC))
    if beginning.startswith(_FEATHER_1):
        raise DataError(f"{source.path} is Feather 1: write it anew with pyarrow.feather.write_feather")
    return beginning == MAGIC


@contextmanager
def reading(source: Input) -> Iterator[Any]:
    """Open a file as a reader of pyarrow's, until the block ends. Raises DataError for what is broken."""
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency

    opened = pa.ipc.open_file if has_footer(source) else pa.ipc.open_stream
    with ExitStack() as stack:
        with readable(source.path):
            reader = stack.enter_context(opened(stack.enter_context(pa.memory_map(str(source.path)))))
        yield reader


def batches(source: Input, reader: Any) -> "Iterator[tuple[pa.RecordBatch, Any]]":  # noqa: ANN401
    """Yield record batches from one of pyarrow's two readers, each with the metadata of its own, or None."""
    with readable(source.path):
        if hasattr(reader, "num_record_batches"):
            found = map(reader.get_batch_with_custom_metadata, range(reader.num_record_batches))
        else:
            found = reader.iter_batches_with_custom_metadata()
        for batch, metadata in found:
            batch.validate()
            yield batch, metadata


def codec(source: Input) -> str | None:
    """Return how the buffers of a file are packed, as pyarrow calls it: pyarrow reads it, and does not tell."""
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency

    footer = has_footer(source)
    with readable(source.path), pa.memory_map(str(source.path)) as file:
        if footer:
            if not (place := _first_batch(file)):
                return None
            file.seek(place)
        for message in pa.ipc.MessageReader.open_stream(file):
            if message.type == "record batch":
                return _codec_in(message.metadata.to_pybytes())
    return None


def _first_batch(file: Any) -> int:  # noqa: ANN401 - a file of pyarrow's
    """Return where the footer of a file says that the first record batch stands, 0 where there is none."""
    end = file.size() - len(MAGIC) - _LENGTH
    file.seek(end)
    (length,) = struct.unpack("<I", file.read(_LENGTH))
    file.seek(end - length)
    footer = file.read(length)
    if not (place := _field(footer, _pointed(footer, 0), _BATCHES)):
        return 0
    blocks = _pointed(footer, place)
    (count,) = struct.unpack_from("<I", footer, blocks)
    return int(struct.unpack_from("<q", footer, blocks + _LENGTH)[0]) if count else 0


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


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Raise DataError for what pyarrow says of a file."""
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency

    try:
        yield
    except (FileNotFoundError, PermissionError):
        raise
    except (pa.ArrowException, OSError, struct.error, IndexError) as error:
        raise DataError(f"{path} cannot be read as Arrow: {str(error).strip()}") from error
