"""Arrow files as they are read: streams, as `datasets` writes them, and files with a footer, which are Feather 2.

pyarrow maps the file, so that of a record batch only the columns that are asked for are read.
"""

import struct
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from crawler_filter.audit.arrow_messages import MAGIC, Found, codec_of, end_of_schema, found_batches
from crawler_filter.audit.inputs import Input
from crawler_filter.audit.parts import Part
from crawler_filter.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

WHOLE: Final = Part(0, 0, 0)
"""A file that is read from its beginning to its end."""

_FEATHER_1: Final = b"FEA1"


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
def reading(source: Input, part: Part = WHOLE) -> Iterator[Any]:
    """Open a file, or a part of it, as a reader of pyarrow's. Raises DataError for what is broken."""
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency

    footer = has_footer(source)
    with ExitStack() as stack:
        with readable(source.path):
            file = stack.enter_context(pa.memory_map(str(source.path)))
            taken = file if footer or part.stop < 0 else _Spliced(file, part)
            reader = stack.enter_context((pa.ipc.open_file if footer else pa.ipc.open_stream)(taken))
        yield reader


def batches(source: Input, reader: Any, part: Part = WHOLE) -> "Iterator[tuple[pa.RecordBatch, Any]]":  # noqa: ANN401
    """Yield record batches from one of pyarrow's two readers, each with the metadata of its own, or None."""
    with readable(source.path):
        if hasattr(reader, "num_record_batches"):
            stop = reader.num_record_batches if part.stop < 0 else part.stop
            found_here = map(reader.get_batch_with_custom_metadata, range(part.start, stop))
        else:
            found_here = reader.iter_batches_with_custom_metadata()
        for batch, metadata in found_here:
            batch.validate()
            yield batch, metadata


class _Spliced:
    """The schema of a stream and a run of its batches, as a stream of its own, none of which is copied."""

    closed = False

    def __init__(self, file: Any, part: Part) -> None:  # noqa: ANN401 - a file of pyarrow's
        whole = file.read_buffer()
        file.seek(0)
        self._left = [whole.slice(0, end_of_schema(file)), whole.slice(part.start, part.stop - part.start)]

    def read(self, size: int) -> Any:  # noqa: ANN401 - a buffer
        """Return at most `size` bytes, nothing at the end. No message lies in two pieces."""
        while len(self._left) > 1 and not self._left[0].size:
            del self._left[0]
        first = self._left[0]
        size = min(size, first.size)
        self._left[0] = first.slice(size)
        return first.slice(0, size)

    def readable(self) -> bool:
        """Say what pyarrow asks for."""
        return True

    def close(self) -> None:
        """Do nothing: who opened the file closes it."""


def found(source: Input) -> list[Found] | None:
    """Return the record batches of a file; None where they share dictionaries, and cannot be read one by one."""
    with _mapped(source) as (file, footer):
        return found_batches(file, footer=footer)


def codec(source: Input) -> str | None:
    """Return how the buffers of a file are packed, as pyarrow calls it."""
    with _mapped(source) as (file, footer):
        return codec_of(file, footer=footer)


@contextmanager
def _mapped(source: Input) -> Iterator[tuple[Any, bool]]:
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency

    footer = has_footer(source)
    with readable(source.path), pa.memory_map(str(source.path)) as file:
        yield file, footer


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
