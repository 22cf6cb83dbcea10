"""Arrow files put together of streams, whose messages are copied as they are.

A footer says where each record batch stands. pyarrow writes it: of a file with as many batches without rows, whose
places are then put right.

https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format
"""

from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

from crawler_filter.audit.arrow_messages import MAGIC, end_of_schema, found_batches, with_places
from crawler_filter.audit.parquet_footer import copy

_BEGINNING: Final = MAGIC.ljust(8, b"\0")
_END: Final = b"\xff\xff\xff\xff\0\0\0\0"
"""The end of a stream, and of the messages of a file."""

_LENGTH: Final = 4
"""Bytes that tell how long a footer is, before the last `MAGIC`."""


def join_batches(streams: Sequence[Path], out: BinaryIO, *, footer: bool) -> None:
    """Write the batches of streams that have one schema, and no dictionaries, as one stream or file."""
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency

    at = len(_BEGINNING) if footer else 0
    out.write(_BEGINNING[:at])
    places: list[tuple[int, int, int]] = []
    for number, path in enumerate(streams):
        with pa.memory_map(str(path)) as file:
            behind = end_of_schema(file)
            file.seek(0)
            found = found_batches(file, footer=False) or []
        start, stop = (behind if number else 0), (found[-1].stop if found else behind)
        copy(path, start, stop, out)
        places += [(at + batch.start - start, batch.head, batch.body) for batch in found]
        at += stop - start
    out.write(_END)
    if footer:
        out.write(_footer(streams, places))


def _footer(streams: Sequence[Path], places: Sequence[tuple[int, int, int]]) -> bytes:
    """Return the footer of a file whose batches are those of streams, and what stands behind it."""
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency

    last = _Last()
    with pa.ipc.open_stream(streams[0]) as reader, pa.ipc.new_file(last, reader.schema) as writer:
        without_rows = _first_batch(streams).slice(0, 0) if places else None
        for _ in places:
            writer.write_batch(without_rows)
    written = b"".join(last.written)
    end = len(written) - len(MAGIC) - _LENGTH
    length = int.from_bytes(written[end : end + _LENGTH], "little")
    return with_places(written[end - length : end], places) + written[end:]


def _first_batch(streams: Sequence[Path]) -> Any:  # noqa: ANN401 - a record batch
    """Return a batch of streams that have some."""
    import pyarrow as pa  # noqa: PLC0415

    return next(batch for path in streams for batch in pa.ipc.open_stream(path))


class _Last:
    """A file that forgets all but what was written to it last."""

    closed = False

    def __init__(self) -> None:
        self.written: deque[bytes] = deque(maxlen=4)

    def write(self, data: Any) -> int:  # noqa: ANN401 - a buffer
        """Take bytes."""
        self.written.append(bytes(data))
        return len(data)

    def writable(self) -> bool:
        """Say what pyarrow asks for."""
        return True

    def flush(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""
